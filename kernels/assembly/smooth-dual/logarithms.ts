// e to the power of x and ln x by polynomials, the same on every machine.
import { add, both, mul } from './layout'

const LOG2E: f64 = 1.4426950408889634
const LN2_HIGH: f64 = 0.693147180369123816490
const LN2_LOW: f64 = 1.90821492927058770002e-10
const ROUND: f64 = 6755399441055744

/** e to the powers x, both in [-40, 0]. */
@inline export function expPair(x: v128): v128 {
  const shifted = add(mul(x, both(LOG2E)), both(ROUND))
  const n = f64x2.sub(shifted, both(ROUND))
  const r = f64x2.sub(f64x2.sub(x, mul(n, both(LN2_HIGH))), mul(n, both(LN2_LOW)))
  let e = add(mul(r, both(1.0 / 362880)), both(1.0 / 40320))
  e = add(mul(e, r), both(1.0 / 5040))
  e = add(mul(e, r), both(1.0 / 720))
  e = add(mul(e, r), both(1.0 / 120))
  e = add(mul(e, r), both(1.0 / 24))
  e = add(mul(e, r), both(1.0 / 6))
  e = add(mul(e, r), both(0.5))
  e = add(mul(e, r), both(1))
  e = add(mul(e, r), both(1))
  // The low bits of the shifted number are n itself.
  const power = i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52)
  return mul(e, power)
}

@inline export function exp(x: f64): f64 { return f64x2.extract_lane(expPair(both(x)), 0) }

/** ln x for x from 1 to some thousands. */
export function log(x: f64): f64 {
  if (!(x < 1e18)) return x
  let n: f64 = 0
  while (x > 1.4142135623730951) { x *= 0.5; n += 1 }
  const z = (x - 1) / (x + 1)
  const q = z * z
  let s = q * (1.0 / 15) + 1.0 / 13
  s = s * q + 1.0 / 11
  s = s * q + 1.0 / 9
  s = s * q + 1.0 / 7
  s = s * q + 1.0 / 5
  s = s * q + 1.0 / 3
  s = s * q + 1
  return 2 * z * s + n * 0.6931471805599453
}
