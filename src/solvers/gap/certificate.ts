/** Writes prices of agents as a certificate that anyone can check, and says what bound it proves. */
import type { Instance } from '../../model/instance.ts'
import type { Certificate } from '../../solve/solver.ts'
import { granularityOf } from '../pricing/granularity.ts'
import { largestPairUsd, unitsPerUsd } from '../pricing/units.ts'
import { boundAt } from './capacity-dual.ts'
import type { GapProblem } from './problem.ts'
import type { TaskDual } from './task-dual.ts'
import type { TreeRecord } from './tree-record.ts'

const TOKEN_FRACTION = 2 ** 20
/** The prices of all tasks together have to stay below 2^53 units. */
const LARGEST_SUM = 2 ** 52

export interface ProvenPrices {
  readonly certificate: Certificate
  readonly bound: number
}

/** Objectives of an instance, where all of them are multiples of one number of dollars; 0 where they are not. */
export function objectiveStep(instance: Instance, { cost }: GapProblem): number {
  const units = unitsPerUsd(largestPairUsd(instance))
  return granularityOf(instance, units, finite(cost)) / units
}

function* finite(values: Float64Array): Generator<number> {
  for (const value of values) if (value !== Infinity) yield value
}

/** Agents of a pool are alike, so that the mean of their prices proves as much as any. */
export function proveByPrices(
  { instance, problem, step }: { instance: Instance; problem: GapProblem; step: number },
  prices: Float64Array,
): ProvenPrices {
  const { fleet } = instance
  const units = unitsFor(instance, prices)
  const tasks: number[] = []
  const tokens: number[] = []
  const rounded = new Float64Array(problem.numAgents)
  for (let pool = 0; pool < fleet.numPools; pool++) {
    const [from, to] = [fleet.firstAgent[pool]!, fleet.firstAgent[pool + 1]!]
    const price = prices.subarray(from, to).reduce((sum, own) => sum + own, 0) / (to - from)
    const byTokens = fleet.capacityTokens[pool] !== Infinity
    const fraction = byTokens ? units * TOKEN_FRACTION : units
    const whole = Math.min(2 ** 52, Math.max(0, Math.round(price * fraction)))
    tokens.push(byTokens ? whole : 0)
    tasks.push(byTokens ? 0 : whole)
    rounded.fill(whole / fraction, from, to)
  }
  const value = boundAt(problem, rounded)
  const sure = value - 1e-11 * (Math.abs(value) + rentOf(problem, rounded)) - (2 * problem.numTasks) / units
  return {
    bound: raise(sure, step),
    certificate: {
      kind: 'capacity-prices',
      data: {
        unitsPerUsd: units,
        ...(tasks.some((price) => price > 0) ? { tasks } : {}),
        ...(tokens.some((price) => price > 0) ? { tokens } : {}),
        dependency: 'ignored',
        ...(step > 0 ? { granularity: Math.round(step * units) } : {}),
        pools: fleet.numPools,
      },
    },
  }
}

/**
 * Adds prices of tasks to a certificate, where they prove more.
 * @param dual of the whole problem
 */
export function withTaskPrices(
  { instance, dual, step }: { instance: Instance; dual: TaskDual; step: number },
  proven: ProvenPrices,
  prices: Float64Array,
): ProvenPrices {
  const { tasks } = instance
  let units = unitsPerUsd(largestPairUsd(instance))
  const sum = prices.reduce((total, price) => total + price, 0)
  while (units > 1 && sum * units > LARGEST_SUM) units /= 10
  const whole = Array.from(prices, (price) => Math.round(price * units))
  const value = dual.value(Float64Array.from(whole, (price) => price / units))
  const sure = value - 1e-11 * sum - (2 * tasks.count) / units
  const bound = raise(sure, step)
  if (bound <= proven.bound) return proven
  const taskPrices = {
    unitsPerUsd: units,
    tasks: whole,
    tokensPerStep: stepsOf(instance, dual),
    ...(step > 0 ? { granularity: Math.round(step * units) } : {}),
  }
  const { kind, data } = proven.certificate
  return { bound, certificate: { kind, data: { ...data, taskPrices } } }
}

/** Of an objective: closer bounds are not told from it. */
const TREE_TOLERANCE = 2e-9

/** Adds a complete search that found nothing below the objective, where a checker can walk it. */
export function withTaskTree(
  { instance, dual, step }: { instance: Instance; dual: TaskDual; step: number },
  proven: ProvenPrices,
  { record, objective }: { record: TreeRecord; objective: number },
): ProvenPrices {
  const { fleet, tasks } = instance
  const { nodes, unitsPerUsd: units } = record
  if (nodes === undefined || fleet.numPools < fleet.numAgents) return proven
  // Above the next lower objective by more than the checker takes off for rounding; the search closed at twice that.
  const target =
    step > 0
      ? Math.round((objective - step) * units) + Math.ceil(tasks.count * 0.05) + 3
      : Math.floor(objective * units * (1 - TREE_TOLERANCE))
  // Nothing is below an objective of less than a step, and larger numbers are not whole in a file.
  if (target < 0 || target > 2 ** 52) return proven
  const taskTree = {
    unitsPerUsd: units,
    tasks: new Array<number>(tasks.count).fill(0),
    tokensPerStep: stepsOf(instance, dual),
    ...(step > 0 ? { granularity: Math.round(step * units) } : {}),
    target,
    nodes: nodes.map(({ children, ...node }) => ({
      ...node,
      ...(children
        ? { children: children.map(([agent, at]) => [agent === fleet.numAgents ? -1 : agent, at]) }
        : {}),
    })),
  }
  const { kind, data } = proven.certificate
  const bound = step > 0 ? objective - Math.abs(objective) * 2 ** -52 : target / units
  return { bound, certificate: { kind, data: { ...data, taskTree } } }
}

function stepsOf({ fleet }: Instance, { unitsPerStep }: TaskDual): number[] {
  return Array.from({ length: fleet.numPools }, (_, pool) =>
    fleet.capacityTokens[pool] === Infinity ? 1 : unitsPerStep[fleet.firstAgent[pool]!]!,
  )
}

/** Units per dollar, few enough that the largest price of a token is still a whole number a double holds. */
function unitsFor(instance: Instance, prices: Float64Array): number {
  const largest = prices.reduce((most, price) => Math.max(most, price), 0)
  let units = unitsPerUsd(largestPairUsd(instance))
  while (units > 1 && largest * units * TOKEN_FRACTION > 2 ** 51) units /= 10
  return units
}

function rentOf({ capacity }: GapProblem, prices: Float64Array): number {
  return prices.reduce((sum, price, agent) => sum + (price > 0 ? price * capacity[agent]! : 0), 0)
}

/** Up to the next objective that can occur. */
export function raise(bound: number, step: number): number {
  if (step <= 0) return bound
  const raised = Math.ceil(bound / step - 1e-9) * step
  return raised - Math.abs(raised) * 2 ** -52
}
