/**
 * The lower bound that prices of tasks prove where capacities are filled by whole tasks: every task pays its price, and
 * each agent keeps what the best load within its capacity would win. A table over the capacity in whole numbers finds
 * that load; the solver that sets the prices does it another way.
 */
import { QaasError } from '../errors.ts'
import type { Instance } from '../model/instance.ts'
import { mostTokens } from '../model/limits.ts'
import { pairCostUsd, pairTokens, whyIneligible } from '../model/pair.ts'

/** Whole prices, and how coarsely tokens are counted. */
export interface TaskPrices {
  readonly unitsPerUsd: number
  /** Units per task, >= 0. */
  readonly tasks: Float64Array
  /** By pool: sizes and capacity are counted in this many tokens, rounded down, so that no plan is ruled out. */
  readonly tokensPerStep: Float64Array
  /** Every objective is claimed to be a multiple of this many units; 0 claims nothing. */
  readonly granularity: number
}

/** All sums stay whole numbers that a double holds. */
const LARGEST_SUM = 2 ** 53
/** Entries of all tables together: some seconds. */
const MOST_WORK = 4e9
/** Costs are lowered by more than their rounding in doubles. */
const ROUNDING = 1 - 2 ** -48

/** @throws QaasError `invalid-plan` when the value is not prices for this instance, or takes too long to check */
export function readTaskPrices({ tasks, fleet }: Instance, value: unknown): TaskPrices {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const column = (name: string, count: number, least: number): Float64Array => {
    const list = given[name]
    if (!Array.isArray(list) || list.length !== count) throw malformed(`"${name}" must list ${count} numbers`)
    return Float64Array.from(list, (one: unknown, at) => whole(one, `${name}[${at}]`, least))
  }
  const prices = {
    unitsPerUsd: whole(given.unitsPerUsd, 'unitsPerUsd', 1),
    tasks: column('tasks', tasks.count, 0),
    tokensPerStep: column('tokensPerStep', fleet.numPools, 1),
    granularity: whole(given.granularity ?? 0, 'granularity', 0),
  }
  if (prices.tasks.reduce((sum, price) => sum + price, 0) >= LARGEST_SUM)
    throw malformed('the prices of all tasks together are 2^53 units or more')
  return prices
}

function whole(value: unknown, name: string, least: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least) return value
  throw malformed(`"${name}" is ${JSON.stringify(value)}, it must be a whole number of at least ${least}`)
}

function malformed(what: string): QaasError {
  return new QaasError('invalid-plan', `the prices of tasks in the certificate cannot be read: ${what}`, {
    advice: 'Maybe the plan was made for another instance, or was edited.',
  })
}

/**
 * Units that every feasible plan costs at least; dependencies and budgets are left out, which only lowers it.
 * @throws QaasError `invalid-plan` when the tables would be too large
 */
export function taskPriceUnits(instance: Instance, prices: TaskPrices): bigint {
  const { tasks, fleet, policy } = instance
  let units = 0n
  for (const price of prices.tasks) units += BigInt(price)
  if (policy.unassignedUsd !== Infinity) {
    const penalty = lowered(policy.unassignedUsd, prices)
    for (const price of prices.tasks) if (price > penalty) units -= BigInt(price - penalty)
  }
  let work = 0
  for (let pool = 0; pool < fleet.numPools; pool++) {
    const load = loadOf(instance, prices, pool)
    if (load.room !== Infinity) work += load.wins.length * load.room
    if (work > MOST_WORK)
      throw malformed(`its tables would have more than ${MOST_WORK} entries, on ${tasks.count} tasks`)
    units -= BigInt(fleet.replicas[pool]!) * BigInt(bestLoad(load))
  }
  return units
}

const lowered = (usd: number, { unitsPerUsd }: TaskPrices): number => Math.floor(usd * unitsPerUsd * ROUNDING)

/** What one agent of a pool may take, and what it would win by each task. */
interface Load {
  readonly wins: readonly number[]
  readonly sizes: readonly number[]
  /** Infinity where everything fits. */
  readonly room: number
}

function loadOf(instance: Instance, prices: TaskPrices, pool: number): Load {
  const { tasks, fleet } = instance
  const byTokens = fleet.capacityTokens[pool] !== Infinity
  const step = prices.tokensPerStep[pool]!
  const [wins, sizes]: [number[], number[]] = [[], []]
  let total = 0
  for (let task = 0; task < tasks.count; task++) {
    const price = prices.tasks[task]!
    if (price === 0 || whyIneligible(instance, task, pool) !== undefined) continue
    const win = price - lowered(pairCostUsd(instance, task, pool), prices)
    if (win <= 0) continue
    const size = byTokens ? steps(Math.floor(pairTokens(instance, task, pool)), step) : 1
    wins.push(win)
    sizes.push(size)
    total += size
  }
  // The judge adds sizes in doubles, which may fall short of the exact sum.
  const tokens = fleet.capacityTokens[pool]!
  const limit = byTokens
    ? steps(Math.floor(mostTokens(tokens) + tokens * 2 ** -40), step)
    : Math.floor(fleet.capacityTasks[pool]!)
  return { wins, sizes, room: total <= limit ? Infinity : limit }
}

/** The quotient rounded down, exactly. */
function steps(tokens: number, step: number): number {
  if (tokens === Infinity) return Infinity
  const quotient = Math.floor(tokens / step)
  return quotient * step > tokens ? quotient - 1 : (quotient + 1) * step <= tokens ? quotient + 1 : quotient
}

function bestLoad({ wins, sizes, room }: Load): number {
  if (room === Infinity) return wins.reduce((sum, win) => sum + win, 0)
  const best = new Float64Array(room + 1)
  for (let item = 0; item < wins.length; item++) {
    const [win, size] = [wins[item]!, sizes[item]!]
    for (let at = room; at >= size; at--) {
      const value = best[at - size]! + win
      if (value > best[at]!) best[at] = value
    }
  }
  return best[room]!
}
