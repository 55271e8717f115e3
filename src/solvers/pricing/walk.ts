/**
 * The search about one plan, leg by leg: from loose to whole, strictly, and in rounds of loosening a little and filling
 * what room is left. After each leg the assignment holds the plan.
 */
import { mustStop } from '../../solve/context.ts'
import type { SolveContext } from '../../solve/solver.ts'
import { anneal, type CapacityWorth } from './anneal.ts'
import type { Assignment } from './assignment.ts'
import type { Bays } from './bays.ts'
import type { Candidates } from './candidates.ts'
import type { Cells } from './cells.ts'
import { exchangeRoom } from './exchange.ts'
import type { Problem } from './problem.ts'
import { createSearchArena, type SearchArena } from './search-arena.ts'
import { STATE } from './search-layout.ts'

export interface WalkParts {
  readonly problem: Problem
  readonly bays: Bays
  readonly cells: Cells
  readonly candidates: Candidates
  readonly assignment: Assignment
  readonly worth: CapacityWorth
  /** What a task costs on average, in dollars. */
  readonly mean: number
  /** Proposals per task of a leg of share 1. */
  readonly effort: number
  /** How many of 256 proposals look beyond the candidates. */
  readonly wild: number
  /** See `AssignmentParts.churn`. */
  readonly churn?: { readonly origin: Int32Array; readonly usd: number } | undefined
  readonly context: SolveContext
}

export interface Leg {
  /** Proposals as a part of the effort. */
  readonly share: number
  /** Of the time left, at most. */
  readonly time: number
  /** The temperature it begins at, as a part of the mean cost of a task. */
  readonly hot: number
  /** Nothing may exceed its capacity any more than it does. */
  readonly strict: boolean
  /** How sharp capacities are at first; see `AnnealInput`. Default by the effort. */
  readonly sharpness?: number
}

export interface Walk {
  leg(leg: Leg): Promise<{ proposals: number; accepted: number }>
  /** Keeps what is better and no dearer in capacities; returns how many rounds were. */
  rounds(most: number): Promise<number>
  /** To be told when others changed the assignment. */
  forget(): void
}

/** Of 256 proposals so many are about the bays that lose most, where there are no more tasks than that. */
const FOCUS = 100
const MOST_FOCUSED = 30_000
/** Sharpness that a leg begins with: this much over the proposals per task, and at least so much. */
const SHARPNESS = 0.4
const LEAST_SHARPNESS = 1e-3
/** Temperature at the end of every leg. */
export const COLD = 1e-4
/** Members of a bay looked at for a partner. */
const LOOKS = 8
const ROUND: Leg = { share: 0.1, time: 0.5, hot: 1e-3, strict: false, sharpness: 0.1 }

/** When that part of the time left is over. */
export function partOf({ now, deadline }: SolveContext, part: number): number {
  return deadline === Infinity ? Infinity : now() + part * (deadline - now())
}

export function createWalk(parts: WalkParts): Walk {
  const { problem, bays, cells, candidates, assignment, worth, mean, effort, wild, churn, context } = parts
  const numTasks = problem.instance.tasks.count
  const isFocused = numTasks <= MOST_FOCUSED
  const fills = isFocused && !churn && problem.groupBudget.every((usd) => usd === Infinity)
  let known: SearchArena | undefined
  let walks = 0
  const arena = (): SearchArena => {
    known ??= createSearchArena({
      problem,
      bays,
      cells,
      candidates,
      assignment,
      rng: context.rng.fork(++walks),
      looks: LOOKS,
      isFocused,
      ...(churn ? { churn } : {}),
    })
    return known
  }
  const step = (space: SearchArena, leg: Leg): Promise<{ proposals: number; accepted: number }> =>
    anneal({
      space,
      bays,
      worth,
      context: { ...context, deadline: partOf(context, leg.time) },
      proposals: Math.round(leg.share * effort * numTasks),
      hot: leg.hot * mean,
      cold: COLD * mean,
      wild,
      focus: isFocused ? FOCUS : 0,
      credit: leg.strict ? 0 : 1,
      sharpness: leg.sharpness ?? Math.max(LEAST_SHARPNESS, SHARPNESS / effort),
      strict: leg.strict,
    })
  return {
    async leg(leg) {
      if (mustStop(context)) return { proposals: 0, accepted: 0 }
      const space = arena()
      const counts = await step(space, leg)
      space.writeBack(assignment)
      return counts
    },
    async rounds(most) {
      if (!fills || mustStop(context)) return 0
      const space = arena()
      await exchangeRoom({ space, bays, worth, mean, context })
      space.writeBack(assignment)
      let round = 0
      for (; round < most && !mustStop(context); round++) {
        await step(space, ROUND)
        const isWhole = space.isWithin()
        if (isWhole) await exchangeRoom({ space, bays, worth, mean, context })
        if (isWhole && space.arrays.state[STATE.objective]! < assignment.objective())
          space.writeBack(assignment)
        space.reload()
      }
      return round
    },
    forget() {
      known = undefined
    },
  }
}
