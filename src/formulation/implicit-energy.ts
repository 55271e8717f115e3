/** Energies of an implicit BQM through its residuals, and its explicit form; nothing is expanded to evaluate. */
import { QaasError } from '../errors.ts'
import type { Bqm } from './bqm.ts'
import { createBqmBuilder } from './bqm-builder.ts'
import { energyOf, forEachCoupling } from './energy.ts'
import type { ImplicitBqm } from './implicit-bqm.ts'

/** Residual a_r . x - target_r of every row at the 0/1 state `states[at .. at + numVariables)`. */
export function residualsOf({ rows }: ImplicitBqm, states: ArrayLike<number>, at = 0): Float64Array {
  const residuals = new Float64Array(rows.count)
  for (let r = 0; r < rows.count; r++) {
    let sum = 0
    for (let k = rows.rowStart[r]!; k < rows.rowStart[r + 1]!; k++)
      if (states[at + rows.variables[k]!] === 1) sum += rows.coefficients[k]!
    residuals[r] = sum - rows.target[r]!
  }
  return residuals
}

/** Energy of the 0/1 state `states[at .. at + numVariables)`. */
export function implicitEnergyOf(implicit: ImplicitBqm, states: ArrayLike<number>, at = 0): number {
  const { explicit, rows } = implicit
  let energy = energyOf(explicit, states, at)
  const residuals = residualsOf(implicit, states, at)
  for (let r = 0; r < rows.count; r++) energy += rows.weight[r]! * residuals[r]! * residuals[r]!
  return energy
}

/** Energy change of flipping variable v: s (linear + couplings) + sum over its rows of weight a s (2 r + a s). */
export function flipDelta(
  { explicit, rows }: ImplicitBqm,
  { state, residuals }: { readonly state: ArrayLike<number>; readonly residuals: Float64Array },
  v: number,
): number {
  const step = state[v] === 1 ? -1 : 1
  let field = explicit.linear[v]!
  for (let k = explicit.rowStart[v]!; k < explicit.rowStart[v + 1]!; k++)
    if (state[explicit.neighbours[k]!] === 1) field += explicit.biases[k]!
  let delta = step * field
  for (let k = rows.columnStart[v]!; k < rows.columnStart[v + 1]!; k++) {
    const r = rows.columnRows[k]!
    const move = step * rows.columnCoefficients[k]!
    delta += rows.weight[r]! * move * (2 * residuals[r]! + move)
  }
  return delta
}

/** Couplings of the expanded model, counted without building it: O(couplings) time, O(variables) memory. */
export function countCouplings({ numVariables, explicit, rows }: ImplicitBqm): number {
  const seenFrom = new Int32Array(numVariables).fill(-1)
  let count = 0
  for (let u = 0; u < numVariables; u++) {
    const mark = (v: number): void => {
      if (v <= u || seenFrom[v] === u) return
      seenFrom[v] = u
      count++
    }
    for (let k = explicit.rowStart[u]!; k < explicit.rowStart[u + 1]!; k++) mark(explicit.neighbours[k]!)
    for (let k = rows.columnStart[u]!; k < rows.columnStart[u + 1]!; k++) {
      const r = rows.columnRows[k]!
      if (rows.weight[r] === 0) continue
      for (let j = rows.rowStart[r + 1]! - 1; j >= rows.rowStart[r]!; j--) {
        if (rows.variables[j]! <= u) break
        mark(rows.variables[j]!)
      }
    }
  }
  return count
}

/** No fewer than `countCouplings`, at once: pairs in several rows count several times. */
export function mostCouplings({ explicit, rows }: ImplicitBqm): number {
  let most = explicit.numInteractions
  for (let r = 0; r < rows.count; r++) {
    const length = rows.rowStart[r + 1]! - rows.rowStart[r]!
    most += (length * (length - 1)) / 2
  }
  return most
}

/**
 * The explicit BQM of equal energy: a row adds linear w a (a - 2b), pairs 2 w a a', offset w b^2.
 * @throws QaasError `too-large` beyond `maxCouplings` (default 50 million)
 */
export function expand(implicit: ImplicitBqm, maxCouplings = 5e7): Bqm {
  const { numVariables, explicit, rows } = implicit
  const upper = mostCouplings(implicit)
  if (upper > maxCouplings)
    throw new QaasError('too-large', `the explicit model would have about ${upper} couplings`, {
      advice: `Maybe keep it implicit, or raise the limit of ${maxCouplings}.`,
      data: { couplings: upper, maxCouplings },
    })
  const builder = createBqmBuilder('BINARY', numVariables)
  explicit.linear.forEach((bias, v) => {
    builder.addLinear(v, bias)
  })
  forEachCoupling(explicit, builder.addQuadratic)
  builder.addOffset(explicit.offset)
  for (let r = 0; r < rows.count; r++) {
    const [weight, target] = [rows.weight[r]!, rows.target[r]!]
    if (weight === 0) continue
    builder.addOffset(weight * target * target)
    for (let k = rows.rowStart[r]!; k < rows.rowStart[r + 1]!; k++) {
      const [v, a] = [rows.variables[k]!, rows.coefficients[k]!]
      builder.addLinear(v, weight * a * (a - 2 * target))
      for (let j = k + 1; j < rows.rowStart[r + 1]!; j++)
        builder.addQuadratic(v, rows.variables[j]!, 2 * weight * a * rows.coefficients[j]!)
    }
  }
  return builder.build(explicit.labels)
}
