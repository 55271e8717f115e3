/**
 * Branch and bound for small models on the dense simplex: best bound first, the newest of equals, most fractional
 * column. It takes a model apart in milliseconds, before HiGHS would be loaded; with a budget of work, not of time,
 * so that its answer is the same on every machine.
 */
import { dualSimplex, type LinearOptimum } from '../../numeric/dual-simplex.ts'
import { PriorityQueue } from '../../numeric/priority-queue.ts'
import type { Milp } from './milp.ts'
import type { MilpReply } from './milp-job.ts'
import { type MilpTree, prunedTree, type SearchNode } from './milp-tree.ts'

export interface SmallMilpOptions {
  /** A feasible point; only better ones count. */
  readonly start?: Float64Array
  /** Updates of tableau entries in all. */
  readonly mostWork: number
}

export interface SmallMilpReply extends MilpReply {
  /** Prices of the rows in the relaxation, where it was solved. */
  readonly rowDual?: Float64Array
  /** Present when it ended with a proof: nothing better than the best point, or no point at all. */
  readonly tree?: MilpTree
}

/** A column counts as whole this close to a whole number, and a row as kept this far beyond its limit. */
const WHOLE = 1e-6
/** Better than the best by less than this part of it is not better. */
const GAIN = 1e-9

/** One bound on one column on top of its parent's; the root has none. */
interface Node extends SearchNode {
  readonly parent: number
  readonly column: number
  readonly lower: number
  readonly upper: number
}

export function branchAndBound(milp: Milp, { start, mostWork }: SmallMilpOptions): SmallMilpReply {
  const nodes: Node[] = [{ parent: -1, column: -1, lower: 0, upper: 0 }]
  const open = new PriorityQueue()
  let best = start && { values: start, objective: costOf(milp, start) }
  let left = mostWork
  let rowDual: Float64Array | undefined
  let solved = 0
  open.push(0, Number.NEGATIVE_INFINITY)
  const cutoff = (): number =>
    best === undefined ? Infinity : best.objective - GAIN * Math.abs(best.objective)
  const reply = (status: MilpReply['status'], bound: number): SmallMilpReply => ({
    status,
    bound,
    nodes: solved,
    ...(best ?? {}),
    ...(rowDual ? { rowDual } : {}),
  })
  while (open.length > 0) {
    const lowest = open.topKey
    if (lowest >= cutoff()) break
    const at = -open.pop()
    const { optimum, contradiction, work } = dualSimplex(withBounds(milp, nodes, at), left)
    left -= work
    if (optimum === undefined && !contradiction) return reply('stopped', lowest)
    solved += 1
    if (optimum === undefined) {
      nodes[at]!.solved = { leaf: { contradiction: contradiction! }, bound: Infinity }
      continue
    }
    rowDual ??= optimum.rowDual
    nodes[at]!.solved = { leaf: { rowDual: optimum.rowDual }, bound: optimum.bound }
    const bound = Math.max(lowest, optimum.bound)
    if (bound >= cutoff()) continue
    const column = mostFractional(milp, optimum)
    if (column < 0) {
      const values = rounded(milp, optimum.values)
      const objective = costOf(milp, values)
      if (!keepsRows(milp, values)) return reply('stopped', lowest)
      if (objective < cutoff()) best = { values, objective }
      continue
    }
    const floor = Math.floor(optimum.values[column]!)
    nodes[at]!.children = { first: nodes.length, column, floor }
    for (const [lower, upper] of [
      [0, floor],
      [floor + 1, Infinity],
    ] as const) {
      nodes.push({ parent: at, column, lower, upper })
      open.push(-(nodes.length - 1), bound)
    }
  }
  // What an integral point closed is a leaf: its relaxation is the point. But only what its multipliers prove is proven.
  const tree = prunedTree(nodes, cutoff())
  const proof = tree ? { tree } : {}
  if (best === undefined) return { ...reply('infeasible', Infinity), ...proof }
  const proven = provenBound(nodes)
  return { ...reply('optimal', proven >= cutoff() ? best.objective : proven), ...proof }
}

/** What the whole search proves: of a node its own bound or the lower of its children's, whichever is higher. */
function provenBound(nodes: readonly Node[]): number {
  const proven = new Float64Array(nodes.length)
  for (let at = nodes.length - 1; at >= 0; at--) {
    const { solved, children } = nodes[at]!
    const own = solved?.bound ?? Number.NEGATIVE_INFINITY
    const below = children ? Math.min(proven[children.first]!, proven[children.first + 1]!) : own
    proven[at] = Math.max(own, below)
  }
  return proven[0]!
}

function costOf({ colCost }: Milp, values: Float64Array): number {
  return values.reduce((sum, value, j) => sum + value * colCost[j]!, 0)
}

/** The relaxation under the bounds of the node and all above it. */
function withBounds(milp: Milp, nodes: readonly Node[], at: number): Milp & { colLower: Float64Array } {
  const colLower = new Float64Array(milp.numCols)
  const colUpper = milp.colUpper.slice()
  for (let k = at; k > 0; k = nodes[k]!.parent) {
    const { column, lower, upper } = nodes[k]!
    colLower[column] = Math.max(colLower[column]!, lower)
    colUpper[column] = Math.min(colUpper[column]!, upper)
  }
  return { ...milp, colLower, colUpper }
}

/** The whole-number column furthest from one, or -1. */
function mostFractional({ integrality }: Milp, { values }: LinearOptimum): number {
  let [furthest, column] = [WHOLE, -1]
  values.forEach((value, j) => {
    const off = Math.abs(value - Math.round(value))
    if (integrality[j] === 0 || off <= furthest) return
    furthest = off
    column = j
  })
  return column
}

function rounded({ integrality }: Milp, values: Float64Array): Float64Array {
  return values.map((value, j) => (integrality[j] === 1 ? Math.round(value) : value))
}

function keepsRows(
  { numRows, rowLower, rowUpper, starts, indices, values }: Milp,
  point: Float64Array,
): boolean {
  for (let row = 0; row < numRows; row++) {
    let [sum, size] = [0, 1]
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const term = values[at]! * point[indices[at]!]!
      sum += term
      size = Math.max(size, Math.abs(term))
    }
    if (sum > rowUpper[row]! + 1e-9 * size || sum < rowLower[row]! - 1e-9 * size) return false
  }
  return true
}
