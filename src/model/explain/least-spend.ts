/**
 * A proven lower bound on the money of any plan that keeps the slots: prices on the slots of each pool, raised where
 * too many tasks would like to go. It is a bound at every step, whatever the prices; not the exact least spend.
 */

import { CompensatedSum } from '../../numeric/sum.ts'
import type { Instance } from '../instance.ts'
import { pairMoneyUsd } from '../pair.ts'
import { buildPairTable, type PairTable } from '../pair-table.ts'
import { classifyTasks } from '../task-classes.ts'
import type { EligibleGroup } from './eligible-groups.ts'

const STEPS = 200
/** Pairs of classes and pools that a table is built for; a pair takes some 36 bytes. */
const MOST_PAIRS = 4e6
/** Pairs looked at in all steps together, about a second's work. */
const MOST_LOOKS = 1e8

/**
 * Dollars; Infinity when some task has no eligible agent. Where the pairs are too many to be looked at time and again,
 * every task has the cheapest agent of its group, whatever the slots.
 */
export function leastSpendUsd(
  instance: Instance,
  groups: readonly EligibleGroup[],
  { mostPairs = MOST_PAIRS }: { readonly mostPairs?: number } = {},
): number {
  const numPairs = classifyTasks(instance).count * instance.fleet.numPools
  return numPairs <= mostPairs ? pricedSlots(instance, numPairs) : cheapestAlone(instance, groups)
}

function cheapestAlone(instance: Instance, groups: readonly EligibleGroup[]): number {
  const sum = new CompensatedSum()
  for (const { tasks, pools } of groups)
    for (const task of tasks) {
      let least = Infinity
      for (const pool of pools) least = Math.min(least, pairMoneyUsd(instance, task, pool))
      sum.add(least)
    }
  return sum.value
}

function pricedSlots(instance: Instance, numPairs: number): number {
  const { fleet } = instance
  const pairs = buildPairTable(instance)
  const steps = Math.min(STEPS, Math.ceil(MOST_LOOKS / Math.max(1, numPairs)))
  const slots = Float64Array.from(
    fleet.replicas,
    (count, pool) => count * Math.floor(fleet.capacityTasks[pool]!),
  )
  const prices = new Float64Array(fleet.numPools)
  const load = new Float64Array(fleet.numPools)
  let best = Number.NEGATIVE_INFINITY
  const scale = meanMoney(pairs)
  for (let step = 0; step < steps; step++) {
    const bound = priced(pairs, prices, load) - slotRent(prices, slots)
    best = Math.max(best, bound)
    if (!Number.isFinite(bound) || scale === 0) break
    let excess = 0
    for (let pool = 0; pool < load.length; pool++) {
      const over = slots[pool] === Infinity ? 0 : load[pool]! - slots[pool]!
      load[pool] = prices[pool] === 0 ? Math.max(0, over) : over
      excess += load[pool]! ** 2
    }
    if (excess === 0) break
    // Diminishing steps along the subgradient; the length is one mean price of a task, shrinking with time.
    const stride = (scale * Math.sqrt(load.length)) / Math.sqrt(excess) / (1 + step / 8)
    for (let pool = 0; pool < load.length; pool++)
      prices[pool] = Math.max(0, prices[pool]! + stride * load[pool]!)
  }
  return best
}

/** Sum over tasks of their least priced money; `load` receives where they would go. */
function priced(pairs: PairTable, prices: Float64Array, load: Float64Array): number {
  const { classes, start, pool, moneyUsd } = pairs
  load.fill(0)
  let total = 0
  for (let row = 0; row < classes.count; row++) {
    let [least, where] = [Infinity, -1]
    for (let at = start[row]!; at < start[row + 1]!; at++) {
      const usd = moneyUsd[at]! + prices[pool[at]!]!
      if (usd < least) {
        least = usd
        where = pool[at]!
      }
    }
    total += classes.size[row]! * least
    if (where >= 0) load[where]! += classes.size[row]!
  }
  return total
}

function slotRent(prices: Float64Array, slots: Float64Array): number {
  return prices.reduce((sum, price, pool) => (price > 0 ? sum + price * slots[pool]! : sum), 0)
}

function meanMoney({ moneyUsd }: PairTable): number {
  return moneyUsd.length === 0 ? 0 : moneyUsd.reduce((sum, usd) => sum + usd, 0) / moneyUsd.length
}
