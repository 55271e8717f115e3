/** Mixers of one site or two on a buffer of whole vectors. */
import {
  FIRST, INNER, KIND, KIND_REFLECT, KIND_UNIFORM, KIND_X, KIND_XX, KIND_XX_LANES, LEVELS, OUTER, P0, P1, SECOND,
  STEP_BYTES, WEIGHTS, float, word,
} from './layout'

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
export function mix(re: usize, im: usize, width: usize, steps: usize, count: i32): void {
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
