// asc: --enable threads --sharedMemory --maximumMemory 65536
/**
 * One layer of QAOA on a state over sites (qubits or one-hot groups), in float32 with 4 lanes. The state is two arrays,
 * real and imaginary parts, in the order of the basis states. Where the lowest sites are qubits, blocks of up to 4096
 * amplitudes are worked on in place. Elsewhere four neighbouring blocks of up to 1024 are interleaved into a buffer that
 * stays in the L1 cache, so that every site, whatever its number of levels, is worked on by whole vectors. Phases are products of three tables (inside the block, and its two halves against the rest of the
 * state), so the diagonal of the Hamiltonian is never stored.
 *
 * No globals and no allocation: the caller lays out memory (src/quantum/statevector/kernel-layout.ts), and threads share
 * it. Work is cut into quads of blocks and tiles of strips, which may run in any order within a pass.
 */

// Words of the state record.
const RE = 0
const IM = 1
const LOW_SIZE = 2
const BLOCKS = 3
const SLOW_SIZE = 4
const FAST_SIZE = 5
const NEAR_SIZE = 6
const ENERGY = 7
const PHASE_RE = 8
const PHASE_IM = 9
const SLOW_NEAR = 10
const SLOW_FAR = 11
const FAST_NEAR = 12
const FAST_FAR = 13
const BLOCK_PHASE = 14
const BLOCK_WEIGHT = 15
const BLOCK_ENERGY = 16
const START_LOW_RE = 17
const START_LOW_IM = 18
const START_BLOCK_RE = 19
const START_BLOCK_IM = 20
/** Bytes from one block to the next, an odd number of cache lines, so that rows of a strip fall on different cache sets. */
const BLOCK_STRIDE = 21
/** Bytes that are left free after every `NEAR_SIZE` blocks, for the same reason. */
const FAR_PAD = 22

// Words of a mixer step (12 words each).
const KIND = 0
const INNER = 1
const LEVELS = 2
const OUTER = 3
const FIRST = 4
const SECOND = 5
const P0 = 6
const P1 = 7
const WEIGHTS = 8
const STEP_BYTES: usize = 48

const KIND_X = 0
const KIND_XX = 1
const KIND_REFLECT = 2
const KIND_EDGE = 3
const KIND_UNIFORM = 4
/** X on the two lowest bits where amplitudes are not interleaved: both lie inside a vector. */
const KIND_XX_LANES = 5

// Scratch of one thread, in bytes: two buffers, of which a pass mostly uses the first 16 KiB (a strip's last tile may be
// twice as wide), four lane tables of at most 1024 vectors, and a spare block for lanes past the end.
const BUFFER_BYTES: usize = 32768
const LANE_TABLE: usize = 16384

@inline function word(base: usize, index: i32): i32 {
  return load<i32>(base + ((<usize>index) << 2))
}

@inline function float(base: usize, index: i32): f32 {
  return load<f32>(base + ((<usize>index) << 2))
}

/** Cosine and minus sine of gamma x energy for `count` energies from `first`: the phases exp(-i gamma E). */
export function phases(state: usize, gamma: f64, first: i32, count: i32): void {
  const energies = <usize>word(state, ENERGY)
  const re = <usize>word(state, PHASE_RE)
  const im = <usize>word(state, PHASE_IM)
  for (let k = first, end = first + count; k < end; k++) {
    const x = gamma * load<f64>(energies + ((<usize>k) << 3))
    // Reduction by quarter turns with pi/2 in three parts (Cody and Waite), then the polynomials of fdlibm.
    const turns = nearest<f64>(x * 0.6366197723675814)
    const r = x - turns * 1.5707963267341256 - turns * 6.077100506303966e-11 - turns * 2.0222662487959506e-21
    const z = r * r
    const s = r + r * z * (-0.16666666666666632 + z * (0.00833333333332249 + z * (-1.984126982985795e-4 + z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)))))
    const c = 1.0 - 0.5 * z + z * z * (0.0416666666666666 + z * (-0.001388888888887411 + z * (2.480158728947673e-5 + z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))))
    const quarter = <i64>turns & 3
    const swap = (quarter & 1) != 0
    let cosine = swap ? s : c
    let sine = swap ? c : s
    if (quarter == 1 || quarter == 2) cosine = -cosine
    if (quarter >= 2) sine = -sine
    store<f32>(re + ((<usize>k) << 2), <f32>cosine)
    store<f32>(im + ((<usize>k) << 2), <f32>(-sine))
  }
}

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

/** Multiplies a quad's buffer by exp(-i gamma C). */
function applyPhase(state: usize, bufferRe: usize, bufferIm: usize, quad: i32, lanes: usize): void {
  const slow = word(state, SLOW_SIZE)
  const fast = word(state, FAST_SIZE)
  const slowRe = lanes
  const slowIm = lanes + LANE_TABLE
  const fastRe = lanes + 2 * LANE_TABLE
  const fastIm = lanes + 3 * LANE_TABLE
  lanePhases(state, word(state, SLOW_NEAR), word(state, SLOW_FAR), slow, quad, true, slowRe, slowIm)
  lanePhases(state, word(state, FAST_NEAR), word(state, FAST_FAR), fast, quad, false, fastRe, fastIm)
  let blockRe = <usize>word(state, PHASE_RE)
  let blockIm = <usize>word(state, PHASE_IM)
  for (let a = 0; a < slow; a++) {
    const ar = v128.load(slowRe + ((<usize>a) << 4))
    const ai = v128.load(slowIm + ((<usize>a) << 4))
    for (let b = 0; b < fast; b++) {
      const at = (<usize>b) << 4
      const br = v128.load(fastRe + at)
      const bi = v128.load(fastIm + at)
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

/** exp(-i beta X) on one bit, in the gauge amplitude_z = (-i)^popcount(z) b_z where it is a real rotation. P0 = cos, P1 = sin. */
function mixX(buffer: usize, inner: usize, outer: i32, cosine: f32, sine: f32): void {
  const c = f32x4.splat(cosine)
  const s = f32x4.splat(sine)
  for (let o = 0; o < outer; o++) {
    for (const end = buffer + inner; buffer < end; buffer += 16) {
      const a = v128.load(buffer)
      const b = v128.load(buffer + inner)
      v128.store(buffer, f32x4.sub(f32x4.mul(c, a), f32x4.mul(s, b)))
      v128.store(buffer + inner, f32x4.add(f32x4.mul(s, a), f32x4.mul(c, b)))
    }
    buffer += inner
  }
}

/**
 * exp(-i beta (X + X)) on two bits in the same gauge. Only the combinations u = b00 - b11 and v = b01 + b10 turn (by
 * 2 beta), the two others stand still: 12 operations where two single rotations take 24. P0 = -sin^2 beta, P1 = sin beta cos beta.
 */
function mixXX(buffer: usize, inner: usize, outer: i32, alpha: f32, kappa: f32): void {
  const al = f32x4.splat(alpha)
  const ka = f32x4.splat(kappa)
  const two = inner << 1
  const three = inner + two
  for (let o = 0; o < outer; o++) {
    for (const end = buffer + inner; buffer < end; buffer += 16) {
      const b0 = v128.load(buffer)
      const b1 = v128.load(buffer + inner)
      const b2 = v128.load(buffer + two)
      const b3 = v128.load(buffer + three)
      const u = f32x4.sub(b0, b3)
      const v = f32x4.add(b1, b2)
      const du = f32x4.sub(f32x4.mul(al, u), f32x4.mul(ka, v))
      const dv = f32x4.add(f32x4.mul(ka, u), f32x4.mul(al, v))
      v128.store(buffer, f32x4.add(b0, du))
      v128.store(buffer + inner, f32x4.add(b1, dv))
      v128.store(buffer + two, f32x4.add(b2, dv))
      v128.store(buffer + three, f32x4.sub(b3, du))
    }
    buffer += three
  }
}

/** `mixXX` on bits 0 and 1 of neighbouring amplitudes: lanes b00, b01, b10, b11 of every vector. */
function mixXXLanes(memory: usize, vectors: i32, alpha: f32, kappa: f32): void {
  const signs = f32x4(-1, 1, 1, -1)
  const al = f32x4.splat(alpha)
  const ka = f32x4.mul(f32x4.splat(kappa), f32x4(-1, 1, 1, 1))
  for (const end = memory + ((<usize>vectors) << 4); memory < end; memory += 16) {
    const b = v128.load(memory)
    // u, v, v, -u and then -v, u, u, v.
    const p = f32x4.add(b, f32x4.mul(signs, v128.shuffle<f32>(b, b, 3, 2, 1, 0)))
    const q = v128.shuffle<f32>(p, p, 1, 0, 0, 1)
    v128.store(memory, f32x4.add(b, f32x4.add(f32x4.mul(al, p), f32x4.mul(ka, q))))
  }
}

/** 1 + q |w><w| on one site with three equal weights: the sum stays in registers. q is already divided by 3. */
function mixUniform3(re: usize, im: usize, inner: usize, outer: i32, q0: f32, q1: f32): void {
  const qr = f32x4.splat(q0)
  const qi = f32x4.splat(q1)
  const two = inner << 1
  for (let o = 0; o < outer; o++) {
    for (const end = re + inner; re < end; re += 16, im += 16) {
      const a = v128.load(re)
      const b = v128.load(re + inner)
      const c = v128.load(re + two)
      const x = v128.load(im)
      const y = v128.load(im + inner)
      const z = v128.load(im + two)
      const sr = f32x4.add(f32x4.add(a, b), c)
      const si = f32x4.add(f32x4.add(x, y), z)
      const dr = f32x4.sub(f32x4.mul(qr, sr), f32x4.mul(qi, si))
      const di = f32x4.add(f32x4.mul(qr, si), f32x4.mul(qi, sr))
      v128.store(re, f32x4.add(a, dr))
      v128.store(re + inner, f32x4.add(b, dr))
      v128.store(re + two, f32x4.add(c, dr))
      v128.store(im, f32x4.add(x, di))
      v128.store(im + inner, f32x4.add(y, di))
      v128.store(im + two, f32x4.add(z, di))
    }
    re += two
    im += two
  }
}

/** 1 + q |w><w| on one site of any number of levels. */
function mixReflect(re: usize, im: usize, inner: usize, levels: i32, outer: i32, q0: f32, q1: f32, weights: usize): void {
  const qr = f32x4.splat(q0)
  const qi = f32x4.splat(q1)
  for (let o = 0; o < outer; o++) {
    for (const end = re + inner; re < end; re += 16, im += 16) {
      let sr = f32x4.splat(0)
      let si = f32x4.splat(0)
      let at: usize = 0
      for (let k = 0; k < levels; k++, at += inner) {
        const w = v128.load_splat<f32>(weights + ((<usize>k) << 2))
        sr = f32x4.add(sr, f32x4.mul(w, v128.load(re + at)))
        si = f32x4.add(si, f32x4.mul(w, v128.load(im + at)))
      }
      const dr = f32x4.sub(f32x4.mul(qr, sr), f32x4.mul(qi, si))
      const di = f32x4.add(f32x4.mul(qr, si), f32x4.mul(qi, sr))
      at = 0
      for (let k = 0; k < levels; k++, at += inner) {
        const w = v128.load_splat<f32>(weights + ((<usize>k) << 2))
        v128.store(re + at, f32x4.add(v128.load(re + at), f32x4.mul(w, dr)))
        v128.store(im + at, f32x4.add(v128.load(im + at), f32x4.mul(w, di)))
      }
    }
    re += inner * (levels - 1)
    im += inner * (levels - 1)
  }
}

/** exp(-i beta (XX + YY) / 2) on two members of a one-hot group: levels `first` and `second` of the site. P0 = cos, P1 = sin. */
function mixEdge(re: usize, im: usize, inner: usize, levels: i32, outer: i32, first: i32, second: i32, cosine: f32, sine: f32): void {
  const c = f32x4.splat(cosine)
  const s = f32x4.splat(sine)
  const j = inner * first
  const k = inner * second
  for (let o = 0; o < outer; o++) {
    for (const end = re + inner; re < end; re += 16, im += 16) {
      const a = v128.load(re + j)
      const b = v128.load(re + k)
      const x = v128.load(im + j)
      const y = v128.load(im + k)
      v128.store(re + j, f32x4.add(f32x4.mul(c, a), f32x4.mul(s, y)))
      v128.store(im + j, f32x4.sub(f32x4.mul(c, x), f32x4.mul(s, b)))
      v128.store(re + k, f32x4.add(f32x4.mul(c, b), f32x4.mul(s, x)))
      v128.store(im + k, f32x4.sub(f32x4.mul(c, y), f32x4.mul(s, a)))
    }
    re += inner * (levels - 1)
    im += inner * (levels - 1)
  }
}

/** All mixer steps of a pass on one buffer; `width` is the number of bytes of a buffer row. */
function mix(re: usize, im: usize, width: usize, steps: usize, count: i32): void {
  for (let k = 0; k < count; k++, steps += STEP_BYTES) {
    const kind = word(steps, KIND)
    const inner = (<usize>word(steps, INNER)) * width
    const levels = word(steps, LEVELS)
    const outer = word(steps, OUTER)
    const p0 = float(steps, P0)
    const p1 = float(steps, P1)
    if (kind == KIND_XX) {
      mixXX(re, inner, outer, p0, p1)
      mixXX(im, inner, outer, p0, p1)
    } else if (kind == KIND_XX_LANES) {
      mixXXLanes(re, outer, p0, p1)
      mixXXLanes(im, outer, p0, p1)
    } else if (kind == KIND_X) {
      mixX(re, inner, outer, p0, p1)
      mixX(im, inner, outer, p0, p1)
    } else if (kind == KIND_UNIFORM) {
      mixUniform3(re, im, inner, outer, p0, p1)
    } else if (kind == KIND_REFLECT) {
      mixReflect(re, im, inner, levels, outer, p0, p1, <usize>word(steps, WEIGHTS))
    } else {
      mixEdge(re, im, inner, levels, outer, word(steps, FIRST), word(steps, SECOND), p0, p1)
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

/** Bytes from the beginning of an array to one of its blocks. */
@inline function blockOffset(state: usize, block: i32): usize {
  const pads = <usize>(block / word(state, NEAR_SIZE))
  return (<usize>block) * (<usize>word(state, BLOCK_STRIDE)) + pads * (<usize>word(state, FAR_PAD))
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
    applyPhase(state, bufferRe, bufferIm, quad, lanes)
    mix(bufferRe, bufferIm, 16, steps, numSteps)
    separate(r0, r1, r2, r3, size, bufferRe)
    separate(i0, i1, i2, i3, size, bufferIm)
  }
}

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

/** Multiplies a block in place by exp(-i gamma C); a fresh one is the start of the low sites, whose block factor joins the phases. */
function applyPhaseInPlace(state: usize, xRe: usize, xIm: usize, block: i32, tables: usize, fresh: bool): void {
  const slow = word(state, SLOW_SIZE)
  const fast = word(state, FAST_SIZE)
  const slowRe = tables
  const slowIm = tables + LANE_TABLE
  const fastRe = tables + 2 * LANE_TABLE
  const fastIm = tables + 3 * LANE_TABLE
  blockPhases(state, word(state, SLOW_NEAR), word(state, SLOW_FAR), slow, block, true, slowRe, slowIm)
  blockPhases(state, word(state, FAST_NEAR), word(state, FAST_FAR), fast, block, false, fastRe, fastIm)
  let fromRe = xRe
  let fromIm = xIm
  if (fresh) {
    fromRe = <usize>word(state, START_LOW_RE)
    fromIm = <usize>word(state, START_LOW_IM)
    const br = float(<usize>word(state, START_BLOCK_RE), block)
    const bi = float(<usize>word(state, START_BLOCK_IM), block)
    for (let a = 0; a < slow; a++) {
      const ar = float(slowRe, a)
      const ai = float(slowIm, a)
      store<f32>(slowRe + ((<usize>a) << 2), ar * br - ai * bi)
      store<f32>(slowIm + ((<usize>a) << 2), ar * bi + ai * br)
    }
  }
  let inRe = <usize>word(state, PHASE_RE)
  let inIm = <usize>word(state, PHASE_IM)
  const fastBytes = (<usize>fast) << 2
  for (let a = 0; a < slow; a++) {
    const ar = v128.load_splat<f32>(slowRe + ((<usize>a) << 2))
    const ai = v128.load_splat<f32>(slowIm + ((<usize>a) << 2))
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

/** `blockPass` in place on blocks [first, last), where the two lowest sites are qubits under X. */
export function blockPassInPlace(state: usize, steps: usize, numSteps: i32, scratch: usize, first: i32, last: i32, fresh: bool): void {
  const tables = scratch + 2 * BUFFER_BYTES
  for (let block = first; block < last; block++) {
    const at = blockOffset(state, block)
    const re = <usize>word(state, RE) + at
    const im = <usize>word(state, IM) + at
    applyPhaseInPlace(state, re, im, block, tables, fresh)
    mix(re, im, 4, steps, numSteps)
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

/** Copies `rows` rows of `floats` floats; a row's last vector steps back so that it ends at the row's end in memory. */
@inline function copyTile(memory: usize, stride: usize, buffer: usize, rows: i32, floats: i32, toBuffer: bool): void {
  const whole = (<usize>((floats - 1) >> 2)) << 4
  const lastAt = (<usize>(floats - 4)) << 2
  for (let row = 0; row < rows; row++, memory += stride) {
    for (let at: usize = 0; at < whole; at += 16) {
      if (toBuffer) v128.store(buffer + at, v128.load(memory + at))
      else v128.store(memory + at, v128.load(buffer + at))
    }
    buffer += whole
    if (toBuffer) v128.store(buffer, v128.load(memory + lastAt))
    else v128.store(memory + lastAt, v128.load(buffer))
    buffer += 16
  }
}

// Words of a strip record.
const STRIP_INNER = 0
const STRIP_ROWS = 1
const STRIP_WIDTH = 2
const STRIP_ROW_STRIDE = 3
const STRIP_OUTER_STRIDE = 4
const STRIP_STEPS = 5
const STRIP_NUM_STEPS = 6

/**
 * Mixers of some higher sites on tiles [first, last). Rows are `STRIP_ROWS` blocks that are `STRIP_ROW_STRIDE` bytes apart,
 * `STRIP_INNER` blocks lie between; a tile is `STRIP_WIDTH` neighbouring amplitudes of each row, the last tile of a block
 * what is left.
 */
export function stripPass(state: usize, strip: usize, scratch: usize, first: i32, last: i32): void {
  const re = <usize>word(state, RE)
  const im = <usize>word(state, IM)
  const size = word(state, LOW_SIZE)
  const inner = word(strip, STRIP_INNER)
  const rows = word(strip, STRIP_ROWS)
  const width = word(strip, STRIP_WIDTH)
  const stride = <usize>word(strip, STRIP_ROW_STRIDE)
  const steps = <usize>word(strip, STRIP_STEPS)
  const numSteps = word(strip, STRIP_NUM_STEPS)
  const tiles = max(1, size / width)
  const bufferRe = scratch
  const bufferIm = scratch + BUFFER_BYTES
  for (let tile = first; tile < last; tile++) {
    const fibre = tile / tiles
    const outer = fibre / inner
    const column = (tile - fibre * tiles) * width
    const floats = column + 2 * width > size ? size - column : width
    const at =
      (<usize>outer) * (<usize>word(strip, STRIP_OUTER_STRIDE)) +
      (<usize>(fibre - outer * inner)) * (<usize>word(state, BLOCK_STRIDE)) +
      ((<usize>column) << 2)
    copyTile(re + at, stride, bufferRe, rows, floats, true)
    copyTile(im + at, stride, bufferIm, rows, floats, true)
    mix(bufferRe, bufferIm, (<usize>((floats + 3) >> 2)) << 4, steps, numSteps)
    copyTile(re + at, stride, bufferRe, rows, floats, false)
    copyTile(im + at, stride, bufferIm, rows, floats, false)
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
