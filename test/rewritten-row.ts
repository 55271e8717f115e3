/** Tries the rewrite of one constraint row into energy on every state; for the proof tests of the bridges. */

import type { Label } from '../src/formulation/bqm.ts'
import type { PlannedRow, Row } from '../src/formulation/bridges/row.ts'
import { createImplicitBqmBuilder } from '../src/formulation/implicit-bqm.ts'
import { implicitEnergyOf } from '../src/formulation/implicit-energy.ts'
import { allStates } from './models.ts'

export type Rewrite = (row: Row, addBit: (label: Label) => number) => PlannedRow

/** A whole row over bits 0 .. n - 1. */
export function rowOf(coefficients: readonly number[], rhs: number, equality = false): Row {
  return {
    coefficients,
    rhs,
    equality,
    label: 'row',
    bits: coefficients.map((_, bit) => bit),
    least: coefficients.reduce((sum, a) => sum + Math.min(0, a), 0),
    most: coefficients.reduce((sum, a) => sum + Math.max(0, a), 0),
    unit: 1,
    exact: true,
    tightenedBy: 0,
    whole: true,
  }
}

export interface RewrittenState {
  /** a . x of the row's own bits. */
  readonly leftSide: number
  /** The least energy over all values of the bits that the rewrite added. */
  readonly least: number
  /** The energy with the values that its `fillSlack` gives them. */
  readonly filled: number
}

/** Every state of the row's bits after the rewrite, at this weight. */
export function rewritten(row: Row, rewrite: Rewrite, weight: number): RewrittenState[] {
  const n = row.bits.length
  const builder = createImplicitBqmBuilder(n)
  const planned = rewrite(row, () => builder.addVariable())
  planned.addTo(builder, weight)
  const bqm = builder.build()
  const states = Array.from({ length: 2 ** n }, () => ({ leftSide: 0, least: Infinity, filled: 0 }))
  let word = 0
  for (const state of allStates(bqm.numVariables)) {
    const own = states[word++ % 2 ** n]!
    own.least = Math.min(own.least, implicitEnergyOf(bqm, state))
  }
  word = 0
  for (const bits of allStates(n)) {
    const state = new Int8Array(bqm.numVariables)
    state.set(bits)
    planned.fillSlack(state)
    const own = states[word++]!
    own.filled = implicitEnergyOf(bqm, state)
    own.leftSide = row.coefficients.reduce((sum, a, bit) => sum + a * bits[bit]!, 0)
  }
  return states
}

/** Rows of 0 to 12 bits of four shapes with every right-hand side from one below to one above what they can be. */
export function* wholeRows({
  maxBits = 12,
  maxRange = Infinity,
}: {
  maxBits?: number
  maxRange?: number
} = {}): Generator<Row> {
  const shapes: ((bit: number) => number)[] = [
    () => 1,
    (bit) => (bit % 2 === 0 ? 1 : -1),
    (bit) => 1 + (bit % 3),
    (bit) => (bit % 4 === 3 ? -5 : 2),
  ]
  for (let n = 0; n <= maxBits; n++)
    for (const shape of n === 0 ? shapes.slice(0, 1) : shapes) {
      const row = rowOf(
        Array.from({ length: n }, (_, bit) => shape(bit)),
        0,
      )
      for (let rhs = row.least - 1; rhs <= row.most + 1; rhs++)
        if (rhs - row.least <= maxRange) yield { ...row, rhs }
    }
}
