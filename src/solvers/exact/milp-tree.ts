/** The tree of a finished branch and bound over a MILP: what was divided, and the multipliers that closed each leaf. */
import type { Contradiction } from '../../numeric/dual-simplex.ts'

/** One side has the column at most at `floor`, the other above it. */
export interface MilpBranching {
  readonly column: number
  readonly floor: number
  readonly few: number
  readonly many: number
}

/** Multipliers of the rows that prove a bound at least as high as the best plan, or that there is no point. */
export type MilpLeaf = { readonly rowDual: Float64Array } | { readonly contradiction: Contradiction }

/** Node 0 is the root; children stand behind their parents. */
export type MilpTree = readonly (MilpBranching | MilpLeaf)[]

/** What the search knows of a node. */
export interface SearchNode {
  /** The first of its two children, at most at the floor; the other one is next. */
  children?: { readonly first: number; readonly column: number; readonly floor: number }
  solved?: { readonly leaf: MilpLeaf; readonly bound: number }
}

/** Cut back to the nodes that a search with the final cutoff needs; undefined when a leaf was never solved. */
export function prunedTree(nodes: readonly SearchNode[], cutoff: number): MilpTree | undefined {
  const tree: (MilpBranching | MilpLeaf)[] = []
  const waiting = [0]
  for (let at = 0; at < waiting.length; at++) {
    const { solved, children } = nodes[waiting[at]!]!
    if (solved === undefined) return undefined
    if (solved.bound >= cutoff || children === undefined) {
      tree.push(solved.leaf)
      continue
    }
    const few = waiting.length
    waiting.push(children.first, children.first + 1)
    tree.push({ column: children.column, floor: children.floor, few, many: few + 1 })
  }
  return tree
}
