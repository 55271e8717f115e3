/**
 * The lower bound that prices of tasks prove where capacities are filled by whole tasks: every task pays its price, and
 * each agent keeps what the best load within its capacity would win. A table over the capacity in whole numbers finds
 * that load; the solver that sets the prices does it another way.
 */
import { QaasError } from '../errors.ts'
import type { Instance } from '../model/instance.ts'
import { mostTokens } from '../model/limits.ts'
import { pairCostUsd, pairTokens, whyIneligible } from '../model/pair.ts'
import { bestLoads, type Load } from './task-loads.ts'

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
    units -= BigInt(fleet.replicas[pool]!) * BigInt(bestLoads(load).at(-1)!)
  }
  return units
}

const lowered = (usd: number, { unitsPerUsd }: TaskPrices): number => Math.floor(usd * unitsPerUsd * ROUNDING)

/** Units of a pair, rounded down; pool -1 stands for no agent. */
export function loweredCost(
  instance: Instance,
  prices: TaskPrices,
  { task, pool }: { task: number; pool: number },
): number {
  return lowered(pool < 0 ? instance.policy.unassignedUsd : pairCostUsd(instance, task, pool), prices)
}

/** Steps that tokens take from the capacity of the pool's agents. */
export function sizeSteps(tokens: number, { tokensPerStep }: TaskPrices, pool: number): number {
  return steps(Math.floor(tokens), tokensPerStep[pool]!)
}

/** Steps an agent of the pool has room for, or tasks where tokens do not limit it. */
export function capacitySteps({ fleet }: Instance, { tokensPerStep }: TaskPrices, pool: number): number {
  const tokens = fleet.capacityTokens[pool]!
  if (tokens === Infinity) return Math.floor(fleet.capacityTasks[pool]!)
  // The judge adds sizes in doubles, which may fall short of the exact sum.
  return steps(Math.floor(mostTokens(tokens) + tokens * 2 ** -40), tokensPerStep[pool]!)
}

function loadOf(instance: Instance, prices: TaskPrices, pool: number): Load {
  const { tasks, fleet } = instance
  const byTokens = fleet.capacityTokens[pool] !== Infinity
  const [wins, sizes]: [number[], number[]] = [[], []]
  let total = 0
  for (let task = 0; task < tasks.count; task++) {
    const price = prices.tasks[task]!
    if (price === 0 || whyIneligible(instance, task, pool) !== undefined) continue
    const win = price - loweredCost(instance, prices, { task, pool })
    if (win <= 0) continue
    const size = byTokens ? sizeSteps(pairTokens(instance, task, pool), prices, pool) : 1
    wins.push(win)
    sizes.push(size)
    total += size
  }
  const limit = capacitySteps(instance, prices, pool)
  return { wins, sizes, room: total <= limit ? Infinity : limit }
}

/** The quotient rounded down, exactly. */
function steps(tokens: number, step: number): number {
  if (tokens === Infinity) return Infinity
  const quotient = Math.floor(tokens / step)
  return quotient * step > tokens ? quotient - 1 : (quotient + 1) * step <= tokens ? quotient + 1 : quotient
}
