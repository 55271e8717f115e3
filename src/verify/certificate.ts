/** Reads the data of a price certificate, trusting nothing: shapes, whole numbers, signs. */
import type { Instance } from '../model/instance.ts'
import type { Charges } from './charges.ts'
import { malformed, whole } from './malformed.ts'

/** The kind of certificate this layer can check. */
export const CAPACITY_PRICES = 'capacity-prices'

/** Fractions of a unit: token prices in 2^-20 units per token, budget prices in 2^-30 dollars per dollar. */
export const TOKEN_PRICE_FRACTION: number = 2 ** 20
export const BUDGET_PRICE_FRACTION: number = 2 ** 30

/** What a plan file carries: the shape of the solver contract's certificate. */
export interface Certificate {
  readonly kind: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Prices per pool as whole numbers; the bound they prove follows from the instance alone. */
export interface Prices {
  /** Units in one dollar: a power of ten. */
  readonly unitsPerUsd: number
  /** Units per task taken. */
  readonly tasks: Float64Array
  /** 2^-20 units per token taken. */
  readonly tokens: Float64Array
  /** 2^-30 dollars per dollar spent by the pool, on top of `budget`. */
  readonly poolBudget: Float64Array
  readonly budget: number
  /** `forest`: edges that close no cycle, in the order of the instance, are kept; `ignored`: none. */
  readonly dependency: 'forest' | 'ignored'
  /** Every objective is claimed to be a multiple of this many units; 0 claims nothing. */
  readonly granularity: number
  /** Prices on single dependencies, see `EdgePrice`. */
  readonly edges: readonly EdgePrice[]
  /** Of the branchings above a leaf of a search; absent outside of one. */
  readonly charges?: Charges
}

/**
 * Charges the parent of the edge when its quality is at least `quality`, and the child when its quality is below. A
 * plan that keeps the promise pays one of the two at most, so one charge is paid back.
 */
export interface EdgePrice {
  /** In the order of the instance. */
  readonly edge: number
  readonly quality: number
  /** Whole units. */
  readonly price: number
}

/** @throws QaasError `invalid-plan` when the data are not prices for this instance */
export function readPrices(instance: Instance, { kind, data }: Certificate): Prices {
  if (kind !== CAPACITY_PRICES)
    throw malformed(`its kind is "${kind}", only "${CAPACITY_PRICES}" can be checked`)
  return readPriceData(instance, data)
}

/** The same of the prices at a leaf. @throws QaasError `invalid-plan` */
export function readPriceData(instance: Instance, data: Certificate['data']): Prices {
  const column = (name: string): Float64Array => {
    const values = data[name]
    if (values === undefined) return new Float64Array(instance.fleet.numPools)
    if (!Array.isArray(values) || values.length !== instance.fleet.numPools)
      throw malformed(`"${name}" must list one price for each of the ${instance.fleet.numPools} pools`)
    return Float64Array.from(values, (value: unknown, pool) => whole(value, `${name}[${pool}]`))
  }
  const { dependency = 'ignored', unitsPerUsd } = data
  if (dependency !== 'forest' && dependency !== 'ignored')
    throw malformed(`"dependency" is ${JSON.stringify(dependency)}, it must be "forest" or "ignored"`)
  const units = whole(unitsPerUsd, 'unitsPerUsd')
  if (units < 1) throw malformed('"unitsPerUsd" must be at least 1')
  return {
    unitsPerUsd: units,
    tasks: column('tasks'),
    tokens: column('tokens'),
    poolBudget: column('poolBudget'),
    budget: whole(data.budget ?? 0, 'budget'),
    dependency,
    granularity: whole(data.granularity ?? 0, 'granularity'),
    edges: edgePrices(instance, data.edgePrices, dependency),
  }
}

function edgePrices(
  { dependencies, policy }: Instance,
  value: unknown,
  dependency: Prices['dependency'],
): EdgePrice[] {
  if (value === undefined) return []
  if (policy.dependency.mode === 'off' || dependency !== 'forest')
    throw malformed('"edgePrices" need dependencies that are not ignored')
  const { edge, quality, price } = value as Partial<Record<'edge' | 'quality' | 'price', unknown>>
  if (!Array.isArray(edge) || !Array.isArray(quality) || !Array.isArray(price))
    throw malformed('"edgePrices" must have the lists "edge", "quality" and "price"')
  if (edge.length !== quality.length || edge.length !== price.length)
    throw malformed('the lists of "edgePrices" differ in length')
  return edge.map((one: unknown, k) => {
    const at = whole(one, `edgePrices.edge[${k}]`)
    if (at >= dependencies.numEdges) throw malformed(`there is no dependency ${at}`)
    const level: unknown = quality[k]
    if (typeof level !== 'number' || !Number.isFinite(level))
      throw malformed(`"edgePrices.quality[${k}]" is ${JSON.stringify(level)}, it must be a number`)
    return { edge: at, quality: level, price: whole(price[k], `edgePrices.price[${k}]`) }
  })
}
