// asc: --sharedMemory --maximumMemory 65536 --enable threads
// Multi-spin coding: 128 replicas of an Ising model whose couplings all have the same magnitude, one bit each in a vector.
// Reference: src/samplers/kernels/anneal-multi.ts, which ends in the same bits. Pointers are byte addresses; `targets`
// holds 16 x the neighbour's index, first the negative couplings (an even number: padded by the spin itself, which
// counts as satisfied), then the positive ones. Degrees are at most 255.

import { loadRandom, next, storeRandom, threshold } from './spins/random'

/**
 * Sweeps `from .. to` of the schedule. `reach[s]` is the temperature over twice the coupling's magnitude. All replicas share
 * the random numbers of a proposal. Zero reach is descent: no move costs anything.
 */
export function sweep(
  from: i32, to: i32, n: i32, rowStart: usize, positive: usize, degree: usize, targets: usize, spins: usize,
  reach: usize, table: usize, random: usize, randomOrder: bool,
): void {
  loadRandom(random)
  const ones = i32x4.splat(-1)
  for (let s = from; s < to; s++) {
    const scale = load<f32>(reach + (<usize>s << 2))
    for (let step: i32 = 0; step < n; step++) {
      const v = randomOrder ? i32((<u64>next() * <u64>n) >> 32) : step
      const at = <usize>v << 2
      const slack: f32 = scale * threshold(table, next())
      const deg = load<i32>(degree + at)
      // Flip when at least `need` couplings are unsatisfied: the move costs 2 |J| (degree - 2 unsatisfied).
      const least = Mathf.ceil(<f32>0.5 * (<f32>deg - slack))
      if (least > <f32>deg) continue
      const need = i32(max<f32>(0, least))
      const here = spins + (<usize>v << 4)
      const spin = v128.load(here)
      if (need == 0) { v128.store(here, v128.not(spin)); continue }
      let c0 = i32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0
      let k = targets + (<usize>load<i32>(rowStart + at) << 2)
      const middle = targets + (<usize>load<i32>(positive + at) << 2)
      const end = targets + (<usize>load<i32>(rowStart + at, 4) << 2)
      const wide = deg > 15
      let side = spin
      let stop = middle
      for (;;) {
        for (; k + 4 < stop; k += 8) {
          const x = v128.xor(v128.load(spins + <usize>load<u32>(k)), side)
          const y = v128.xor(v128.load(spins + <usize>load<u32>(k, 4)), side)
          const half = v128.xor(x, y)
          let carry = v128.or(v128.and(x, y), v128.and(half, c0))
          c0 = v128.xor(c0, half)
          let up = v128.and(c1, carry); c1 = v128.xor(c1, carry)
          carry = v128.and(c2, up); c2 = v128.xor(c2, up)
          if (wide) {
            up = v128.and(c3, carry); c3 = v128.xor(c3, carry)
            carry = v128.and(c4, up); c4 = v128.xor(c4, up)
            up = v128.and(c5, carry); c5 = v128.xor(c5, carry)
            carry = v128.and(c6, up); c6 = v128.xor(c6, up)
            c7 = v128.xor(c7, carry)
          } else c3 = v128.xor(c3, carry)
        }
        if (stop == end) break
        side = v128.not(spin)
        stop = end
      }
      if (k < end) {
        let up = v128.xor(v128.load(spins + <usize>load<u32>(k)), side)
        let carry = v128.and(c0, up); c0 = v128.xor(c0, up)
        up = v128.and(c1, carry); c1 = v128.xor(c1, carry)
        carry = v128.and(c2, up); c2 = v128.xor(c2, up)
        up = v128.and(c3, carry); c3 = v128.xor(c3, carry)
        carry = v128.and(c4, up); c4 = v128.xor(c4, up)
        up = v128.and(c5, carry); c5 = v128.xor(c5, carry)
        carry = v128.and(c6, up); c6 = v128.xor(c6, up)
        c7 = v128.xor(c7, carry)
      }
      // counter >= need, from the lowest plane up: a set plane wins unless need's bit is set too.
      let reached = ones
      let miss = i32x4.splat((need & 1) - 1)
      reached = v128.bitselect(v128.or(reached, miss), v128.and(reached, miss), c0)
      miss = i32x4.splat(((need >> 1) & 1) - 1)
      reached = v128.bitselect(v128.or(reached, miss), v128.and(reached, miss), c1)
      miss = i32x4.splat(((need >> 2) & 1) - 1)
      reached = v128.bitselect(v128.or(reached, miss), v128.and(reached, miss), c2)
      miss = i32x4.splat(((need >> 3) & 1) - 1)
      reached = v128.bitselect(v128.or(reached, miss), v128.and(reached, miss), c3)
      if (wide) {
        miss = i32x4.splat(((need >> 4) & 1) - 1)
        reached = v128.bitselect(v128.or(reached, miss), v128.and(reached, miss), c4)
        miss = i32x4.splat(((need >> 5) & 1) - 1)
        reached = v128.bitselect(v128.or(reached, miss), v128.and(reached, miss), c5)
        miss = i32x4.splat(((need >> 6) & 1) - 1)
        reached = v128.bitselect(v128.or(reached, miss), v128.and(reached, miss), c6)
        miss = i32x4.splat(((need >> 7) & 1) - 1)
        reached = v128.bitselect(v128.or(reached, miss), v128.and(reached, miss), c7)
      }
      v128.store(here, v128.xor(spin, reached))
    }
  }
  storeRandom(random)
}

/** Adds `bit` with weight 2^plane to the 128 vertical counters at `planes` (40 vectors). */
@inline function addAt(planes: usize, plane: i32, bit: v128): void {
  let carry = bit
  let p = planes + (<usize>plane << 4)
  while (v128.any_true(carry)) {
    const old = v128.load(p)
    v128.store(p, v128.xor(old, carry))
    carry = v128.and(old, carry)
    p += 16
  }
}

/**
 * Counts the unsatisfied couplings of every replica, each from both ends, into 40 bit planes at `planes` (zeroed here).
 */
export function count(n: i32, rowStart: usize, positive: usize, targets: usize, spins: usize, planes: usize): void {
  memory.fill(planes, 0, 640)
  for (let v: i32 = 0; v < n; v++) {
    const at = <usize>v << 2
    const spin = v128.load(spins + (<usize>v << 4))
    let k = targets + (<usize>load<i32>(rowStart + at) << 2)
    const middle = targets + (<usize>load<i32>(positive + at) << 2)
    const end = targets + (<usize>load<i32>(rowStart + at, 4) << 2)
    let c0 = i32x4.splat(0), c1 = c0, c2 = c0, c3 = c0
    for (; k < end; k += 4) {
      const x = v128.xor(v128.load(spins + <usize>load<u32>(k)), k < middle ? spin : v128.not(spin))
      let carry = v128.and(c0, x); c0 = v128.xor(c0, x)
      let up = v128.and(c1, carry); c1 = v128.xor(c1, carry)
      carry = v128.and(c2, up); c2 = v128.xor(c2, up)
      up = v128.and(c3, carry); c3 = v128.xor(c3, carry)
      // Counts above 15 overflow into the common planes at once.
      if (v128.any_true(up)) addAt(planes, 4, up)
    }
    addAt(planes, 0, c0); addAt(planes, 1, c1); addAt(planes, 2, c2); addAt(planes, 3, c3)
  }
}

/** Copies the replicas chosen by `mask` (one vector) from `spins` to `best`. */
export function keep(n: i32, spins: usize, best: usize, mask: usize): void {
  const chosen = v128.load(mask)
  for (let v: i32 = 0; v < n; v++) {
    const at = <usize>v << 4
    v128.store(best + at, v128.bitselect(v128.load(spins + at), v128.load(best + at), chosen))
  }
}
