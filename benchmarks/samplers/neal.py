"""Runs neal (dwave-samplers) on a model file and prints one JSON line a run; the other half of main.ts.

argv: model file, sweeps, reads, seeds (comma separated), beta range "hot,cold". CPU seconds of the kernel are those of
the whole call minus those of the same call with one sweep, so that preparation in Python is left out.
"""
import json
import sys
import time

import dimod
import numpy as np
from dwave.samplers import SimulatedAnnealingSampler


def read_model(path):
    with open(path, "rb") as file:
        spin, n, m = np.frombuffer(file.read(12), dtype=np.int32)
        offset = np.frombuffer(file.read(8), dtype=np.float64)[0]
        linear = np.frombuffer(file.read(8 * n), dtype=np.float64)
        tails = np.frombuffer(file.read(4 * m), dtype=np.int32)
        heads = np.frombuffer(file.read(4 * m), dtype=np.int32)
        biases = np.frombuffer(file.read(8 * m), dtype=np.float64)
    vartype = "SPIN" if spin else "BINARY"
    return dimod.BQM.from_numpy_vectors(linear, (tails, heads, biases), offset, vartype)


def timed(sampler, bqm, **options):
    cpu, wall = time.process_time(), time.perf_counter()
    samples = sampler.sample(bqm, **options)
    return samples, time.process_time() - cpu, time.perf_counter() - wall


def main():
    path, sweeps, reads, seeds, beta_range = sys.argv[1:6]
    bqm = read_model(path)
    sampler = SimulatedAnnealingSampler()
    options = {"num_reads": int(reads), "beta_range": [float(beta) for beta in beta_range.split(",")]}
    _, idle, _ = timed(sampler, bqm, num_sweeps=1, seed=1, **options)
    for seed in seeds.split(","):
        samples, cpu, wall = timed(sampler, bqm, num_sweeps=int(sweeps), seed=int(seed), **options)
        record = samples.record[np.argmin(samples.record.energy)]
        state = {int(v): int(x) for v, x in zip(samples.variables, record.sample)} if bqm.num_variables > 40000 else None
        print(json.dumps({
            "seed": int(seed),
            "energy": float(record.energy),
            "kernelCpu": cpu - idle,
            "kernelWall": samples.info["timing"]["sampling_ns"] / 1e9,
            "callCpu": cpu,
            "callWall": wall,
            **({"ones": [v for v, x in state.items() if x == 1]} if state and not samples.vartype.name == "SPIN" else {}),
        }), flush=True)


main()
