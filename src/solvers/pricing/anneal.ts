/**
 * Search about the rounded plan: shifts and exchanges among the candidates of each task, accepted by the Metropolis
 * rule at a falling temperature. Room left below a priced capacity earns its price while it is hot, so that a plan may
 * pass through; the credit ends before the temperature does. What is over capacity pays more until nothing is.
 */
import { mustStop } from '../../solve/context.ts'
import type { SolveContext } from '../../solve/solver.ts'
import type { Bays } from './bays.ts'
import type { SearchArena } from './search-arena.ts'
import { BAY, POOL, STATE } from './search-kernel.ts'

/** What capacities are worth by the duals, and the least that exceeding one costs, per unit and bay. */
export interface CapacityWorth {
  readonly slots: Float64Array
  readonly tokens: Float64Array
  readonly poolBudget: Float64Array
  readonly budget: number
  readonly leastSlot: number
  readonly leastToken: number
  readonly leastMoney: number
}

export interface AnnealInput {
  readonly space: SearchArena
  readonly bays: Bays
  readonly worth: CapacityWorth
  readonly context: SolveContext
  /** Proposals in all. */
  readonly proposals: number
  /** Dollars. */
  readonly hot: number
  readonly cold: number
  /** How much of its price a free capacity earns at first. */
  readonly credit: number
  /** How many of 256 proposals look beyond the candidates. */
  readonly wild: number
  /** Nothing may exceed its capacity any more than it does. */
  readonly strict?: boolean
}

/** Proposals between looks at the clock, at most; prices of overload adapt as often. */
const LONGEST_SLICE = 200_000
const SLICES = 300
/** Between these parts of the run the credit falls to nothing, and what is over capacity grows dearer. */
const CLOSING = [0.5, 0.9] as const
const STERN = 30
/** So dear that no more is ever put over a capacity. */
const STRICT = 1e6
const RISE = 1.03
const FALL = 0.995
const MOST_FACTOR = 1e4
/** Where time is short it is cold a little before the end. */
const EARLY = 1.1

export async function anneal(input: AnnealInput): Promise<{ proposals: number; accepted: number }> {
  const { space, context, proposals, hot, cold } = input
  const slice = Math.max(200, Math.min(LONGEST_SLICE, Math.ceil(proposals / SLICES)))
  const cooling = (cold / hot) ** (1 / Math.max(1, proposals))
  const prices = createPrices(input)
  space.arrays.state[STATE.wild] = input.wild
  let [done, accepted] = [0, 0]
  const started = context.now()
  /** Of the proposals or of the time, whichever is nearer its end: a search that ran out of time would end hot. */
  const progress = (): number => {
    const gone = (context.now() - started) / Math.max(1, context.deadline - started)
    return Math.min(1, Math.max(done / proposals, gone * EARLY))
  }
  while (done < proposals && !mustStop(context)) {
    const at = progress()
    prices.set(at)
    const now = Math.min(slice, proposals - done)
    accepted += space.search(now, hot * (cold / hot) ** at, cooling)
    done += now
    await context.breathe()
  }
  return { proposals: done, accepted }
}

/** Bays that stay over capacity pay more, the others slowly less. */
function createPrices({ space, bays, worth, credit, strict }: AnnealInput): { set(progress: number): void } {
  const { arrays, sizes } = space
  const factor = new Float64Array(bays.count).fill(1)
  let moneyFactor = 1
  const poolFactor = new Float64Array(sizes.numGroups).fill(1)
  const exceeds = (load: number, limit: number): boolean => load > limit * (1 + 1e-12)
  return {
    set(progress) {
      const [from, to] = CLOSING

      const gone = Math.min(1, Math.max(0, (progress - from) / (to - from)))
      const stern = strict ? STRICT : STERN ** gone
      for (let bay = 0; bay < bays.count; bay++) {
        const base = bay * BAY.doubles
        const isOver =
          exceeds(arrays.bays[base]!, arrays.bays[base + BAY.limit]!) ||
          exceeds(arrays.bays[base + BAY.tokens]!, arrays.bays[base + BAY.tokenLimit]!)
        if (progress > 0)
          factor[bay] = Math.min(MOST_FACTOR, Math.max(0.1, factor[bay]! * (isOver ? RISE : FALL)))
        const [slots, tokens] = [worth.slots[bay]!, worth.tokens[bay]!]
        arrays.bays[base + BAY.over] = slots + stern * factor[bay]! * (0.5 * slots + worth.leastSlot)
        arrays.bays[base + BAY.tokenOver] = tokens + stern * factor[bay]! * (0.5 * tokens + worth.leastToken)
        arrays.bays[base + BAY.credit] = credit * (1 - gone) * slots
        arrays.bays[base + BAY.tokenCredit] = credit * (1 - gone) * tokens
      }
      const { state, pools } = arrays
      if (progress > 0)
        moneyFactor = Math.min(
          MOST_FACTOR,
          Math.max(0.1, moneyFactor * (state[STATE.spent]! > state[STATE.limit]! ? RISE : FALL)),
        )
      state[STATE.over] = worth.budget + stern * moneyFactor * (0.5 * worth.budget + worth.leastMoney)
      state[STATE.credit] = credit * (1 - gone) * worth.budget
      for (let group = 0; group < sizes.numGroups; group++) {
        const base = group * POOL.doubles
        if (progress > 0)
          poolFactor[group] = Math.min(
            MOST_FACTOR,
            Math.max(0.1, poolFactor[group]! * (pools[base]! > pools[base + POOL.limit]! ? RISE : FALL)),
          )
        pools[base + POOL.over] =
          stern * poolFactor[group]! * (1.5 * worth.poolBudget[group]! + worth.leastMoney)
      }
    },
  }
}
