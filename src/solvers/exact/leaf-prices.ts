/**
 * The multipliers at a leaf of a search as whole prices anyone can check: of capacities and budgets, of the
 * dependencies a spanning forest leaves out, and of the branchings above it.
 */
import type { Instance } from '../../model/instance.ts'
import { weakBound } from '../../numeric/dual-simplex.ts'
import type { Milp } from './milp.ts'
import type { MilpLeaf } from './milp-tree.ts'
import type { PooledModel } from './pooled-model.ts'

const TOKEN_FRACTION = 2 ** 20
const BUDGET_FRACTION = 2 ** 30
/** Whole prices stay well below 2^52; finer units than 10^-12 dollars prove nothing more. */
const LARGEST = 2 ** 50
const FINEST = 12

/** One side of a branching on the way from the root to the leaf. */
export interface Side {
  readonly column: number
  readonly lower: number
  readonly upper: number
}

export interface LeafDocument {
  readonly prices: Readonly<Record<string, unknown>>
  readonly charges?: readonly number[]
}

export interface LeafInput {
  readonly instance: Instance
  readonly model: PooledModel
  /** Instance edges that a spanning forest leaves out, by parent and child: see `closingEdges`. */
  readonly closing: ReadonlyMap<string, number>
  /** Leaves without a point prove a bound of at least this. */
  readonly beyondUsd: number
}

export function leafDocument(input: LeafInput, leaf: MilpLeaf, path: readonly Side[]): LeafDocument {
  const { instance, model } = input
  const duals = 'rowDual' in leaf ? leaf.rowDual : farMultipliers(input, leaf, path)
  const limits = limitPrices(input, duals)
  const edges = edgePrices(input, duals)
  const charges = sidePrices(model, duals, path)
  const usd = [...limits.tasks, ...limits.tokens.map((one) => one * TOKEN_FRACTION), ...edges.usd, ...charges]
  const unitsPerUsd = unitsFor(Math.max(0, ...usd))
  const whole = (values: readonly number[], scale: number): number[] =>
    values.map((value) => Math.min(2 ** 52, Math.round(value * scale)))
  const column = (name: string, values: readonly number[], scale: number): Record<string, number[]> => {
    const prices = whole(values, scale)
    return prices.some((price) => price > 0) ? { [name]: prices } : {}
  }
  const isLinked = instance.policy.dependency.mode !== 'off' && instance.dependencies.numEdges > 0
  const sides = whole(charges, unitsPerUsd)
  return {
    prices: {
      unitsPerUsd,
      ...column('tasks', limits.tasks, unitsPerUsd),
      ...column('tokens', limits.tokens, unitsPerUsd * TOKEN_FRACTION),
      ...column('poolBudget', limits.poolBudget, BUDGET_FRACTION),
      ...(limits.budget > 0 ? { budget: whole([limits.budget], BUDGET_FRACTION)[0]! } : {}),
      ...(isLinked ? { dependency: 'forest' } : {}),
      ...(edges.edge.length > 0
        ? {
            edgePrices: {
              ...edges,
              usd: undefined,
              price: edges.usd.map((one) => Math.floor(one * unitsPerUsd)),
            },
          }
        : {}),
    },
    ...(sides.some((price) => price > 0) ? { charges: sides } : {}),
  }
}

/** A power of ten. */
function unitsFor(largestUsd: number): number {
  if (largestUsd === 0) return 10 ** FINEST
  return 10 ** Math.max(0, Math.min(FINEST, Math.floor(Math.log10(LARGEST / largestUsd))))
}

/** So far along the ray of a contradiction that the bound is above every plan. */
function farMultipliers(
  { model, beyondUsd }: LeafInput,
  { contradiction: { rowDual, ray, rise } }: Extract<MilpLeaf, { contradiction: unknown }>,
  path: readonly Side[],
): Float64Array {
  const { milp, costScale } = model
  const start = weakBound(withSides(milp, path), rowDual)
  const known = Number.isFinite(start)
  const missing = beyondUsd * costScale - (known ? start : 0)
  const far = Math.max(0, (1.01 * missing) / rise)
  return ray.map((own, row) => far * own + (known ? rowDual[row]! : 0))
}

/** The program under the bounds of the path. */
export function withSides(milp: Milp, path: readonly Side[]): Milp & { colLower: Float64Array } {
  const colLower = new Float64Array(milp.numCols)
  const colUpper = milp.colUpper.slice()
  for (const { column, lower, upper } of path) {
    colLower[column] = Math.max(colLower[column]!, lower)
    colUpper[column] = Math.min(colUpper[column]!, upper)
  }
  return { ...milp, colLower, colUpper }
}

/** In dollars, by pool. */
function limitPrices(
  { instance: { fleet }, model: { limits, costScale } }: LeafInput,
  duals: Float64Array,
): { tasks: number[]; tokens: number[]; poolBudget: number[]; budget: number } {
  const zeros = (): number[] => new Array<number>(fleet.numPools).fill(0)
  const prices = { tasks: zeros(), tokens: zeros(), poolBudget: zeros(), budget: 0 }
  for (const { row, kind, pool, scale } of limits) {
    const price = (Math.max(0, -duals[row]!) * scale) / costScale
    if (kind !== 'money') prices[kind][pool] = price
    else if (pool < 0) prices.budget = price
    else prices.poolBudget[pool] = price
  }
  return prices
}

/** Of each copy of a dependency that closes a cycle, in dollars. */
function edgePrices(
  { model: { stairs, costScale }, closing }: LeafInput,
  duals: Float64Array,
): { edge: number[]; quality: number[]; usd: number[] } {
  const prices = { edge: [] as number[], quality: [] as number[], usd: [] as number[] }
  if (closing.size === 0) return prices
  for (const { row, group, edge, quality } of stairs) {
    const usd = Math.max(0, -duals[row]!) / costScale
    if (usd === 0) continue
    const [above, below] = edge.map((position) => group.members[position]!)
    above!.forEach((parent, copy) => {
      const at = closing.get(`${parent} ${below![copy]}`)
      if (at === undefined) return
      prices.edge.push(at)
      prices.quality.push(quality)
      // A hair less than the multiplier, as the sum over levels may be no more than the price of the promise.
      prices.usd.push(usd * (1 - 1e-9))
    })
  }
  return prices
}

/** Of each branching, in dollars: the reduced cost of its column goes to the tightest side of it. */
function sidePrices({ milp, costScale }: PooledModel, duals: Float64Array, path: readonly Side[]): number[] {
  const reduced = new Map(path.map(({ column }) => [column, milp.colCost[column]!]))
  for (let row = 0; row < milp.numRows; row++) {
    if (duals[row] === 0) continue
    for (let at = milp.starts[row]!; at < milp.starts[row + 1]!; at++) {
      const column = milp.indices[at]!
      const sum = reduced.get(column)
      if (sum !== undefined) reduced.set(column, sum - duals[row]! * milp.values[at]!)
    }
  }
  const tightest = new Map<string, number>()
  path.forEach(({ column, upper }, k) => {
    // Deeper branchings on the same column are tighter.
    tightest.set(`${column} ${upper === Infinity ? 'many' : 'few'}`, k)
  })
  const prices = path.map(() => 0)
  for (const [column, cost] of reduced) {
    const at = tightest.get(`${column} ${cost > 0 ? 'many' : 'few'}`)
    if (at !== undefined) prices[at] = Math.abs(cost) / costScale
  }
  return prices
}
