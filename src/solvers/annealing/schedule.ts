/** Temperatures for an annealing read, taken from the changes that its own moves make. */
import type { Rng } from '../../numeric/rng.ts'
import { proposeShiftOrSwap } from './moves.ts'
import type { AnnealProblem } from './problem.ts'
import { AnnealState, type Assignment, type Weights } from './state.ts'

export interface Schedule {
  readonly hot: number
  readonly cold: number
}

/** Moves looked at; enough for quantiles to settle. */
const SAMPLES = 2000

/** Hot over cold; a wider range spends its time where nothing moves or everything does. Tried from 10 to 1,000. */
const RANGE = 100

/**
 * Hot: twice the median change of a move, so that most worsening moves are likely to be taken. Violations are left
 * out: their weights are not costs.
 */
export function measureSchedule(problem: AnnealProblem, start: Assignment, rng: Rng): Schedule {
  const state = new AnnealState(problem, start, { edgeUsd: 0, unassignedUsd: 0, excessUsd: 0 })
  const deltas: number[] = []
  for (let draw = 0; draw < SAMPLES; draw++) {
    const delta = Math.abs(proposeShiftOrSwap(state, rng, Infinity))
    if (delta > 1e-12) deltas.push(delta)
  }
  if (deltas.length === 0) return { hot: 0, cold: 0 }
  deltas.sort((a, b) => a - b)
  const hot = 2 * deltas[Math.floor(deltas.length / 2)]!
  return { hot, cold: hot / RANGE }
}

/** Weights above what breaking a promise once can save; they are raised further where that is not enough. */
export function initialWeights({ start, costUsd, moneyUsd }: AnnealProblem): Weights {
  let [spread, highest, cost, money] = [0, 0, 0, 0]
  for (let row = 0; row + 1 < start.length; row++) {
    let [least, most] = [Infinity, 0]
    for (let at = start[row]!; at < start[row + 1]! - 1; at++) {
      least = Math.min(least, costUsd[at]!)
      most = Math.max(most, costUsd[at]!)
      cost += costUsd[at]!
      money += moneyUsd[at]!
    }
    spread = Math.max(spread, most - least)
    highest = Math.max(highest, most)
  }
  return {
    edgeUsd: spread || 1,
    unassignedUsd: 2 * highest || 1,
    excessUsd: money > 0 ? Math.max(1, (2 * cost) / money) : 1,
  }
}
