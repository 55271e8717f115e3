/**
 * The two forms of "a child's agent is at least as good as its parent's" in a CQM: priced products of pairs, or
 * staircase rows, of which 395 say the same as the factory's 62,740 products and have a much tighter relaxation.
 */
import { pairQuality } from '../../model/pair.ts'
import type { Coupling } from '../bqm-builder.ts'
import type { CqmParts, InstanceCqmOptions, PairTable } from './instance-to-cqm.ts'

export type DependencyForm = 'products' | 'staircase'

interface DependencyParts extends CqmParts {
  /** Linear objective; violation binaries of soft staircases add their price here. */
  readonly linear: [number, number][]
  readonly options: InstanceCqmOptions
}

/** Adds what the policy asks for and returns the products for the objective. */
export function addDependencies(parts: DependencyParts): Coupling[] {
  const { dependencies, policy } = parts.pairs.instance
  const { mode } = policy.dependency
  const products: Coupling[] = []
  if (mode === 'off') return products
  const form = parts.options.dependencies ?? (mode === 'hard' ? 'staircase' : 'products')
  const priceUsd =
    policy.dependency.mode === 'soft'
      ? policy.dependency.penaltyUsd
      : (parts.options.dependencyPenaltyUsd ?? 100)
  for (let edge = 0; edge < dependencies.numEdges; edge++) {
    const ends = edgeEnds(parts.pairs, edge)
    if (form === 'products') addProducts(ends, priceUsd, products)
    else addStaircase(parts, ends, mode === 'soft' ? priceUsd : undefined)
  }
  return products
}

/** The pairs at both ends of an edge with their qualities. */
interface EdgeEnds {
  readonly edge: number
  readonly child: readonly PairQuality[]
  readonly parent: readonly PairQuality[]
}

interface PairQuality {
  readonly v: number
  readonly quality: number
}

function edgeEnds(pairs: PairTable, edge: number): EdgeEnds {
  const { instance, start, agent } = pairs
  const { parentOfEdge, childOfEdge } = instance.dependencies
  const pairsOf = (task: number): PairQuality[] => {
    const found: PairQuality[] = []
    for (let v = start[task]!; v < start[task + 1]!; v++)
      found.push({ v, quality: pairQuality(instance, task, instance.fleet.poolOf[agent[v]!]!) })
    return found
  }
  return { edge, child: pairsOf(childOfEdge[edge]!), parent: pairsOf(parentOfEdge[edge]!) }
}

function addProducts({ child, parent }: EdgeEnds, priceUsd: number, products: Coupling[]): void {
  for (const below of child)
    for (const above of parent) if (below.quality < above.quality) products.push([below.v, above.v, priceUsd])
}

/**
 * Row of level t: (child's agents below t) + (parent's agents at or above t) <= 1, plus the edge's violation binary
 * where dependencies are soft. Only the lowest t with a given set of weaker children is kept: it has all the others.
 */
function addStaircase(parts: DependencyParts, ends: EdgeEnds, priceUsd: number | undefined): void {
  const { builder, kinds, name, pairs } = parts
  const { dependencies } = pairs.instance
  const [parentTask, childTask] = [
    name.task(dependencies.parentOfEdge[ends.edge]!),
    name.task(dependencies.childOfEdge[ends.edge]!),
  ]
  let violated: number | undefined
  let covered = 0
  const levels = [...new Set(ends.parent.map(({ quality }) => quality))].sort((a, b) => a - b)
  levels.forEach((level, step) => {
    const weaker = ends.child.filter(({ quality }) => quality < level)
    if (weaker.length === covered) return
    covered = weaker.length
    const strong = ends.parent.filter(({ quality }) => quality >= level)
    const linear: [number, number][] = [...weaker, ...strong].map(({ v }) => [v, 1])
    if (priceUsd !== undefined) {
      if (violated === undefined) {
        violated = builder.addVariable({
          type: 'BINARY',
          label:
            parts.options.labels === 'indices' ? `broken_${ends.edge}` : ['broken', parentTask, childTask],
        })
        parts.linear.push([violated, priceUsd])
      }
      linear.push([violated, -1])
    }
    kinds.push('dependency')
    builder.addConstraint({
      terms: { linear },
      sense: '<=',
      rhs: 1,
      label: name.row('dependency', parentTask, childTask, step),
    })
  })
}
