/** Sweeps of single flips over spins with cached float32 fields; what the sparse and the dense kernel share. */
import { loadRandom, next, storeRandom, threshold } from './random'

/** Rows as lists of neighbours: `rows` points to their starts, then come 4 x the neighbours' indices and the weights. */
export type Lists = i32
/** Whole rows of float32 weights, `stride` each, a multiple of 8. */
export type Whole = f32

/** Adds `change` times row v of the couplings to the fields. `Row` is `Lists` or `Whole`, known to the compiler. */
@inline function addRow<Row>(v: i32, change: f32, rows: usize, targets: usize, weights: usize, stride: i32, fields: usize): void {
  if (isFloat<Row>()) {
    const changes = f32x4.splat(change)
    let row = rows + <usize>v * (<usize>stride << 2)
    let field = fields
    const end = row + (<usize>stride << 2)
    for (; row < end; row += 32, field += 32) {
      v128.store(field, f32x4.add(v128.load(field), f32x4.mul(changes, v128.load(row))))
      v128.store(field, f32x4.add(v128.load(field, 16), f32x4.mul(changes, v128.load(row, 16))), 16)
    }
  } else {
    let k = load<i32>(rows + (<usize>v << 2)) << 2
    const end = load<i32>(rows + (<usize>v << 2), 4) << 2
    for (; k + 4 < end; k += 8) {
      const p = fields + <usize>load<u32>(targets + <usize>k)
      const q = fields + <usize>load<u32>(targets + <usize>k, 4)
      store<f32>(p, load<f32>(p) + change * load<f32>(weights + <usize>k))
      store<f32>(q, load<f32>(q) + change * load<f32>(weights + <usize>k, 4))
    }
    if (k < end) {
      const p = fields + <usize>load<u32>(targets + <usize>k)
      store<f32>(p, load<f32>(p) + change * load<f32>(weights + <usize>k))
    }
  }
}

/** Four spins a byte, bit set for -1. */
@inline function pack(spins: usize, best: usize, n: i32): void {
  const whole: i32 = n & ~7
  let u: i32 = 0
  for (; u < whole; u += 4) store<u8>(best + (<usize>u >> 2), <u8>i32x4.bitmask(v128.load(spins + (<usize>u << 2))))
  for (; u < n; u += 4) {
    let signs: i32 = 0
    for (let w: i32 = u; w < min(u + 4, n); w++) signs |= i32(load<f32>(spins + (<usize>w << 2)) < 0) << (w & 3)
    store<u8>(best + (<usize>u >> 2), <u8>signs)
  }
}

/**
 * Sweeps `from .. to` of the schedule. In sequence every spin is proposed once, else as many spins are drawn with
 * replacement. A move that costs `certain` temperatures or less is accepted without a random number.
 */
@inline export function sweepSpins<Row>(
  n: i32, rows: usize, targets: usize, weights: usize, stride: i32, fields: usize, spins: usize,
  temperatures: usize, from: i32, to: i32, table: usize, random: usize, energies: usize, best: usize,
  randomOrder: bool, certain: f32,
): void {
  loadRandom(random)
  let energy = load<f64>(energies), bestEnergy = load<f64>(energies, 8)
  const groupEnd: i32 = randomOrder ? 0 : n & ~7
  for (let s = from; s < to; s++) {
    const temperature = load<f32>(temperatures + (<usize>s << 2))
    const cut: f32 = <f32>12 * temperature
    const free: f32 = certain == 0 ? 0 : certain * temperature
    const floors = f32x4.splat(<f32>-0.5 * cut)
    let step: i32 = 0
    while (step < n) {
      let end: i32 = step + 1
      if ((step & 7) == 0 && step < groupEnd) {
        // Eight spins at once: when none can flip at this temperature, no random number is drawn for any of them.
        const at = <usize>step << 2
        const low = f32x4.ge(f32x4.mul(v128.load(spins + at), v128.load(fields + at)), floors)
        const high = f32x4.ge(f32x4.mul(v128.load(spins + at, 16), v128.load(fields + at, 16)), floors)
        end = step + 8
        if (!v128.any_true(v128.or(low, high))) { step = end; continue }
      }
      for (; step < end; step++) {
        const v = randomOrder ? i32((<u64>next() * <u64>n) >> 32) : step
        const at = <usize>v << 2
        const spin = load<f32>(spins + at)
        const delta: f32 = <f32>-2 * spin * load<f32>(fields + at)
        if (delta > cut) continue
        if (delta > free && delta > temperature * threshold(table, next())) continue
        energy += <f64>delta
        store<f32>(spins + at, -spin)
        addRow<Row>(v, <f32>-2 * spin, rows, targets, weights, stride, fields)
      }
    }
    if (energy < bestEnergy) {
      bestEnergy = energy
      pack(spins, best, n)
    }
  }
  storeRandom(random)
  store<f64>(energies, energy); store<f64>(energies, bestEnergy, 8)
}
