"""Serves a tiny language model of random weights with llama.cpp's own server: llama_server.py FOLDER API_KEY.

Prints the address it listens on, and ends with its standard input.
"""

import sys

import gguf
import numpy as np
import xllamacpp

EMBEDDING, FEED_FORWARD, HEADS, CONTEXT = 64, 128, 4, 4096


def write_model(path):
    rng = np.random.default_rng(1)
    tokens = [b"<unk>", b"<s>", b"</s>"] + [f"<0x{byte:02X}>".encode() for byte in range(256)]
    kinds = [gguf.TokenType.UNKNOWN] + [gguf.TokenType.CONTROL] * 2 + [gguf.TokenType.BYTE] * 256
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(EMBEDDING)
    writer.add_block_count(1)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(EMBEDDING // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template("{% for m in messages %}{{ m['content'] }} {% endfor %}")

    def tensor(name, *shape):
        writer.add_tensor(f"{name}.weight", (rng.standard_normal(shape) * 0.3).astype(np.float32))

    tensor("token_embd", len(tokens), EMBEDDING)
    tensor("output", len(tokens), EMBEDDING)
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        writer.add_tensor(f"{name}.weight", np.ones(EMBEDDING, np.float32))
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        tensor(f"blk.0.{name}", EMBEDDING, EMBEDDING)
    for name in ("ffn_gate", "ffn_up"):
        tensor(f"blk.0.{name}", FEED_FORWARD, EMBEDDING)
    tensor("blk.0.ffn_down", EMBEDDING, FEED_FORWARD)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


folder, api_key = sys.argv[1:3]
path = f"{folder}/tiny.gguf"
write_model(path)
params = xllamacpp.CommonParams()
params.model.path = path
params.hostnames = ["127.0.0.1"]
params.port = 0
params.n_ctx = CONTEXT
params.n_parallel = 2
params.cpuparams.n_threads = 1
params.api_keys = [api_key]
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
