/** Phases of the tables' energies. */
import { ENERGY, PHASE_IM, PHASE_RE, word } from './layout'

/** c0 + z (c1 + z (c2 + ...)) in two lanes. */
@inline function polynomial(z: v128, c0: f64, c1: f64, c2: f64, c3: f64, c4: f64, c5: f64): v128 {
  let sum = f64x2.add(f64x2.splat(c4), f64x2.mul(z, f64x2.splat(c5)))
  sum = f64x2.add(f64x2.splat(c3), f64x2.mul(z, sum))
  sum = f64x2.add(f64x2.splat(c2), f64x2.mul(z, sum))
  sum = f64x2.add(f64x2.splat(c1), f64x2.mul(z, sum))
  return f64x2.add(f64x2.splat(c0), f64x2.mul(z, sum))
}

/**
 * Cosine and minus sine of gamma x energy for `count` energies from the beginning: the phases exp(-i gamma E). Two at a
 * time: a last one alone takes what follows it along, for which the tables have room.
 */
export function phases(state: usize, gamma: f64, count: i32): void {
  const energies = <usize>word(state, ENERGY)
  const re = <usize>word(state, PHASE_RE)
  const im = <usize>word(state, PHASE_IM)
  const factor = f64x2.splat(gamma)
  for (let k = 0; k < count; k += 2) {
    const x = f64x2.mul(factor, v128.load(energies + ((<usize>k) << 3)))
    // Reduction by quarter turns with pi/2 in three parts (Cody and Waite), then the polynomials of fdlibm.
    const turns = f64x2.nearest(f64x2.mul(x, f64x2.splat(0.6366197723675814)))
    let r = f64x2.sub(x, f64x2.mul(turns, f64x2.splat(1.5707963267341256)))
    r = f64x2.sub(r, f64x2.mul(turns, f64x2.splat(6.077100506303966e-11)))
    r = f64x2.sub(r, f64x2.mul(turns, f64x2.splat(2.0222662487959506e-21)))
    const z = f64x2.mul(r, r)
    const s = f64x2.add(r, f64x2.mul(f64x2.mul(r, z), polynomial(z, -0.16666666666666632, 0.00833333333332249, -1.984126982985795e-4, 2.7557313707070068e-6, -2.5050760253406863e-8, 1.58969099521155e-10)))
    const c = f64x2.add(f64x2.sub(f64x2.splat(1), f64x2.mul(z, f64x2.splat(0.5))), f64x2.mul(f64x2.mul(z, z), polynomial(z, 0.0416666666666666, -0.001388888888887411, 2.480158728947673e-5, -2.7557314351390663e-7, 2.087572321298175e-9, -1.1359647557788195e-11)))
    // Quarter turns modulo 4 in arithmetic: q - 4 floor(q / 4), in 0, 1, 2, 3.
    const quarter = f64x2.sub(turns, f64x2.mul(f64x2.splat(4), f64x2.floor(f64x2.mul(turns, f64x2.splat(0.25)))))
    const odd = v128.or(f64x2.eq(quarter, f64x2.splat(1)), f64x2.eq(quarter, f64x2.splat(3)))
    const sign = f64x2.splat(-0.0)
    const cosine = v128.xor(v128.bitselect(s, c, odd), v128.and(sign, v128.or(f64x2.eq(quarter, f64x2.splat(1)), f64x2.eq(quarter, f64x2.splat(2)))))
    // The sign of minus the sine.
    const sine = v128.xor(v128.bitselect(c, s, odd), v128.and(sign, f64x2.lt(quarter, f64x2.splat(2))))
    v128.store64_lane(re + ((<usize>k) << 2), f32x4.demote_f64x2_zero(cosine), 0)
    v128.store64_lane(im + ((<usize>k) << 2), f32x4.demote_f64x2_zero(sine), 0)
  }
}
