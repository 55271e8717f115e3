/** Phases and low mixers on four neighbouring blocks, interleaved into a buffer so that a lane is a block. */
import {
  BLOCKS, BLOCK_ENERGY, BLOCK_PHASE, BLOCK_WEIGHT, BUFFER_BYTES, ENERGY, FAST_FAR, FAST_NEAR, FAST_SIZE, IM, INNER,
  KIND, KIND_UNIFORM, LANE_TABLE, LOW_SIZE, NEAR_SIZE, P0, P1, PHASE_IM, PHASE_RE, RE, SLOW_FAR, SLOW_NEAR,
  SLOW_SIZE, START_BLOCK_IM, START_BLOCK_RE, START_LOW_IM, START_LOW_RE, STEP_BYTES, blockOffset, float, word,
} from './layout'
import { mix } from './mixers'

/** Four blocks of one array, transposed into lanes. */
@inline function interleave(p0: usize, p1: usize, p2: usize, p3: usize, size: i32, buffer: usize): void {
  for (let z = 0; z < size; z += 4) {
    // The last step steps back so that it ends at the end; it rewrites the same values.
    const at = z + 4 > size ? size - 4 : z
    const from = (<usize>at) << 2
    const a = v128.load(p0 + from)
    const b = v128.load(p1 + from)
    const c = v128.load(p2 + from)
    const d = v128.load(p3 + from)
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
    const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
    const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
    const to = buffer + ((<usize>at) << 4)
    v128.store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5))
    v128.store(to, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 16)
    v128.store(to, v128.shuffle<f32>(AB, CD, 0, 1, 4, 5), 32)
    v128.store(to, v128.shuffle<f32>(AB, CD, 2, 3, 6, 7), 48)
  }
}

/** The inverse of `interleave`. */
@inline function separate(p0: usize, p1: usize, p2: usize, p3: usize, size: i32, buffer: usize): void {
  for (let z = 0; z < size; z += 4) {
    const at = z + 4 > size ? size - 4 : z
    const from = buffer + ((<usize>at) << 4)
    const a = v128.load(from)
    const b = v128.load(from, 16)
    const c = v128.load(from, 32)
    const d = v128.load(from, 48)
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
    const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
    const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
    const to = (<usize>at) << 2
    v128.store(p0 + to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5))
    v128.store(p1 + to, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7))
    v128.store(p2 + to, v128.shuffle<f32>(AB, CD, 0, 1, 4, 5))
    v128.store(p3 + to, v128.shuffle<f32>(AB, CD, 2, 3, 6, 7))
  }
}

/** Phases of one half of a block against the rest of the state, for the four blocks of a quad. */
function lanePhases(state: usize, near: i32, far: i32, size: i32, quad: i32, withBlock: bool, outRe: usize, outIm: usize): void {
  const re = <usize>word(state, PHASE_RE)
  const im = <usize>word(state, PHASE_IM)
  const blocks = word(state, BLOCKS)
  const nearSize = word(state, NEAR_SIZE)
  for (let lane = 0; lane < 4; lane++) {
    let block = quad * 4 + lane
    if (block >= blocks) block = blocks - 1
    const farIndex = block / nearSize
    const nearIndex = block - farIndex * nearSize
    let br: f32 = 1
    let bi: f32 = 0
    if (withBlock) {
      br = float(re, word(state, BLOCK_PHASE) + block)
      bi = float(im, word(state, BLOCK_PHASE) + block)
    }
    for (let k = 0; k < size; k++) {
      const n = near + nearIndex * size + k
      const f = far + farIndex * size + k
      const nr = float(re, n)
      const ni = float(im, n)
      const fr = float(re, f)
      const fi = float(im, f)
      const pr = nr * fr - ni * fi
      const pi = nr * fi + ni * fr
      const at = ((<usize>k) << 4) + ((<usize>lane) << 2)
      store<f32>(outRe + at, pr * br - pi * bi)
      store<f32>(outIm + at, pr * bi + pi * br)
    }
  }
}

/** Energies of one half of a block against the rest of the state, for the four blocks of a quad. */
function laneEnergies(state: usize, near: i32, far: i32, size: i32, quad: i32, withBlock: bool, out: usize): void {
  const energies = <usize>word(state, ENERGY)
  const blocks = word(state, BLOCKS)
  const nearSize = word(state, NEAR_SIZE)
  for (let lane = 0; lane < 4; lane++) {
    let block = quad * 4 + lane
    if (block >= blocks) block = blocks - 1
    const farIndex = block / nearSize
    const nearIndex = block - farIndex * nearSize
    const own = withBlock ? load<f64>(energies + ((<usize>(word(state, BLOCK_PHASE) + block)) << 3)) : 0.0
    for (let k = 0; k < size; k++) {
      const n = load<f64>(energies + ((<usize>(near + nearIndex * size + k)) << 3))
      const f = load<f64>(energies + ((<usize>(far + farIndex * size + k)) << 3))
      store<f32>(out + ((<usize>k) << 4) + ((<usize>lane) << 2), <f32>(n + f + own))
    }
  }
}

/** Phases of a quad's halves against the rest of the state, into the four lane tables. */
function lanePhaseTables(state: usize, quad: i32, lanes: usize): void {
  lanePhases(state, word(state, SLOW_NEAR), word(state, SLOW_FAR), word(state, SLOW_SIZE), quad, true, lanes, lanes + LANE_TABLE)
  lanePhases(state, word(state, FAST_NEAR), word(state, FAST_FAR), word(state, FAST_SIZE), quad, false, lanes + 2 * LANE_TABLE, lanes + 3 * LANE_TABLE)
}

/** Multiplies a quad's buffer by exp(-i gamma C). */
function applyPhase(state: usize, bufferRe: usize, bufferIm: usize, lanes: usize): void {
  const slow = word(state, SLOW_SIZE)
  const fast = word(state, FAST_SIZE)
  let blockRe = <usize>word(state, PHASE_RE)
  let blockIm = <usize>word(state, PHASE_IM)
  for (let a = 0; a < slow; a++) {
    const ar = v128.load(lanes + ((<usize>a) << 4))
    const ai = v128.load(lanes + LANE_TABLE + ((<usize>a) << 4))
    for (let b = 0; b < fast; b++) {
      const at = (<usize>b) << 4
      const br = v128.load(lanes + 2 * LANE_TABLE + at)
      const bi = v128.load(lanes + 3 * LANE_TABLE + at)
      const cr = f32x4.sub(f32x4.mul(ar, br), f32x4.mul(ai, bi))
      const ci = f32x4.add(f32x4.mul(ar, bi), f32x4.mul(ai, br))
      const pr = v128.load_splat<f32>(blockRe)
      const pi = v128.load_splat<f32>(blockIm)
      const fr = f32x4.sub(f32x4.mul(cr, pr), f32x4.mul(ci, pi))
      const fi = f32x4.add(f32x4.mul(cr, pi), f32x4.mul(ci, pr))
      const xr = v128.load(bufferRe)
      const xi = v128.load(bufferIm)
      v128.store(bufferRe, f32x4.sub(f32x4.mul(xr, fr), f32x4.mul(xi, fi)))
      v128.store(bufferIm, f32x4.add(f32x4.mul(xr, fi), f32x4.mul(xi, fr)))
      blockRe += 4
      blockIm += 4
      bufferRe += 16
      bufferIm += 16
    }
  }
}

/** `applyPhase` and `mixUniform3` of the lowest site in one go: three vectors at a time stay in registers. */
function applyPhaseAndUniform3(state: usize, bufferRe: usize, bufferIm: usize, lanes: usize, q0: f32, q1: f32): void {
  const slow = word(state, SLOW_SIZE)
  const thirds = word(state, FAST_SIZE) / 3
  const qr = f32x4.splat(q0)
  const qi = f32x4.splat(q1)
  let blockRe = <usize>word(state, PHASE_RE)
  let blockIm = <usize>word(state, PHASE_IM)
  for (let a = 0; a < slow; a++) {
    const ar = v128.load(lanes + ((<usize>a) << 4))
    const ai = v128.load(lanes + LANE_TABLE + ((<usize>a) << 4))
    let fastRe = lanes + 2 * LANE_TABLE
    let fastIm = lanes + 3 * LANE_TABLE
    for (let b = 0; b < thirds; b++) {
      const br0 = v128.load(fastRe)
      const bi0 = v128.load(fastIm)
      const cr0 = f32x4.sub(f32x4.mul(ar, br0), f32x4.mul(ai, bi0))
      const ci0 = f32x4.add(f32x4.mul(ar, bi0), f32x4.mul(ai, br0))
      const pr0 = v128.load_splat<f32>(blockRe)
      const pi0 = v128.load_splat<f32>(blockIm)
      const fr0 = f32x4.sub(f32x4.mul(cr0, pr0), f32x4.mul(ci0, pi0))
      const fi0 = f32x4.add(f32x4.mul(cr0, pi0), f32x4.mul(ci0, pr0))
      const xr0 = v128.load(bufferRe)
      const xi0 = v128.load(bufferIm)
      const r0 = f32x4.sub(f32x4.mul(xr0, fr0), f32x4.mul(xi0, fi0))
      const i0 = f32x4.add(f32x4.mul(xr0, fi0), f32x4.mul(xi0, fr0))
      const br1 = v128.load(fastRe, 16)
      const bi1 = v128.load(fastIm, 16)
      const cr1 = f32x4.sub(f32x4.mul(ar, br1), f32x4.mul(ai, bi1))
      const ci1 = f32x4.add(f32x4.mul(ar, bi1), f32x4.mul(ai, br1))
      const pr1 = v128.load_splat<f32>(blockRe, 4)
      const pi1 = v128.load_splat<f32>(blockIm, 4)
      const fr1 = f32x4.sub(f32x4.mul(cr1, pr1), f32x4.mul(ci1, pi1))
      const fi1 = f32x4.add(f32x4.mul(cr1, pi1), f32x4.mul(ci1, pr1))
      const xr1 = v128.load(bufferRe, 16)
      const xi1 = v128.load(bufferIm, 16)
      const r1 = f32x4.sub(f32x4.mul(xr1, fr1), f32x4.mul(xi1, fi1))
      const i1 = f32x4.add(f32x4.mul(xr1, fi1), f32x4.mul(xi1, fr1))
      const br2 = v128.load(fastRe, 32)
      const bi2 = v128.load(fastIm, 32)
      const cr2 = f32x4.sub(f32x4.mul(ar, br2), f32x4.mul(ai, bi2))
      const ci2 = f32x4.add(f32x4.mul(ar, bi2), f32x4.mul(ai, br2))
      const pr2 = v128.load_splat<f32>(blockRe, 8)
      const pi2 = v128.load_splat<f32>(blockIm, 8)
      const fr2 = f32x4.sub(f32x4.mul(cr2, pr2), f32x4.mul(ci2, pi2))
      const fi2 = f32x4.add(f32x4.mul(cr2, pi2), f32x4.mul(ci2, pr2))
      const xr2 = v128.load(bufferRe, 32)
      const xi2 = v128.load(bufferIm, 32)
      const r2 = f32x4.sub(f32x4.mul(xr2, fr2), f32x4.mul(xi2, fi2))
      const i2 = f32x4.add(f32x4.mul(xr2, fi2), f32x4.mul(xi2, fr2))
      const sr = f32x4.add(f32x4.add(r0, r1), r2)
      const si = f32x4.add(f32x4.add(i0, i1), i2)
      const dr = f32x4.sub(f32x4.mul(qr, sr), f32x4.mul(qi, si))
      const di = f32x4.add(f32x4.mul(qr, si), f32x4.mul(qi, sr))
      v128.store(bufferRe, f32x4.add(r0, dr))
      v128.store(bufferRe, f32x4.add(r1, dr), 16)
      v128.store(bufferRe, f32x4.add(r2, dr), 32)
      v128.store(bufferIm, f32x4.add(i0, di))
      v128.store(bufferIm, f32x4.add(i1, di), 16)
      v128.store(bufferIm, f32x4.add(i2, di), 32)
      fastRe += 48
      fastIm += 48
      blockRe += 12
      blockIm += 12
      bufferRe += 48
      bufferIm += 48
    }
  }
}

/** Fills a quad's buffer with the product start. */
function startQuad(state: usize, bufferRe: usize, bufferIm: usize, quad: i32): void {
  const size = word(state, LOW_SIZE)
  const lowRe = <usize>word(state, START_LOW_RE)
  const lowIm = <usize>word(state, START_LOW_IM)
  const blockRe = v128.load(<usize>word(state, START_BLOCK_RE) + ((<usize>quad) << 4))
  const blockIm = v128.load(<usize>word(state, START_BLOCK_IM) + ((<usize>quad) << 4))
  for (let z: usize = 0, end = <usize>size; z < end; z++) {
    const r = v128.load_splat<f32>(lowRe + (z << 2))
    const i = v128.load_splat<f32>(lowIm + (z << 2))
    v128.store(bufferRe + (z << 4), f32x4.sub(f32x4.mul(r, blockRe), f32x4.mul(i, blockIm)))
    v128.store(bufferIm + (z << 4), f32x4.add(f32x4.mul(r, blockIm), f32x4.mul(i, blockRe)))
  }
}

/** Where block `quad * 4 + lane` of an array begins; lanes past the end use `spare`. */
@inline function blockAt(state: usize, base: usize, quad: i32, lane: i32, spare: usize): usize {
  const block = quad * 4 + lane
  return block < word(state, BLOCKS) ? base + blockOffset(state, block) : spare
}

/** Phase and the mixers of the low sites on quads [first, last); `fresh` starts from the product state instead of memory. */
export function blockPass(state: usize, steps: usize, numSteps: i32, scratch: usize, first: i32, last: i32, fresh: bool): void {
  const size = word(state, LOW_SIZE)
  const re = <usize>word(state, RE)
  const im = <usize>word(state, IM)
  const bufferRe = scratch
  const bufferIm = scratch + BUFFER_BYTES
  const lanes = scratch + 2 * BUFFER_BYTES
  const spare = lanes + 4 * LANE_TABLE
  // A first site of three levels has its three amplitudes in neighbouring vectors.
  const together = numSteps > 0 && word(steps, KIND) == KIND_UNIFORM && word(steps, INNER) == 1
  for (let quad = first; quad < last; quad++) {
    const r0 = blockAt(state, re, quad, 0, spare)
    const r1 = blockAt(state, re, quad, 1, spare)
    const r2 = blockAt(state, re, quad, 2, spare)
    const r3 = blockAt(state, re, quad, 3, spare)
    const i0 = blockAt(state, im, quad, 0, spare)
    const i1 = blockAt(state, im, quad, 1, spare)
    const i2 = blockAt(state, im, quad, 2, spare)
    const i3 = blockAt(state, im, quad, 3, spare)
    if (fresh) {
      startQuad(state, bufferRe, bufferIm, quad)
    } else {
      interleave(r0, r1, r2, r3, size, bufferRe)
      interleave(i0, i1, i2, i3, size, bufferIm)
    }
    lanePhaseTables(state, quad, lanes)
    if (together) {
      applyPhaseAndUniform3(state, bufferRe, bufferIm, lanes, float(steps, P0), float(steps, P1))
      mix(bufferRe, bufferIm, 16, steps + STEP_BYTES, numSteps - 1)
    } else {
      applyPhase(state, bufferRe, bufferIm, lanes)
      mix(bufferRe, bufferIm, 16, steps, numSteps)
    }
    separate(r0, r1, r2, r3, size, bufferRe)
    separate(i0, i1, i2, i3, size, bufferIm)
  }
}

/** Weight and weighted energy of every block of quads [first, last), into the two block arrays. */
export function measurePass(state: usize, scratch: usize, first: i32, last: i32): void {
  const size = word(state, LOW_SIZE)
  const slow = word(state, SLOW_SIZE)
  const fast = word(state, FAST_SIZE)
  const re = <usize>word(state, RE)
  const im = <usize>word(state, IM)
  const energies = <usize>word(state, ENERGY)
  const weightOut = <usize>word(state, BLOCK_WEIGHT)
  const energyOut = <usize>word(state, BLOCK_ENERGY)
  const bufferRe = scratch
  const bufferIm = scratch + BUFFER_BYTES
  const lanes = scratch + 2 * BUFFER_BYTES
  const fastTable = lanes + 2 * LANE_TABLE
  const spare = lanes + 4 * LANE_TABLE
  for (let quad = first; quad < last; quad++) {
    interleave(blockAt(state, re, quad, 0, spare), blockAt(state, re, quad, 1, spare), blockAt(state, re, quad, 2, spare), blockAt(state, re, quad, 3, spare), size, bufferRe)
    interleave(blockAt(state, im, quad, 0, spare), blockAt(state, im, quad, 1, spare), blockAt(state, im, quad, 2, spare), blockAt(state, im, quad, 3, spare), size, bufferIm)
    laneEnergies(state, word(state, SLOW_NEAR), word(state, SLOW_FAR), slow, quad, true, lanes)
    laneEnergies(state, word(state, FAST_NEAR), word(state, FAST_FAR), fast, quad, false, fastTable)
    let low = f64x2.splat(0)
    let high = f64x2.splat(0)
    let lowEnergy = f64x2.splat(0)
    let highEnergy = f64x2.splat(0)
    let from: usize = 0
    let inside = energies
    for (let a = 0; a < slow; a++) {
      const slowEnergy = v128.load(lanes + ((<usize>a) << 4))
      let weight = f32x4.splat(0)
      let energy = f32x4.splat(0)
      for (let b = 0; b < fast; b++, from += 16, inside += 8) {
        const xr = v128.load(bufferRe + from)
        const xi = v128.load(bufferIm + from)
        const p = f32x4.add(f32x4.mul(xr, xr), f32x4.mul(xi, xi))
        const e = f32x4.add(f32x4.add(slowEnergy, v128.load(fastTable + ((<usize>b) << 4))), f32x4.splat(<f32>load<f64>(inside)))
        weight = f32x4.add(weight, p)
        energy = f32x4.add(energy, f32x4.mul(p, e))
      }
      low = f64x2.add(low, f64x2.promote_low_f32x4(weight))
      high = f64x2.add(high, f64x2.promote_low_f32x4(v128.shuffle<f32>(weight, weight, 2, 3, 2, 3)))
      lowEnergy = f64x2.add(lowEnergy, f64x2.promote_low_f32x4(energy))
      highEnergy = f64x2.add(highEnergy, f64x2.promote_low_f32x4(v128.shuffle<f32>(energy, energy, 2, 3, 2, 3)))
    }
    const out = (<usize>quad) << 5
    v128.store(weightOut + out, low)
    v128.store(weightOut + out, high, 16)
    v128.store(energyOut + out, lowEnergy)
    v128.store(energyOut + out, highEnergy, 16)
  }
}
