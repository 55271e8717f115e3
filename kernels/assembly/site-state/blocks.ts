/** Phases and low mixers on one block in place, where the two lowest sites are qubits under X. */
import { phaseAndFourBits, startAndFourBits } from './four-bits'
import {
  BLOCK_ENERGY, BLOCK_PHASE, BLOCK_WEIGHT, BUFFER_BYTES, ENERGY, FAST_FAR, FAST_NEAR, FAST_SIZE, FOLDED_IM, FOLDED_RE, IM,
  KIND, KIND_FOUR_BITS, LANE_TABLE, LOW_SIZE, NEAR_SIZE, P0, P1, PHASE_IM, PHASE_RE, RE, SLOW_FAR, SLOW_NEAR, SLOW_SIZE,
  START_BLOCK_IM, START_BLOCK_RE, START_LOW_IM, START_LOW_RE, STEP_BYTES, blockOffset, float, word,
} from './layout'
import { mix } from './mixers'

/** Phases of one half of a block against the rest of the state, for one block. */
function blockPhases(state: usize, near: i32, far: i32, size: i32, block: i32, withBlock: bool, outRe: usize, outIm: usize): void {
  const re = <usize>word(state, PHASE_RE)
  const im = <usize>word(state, PHASE_IM)
  const nearSize = word(state, NEAR_SIZE)
  const farIndex = block / nearSize
  const n = near + (block - farIndex * nearSize) * size
  const f = far + farIndex * size
  let br: f32 = 1
  let bi: f32 = 0
  if (withBlock) {
    br = float(re, word(state, BLOCK_PHASE) + block)
    bi = float(im, word(state, BLOCK_PHASE) + block)
  }
  for (let k = 0; k < size; k++) {
    const nr = float(re, n + k)
    const ni = float(im, n + k)
    const fr = float(re, f + k)
    const fi = float(im, f + k)
    const pr = nr * fr - ni * fi
    const pi = nr * fi + ni * fr
    store<f32>(outRe + ((<usize>k) << 2), pr * br - pi * bi)
    store<f32>(outIm + ((<usize>k) << 2), pr * bi + pi * br)
  }
}

/**
 * The phases of a block's two halves against the rest of the state. A fresh block is the start of the low sites times a
 * factor of the block, which joins the slow half.
 */
function halfTables(state: usize, block: i32, tables: usize, fresh: bool): void {
  const slow = word(state, SLOW_SIZE)
  const slowIm = tables + LANE_TABLE
  blockPhases(state, word(state, SLOW_NEAR), word(state, SLOW_FAR), slow, block, true, tables, slowIm)
  blockPhases(state, word(state, FAST_NEAR), word(state, FAST_FAR), word(state, FAST_SIZE), block, false, tables + 2 * LANE_TABLE, tables + 3 * LANE_TABLE)
  if (!fresh) return
  const br = float(<usize>word(state, START_BLOCK_RE), block)
  const bi = float(<usize>word(state, START_BLOCK_IM), block)
  for (let at: usize = 0, end = (<usize>slow) << 2; at < end; at += 4) {
    const ar = load<f32>(tables + at)
    const ai = load<f32>(slowIm + at)
    store<f32>(tables + at, ar * br - ai * bi)
    store<f32>(slowIm + at, ar * bi + ai * br)
  }
}

/** Multiplies the block at `xRe` and `xIm`, or the start of the low sites, by exp(-i gamma C). */
function applyPhaseInPlace(state: usize, xRe: usize, xIm: usize, tables: usize, fresh: bool): void {
  const slow = word(state, SLOW_SIZE)
  const fastBytes = (<usize>word(state, FAST_SIZE)) << 2
  const fastRe = tables + 2 * LANE_TABLE
  const fastIm = tables + 3 * LANE_TABLE
  let fromRe = fresh ? <usize>word(state, START_LOW_RE) : xRe
  let fromIm = fresh ? <usize>word(state, START_LOW_IM) : xIm
  let inRe = <usize>word(state, PHASE_RE)
  let inIm = <usize>word(state, PHASE_IM)
  for (let a = 0; a < slow; a++) {
    const ar = v128.load_splat<f32>(tables + ((<usize>a) << 2))
    const ai = v128.load_splat<f32>(tables + LANE_TABLE + ((<usize>a) << 2))
    for (let at: usize = 0; at < fastBytes; at += 16) {
      const br = v128.load(fastRe + at)
      const bi = v128.load(fastIm + at)
      const cr = f32x4.sub(f32x4.mul(ar, br), f32x4.mul(ai, bi))
      const ci = f32x4.add(f32x4.mul(ar, bi), f32x4.mul(ai, br))
      const pr = v128.load(inRe + at)
      const pi = v128.load(inIm + at)
      const fr = f32x4.sub(f32x4.mul(cr, pr), f32x4.mul(ci, pi))
      const fi = f32x4.add(f32x4.mul(cr, pi), f32x4.mul(ci, pr))
      const xr = v128.load(fromRe + at)
      const xi = v128.load(fromIm + at)
      v128.store(xRe + at, f32x4.sub(f32x4.mul(xr, fr), f32x4.mul(xi, fi)))
      v128.store(xIm + at, f32x4.add(f32x4.mul(xr, fi), f32x4.mul(xi, fr)))
    }
    inRe += fastBytes
    inIm += fastBytes
    fromRe += fastBytes
    fromIm += fastBytes
    xRe += fastBytes
    xIm += fastBytes
  }
}

/**
 * The phases inside a block times the start amplitudes of the low sites: blocks of a first layer share them. Before the
 * first layer's `blockPassInPlace`.
 */
export function foldStart(state: usize): void {
  const lowRe = <usize>word(state, START_LOW_RE)
  const lowIm = <usize>word(state, START_LOW_IM)
  const phaseRe = <usize>word(state, PHASE_RE)
  const phaseIm = <usize>word(state, PHASE_IM)
  const outRe = <usize>word(state, FOLDED_RE)
  const outIm = <usize>word(state, FOLDED_IM)
  for (let at: usize = 0, end = (<usize>word(state, LOW_SIZE)) << 2; at < end; at += 16) {
    const xr = v128.load(lowRe + at)
    const xi = v128.load(lowIm + at)
    const pr = v128.load(phaseRe + at)
    const pi = v128.load(phaseIm + at)
    v128.store(outRe + at, f32x4.sub(f32x4.mul(xr, pr), f32x4.mul(xi, pi)))
    v128.store(outIm + at, f32x4.add(f32x4.mul(xr, pi), f32x4.mul(xi, pr)))
  }
}

/** `blockPass` in place on blocks [first, last), where the two lowest sites are qubits under X. */
export function blockPassInPlace(state: usize, steps: usize, numSteps: i32, scratch: usize, first: i32, last: i32, fresh: bool): void {
  const tables = scratch + 2 * BUFFER_BYTES
  const together = word(steps, KIND) == KIND_FOUR_BITS
  const alpha = float(steps, P0)
  const kappa = float(steps, P1)
  const rest = together ? steps + STEP_BYTES : steps
  const numRest = together ? numSteps - 1 : numSteps
  for (let block = first; block < last; block++) {
    const at = blockOffset(state, block)
    const re = <usize>word(state, RE) + at
    const im = <usize>word(state, IM) + at
    halfTables(state, block, tables, fresh)
    if (!together) applyPhaseInPlace(state, re, im, tables, fresh)
    else if (fresh) startAndFourBits(state, re, im, tables, alpha, kappa)
    else phaseAndFourBits(state, re, im, tables, alpha, kappa)
    mix(re, im, 4, rest, numRest)
  }
}

/** `measurePass` in place on blocks [first, last). */
export function measurePassInPlace(state: usize, scratch: usize, first: i32, last: i32): void {
  const slow = word(state, SLOW_SIZE)
  const fast = word(state, FAST_SIZE)
  const nearSize = word(state, NEAR_SIZE)
  const energies = <usize>word(state, ENERGY)
  const fastTable = scratch
  for (let block = first; block < last; block++) {
    const at = blockOffset(state, block)
    let re = <usize>word(state, RE) + at
    let im = <usize>word(state, IM) + at
    const farIndex = block / nearSize
    const nearIndex = block - farIndex * nearSize
    const own = load<f64>(energies + ((<usize>(word(state, BLOCK_PHASE) + block)) << 3))
    for (let k = 0; k < fast; k++) {
      const n = load<f64>(energies + ((<usize>(word(state, FAST_NEAR) + nearIndex * fast + k)) << 3))
      const f = load<f64>(energies + ((<usize>(word(state, FAST_FAR) + farIndex * fast + k)) << 3))
      store<f32>(fastTable + ((<usize>k) << 2), <f32>(n + f))
    }
    let inside = energies
    let weightSum = f64x2.splat(0)
    let energySum = f64x2.splat(0)
    for (let a = 0; a < slow; a++) {
      const n = load<f64>(energies + ((<usize>(word(state, SLOW_NEAR) + nearIndex * slow + a)) << 3))
      const f = load<f64>(energies + ((<usize>(word(state, SLOW_FAR) + farIndex * slow + a)) << 3))
      const slowEnergy = f32x4.splat(<f32>(n + f + own))
      let weight = f32x4.splat(0)
      let energy = f32x4.splat(0)
      for (let k: usize = 0, end = (<usize>fast) << 2; k < end; k += 16, re += 16, im += 16, inside += 32) {
        const xr = v128.load(re)
        const xi = v128.load(im)
        const p = f32x4.add(f32x4.mul(xr, xr), f32x4.mul(xi, xi))
        const low = f32x4.demote_f64x2_zero(v128.load(inside))
        const high = f32x4.demote_f64x2_zero(v128.load(inside, 16))
        const e = f32x4.add(f32x4.add(slowEnergy, v128.load(fastTable + k)), v128.shuffle<f32>(low, high, 0, 1, 4, 5))
        weight = f32x4.add(weight, p)
        energy = f32x4.add(energy, f32x4.mul(p, e))
      }
      weightSum = f64x2.add(weightSum, f64x2.add(f64x2.promote_low_f32x4(weight), f64x2.promote_low_f32x4(v128.shuffle<f32>(weight, weight, 2, 3, 2, 3))))
      energySum = f64x2.add(energySum, f64x2.add(f64x2.promote_low_f32x4(energy), f64x2.promote_low_f32x4(v128.shuffle<f32>(energy, energy, 2, 3, 2, 3))))
    }
    const out = (<usize>block) << 3
    store<f64>(<usize>word(state, BLOCK_WEIGHT) + out, f64x2.extract_lane(weightSum, 0) + f64x2.extract_lane(weightSum, 1))
    store<f64>(<usize>word(state, BLOCK_ENERGY) + out, f64x2.extract_lane(energySum, 0) + f64x2.extract_lane(energySum, 1))
  }
}
