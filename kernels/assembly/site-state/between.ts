/** The first mixer step of a strip's tile, from memory to the buffer, and its last one, from the buffer to memory. */
import { INNER, KIND, KIND_UNIFORM, KIND_XX, LEVELS, OUTER, P0, P1, float, word } from './layout'

/** Whether a step has a form here; the others work inside the buffer. */
@inline export function movesRows(step: usize): bool {
  const kind = word(step, KIND)
  return kind == KIND_XX || kind == KIND_UNIFORM
}

/** `mixXX` of four vectors. */
@inline function turnXX(from: usize, fromStep: usize, to: usize, toStep: usize, al: v128, ka: v128): void {
  const b0 = v128.load(from)
  const b1 = v128.load(from + fromStep)
  const b2 = v128.load(from + 2 * fromStep)
  const b3 = v128.load(from + 3 * fromStep)
  const u = f32x4.sub(b0, b3)
  const v = f32x4.add(b1, b2)
  const du = f32x4.sub(f32x4.mul(al, u), f32x4.mul(ka, v))
  const dv = f32x4.add(f32x4.mul(ka, u), f32x4.mul(al, v))
  v128.store(to, f32x4.add(b0, du))
  v128.store(to + toStep, f32x4.add(b1, dv))
  v128.store(to + 2 * toStep, f32x4.add(b2, dv))
  v128.store(to + 3 * toStep, f32x4.sub(b3, du))
}

/** `mixUniform3` of three complex vectors; the imaginary part lies `fromIm` and `toIm` bytes behind the real one. */
@inline function turnUniform3(from: usize, fromStep: usize, fromIm: usize, to: usize, toStep: usize, toIm: usize, qr: v128, qi: v128): void {
  const a = v128.load(from)
  const b = v128.load(from + fromStep)
  const c = v128.load(from + 2 * fromStep)
  const x = v128.load(from + fromIm)
  const y = v128.load(from + fromIm + fromStep)
  const z = v128.load(from + fromIm + 2 * fromStep)
  const sr = f32x4.add(f32x4.add(a, b), c)
  const si = f32x4.add(f32x4.add(x, y), z)
  const dr = f32x4.sub(f32x4.mul(qr, sr), f32x4.mul(qi, si))
  const di = f32x4.add(f32x4.mul(qr, si), f32x4.mul(qi, sr))
  v128.store(to, f32x4.add(a, dr))
  v128.store(to + toStep, f32x4.add(b, dr))
  v128.store(to + 2 * toStep, f32x4.add(c, dr))
  v128.store(to + toIm, f32x4.add(x, di))
  v128.store(to + toIm + toStep, f32x4.add(y, di))
  v128.store(to + toIm + 2 * toStep, f32x4.add(z, di))
}

/**
 * One step on the rows of a tile, read at `from` and written at `to`, where rows lie `fromRow` and `toRow` bytes apart and
 * the imaginary parts `fromIm` and `toIm` bytes behind. A row has `whole` bytes of whole vectors and a last one, which in memory steps
 * back to end at the row's end: it begins `fromLast` and `toLast` bytes into the row.
 */
export function mixBetween(step: usize, whole: usize, from: usize, fromRow: usize, fromIm: usize, fromLast: usize, to: usize, toRow: usize, toIm: usize, toLast: usize): void {
  const inner = word(step, INNER)
  const levels = word(step, LEVELS)
  const outer = word(step, OUTER)
  const first = f32x4.splat(float(step, P0))
  const second = f32x4.splat(float(step, P1))
  const fromStep = fromRow * inner
  const toStep = toRow * inner
  const xx = word(step, KIND) == KIND_XX
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++, from += fromRow, to += toRow) {
      if (xx) {
        for (let at: usize = 0; at < whole; at += 16) {
          turnXX(from + at, fromStep, to + at, toStep, first, second)
          turnXX(from + fromIm + at, fromStep, to + toIm + at, toStep, first, second)
        }
        turnXX(from + fromLast, fromStep, to + toLast, toStep, first, second)
        turnXX(from + fromIm + fromLast, fromStep, to + toIm + toLast, toStep, first, second)
      } else {
        for (let at: usize = 0; at < whole; at += 16) turnUniform3(from + at, fromStep, fromIm, to + at, toStep, toIm, first, second)
        turnUniform3(from + fromLast, fromStep, fromIm, to + toLast, toStep, toIm, first, second)
      }
    }
    from += fromStep * (levels - 1)
    to += toStep * (levels - 1)
  }
}
