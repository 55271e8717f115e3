/**
 * The last of a plan's cost above the bound is mostly room left on dear agents. Bay by bay, those that lose most first,
 * up to two tasks are exchanged for up to two others so that the room is filled, by the best of some million ways. Only
 * what costs less and keeps every capacity and budget is done.
 */
import { mustStop } from '../../solve/context.ts'
import type { SolveContext } from '../../solve/solver.ts'
import type { CapacityWorth } from './anneal.ts'
import type { Bays } from './bays.ts'
import type { SearchArena } from './search-arena.ts'
import { BAY, STATE } from './search-layout.ts'

export interface ExchangeInput {
  readonly space: SearchArena
  readonly bays: Bays
  readonly worth: CapacityWorth
  /** What a task costs on average, in dollars. */
  readonly mean: number
  readonly context: SolveContext
}

/** Rounds over all bays; exchanges at one bay in a row. */
const MOST_ROUNDS = 2
const MOST_IN_A_ROW = 2
/** Parts of the mean cost: bays that lose less are left alone, less is not worth an exchange, risen costs looked at. */
const LEAST = { loss: 3e-3, gain: 1e-7, rise: 2e-5 } as const
/** Of what a bay loses so much may one of two exchanges raise costs at the prices of room. */
const RISE = 0.5

/** Returns the number of exchanges. */
export async function exchangeRoom(input: ExchangeInput): Promise<number> {
  const { space, bays, mean, context } = input
  setPrices(input)
  let made = 0
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = made
    const loss = Float64Array.from({ length: bays.count }, (_, bay) => lossOf(input, bay))
    const order = Array.from(loss.keys()).filter((bay) => loss[bay]! > LEAST.loss * mean)
    for (const bay of order.sort((a, b) => loss[b]! - loss[a]! || a - b)) {
      for (let k = 0; k < MOST_IN_A_ROW; k++) {
        const limit = RISE * lossOf(input, bay) + LEAST.rise * mean
        if (space.exchange(bay, limit, LEAST.gain * mean) === 0) break
        made++
      }
      await context.breathe()
      if (mustStop(context)) return made
    }
    if (made === before) break
  }
  return made
}

function setPrices({ space: { arrays }, bays, worth }: ExchangeInput): void {
  for (let bay = 0; bay < bays.count; bay++) {
    arrays.bays[bay * BAY.doubles + BAY.credit] = worth.slots[bay]!
    arrays.bays[bay * BAY.doubles + BAY.tokenCredit] = worth.tokens[bay]!
  }
  arrays.state[STATE.credit] = worth.budget
}

/** What the room left on a bay is worth. */
function lossOf({ space: { arrays }, worth }: ExchangeInput, bay: number): number {
  const base = bay * BAY.doubles
  const slots = arrays.bays[base + BAY.limit]! - arrays.bays[base]!
  const tokens = arrays.bays[base + BAY.tokenLimit]! - arrays.bays[base + BAY.tokens]!
  return Math.max(0, slots) * worth.slots[bay]! + Math.max(0, tokens) * worth.tokens[bay]!
}
