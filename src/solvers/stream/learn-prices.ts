/**
 * Prices of what is left, learned from a sample of tasks: the dual of the plan that gives the sample its share of the
 * remaining slots, tokens and budget. They guide placements; nothing here is a certificate.
 *
 * Source: prices learned on a prefix and re-learned with what remains (Agrawal, Wang and Ye, "A dynamic near-optimal
 * algorithm for online linear programming", Operations Research 62, 2014; for language models PORT, arXiv 2509.02718).
 */
import type { Instance } from '../../model/instance.ts'
import type { RunContext } from '../../solve/context.ts'
import { ascend } from '../pricing/ascent.ts'
import { buildCells } from '../pricing/cells.ts'
import { buildProblem, type Problem } from '../pricing/problem.ts'
import { buildRows, moneyPrice, type Rows } from '../pricing/rows.ts'
import { createSmoothDual } from '../pricing/smooth-dual.ts'

/** What is left to give, and how many tasks are still to come. */
export interface Remaining {
  readonly tasks: number
  /** By pool; Infinity when unlimited, as below. */
  readonly slots: Float64Array
  readonly tokens: Float64Array
  readonly poolBudgetUsd: Float64Array
  readonly budgetUsd: number
}

/** Rents in dollars: of a slot, of a token, and of a dollar of money, by pool. */
export interface Prices {
  readonly slotUsd: Float64Array
  readonly tokenUsd: Float64Array
  readonly moneyUsd: Float64Array
  /** The same as the pricing solver writes them, to start from the next time. */
  readonly warm: Float64Array
}

/** Relative temperatures of the smoothed dual: where a first and a repeated learning begin, and where both end. */
const FIRST = 0.5
const AGAIN = 0.05
const LAST = 1e-3
/** Pairs of tasks and pools the dual looks at in each step. */
const PAIRS = 100_000

/** undefined when some task of the sample has no eligible pool, so that no prices exist. */
export async function learnPrices(
  sample: Instance,
  remaining: Remaining,
  { context, warm }: { readonly context: RunContext; readonly warm: Float64Array | undefined },
): Promise<Prices | undefined> {
  const built = buildProblem(sample)
  if (!built.ok) return undefined
  const { problem } = built
  const rows = shareOfRemaining(problem, remaining)
  const cells = buildCells(problem, PAIRS)
  const dual = createSmoothDual(problem, cells, rows)
  const y = warm?.length === rows.count ? warm.slice() : new Float64Array(rows.count)
  const first = warm?.length === rows.count ? AGAIN : FIRST
  await ascend({ problem, cells, rows, dual }, y, { context, first, last: LAST, onStage: () => false })
  const { ofPool } = problem.groups
  return {
    slotUsd: Float64Array.from(ofPool, (group) => y[group]!),
    tokenUsd: Float64Array.from(ofPool, (group) => y[rows.width + group]!),
    moneyUsd: Float64Array.from(ofPool, (group) => moneyPrice(rows, y, group)),
    warm: y,
  }
}

/** The rows of the problem with the sample's share of what remains as capacities. */
function shareOfRemaining(problem: Problem, remaining: Remaining): Rows {
  const { groups, instance } = problem
  const rows = buildRows(problem)
  // A small sample is dearer or cheaper than the stream by about its standard error; scarcity shows up in time.
  const share = (instance.tasks.count / remaining.tasks) * (1 + 1 / Math.sqrt(instance.tasks.count))
  const capacity = rows.capacity.slice()
  for (let group = 0; group < groups.count; group++) {
    capacity[group] = 0
    capacity[rows.width + group] = 0
    capacity[2 * rows.width + group] = remaining.poolBudgetUsd[groups.pool[group]!]! * share
  }
  groups.ofPool.forEach((group, pool) => {
    capacity[group]! += Math.max(0, remaining.slots[pool]! * share)
    capacity[rows.width + group]! += Math.max(0, remaining.tokens[pool]! * share)
  })
  capacity[rows.budget] = Math.max(0, remaining.budgetUsd * share)
  return { ...rows, capacity }
}
