// Second derivatives: diagonal and products with the Hessian.
import {
  add, bind, blocks, blockStart, both, f64At, firstPosition, heavy, heavyStart, i32At, input, LIGHT, mass, moments, money,
  moneyPerInput, moneyPerOutput, mul, numCells, output, pair, positions, putPair, results, scratch, shares, slope,
  slopePerInput, slopePerOutput, temperature,
} from './layout'
import { addLine, clearSums, gather, spread } from './sums'

/** Eight sums of a share's curvature by position, and which blocks curve the dual; the budget's into `results`. */
export function curve(p: usize): void {
  bind(p)
  memory.fill(moments + (<usize>firstPosition << 6), 0, <usize>(positions - firstPosition) << 6)
  let used: i32 = 0
  let curved: f64 = 0, loose: f64 = 0
  for (let c: i32 = 0; c < numCells; c++) {
    store<i32>(heavyStart + (<usize>c << 2), used)
    const begin = i32At(blockStart, c), end = i32At(blockStart, c + 1)
    let most = both(0)
    for (let k = begin << 2, to = end << 2; k < to; k += 2) most = f64x2.pmax(most, pair(shares, k))
    const largest = max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1))
    const floor = both(LIGHT * largest)
    const factor = f64At(mass, c) / f64At(temperature, c)
    const f = both(factor), a = both(f64At(input, c)), b = both(f64At(output, c)), one = both(1)
    const tokens = both(f64At(input, c) + f64At(output, c))
    let first = both(0), second = both(0)
    for (let k = begin; k < end; k++) {
      const x = pair(shares, k << 2), y = pair(shares, (k << 2) + 2)
      if (v128.any_true(v128.or(f64x2.gt(x, floor), f64x2.gt(y, floor)))) {
        store<i32>(heavy + (<usize>used << 2), k)
        used++
      }
      for (let half: i32 = 0; half < 2; half++) {
        const s = half == 0 ? x : y
        const at = (i32At(blocks, k) << 2) + (half << 1)
        const whole = mul(f, s)
        const amount = mul(whole, f64x2.sub(one, s))
        const spent = add(add(pair(money, at), mul(pair(moneyPerInput, at), a)), mul(pair(moneyPerOutput, at), b))
        const square = mul(spent, spent)
        const wholeTokens = mul(whole, tokens), amountTokens = mul(amount, tokens)
        const m = moments + (<usize>at << 6)
        // Eight sums of a pair of positions lie together.
        v128.store(m, add(v128.load(m), amount))
        v128.store(m, add(v128.load(m, 16), amountTokens), 16)
        v128.store(m, add(v128.load(m, 32), mul(amountTokens, tokens)), 32)
        v128.store(m, add(v128.load(m, 48), mul(amount, square)), 48)
        v128.store(m, add(v128.load(m, 64), whole), 64)
        v128.store(m, add(v128.load(m, 80), wholeTokens), 80)
        v128.store(m, add(v128.load(m, 96), mul(wholeTokens, tokens)), 96)
        v128.store(m, add(v128.load(m, 112), mul(whole, square)), 112)
        first = add(first, mul(s, spent))
        second = add(second, mul(s, square))
      }
    }
    const mean = f64x2.extract_lane(first, 0) + f64x2.extract_lane(first, 1)
    const square = f64x2.extract_lane(second, 0) + f64x2.extract_lane(second, 1)
    curved += factor * (square - mean * mean)
    loose += factor * square
  }
  store<i32>(heavyStart + (<usize>numCells << 2), used)
  store<f64>(results, curved)
  store<f64>(results, loose, 8)
}

/** Sums of mass / temperature x share x (slope - mean slope) over the heavy blocks, by row. */
export function product(p: usize): void {
  bind(p)
  spread()
  clearSums()
  for (let c: i32 = 0; c < numCells; c++) {
    const begin = i32At(heavyStart, c), end = i32At(heavyStart, c + 1)
    const a = both(f64At(input, c)), b = both(f64At(output, c))
    let sum = both(0)
    for (let h = begin; h < end; h++) {
      const k = i32At(heavy, h)
      const at = i32At(blocks, k) << 2
      const u = add(add(pair(slope, at), mul(pair(slopePerInput, at), a)), mul(pair(slopePerOutput, at), b))
      const v = add(add(pair(slope, at + 2), mul(pair(slopePerInput, at + 2), a)), mul(pair(slopePerOutput, at + 2), b))
      const s = (h - begin) << 2
      putPair(scratch, s, u)
      putPair(scratch, s + 2, v)
      sum = add(sum, add(mul(pair(shares, k << 2), u), mul(pair(shares, (k << 2) + 2), v)))
    }
    const mean = both(f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1))
    const f = both(f64At(mass, c) / f64At(temperature, c))
    for (let h = begin; h < end; h++) {
      const k = i32At(heavy, h)
      const at = i32At(blocks, k) << 2
      const s = (h - begin) << 2
      addLine(at, mul(mul(f, pair(shares, k << 2)), f64x2.sub(pair(scratch, s), mean)), a, b)
      addLine(at + 2, mul(mul(f, pair(shares, (k << 2) + 2)), f64x2.sub(pair(scratch, s + 2), mean)), a, b)
    }
  }
  gather()
}
