/**
 * Search about the rounded plan: shifts and exchanges among the candidates of each task, accepted by the Metropolis
 * rule at a falling temperature; what is over capacity costs its price and that price rises until nothing is.
 */
import { mustStop } from '../../solve/context.ts'
import type { SolveContext } from '../../solve/solver.ts'
import type { Assignment, OverloadPrices } from './assignment.ts'
import type { Bays } from './bays.ts'
import type { Candidates } from './candidates.ts'
import type { Cells } from './cells.ts'

export interface AnnealInput {
  readonly assignment: Assignment
  readonly bays: Bays
  readonly cells: Cells
  readonly candidates: Candidates
  readonly prices: OverloadPrices
  readonly context: SolveContext
  /** Tokens of each task. */
  readonly tokens: Float64Array
  /** Members of a bay looked at for an exchange partner of similar size. */
  readonly looks: number
  /** Proposals in all. */
  readonly proposals: number
  /** Dollars. */
  readonly hot: number
  readonly cold: number
}

/** Proposals between looks at the clock, at most; prices of overload adapt as often. */
const LONGEST_SLICE = 20_000
const SLICES = 300

export async function anneal(input: AnnealInput): Promise<{ proposals: number; accepted: number }> {
  const { assignment, bays, cells, candidates, prices, context, proposals, hot, cold } = input
  const { bayOf } = assignment
  const { rng } = context
  const { tokens } = input
  const looks = input.looks
  const numTasks = bayOf.length
  const slice = Math.max(200, Math.min(LONGEST_SLICE, Math.ceil(proposals / SLICES)))
  let [done, accepted] = [0, 0]
  while (done < proposals && !mustStop(context)) {
    const temperature = hot * (cold / hot) ** (done / proposals)
    const stop = Math.min(proposals, done + slice)
    for (; done < stop; done++) {
      const task = ((rng.nextUint32() * numTasks) / 4294967296) | 0
      const cell = cells.ofTask[task]!
      const random = rng.nextUint32()
      const group =
        candidates.group[
          (cell * candidates.width + ((random & 0xffff) * candidates.size[cell]!) / 65536) | 0
        ]!
      const [begin, end] = [bays.start[group]!, bays.start[group + 1]!]
      const bay = begin + ((((random >>> 17) * (end - begin)) / 32768) | 0)
      if (bay === bayOf[task]) continue
      const members = assignment.members(bay)
      const limit = -temperature * Math.log((rng.nextUint32() + 0.5) / 4294967296)
      if ((random & 0x10000) === 0 || members.length === 0 || bayOf[task]! < 0) {
        if (assignment.shiftDelta(task, bay) < limit) {
          assignment.shift(task, bay)
          accepted++
        }
      } else {
        const other = nearestInSize(members, tokens, { size: tokens[task]!, rng, looks })
        if (assignment.swapDelta(task, other) < limit) {
          assignment.swap(task, other)
          accepted++
        }
      }
    }
    raise(assignment, bays, prices)
    await context.breathe()
  }
  return { proposals: done, accepted }
}

/** Bays that stay over capacity pay more, the others slowly less, within a factor of their first price. */
function raise(assignment: Assignment, bays: Bays, prices: OverloadPrices): void {
  for (let bay = 0; bay < bays.count; bay++) {
    const factor = assignment.overload(bay) > 0 ? 1.03 : 0.995
    prices.slots[bay] = Math.max(1e-12, prices.slots[bay]! * factor)
    prices.tokens[bay] = Math.max(1e-18, prices.tokens[bay]! * factor)
  }
  if (assignment.overBudget() > 0) prices.budget *= 1.05
}

/** Of a few random members the one whose tokens differ least: exchanges of like sizes fit where capacities are full. */
function nearestInSize(
  members: readonly number[],
  tokens: Float64Array,
  { size, rng, looks }: { size: number; rng: SolveContext['rng']; looks: number },
): number {
  let best = members[((rng.nextUint32() * members.length) / 4294967296) | 0]!
  for (let k = 1; k < looks; k++) {
    const other = members[((rng.nextUint32() * members.length) / 4294967296) | 0]!
    if (Math.abs(tokens[other]! - size) < Math.abs(tokens[best]! - size)) best = other
  }
  return best
}
