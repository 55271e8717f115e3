// asc: --sharedMemory --maximumMemory 65536 --enable threads
// Metropolis sweeps over a sparse Ising model with cached float32 fields. Reference: src/samplers/kernels/anneal-sparse.ts,
// which ends in the same bits. All pointers are byte addresses; `targets` holds 4 x the neighbour's index.

/** Sweeps `from .. to` of the schedule; returns the number of accepted flips. */
export function sweep(
  n: i32, rowStart: usize, targets: usize, weights: usize, fields: usize, spins: usize,
  temperatures: usize, from: i32, to: i32, table: usize, random: usize, energies: usize, best: usize,
): i32 {
  let a = load<u32>(random), b = load<u32>(random, 4), c = load<u32>(random, 8), d = load<u32>(random, 12)
  let energy = load<f64>(energies), bestEnergy = load<f64>(energies, 8)
  let flips: i32 = 0
  const groupEnd: i32 = n & ~7
  for (let s = from; s < to; s++) {
    const temperature = load<f32>(temperatures + (<usize>s << 2))
    const cut: f32 = <f32>12 * temperature
    const floor: f32 = <f32>-0.5 * cut
    const floors = f32x4.splat(floor)
    let v: i32 = 0
    while (v < n) {
      let end: i32 = v + 1
      if ((v & 7) == 0 && v < groupEnd) {
        // Eight spins at once: when none can flip at this temperature, no random number is drawn for any of them.
        const at = <usize>v << 2
        const low = f32x4.ge(f32x4.mul(v128.load(spins + at), v128.load(fields + at)), floors)
        const high = f32x4.ge(f32x4.mul(v128.load(spins + at, 16), v128.load(fields + at, 16)), floors)
        end = v + 8
        if (!v128.any_true(v128.or(low, high))) { v = end; continue }
      }
      for (; v < end; v++) {
        const at = <usize>v << 2
        const spin = load<f32>(spins + at)
        const delta: f32 = <f32>-2 * spin * load<f32>(fields + at)
        if (delta > cut) continue
        if (delta > 0) {
          const product = b * 5
          const r = rotl<u32>(product, 7) * 9
          const t = b << 9
          c ^= a; d ^= b; b ^= c; a ^= d; c ^= t; d = rotl<u32>(d, 11)
          let cell = r >>> 20
          let tail: f32 = 0
          if (cell == 0) { tail = <f32>8.317766166719343; cell = (r >>> 8) & 4095 }
          if (delta > temperature * (tail + load<f32>(table + (<usize>cell << 2)))) continue
        }
        flips++
        energy += <f64>delta
        store<f32>(spins + at, -spin)
        const change: f32 = <f32>-2 * spin
        let k = load<i32>(rowStart + at) << 2
        const rowEnd = load<i32>(rowStart + at, 4) << 2
        for (; k + 4 < rowEnd; k += 8) {
          const p = fields + <usize>load<u32>(targets + <usize>k)
          const q = fields + <usize>load<u32>(targets + <usize>k, 4)
          store<f32>(p, load<f32>(p) + change * load<f32>(weights + <usize>k))
          store<f32>(q, load<f32>(q) + change * load<f32>(weights + <usize>k, 4))
        }
        if (k < rowEnd) {
          const p = fields + <usize>load<u32>(targets + <usize>k)
          store<f32>(p, load<f32>(p) + change * load<f32>(weights + <usize>k))
        }
      }
    }
    if (energy < bestEnergy) {
      bestEnergy = energy
      let u: i32 = 0
      for (; u < groupEnd; u += 4) {
        const signs = i32x4.bitmask(v128.load(spins + (<usize>u << 2)))
        store<u8>(best + (<usize>u >> 2), <u8>signs)
      }
      for (; u < n; u += 4) {
        let signs: i32 = 0
        for (let w: i32 = u; w < min(u + 4, n); w++) signs |= i32(load<f32>(spins + (<usize>w << 2)) < 0) << (w & 3)
        store<u8>(best + (<usize>u >> 2), <u8>signs)
      }
    }
  }
  store<u32>(random, a); store<u32>(random, b, 4); store<u32>(random, c, 8); store<u32>(random, d, 12)
  store<f64>(energies, energy); store<f64>(energies, bestEnergy, 8)
  return flips
}
