/**
 * Plans again after a small change without looking for prices: those of before still prove nearly all they did. Every
 * task that can stay stays, those that lost their place find another by ejection, and a strict search uses room that is
 * left. Not for large changes: there the solver goes its usual way, warm.
 */
import type { Plan } from '../../model/plan.ts'
import { mustStop } from '../../solve/context.ts'
import { relativeGap } from '../../solve/solve.ts'
import type { SolveContext } from '../../solve/solver.ts'
import { judged } from '../starting-plan.ts'
import { anneal } from './anneal.ts'
import { type Assignment, createAssignment } from './assignment.ts'
import { type Bays, buildBays } from './bays.ts'
import { buildCandidates } from './candidates.ts'
import { buildCells, type Cells } from './cells.ts'
import { placeByEjection } from './eject.ts'
import { entryTable } from './entry-table.ts'
import { createExactBound } from './exact-bound.ts'
import { capacityWorth, overloadPrices } from './find-plan.ts'
import type { Previous } from './pricing.ts'
import type { Problem } from './problem.ts'
import { buildRows, type Rows } from './rows.ts'
import { createSearchArena } from './search-arena.ts'
import { toPlan } from './to-plan.ts'
import { originOf, settle, warmPrices } from './warm-start.ts'

export interface Replanned {
  readonly plan: Plan
  readonly objective: number
  readonly rows: Rows
  readonly y: Float64Array
  readonly boundUsd: number
  readonly stats: Readonly<Record<string, number>>
}

/** Tasks that lost their place beyond this part are no small change. */
const MOST_HOMELESS = 0.1
/** A gap that is not worth looking for better prices. */
const GOOD_GAP = 5e-3
const CELL_PAIRS = 20_000
const CANDIDATES = { width: 32, within: 0.3 } as const
/** Room that is left over, priced, as a part of the objective: with less there is nothing that a search could use. */
const WORTH_LOOKING = 2e-4
/** Proposals of the strict search per task, and its temperature as a part of the mean cost of a task. */
const EFFORT = 2
const COLD = 1e-4
const LOOKS = 3
const WILD = 64
/** What a move must save at least, as a part of the mean cost of a task: less is not worth a move. */
const INERTIA = 2e-3

type Churn = { readonly origin: Int32Array; readonly usd: number }

interface Parts {
  readonly problem: Problem
  readonly bays: Bays
  readonly cells: Cells
  readonly rows: Rows
  readonly y: Float64Array
  readonly boundUsd: number
  readonly assignment: Assignment
  readonly churn: Churn
  readonly context: SolveContext
}

/** A feasible plan with the bound that the old prices prove, or undefined when either is not good enough. */
export async function replanFromPrices(
  problem: Problem,
  context: SolveContext,
  previous: Previous,
): Promise<Replanned | undefined> {
  const { warm: y } = warmPrices(problem, previous)
  if (y === undefined) return undefined
  const rows = buildRows(problem)
  const cells = buildCells(problem, CELL_PAIRS)
  const boundUsd = createExactBound(problem, cells, rows).evaluate(y)
  const numTasks = problem.instance.tasks.count
  const bays = buildBays(problem)
  const origin = originOf(problem, bays, previous.plan)
  const usd = Math.max(previous.churnUsd ?? 0, (INERTIA * Math.max(0, boundUsd)) / numTasks)
  const churn = { origin, usd }
  const entryOf = entryTable(problem.classes, problem.groups)
  const prices = overloadPrices(problem, bays, { rows, lastY: y, boundUsd })
  const assignment = createAssignment({ problem, bays, entryOf, prices, churn })
  settle(problem, assignment, { bays, origin })
  const homeless = withoutPlace(problem, assignment)
  if (homeless.length > MOST_HOMELESS * numTasks || mustStop(context)) return undefined
  const left = await placeByEjection(
    { problem, assignment, bays, cells, entryOf, rows, y, churn, context },
    homeless,
  )
  if (left.length > 0 && problem.instance.policy.unassignedUsd === Infinity) return undefined
  const placedUsd = assignment.objective()
  const parts = { problem, bays, cells, rows, y, boundUsd, assignment, churn, context }
  if (pricedRoomUsd(parts) > WORTH_LOOKING * placedUsd) await lookAbout(parts, Math.round(EFFORT * numTasks))
  const found = judged(problem.instance, toPlan(problem, bays, assignment.bayOf))
  if (found === undefined || relativeGap(found.objective, boundUsd) > GOOD_GAP) return undefined
  const stats = { homeless: homeless.length, placedUsd }
  return { ...found, rows, y, boundUsd, stats }
}

/** Tasks that need an agent and have none, the largest first: they find the fewest places. */
function withoutPlace({ tokens }: Problem, { bayOf }: Assignment): Int32Array {
  const list: number[] = []
  bayOf.forEach((bay, task) => {
    if (bay < 0) list.push(task)
  })
  return Int32Array.from(list).sort((a, b) => tokens[b]! - tokens[a]! || a - b)
}

/** What the room that nobody uses would be worth at the prices. */
function pricedRoomUsd({ bays, rows, y, assignment }: Parts): number {
  let usd = 0
  for (let bay = 0; bay < bays.count; bay++) {
    const group = bays.groupOf[bay]!
    const [slot, token] = [y[group]!, y[rows.width + group]!]
    if (slot > 0) usd += slot * (bays.capacityTasks[bay]! - assignment.load[bay]!)
    if (token > 0) usd += token * (bays.capacityTokens[bay]! - assignment.tokenLoad[bay]!)
  }
  return usd
}

/** Moves and exchanges that save more than they disturb, none of which exceeds a capacity. */
async function lookAbout(parts: Parts, proposals: number): Promise<void> {
  const { problem, bays, cells, rows, y, boundUsd, assignment, churn, context } = parts
  if (proposals === 0 || mustStop(context)) return
  const candidates = buildCandidates(problem, cells, { rows, y, ...CANDIDATES })
  const temperature = (COLD * Math.max(boundUsd, 0)) / problem.instance.tasks.count
  const space = createSearchArena({
    problem,
    bays,
    cells,
    candidates,
    assignment,
    rng: context.rng.fork(3),
    looks: LOOKS,
    churn,
  })
  await anneal({
    space,
    bays,
    worth: capacityWorth(problem, bays, { rows, lastY: y, boundUsd }),
    context,
    proposals,
    hot: temperature,
    cold: temperature,
    wild: problem.groups.count > CANDIDATES.width ? WILD : 0,
    credit: 0,
    strict: true,
  })
  space.writeBack(assignment)
}
