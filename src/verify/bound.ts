/**
 * The lower bound that a set of prices proves: least priced cost of all tasks minus the rent of all capacity, in whole
 * units. Nothing here is shared with the solvers that find prices.
 */
import type { Instance } from '../model/instance.ts'
import { type Certificate, type Prices, readPriceData, readPrices } from './certificate.ts'
import { chargesOf } from './charges.ts'
import { hasGranularity, OFF_BY } from './granularity.ts'
import { type Forest, spanningForest, sumLinkedTasks } from './linked-tasks.ts'
import { rentUnits } from './rent.ts'
import { leavesOf } from './search-tree.ts'
import { sumSingleTasks } from './single-tasks.ts'
import { readTaskPrices, taskPriceUnits } from './task-prices.ts'
import { taskTreeUnits } from './task-tree.ts'

export interface ProvenBound {
  /** No feasible plan has a lower objective; -Infinity when the prices prove nothing. */
  readonly boundUsd: number
  /** True when some task has no eligible pool at all: then no feasible plan exists. */
  readonly infeasible: boolean
}

/**
 * What the whole certificate proves: the best of its prices of capacities and, where there are any, of its prices of
 * tasks and of the leaves of its search.
 * @throws QaasError `invalid-plan` when the certificate cannot be read
 */
export function boundOf(instance: Instance, certificate: Certificate): ProvenBound {
  const { taskPrices, taskTree, tree } = certificate.data
  const bounds = [
    priceBoundOf(instance, certificate),
    ...(taskPrices === undefined ? [] : [taskPriceBoundOf(instance, taskPrices)]),
    ...(taskTree === undefined ? [] : [taskTreeBoundOf(instance, taskTree)]),
    ...(tree === undefined ? [] : [treeBoundOf(instance, tree)]),
  ]
  return bounds.reduce((best, one) => (one.boundUsd > best.boundUsd ? one : best))
}

function taskPriceBoundOf(instance: Instance, value: unknown): ProvenBound {
  const prices = readTaskPrices(instance, value)
  return { boundUsd: dollars(instance, prices, taskPriceUnits(instance, prices)), infeasible: false }
}

function taskTreeBoundOf(instance: Instance, value: unknown): ProvenBound {
  const { prices, units } = taskTreeUnits(instance, value)
  return { boundUsd: dollars(instance, prices, units), infeasible: false }
}

/** What its prices alone prove, without a search. @throws QaasError `invalid-plan` */
export function priceBoundOf(instance: Instance, certificate: Certificate): ProvenBound {
  return boundAt(instance, readPrices(instance, certificate))
}

/** The least bound of all leaves, which together hold every plan. */
function treeBoundOf(instance: Instance, tree: unknown): ProvenBound {
  let boundUsd = Infinity
  for (const prices of leafPrices(instance, tree))
    boundUsd = Math.min(boundUsd, boundAt(instance, prices).boundUsd)
  return { boundUsd, infeasible: boundUsd === Infinity }
}

/** The prices of every leaf that may hold a plan at all. @throws QaasError `invalid-plan` */
export function* leafPrices(instance: Instance, tree: unknown): Generator<Prices> {
  for (const { prices, limits } of leavesOf(instance, tree)) {
    const charges = chargesOf(limits)
    const read = readPriceData(instance, prices)
    if (!charges.isEmpty) yield { ...read, charges }
  }
}

function boundAt(instance: Instance, prices: Prices): ProvenBound {
  const forest =
    prices.dependency === 'forest' && instance.policy.dependency.mode !== 'off'
      ? spanningForest(instance)
      : undefined
  if (forest && !edgePricesHold(instance, prices, forest)) return { boundUsd: -Infinity, infeasible: false }
  const singles = sumSingleTasks(instance, prices, (task) => forest?.linked[task] !== 1)
  const linked = forest ? sumLinkedTasks(instance, prices, forest) : { units: 0n, stuck: -1 }
  const rent = rentUnits(instance, prices)
  if (singles.stuck >= 0 || linked.stuck >= 0) return { boundUsd: Infinity, infeasible: true }
  if (typeof rent === 'number') return { boundUsd: -Infinity, infeasible: false }
  const paidBack = prices.edges.reduce((sum, { price }) => sum + BigInt(price), 0n)
  const units = singles.units + linked.units - rent - paidBack - (prices.charges?.rent ?? 0n)
  return { boundUsd: dollars(instance, prices, units), infeasible: false }
}

function dollars(
  instance: Instance,
  prices: { granularity: number; unitsPerUsd: number },
  units: bigint,
): number {
  const boundUsd = Number(roundUp(instance, prices, units)) / prices.unitsPerUsd
  // Division rounds to nearest; one step down keeps the bound below the exact quotient. No cost is below nothing.
  return Math.max(0, boundUsd - Math.abs(boundUsd) * 2 ** -52)
}

/**
 * A plan that keeps the promise of an edge pays at most one of its charges, and one is paid back. Where a promise may be
 * broken at a price, the charges of an edge may be no more than that, and the forest must not charge it as well.
 */
function edgePricesHold({ policy }: Instance, { edges, unitsPerUsd }: Prices, forest: Forest): boolean {
  if (policy.dependency.mode !== 'soft') return true
  const most = policy.dependency.penaltyUsd * unitsPerUsd * (1 - 2 ** -48)
  const charged = new Map<number, number>()
  for (const { edge, price } of edges) {
    const sum = (charged.get(edge) ?? 0) + price
    if (sum > most || (price > 0 && forest.kept[edge] === 1)) return false
    charged.set(edge, sum)
  }
  return true
}

/** To the next objective that can occur, where all of them are multiples of one number. */
function roundUp(
  instance: Instance,
  { granularity, unitsPerUsd }: { granularity: number; unitsPerUsd: number },
  units: bigint,
): bigint {
  const step = BigInt(granularity)
  const slack = BigInt(Math.ceil((instance.tasks.count + instance.dependencies.numEdges) * OFF_BY)) + 1n
  if (granularity === 0 || step <= 4n * slack || !hasGranularity(instance, unitsPerUsd, granularity))
    return units
  const below = units - slack
  const quotient = below / step
  const next = quotient * step < below ? quotient + 1n : quotient
  const raised = next * step - slack
  return raised > units ? raised : units
}
