/**
 * Search about the rounded plan: shifts and exchanges among the candidates of each task, accepted by the Metropolis
 * rule at a falling temperature. At first a unit of capacity costs its price whether it is exceeded or left, which is
 * the Lagrangian and lets large tasks pass; then exceeding grows dearer and leaving earns less, until plans are whole.
 */
import { mustStop } from '../../solve/context.ts'
import type { SolveContext } from '../../solve/solver.ts'
import type { Bays } from './bays.ts'
import type { SearchArena } from './search-arena.ts'
import { BAY, POOL, STATE } from './search-layout.ts'

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
  /**
   * How much dearer exceeding a capacity is than its price, as a part of it, and how much less leaving it earns, at
   * first; grows evenly in the logarithm. The longer the search the less: tasks of any size then move as they like.
   */
  readonly sharpness?: number
  /** How many of 256 proposals look beyond the candidates. */
  readonly wild: number
  /** How many of 256 proposals are about the bays that lose most; default none. */
  readonly focus?: number
  /** Nothing may exceed its capacity any more than it does. */
  readonly strict?: boolean
}

/** Proposals between looks at the clock, at most; prices of overload adapt as often. */
const LONGEST_SLICE = 200_000
const SLICES = 300
/** The sharpness at last, and the part of the run that it is reached in. */
const SHARP = { last: 5, until: 0.9 } as const
/** Of so many bays one is looked at more often than the others for what it loses. */
const WORST_OF = 8
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
  space.arrays.state[STATE.focus] = input.focus ?? 0
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
    if (input.focus) markWorst(input)
    const now = Math.min(slice, proposals - done)
    accepted += space.search(now, hot * (cold / hot) ** at, cooling)
    done += now
    await context.breathe()
  }
  return { proposals: done, accepted }
}

/** Lists the bays that lose most by the prices: by what they leave, or by what they exceed. */
function markWorst({ space, bays, worth }: AnnealInput): void {
  const { arrays } = space
  const loss = new Float64Array(bays.count)
  const losing: number[] = []
  for (let bay = 0; bay < bays.count; bay++) {
    const base = bay * BAY.doubles
    const slots = arrays.bays[base]! - arrays.bays[base + BAY.limit]!
    const tokens = arrays.bays[base + BAY.tokens]! - arrays.bays[base + BAY.tokenLimit]!
    loss[bay] =
      Math.abs(slots) * worth.slots[bay]! +
      Math.abs(tokens) * worth.tokens[bay]! +
      Math.max(0, slots) * worth.leastSlot +
      Math.max(0, tokens) * worth.leastToken
    if (loss[bay]! > 0) losing.push(bay)
  }
  losing.sort((a, b) => loss[b]! - loss[a]! || a - b)
  const count = Math.min(losing.length, Math.ceil(bays.count / WORST_OF))
  for (let k = 0; k < count; k++) arrays.worst[k] = losing[k]!
  arrays.state[STATE.numWorst] = count
}

/** Bays that stay over capacity pay more, the others slowly less. */
function createPrices({ space, bays, worth, credit, sharpness = 0.05, strict }: AnnealInput): {
  set(progress: number): void
} {
  const { arrays, sizes } = space
  const factor = new Float64Array(bays.count).fill(1)
  let moneyFactor = 1
  const poolFactor = new Float64Array(sizes.numGroups).fill(1)
  const exceeds = (load: number, limit: number): boolean => load > limit * (1 + 1e-12)
  return {
    set(progress) {
      const { last, until } = SHARP
      const first = Math.min(last, sharpness)
      const sharp = strict ? STRICT : first * (last / first) ** Math.min(1, progress / until)
      const earned = credit * Math.max(0, 1 - sharp)
      for (let bay = 0; bay < bays.count; bay++) {
        const base = bay * BAY.doubles
        const isOver =
          exceeds(arrays.bays[base]!, arrays.bays[base + BAY.limit]!) ||
          exceeds(arrays.bays[base + BAY.tokens]!, arrays.bays[base + BAY.tokenLimit]!)
        if (progress > 0)
          factor[bay] = Math.min(MOST_FACTOR, Math.max(0.1, factor[bay]! * (isOver ? RISE : FALL)))
        const [slots, tokens] = [worth.slots[bay]!, worth.tokens[bay]!]
        arrays.bays[base + BAY.over] = slots + sharp * factor[bay]! * (0.5 * slots + worth.leastSlot)
        arrays.bays[base + BAY.tokenOver] = tokens + sharp * factor[bay]! * (0.5 * tokens + worth.leastToken)
        arrays.bays[base + BAY.credit] = earned * slots
        arrays.bays[base + BAY.tokenCredit] = earned * tokens
      }
      const { state, pools } = arrays
      if (progress > 0)
        moneyFactor = Math.min(
          MOST_FACTOR,
          Math.max(0.1, moneyFactor * (state[STATE.spent]! > state[STATE.limit]! ? RISE : FALL)),
        )
      state[STATE.over] = worth.budget + sharp * moneyFactor * (0.5 * worth.budget + worth.leastMoney)
      state[STATE.credit] = earned * worth.budget
      for (let group = 0; group < sizes.numGroups; group++) {
        const base = group * POOL.doubles
        if (progress > 0)
          poolFactor[group] = Math.min(
            MOST_FACTOR,
            Math.max(0.1, poolFactor[group]! * (pools[base]! > pools[base + POOL.limit]! ? RISE : FALL)),
          )
        pools[base + POOL.over] =
          sharp * poolFactor[group]! * (1.5 * worth.poolBudget[group]! + worth.leastMoney)
      }
    },
  }
}
