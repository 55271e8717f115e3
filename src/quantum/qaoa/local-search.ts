/** Steepest-first descent on a valid state: moves of one group's choice and flips of free variables until none helps. */
import type { QaoaProblem } from './problem.ts'

/** A move must gain more than this share of the largest bias, so that rounding cannot make it run for ever. */
const LEAST_GAIN = 1e-12

/** Improves `bits` in place by single moves; groups keep exactly one 1. */
export function descend({ bqm, groups }: QaoaProblem, bits: Int8Array): Int8Array {
  const { numVariables: n, linear, rowStart, neighbours, biases } = bqm
  const field = linear.slice()
  let largest = 0
  for (let v = 0; v < n; v++) {
    largest = Math.max(largest, Math.abs(linear[v]!))
    for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) {
      field[v]! += biases[k]! * bits[neighbours[k]!]!
      largest = Math.max(largest, Math.abs(biases[k]!))
    }
  }
  const threshold = LEAST_GAIN * largest
  const grouped = new Uint8Array(n)
  for (const group of groups) for (const v of group) grouped[v] = 1
  const set = (v: number, value: 0 | 1): void => {
    const change = value - bits[v]!
    bits[v] = value
    for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) field[neighbours[k]!]! += change * biases[k]!
  }
  for (let moved = true; moved; ) {
    moved = false
    for (const group of groups) {
      const now = group.find((v) => bits[v] === 1)
      if (now === undefined) continue
      // Without the present choice, fields of the group are what each member would cost.
      set(now, 0)
      const best = group.reduce((a, b) => (field[b]! < field[a]! ? b : a), now)
      const gain = field[now]! - field[best]!
      set(gain > threshold ? best : now, 1)
      moved ||= gain > threshold
    }
    for (let v = 0; v < n; v++) {
      if (grouped[v]) continue
      const gain = bits[v] ? field[v]! : -field[v]!
      if (gain <= threshold) continue
      set(v, bits[v] ? 0 : 1)
      moved = true
    }
  }
  return bits
}
