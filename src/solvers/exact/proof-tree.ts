/**
 * A finished search as part of a certificate: its branchings in terms of tasks and pools, its leaves as prices. Anyone
 * can walk it and recompute the bound of every leaf without the solver.
 */
import type { Instance } from '../../model/instance.ts'
import { BUDGET_TOLERANCE } from '../../model/limits.ts'
import { UnionFind } from '../../numeric/union-find.ts'
import { type LeafDocument, type LeafInput, leafDocument, type Side } from './leaf-prices.ts'
import type { MilpTree } from './milp-tree.ts'
import type { PooledModel } from './pooled-model.ts'

interface BranchingDocument {
  /** A row of `sets`. */
  readonly tasks: number
  /** -1 for no agent. */
  readonly pools: readonly number[]
  readonly atMost: number
  readonly children: readonly [number, number]
}

export interface TreeDocument {
  readonly sets: readonly (readonly number[])[]
  readonly nodes: readonly (BranchingDocument | LeafDocument)[]
}

/** Whole numbers a tree may hold: some eight bytes each in a file. */
const MOST_NUMBERS = 1e6
/** Leaves times tasks times pools: what a checker looks at, some ten seconds. */
const MOST_LOOKS = 1e9

export interface TreeInput {
  readonly instance: Instance
  readonly model: PooledModel
  /** Above every plan that matters: leaves without a point prove so much. */
  readonly beyondUsd: number
}

export interface BuiltTree {
  readonly tree: TreeDocument
  /** What budgets that may be passed by the judge's tolerance take off the bound of a leaf, at most. */
  readonly toleranceUsd: number
}

/** The document, or why there is none. */
export function treeDocument(
  { instance, model, beyondUsd }: TreeInput,
  tree: MilpTree,
): BuiltTree | { readonly tooLarge: string } {
  const looks = (tree.length / 2) * instance.tasks.count * instance.fleet.numPools
  if (looks > MOST_LOOKS)
    return { tooLarge: `its search of ${tree.length} nodes would take long to check again` }
  const input: LeafInput = { instance, model, beyondUsd, closing: closingEdges(instance) }
  const subjects = subjectsOf(model)
  const sets = new Map<Int32Array, number>()
  const paths: (readonly Side[])[] = [[]]
  const nodes: (BranchingDocument | LeafDocument)[] = []
  let [numbers, toleranceUsd] = [0, 0]
  for (const [at, node] of tree.entries()) {
    const path = paths[at]!
    if (!('column' in node)) {
      const leaf = leafDocument(input, node, path)
      numbers += countNumbers(leaf)
      if ('rowDual' in node) toleranceUsd = Math.max(toleranceUsd, budgetTolerance(model, node.rowDual))
      nodes.push(leaf)
      if (numbers > MOST_NUMBERS)
        return { tooLarge: `its search of ${tree.length} nodes is too large for a certificate` }
      continue
    }
    const { column, floor, few, many } = node
    const { tasks, pool } = subjects.get(column)!
    paths[few] = [...path, { column, lower: 0, upper: floor }]
    paths[many] = [...path, { column, lower: floor + 1, upper: Infinity }]
    if (!sets.has(tasks)) {
      sets.set(tasks, sets.size)
      numbers += tasks.length
    }
    nodes.push({ tasks: sets.get(tasks)!, pools: [pool], atMost: floor, children: [few, many] })
  }
  return { tree: { sets: [...sets.keys()].map((tasks) => Array.from(tasks)), nodes }, toleranceUsd }
}

/** The model's limits hold half of the tolerance, what anyone checks against all of it. */
function budgetTolerance({ limits, costScale, milp }: PooledModel, rowDual: Float64Array): number {
  let sum = 0
  for (const { row, kind, scale } of limits)
    if (kind === 'money')
      sum += (-rowDual[row]! / costScale) * BUDGET_TOLERANCE * Math.max(scale, milp.rowUpper[row]!)
  return sum
}

/** What a whole-number column counts: how many of which tasks go to which pool. */
function subjectsOf({
  groups,
  choices,
  places,
}: PooledModel): Map<number, { tasks: Int32Array; pool: number }> {
  const subjects = new Map<number, { tasks: Int32Array; pool: number }>()
  groups.forEach(({ members }, g) => {
    members.forEach((tasks, p) => {
      for (const { column, place } of choices[g]![p]!)
        subjects.set(column, { tasks, pool: place < 0 ? -1 : places[place]!.pool })
    })
  })
  return subjects
}

/** Edges that close a cycle when edges are taken in the order of the instance, by their ends. */
function closingEdges({ tasks, policy, dependencies }: Instance): Map<string, number> {
  const closing = new Map<string, number>()
  if (policy.dependency.mode === 'off') return closing
  const { numEdges, parentOfEdge, childOfEdge } = dependencies
  const parts = new UnionFind(tasks.count)
  for (let edge = 0; edge < numEdges; edge++)
    if (!parts.join(parentOfEdge[edge]!, childOfEdge[edge]!))
      closing.set(`${parentOfEdge[edge]} ${childOfEdge[edge]}`, edge)
  return closing
}

function countNumbers({ prices, charges = [] }: LeafDocument): number {
  const lists = [...Object.values(prices), ...Object.values(prices.edgePrices ?? {})]
  return lists.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 1), charges.length)
}
