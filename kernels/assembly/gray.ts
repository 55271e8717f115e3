// asc: --sharedMemory --maximumMemory 65536 --enable threads
// Walks all states of a small Ising model in Gray-code order, one flip a step, and keeps the lowest.
// Reference: src/samplers/kernels/gray.ts, which ends in the same bits. `rows` has `stride` float64 a row, a multiple of 4.

/** Steps `from .. to` of the walk; step k flips the variable of the lowest set bit of k. */
export function walk(stride: i32, rows: usize, fields: usize, spins: usize, energies: usize, best: usize, from: u32, to: u32): void {
  let energy = load<f64>(energies), least = load<f64>(energies, 8)
  let found = load<u32>(best)
  const bytes = <usize>stride << 3
  for (let k = from; k < to; k++) {
    const v = <usize>ctz<u32>(k)
    const spin = load<f64>(spins + (v << 3))
    energy -= 2 * spin * load<f64>(fields + (v << 3))
    store<f64>(spins + (v << 3), -spin)
    if (energy < least) { least = energy; found = k }
    const change = f64x2.splat(-2 * spin)
    let row = rows + v * bytes
    let field = fields
    for (const end = row + bytes; row < end; row += 32, field += 32) {
      v128.store(field, f64x2.add(v128.load(field), f64x2.mul(change, v128.load(row))))
      v128.store(field, f64x2.add(v128.load(field, 16), f64x2.mul(change, v128.load(row, 16))), 16)
    }
  }
  store<f64>(energies, energy); store<f64>(energies, least, 8)
  store<u32>(best, found)
}
