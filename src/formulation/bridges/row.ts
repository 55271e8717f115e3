/** A constraint as a row over bits in whole units, and what every rewrite of one into energy gives back. */
import type { Label } from '../bqm.ts'
import type { ImplicitBqmBuilder } from '../implicit-bqm.ts'
import type { PenaltyRow } from './penalty.ts'
import type { WholeRow } from './whole-row.ts'

/** What a rewrite makes of a row: its slack bits, its terms at a weight, and what it says of itself. */
export interface PlannedRow extends Pick<PenaltyRow, 'method' | 'unit' | 'tightenedBy'> {
  readonly slackBits: readonly number[]
  readonly largestCoefficient: number
  /** True when a missed row is missed by at least 1. */
  readonly whole: boolean
  /** Weight and reason where the model, not the rule, sets them. */
  readonly fixedWeight?: number
  readonly why?: string
  /** The bits of which feasible states have exactly one. */
  readonly oneHot?: readonly number[]
  /** What a soft constraint can add to the energy of a feasible state. */
  readonly largestSoftPenalty: number
  addTo(builder: ImplicitBqmBuilder, weight: number): void
  /** Sets the slack bits of a state to the values of least energy. */
  fillSlack(state: Int8Array): void
}

/** A row a . x <= rhs or a . x = rhs over bits in whole units, with the least and most its left side can be. */
export interface Row extends WholeRow {
  readonly label: Label
  readonly bits: readonly number[]
  readonly equality: boolean
  readonly least: number
  readonly most: number
}

/** The parts of a planned row that most rewrites leave as they are. */
export type RowFacts = Omit<PlannedRow, 'addTo' | 'fillSlack'>

export function rowFacts(method: PenaltyRow['method'], row?: Row): RowFacts {
  return {
    method,
    unit: row?.unit ?? 1,
    tightenedBy: row?.tightenedBy ?? 0,
    whole: row?.whole ?? true,
    slackBits: [],
    largestCoefficient: row?.coefficients.reduce((most, a) => Math.max(most, Math.abs(a)), 0) ?? 0,
    largestSoftPenalty: 0,
  }
}

export function leftSide({ bits, coefficients }: Row, state: Int8Array): number {
  return bits.reduce((sum, bit, k) => sum + (state[bit] === 1 ? coefficients[k]! : 0), 0)
}

export function setBits(state: Int8Array, bits: readonly number[], values: readonly number[]): void {
  bits.forEach((bit, k) => {
    state[bit] = values[k]!
  })
}
