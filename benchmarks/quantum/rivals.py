"""Times one QAOA layer of QOKit's C kernel or of Qiskit Aer; prints one JSON line. See main.ts.

Usage: rivals.py qokit|aer QUBITS THREADS EDGES   with EDGES as "0-1,1-2,...". QOKit's kernel is compiled with
gcc -O3 -march=native -fopenmp, not as shipped, so that it is not held back by its build flags.
"""
import ctypes
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

tool, qubits, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
edges = [tuple(map(int, edge.split("-"))) for edge in sys.argv[4].split(",")]
os.environ["OMP_NUM_THREADS"] = str(threads)
REPEATS = 7 if qubits < 20 else 5 if qubits < 24 else 3
SHORT, LONG = 1, 4


def timed(run):
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000


def per_layer(run):
    """Least time of a layer over the repeats, wall and CPU, from the difference of a long and a short circuit."""
    run(LONG)
    pairs = [(timed(lambda: run(SHORT)), timed(lambda: run(LONG))) for _ in range(REPEATS)]
    result = {}
    for name, k in (("wall", 0), ("cpu", 1)):
        short = min(pair[0][k] for pair in pairs)
        long = min(pair[1][k] for pair in pairs)
        result[name] = (long - short) / (LONG - SHORT)
    return result


def qokit():
    import numpy as np

    source = Path(importlib.util.find_spec("qokit").origin).parent / "fur/c/csim/src"
    folder = Path(tempfile.mkdtemp())
    library = folder / "libcsim.so"
    # The wheel has the sources without their headers, which only declare these functions.
    text = "".join(path.read_text() for path in source.glob("*.c"))
    heads = re.findall(r"^(?:void|double|int)\s+\w+\([^)]*\)(?=\s*\{)", text, re.MULTILINE)
    declarations = "#pragma once\n#include <stddef.h>\n" + "".join(f"{head};\n" for head in heads)
    for name in ("fur.h", "diagonal.h", "qaoa_fur.h"):
        (folder / name).write_text(declarations)
    flags = ["-O3", "-march=native", "-fopenmp", "-shared", "-fPIC", f"-I{folder}"]
    subprocess.run(["gcc", *flags, *map(str, source.glob("*.c")), "-lm", "-o", str(library)], check=True)
    lib = ctypes.CDLL(str(library))
    array = np.ctypeslib.ndpointer(ctypes.c_double, flags="C_CONTIGUOUS")
    lib.apply_qaoa_furx.restype = None
    lib.apply_qaoa_furx.argtypes = [array] * 5 + [ctypes.c_uint, ctypes.c_size_t, ctypes.c_size_t]
    states = 2**qubits
    index = np.arange(states, dtype=np.uint32)
    diagonal = np.zeros(states)
    for a, b in edges:
        diagonal += 1.0 - 2.0 * (((index >> a) ^ (index >> b)) & 1)
    real, imag = np.full(states, 2 ** (-qubits / 2)), np.zeros(states)

    def run(layers):
        gammas, betas = np.full(layers, 0.1), np.full(layers, 0.2)
        lib.apply_qaoa_furx(real, imag, gammas, betas, diagonal, qubits, states, layers)

    return {"version": "qokit C kernel, float64", **per_layer(run)}


def aer():
    import qiskit_aer
    from qiskit import QuantumCircuit
    from qiskit_aer import AerSimulator

    simulator = AerSimulator(method="statevector", precision="single", max_parallel_threads=threads)
    circuits = {}
    for layers in (SHORT, LONG):
        circuit = QuantumCircuit(qubits, 1)
        circuit.h(range(qubits))
        for _ in range(layers):
            for a, b in edges:
                circuit.rzz(0.2, a, b)
            circuit.rx(0.4, range(qubits))
        circuit.measure(0, 0)
        circuits[layers] = circuit

    def run(layers):
        simulator.run(circuits[layers], shots=1).result()

    return {"version": f"qiskit-aer {qiskit_aer.__version__}, float32", **per_layer(run)}


print(json.dumps({"tool": tool, "qubits": qubits, "threads": threads, **{"qokit": qokit, "aer": aer}[tool]()}))
