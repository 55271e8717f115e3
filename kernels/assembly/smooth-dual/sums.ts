// What shares take of slots, tokens and money, by row.
import {
  addPair, bind, blocks, blockStart, both, direction, f64At, firstPosition, groupOf, groups, hasMoney, i32At, input, mass, money,
  moneyPerInput, moneyPerOutput, mul, numCells, output, pair, positions, put, shares, slope, slopePerInput,
  slopePerOutput, sum0, sum1, sum2, sums,
} from './layout'

@inline export function addLine(k: i32, amount: v128, a: v128, b: v128): void {
  addPair(sum0, k, amount)
  addPair(sum1, k, mul(amount, a))
  addPair(sum2, k, mul(amount, b))
}

export function clearSums(): void {
  const from = <usize>firstPosition << 3, bytes = <usize>(positions - firstPosition) << 3
  memory.fill(sum0 + from, 0, bytes)
  memory.fill(sum1 + from, 0, bytes)
  memory.fill(sum2 + from, 0, bytes)
}

/** What was summed by position, by row: slots, tokens and money of each group, money in all. */
export function gather(): void {
  memory.fill(sums, 0, <usize>(3 * groups + 1) << 3)
  let all: f64 = 0
  for (let k = firstPosition; k < positions; k++) {
    const group = i32At(groupOf, k)
    if (group < 0) continue
    const slots = f64At(sum0, k), first = f64At(sum1, k), second = f64At(sum2, k)
    put(sums, group, f64At(sums, group) + slots)
    put(sums, groups + group, f64At(sums, groups + group) + (first + second))
    if (!hasMoney) continue
    const spent = f64At(money, k) * slots + f64At(moneyPerInput, k) * first + f64At(moneyPerOutput, k) * second
    put(sums, 2 * groups + group, f64At(sums, 2 * groups + group) + spent)
    all += spent
  }
  put(sums, 3 * groups, all)
}

/** The direction as lines in the tokens. */
export function spread(): void {
  const overall = f64At(direction, 3 * groups)
  for (let k = firstPosition; k < positions; k++) {
    const group = i32At(groupOf, k)
    if (group < 0) continue
    const slot = f64At(direction, group), token = f64At(direction, groups + group)
    const dollar = hasMoney ? overall + f64At(direction, 2 * groups + group) : 0
    put(slope, k, slot + dollar * f64At(money, k))
    put(slopePerInput, k, token + dollar * f64At(moneyPerInput, k))
    put(slopePerOutput, k, token + dollar * f64At(moneyPerOutput, k))
  }
}

/** Slots, tokens and money that the shares take of each row. */
export function loads(p: usize): void {
  bind(p)
  clearSums()
  for (let c: i32 = 0; c < numCells; c++) {
    const m = both(f64At(mass, c)), a = both(f64At(input, c)), b = both(f64At(output, c))
    for (let k = i32At(blockStart, c), end = i32At(blockStart, c + 1); k < end; k++) {
      const at = i32At(blocks, k) << 2
      addLine(at, mul(m, pair(shares, k << 2)), a, b)
      addLine(at + 2, mul(m, pair(shares, (k << 2) + 2)), a, b)
    }
  }
  gather()
}
