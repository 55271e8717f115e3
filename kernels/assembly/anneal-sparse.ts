// asc: --sharedMemory --maximumMemory 65536 --enable threads
// Annealing sweeps over a sparse Ising model with cached float32 fields. Reference: src/samplers/kernels/anneal-sparse.ts,
// which ends in the same bits. All pointers are byte addresses; `targets` holds 4 x the neighbour's index.
import { Lists, sweepSpins } from './spins/sweep'

export function sweep(
  from: i32, to: i32, n: i32, rowStart: usize, targets: usize, weights: usize, fields: usize, spins: usize,
  temperatures: usize, table: usize, random: usize, energies: usize, best: usize, randomOrder: bool, certain: f32,
): void {
  sweepSpins<Lists>(n, rowStart, targets, weights, 0, fields, spins, temperatures, from, to, table, random, energies, best, randomOrder, certain)
}
