/** Phase of a block and X on its four lowest bits in one go, on 16 amplitudes in registers. */
import { FAST_SIZE, FOLDED_IM, FOLDED_RE, LANE_TABLE, PHASE_IM, PHASE_RE, SLOW_SIZE, word } from './layout'

/** exp(-i beta X) on four bits of 16 amplitudes (see `mixXX`): mixed, transposed, mixed, transposed back and stored to `to`. */
@inline function mixFourBits(to: usize, b0: v128, b1: v128, b2: v128, b3: v128, al: v128, ka: v128): void {
  const u = f32x4.sub(b0, b3)
  const v = f32x4.add(b1, b2)
  const du = f32x4.sub(f32x4.mul(al, u), f32x4.mul(ka, v))
  const dv = f32x4.add(f32x4.mul(ka, u), f32x4.mul(al, v))
  const c0 = f32x4.add(b0, du)
  const c1 = f32x4.add(b1, dv)
  const c2 = f32x4.add(b2, dv)
  const c3 = f32x4.sub(b3, du)
  const e0 = v128.shuffle<f32>(c0, c1, 0, 4, 1, 5)
  const e1 = v128.shuffle<f32>(c0, c1, 2, 6, 3, 7)
  const e2 = v128.shuffle<f32>(c2, c3, 0, 4, 1, 5)
  const e3 = v128.shuffle<f32>(c2, c3, 2, 6, 3, 7)
  const f0 = v128.shuffle<f32>(e0, e2, 0, 1, 4, 5)
  const f1 = v128.shuffle<f32>(e0, e2, 2, 3, 6, 7)
  const f2 = v128.shuffle<f32>(e1, e3, 0, 1, 4, 5)
  const f3 = v128.shuffle<f32>(e1, e3, 2, 3, 6, 7)
  const p = f32x4.sub(f0, f3)
  const q = f32x4.add(f1, f2)
  const dp = f32x4.sub(f32x4.mul(al, p), f32x4.mul(ka, q))
  const dq = f32x4.add(f32x4.mul(ka, p), f32x4.mul(al, q))
  const g0 = f32x4.add(f0, dp)
  const g1 = f32x4.add(f1, dq)
  const g2 = f32x4.add(f2, dq)
  const g3 = f32x4.sub(f3, dp)
  const h0 = v128.shuffle<f32>(g0, g1, 0, 4, 1, 5)
  const h1 = v128.shuffle<f32>(g0, g1, 2, 6, 3, 7)
  const h2 = v128.shuffle<f32>(g2, g3, 0, 4, 1, 5)
  const h3 = v128.shuffle<f32>(g2, g3, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f32>(h0, h2, 0, 1, 4, 5))
  v128.store(to, v128.shuffle<f32>(h0, h2, 2, 3, 6, 7), 16)
  v128.store(to, v128.shuffle<f32>(h1, h3, 0, 1, 4, 5), 32)
  v128.store(to, v128.shuffle<f32>(h1, h3, 2, 3, 6, 7), 48)
}

/** `fresh` is known when this is inlined: a start state's amplitudes are in the phases already. */
@inline function sweep(state: usize, xRe: usize, xIm: usize, tables: usize, alpha: f32, kappa: f32, fresh: bool): void {
  const slow = word(state, SLOW_SIZE)
  const fastBytes = (<usize>word(state, FAST_SIZE)) << 2
  const fastRe = tables + 2 * LANE_TABLE
  const fastIm = tables + 3 * LANE_TABLE
  let inRe = <usize>word(state, fresh ? FOLDED_RE : PHASE_RE)
  let inIm = <usize>word(state, fresh ? FOLDED_IM : PHASE_IM)
  const al = f32x4.splat(alpha)
  const ka = f32x4.splat(kappa)
  for (let a = 0; a < slow; a++) {
    const ar = v128.load_splat<f32>(tables + ((<usize>a) << 2))
    const ai = v128.load_splat<f32>(tables + LANE_TABLE + ((<usize>a) << 2))
    for (let at: usize = 0; at < fastBytes; at += 64) {
      const br0 = v128.load(fastRe + at)
      const bi0 = v128.load(fastIm + at)
      const cr0 = f32x4.sub(f32x4.mul(ar, br0), f32x4.mul(ai, bi0))
      const ci0 = f32x4.add(f32x4.mul(ar, bi0), f32x4.mul(ai, br0))
      const pr0 = v128.load(inRe + at)
      const pi0 = v128.load(inIm + at)
      let r0 = f32x4.sub(f32x4.mul(cr0, pr0), f32x4.mul(ci0, pi0))
      let i0 = f32x4.add(f32x4.mul(cr0, pi0), f32x4.mul(ci0, pr0))
      if (!fresh) {
        const xr = v128.load(xRe + at)
        const xi = v128.load(xIm + at)
        const r = f32x4.sub(f32x4.mul(xr, r0), f32x4.mul(xi, i0))
        i0 = f32x4.add(f32x4.mul(xr, i0), f32x4.mul(xi, r0))
        r0 = r
      }
      const br1 = v128.load(fastRe + at, 16)
      const bi1 = v128.load(fastIm + at, 16)
      const cr1 = f32x4.sub(f32x4.mul(ar, br1), f32x4.mul(ai, bi1))
      const ci1 = f32x4.add(f32x4.mul(ar, bi1), f32x4.mul(ai, br1))
      const pr1 = v128.load(inRe + at, 16)
      const pi1 = v128.load(inIm + at, 16)
      let r1 = f32x4.sub(f32x4.mul(cr1, pr1), f32x4.mul(ci1, pi1))
      let i1 = f32x4.add(f32x4.mul(cr1, pi1), f32x4.mul(ci1, pr1))
      if (!fresh) {
        const xr = v128.load(xRe + at, 16)
        const xi = v128.load(xIm + at, 16)
        const r = f32x4.sub(f32x4.mul(xr, r1), f32x4.mul(xi, i1))
        i1 = f32x4.add(f32x4.mul(xr, i1), f32x4.mul(xi, r1))
        r1 = r
      }
      const br2 = v128.load(fastRe + at, 32)
      const bi2 = v128.load(fastIm + at, 32)
      const cr2 = f32x4.sub(f32x4.mul(ar, br2), f32x4.mul(ai, bi2))
      const ci2 = f32x4.add(f32x4.mul(ar, bi2), f32x4.mul(ai, br2))
      const pr2 = v128.load(inRe + at, 32)
      const pi2 = v128.load(inIm + at, 32)
      let r2 = f32x4.sub(f32x4.mul(cr2, pr2), f32x4.mul(ci2, pi2))
      let i2 = f32x4.add(f32x4.mul(cr2, pi2), f32x4.mul(ci2, pr2))
      if (!fresh) {
        const xr = v128.load(xRe + at, 32)
        const xi = v128.load(xIm + at, 32)
        const r = f32x4.sub(f32x4.mul(xr, r2), f32x4.mul(xi, i2))
        i2 = f32x4.add(f32x4.mul(xr, i2), f32x4.mul(xi, r2))
        r2 = r
      }
      const br3 = v128.load(fastRe + at, 48)
      const bi3 = v128.load(fastIm + at, 48)
      const cr3 = f32x4.sub(f32x4.mul(ar, br3), f32x4.mul(ai, bi3))
      const ci3 = f32x4.add(f32x4.mul(ar, bi3), f32x4.mul(ai, br3))
      const pr3 = v128.load(inRe + at, 48)
      const pi3 = v128.load(inIm + at, 48)
      let r3 = f32x4.sub(f32x4.mul(cr3, pr3), f32x4.mul(ci3, pi3))
      let i3 = f32x4.add(f32x4.mul(cr3, pi3), f32x4.mul(ci3, pr3))
      if (!fresh) {
        const xr = v128.load(xRe + at, 48)
        const xi = v128.load(xIm + at, 48)
        const r = f32x4.sub(f32x4.mul(xr, r3), f32x4.mul(xi, i3))
        i3 = f32x4.add(f32x4.mul(xr, i3), f32x4.mul(xi, r3))
        r3 = r
      }
      mixFourBits(xRe + at, r0, r1, r2, r3, al, ka)
      mixFourBits(xIm + at, i0, i1, i2, i3, al, ka)
    }
    inRe += fastBytes
    inIm += fastBytes
    xRe += fastBytes
    xIm += fastBytes
  }
}

/** On the block at `xRe` and `xIm`, whose halves' phases are in `tables`. */
export function phaseAndFourBits(state: usize, xRe: usize, xIm: usize, tables: usize, alpha: f32, kappa: f32): void {
  sweep(state, xRe, xIm, tables, alpha, kappa, false)
}

/** The same on the start state, which `foldStart` put into the phases inside a block. */
export function startAndFourBits(state: usize, xRe: usize, xIm: usize, tables: usize, alpha: f32, kappa: f32): void {
  sweep(state, xRe, xIm, tables, alpha, kappa, true)
}

