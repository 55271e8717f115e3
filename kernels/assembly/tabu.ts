// asc: --sharedMemory --maximumMemory 65536 --enable threads
// One-flip tabu search on a sparse Ising model: the best move that is not tabu, or any that leads below the best energy seen.
// Reference: src/samplers/kernels/tabu.ts, which ends in the same bits. Arrays of spins are padded to a multiple of 4;
// padding is tabu for ever. `targets` holds 4 x the neighbour's index.

/** Makes moves until `patience` of them in a row bring no new best energy, at most `budget`; returns the number made. */
export function search(
  padded: i32, rowStart: usize, targets: usize, weights: usize, gains: usize, spins: usize, until: usize,
  noise: usize, random: usize, energies: usize, best: usize, clock: usize,
  tenure: i32, spread: i32, patience: i32, budget: i32,
): i32 {
  let a = load<u32>(random), b = load<u32>(random, 4), c = load<u32>(random, 8), d = load<u32>(random, 12)
  let energy = load<f64>(energies), bestEnergy = load<f64>(energies, 8)
  let now = load<i32>(clock), idle = load<i32>(clock, 4)
  let fresh = load<i32>(clock, 8)
  const four = i32x4.splat(4)
  const least = f32x4.splat(-Infinity)
  let made: i32 = 0
  while (made < budget && idle < patience) {
    const product = b * 5
    const r = rotl<u32>(product, 7) * 9
    const t = b << 9
    c ^= a; d ^= b; b ^= c; a ^= d; c ^= t; d = rotl<u32>(d, 11)
    // A window of noise below the smallest difference of gains breaks ties at random.
    const window = noise + (<usize>(r & 4095) << 2)
    const time = i32x4.splat(now)
    let index = i32x4(0, 1, 2, 3)
    let key = least, keyAt = index, any = least, anyAt = index
    for (let at: usize = 0, end = <usize>padded << 2; at < end; at += 16) {
      const value = f32x4.add(v128.load(gains + at), v128.load(window + at))
      const allowed = v128.bitselect(value, least, i32x4.le_s(v128.load(until + at), time))
      const better = f32x4.gt(allowed, key)
      key = v128.bitselect(allowed, key, better)
      keyAt = v128.bitselect(index, keyAt, better)
      const best4 = f32x4.gt(value, any)
      any = v128.bitselect(value, any, best4)
      anyAt = v128.bitselect(index, anyAt, best4)
      index = i32x4.add(index, four)
    }
    let v = pick(key, keyAt)
    const w = pick(any, anyAt)
    const gainAny = <f64>load<f32>(gains + (<usize>w << 2))
    if (v < 0 || energy - 2 * gainAny < bestEnergy) v = w
    const at = <usize>v << 2
    const gain = load<f32>(gains + at)
    if (fresh != 0 && gain <= 0) { keep(best, spins, padded); fresh = 0 }
    const spin = load<f32>(spins + at)
    energy -= 2 * <f64>gain
    store<f32>(spins + at, -spin)
    store<f32>(gains + at, -gain)
    const change: f32 = <f32>-2 * spin
    for (let k = load<i32>(rowStart + at) << 2, end = load<i32>(rowStart + at, 4) << 2; k < end; k += 4) {
      const u = <usize>load<u32>(targets + <usize>k)
      store<f32>(gains + u, load<f32>(gains + u) + (load<f32>(spins + u) * change) * load<f32>(weights + <usize>k))
    }
    now++
    made++
    store<i32>(until + at, now + tenure + i32((r >>> 12) % <u32>spread))
    if (energy < bestEnergy - 1e-9) { bestEnergy = energy; fresh = 1; idle = 0 } else idle++
  }
  if (fresh != 0 && energy <= bestEnergy) { keep(best, spins, padded); fresh = 0 }
  store<u32>(random, a); store<u32>(random, b, 4); store<u32>(random, c, 8); store<u32>(random, d, 12)
  store<f64>(energies, energy); store<f64>(energies, bestEnergy, 8)
  store<i32>(clock, now); store<i32>(clock, idle, 4); store<i32>(clock, fresh, 8)
  return made
}

/** Index of the largest of four lanes, the lowest of equals; -1 when all are minus infinity. */
function pick(keys: v128, places: v128): i32 {
  let key = f32x4.extract_lane(keys, 0), at = i32x4.extract_lane(places, 0)
  const k1 = f32x4.extract_lane(keys, 1), p1 = i32x4.extract_lane(places, 1)
  if (k1 > key || (k1 == key && p1 < at)) { key = k1; at = p1 }
  const k2 = f32x4.extract_lane(keys, 2), p2 = i32x4.extract_lane(places, 2)
  if (k2 > key || (k2 == key && p2 < at)) { key = k2; at = p2 }
  const k3 = f32x4.extract_lane(keys, 3), p3 = i32x4.extract_lane(places, 3)
  if (k3 > key || (k3 == key && p3 < at)) { key = k3; at = p3 }
  return key == -Infinity ? -1 : at
}

function keep(best: usize, spins: usize, padded: i32): void {
  memory.copy(best, spins, <usize>padded << 2)
}
