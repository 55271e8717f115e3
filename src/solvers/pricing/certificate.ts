/** Writes prices as a certificate: whole numbers per pool that anyone can check without the solver. */
import type { Instance } from '../../model/instance.ts'
import type { Certificate } from '../../solve/solver.ts'
import type { EdgePrices } from './edge-prices.ts'
import type { Groups } from './groups.ts'

/** Prices in dollars per row; groups carry their price to each of their pools. */
export interface PriceVector {
  /** Dollars per task, by group. */
  readonly tasks: Float64Array
  /** Dollars per token, by group. */
  readonly tokens: Float64Array
  /** Dollars per dollar of the pool's own budget, by group. */
  readonly poolBudget: Float64Array
  /** Dollars per dollar of the overall budget. */
  readonly budget: number
}

const TOKEN_FRACTION = 2 ** 20
const BUDGET_FRACTION = 2 ** 30
/** Whole prices up to this are exact in a file. */
const LARGEST = 2 ** 52

export interface CertificateOptions {
  readonly units: number
  readonly dependency: 'forest' | 'ignored'
  readonly granularity: number
  readonly edgePrices?: EdgePrices
}

/** Columns of nothing but zeros are left out. */
export function priceCertificate(
  { fleet }: Instance,
  groups: Groups,
  prices: PriceVector,
  { units: wanted, dependency, granularity: wantedStep, edgePrices }: CertificateOptions,
): Certificate {
  const units = unitsThatFit(prices, edgePrices, wanted)
  const step = (wantedStep * units) / wanted
  const granularity = Number.isInteger(step) ? step : 0
  const column = (values: Float64Array, scale: number): number[] | undefined => {
    const whole = Array.from(groups.ofPool, (group) => wholePrice(values[group]! * scale))
    return whole.some((price) => price > 0) ? whole : undefined
  }
  const [tasks, tokens, poolBudget] = [
    column(prices.tasks, units),
    column(prices.tokens, units * TOKEN_FRACTION),
    column(prices.poolBudget, BUDGET_FRACTION),
  ]
  return {
    kind: 'capacity-prices',
    data: {
      unitsPerUsd: units,
      ...(tasks ? { tasks } : {}),
      ...(tokens ? { tokens } : {}),
      ...(poolBudget ? { poolBudget } : {}),
      ...(prices.budget > 0 ? { budget: wholePrice(prices.budget * BUDGET_FRACTION) } : {}),
      dependency,
      ...(granularity > 0 ? { granularity } : {}),
      ...(edgePrices && edgePrices.edge.length > 0 ? { edgePrices: edgeColumns(edgePrices, units) } : {}),
      pools: fleet.numPools,
    },
  }
}

function edgeColumns({ edge, quality, usd }: EdgePrices, units: number): Record<string, number[]> {
  return {
    edge: Array.from(edge),
    quality: Array.from(quality),
    price: Array.from(usd, (price) => wholePrice(price * units)),
  }
}

/** Fewer units per dollar where a price would not fit into a whole number: one that is cut off proves something else. */
function unitsThatFit({ tasks, tokens }: PriceVector, edges: EdgePrices | undefined, wanted: number): number {
  const most = (values: Float64Array | readonly number[]): number => {
    let largest = 0
    for (const value of values) if (value > largest && value !== Infinity) largest = value
    return largest
  }
  const largest = Math.max(most(tasks), most(tokens) * TOKEN_FRACTION, most(edges?.usd ?? []))
  let units = wanted
  while (units > 1 && largest * units > LARGEST) units /= 10
  return units
}

function wholePrice(value: number): number {
  return Math.min(LARGEST, Math.max(0, Math.round(value)))
}
