// asc: --sharedMemory --maximumMemory 65536 --enable threads
// Annealing sweeps over a dense Ising model: a flip adds a whole row to the cached float32 fields, four lanes at once.
// Reference: src/samplers/kernels/anneal-dense.ts, which ends in the same bits. All pointers are byte addresses.
import { sweepSpins, Whole } from './spins/sweep'

export function sweep(
  from: i32, to: i32, n: i32, rows: usize, stride: i32, fields: usize, spins: usize,
  temperatures: usize, table: usize, random: usize, energies: usize, best: usize, randomOrder: bool, certain: f32,
): void {
  sweepSpins<Whole>(n, rows, 0, 0, stride, fields, spins, temperatures, from, to, table, random, energies, best, randomOrder, certain)
}
