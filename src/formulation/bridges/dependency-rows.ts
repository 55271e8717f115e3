/**
 * The two forms of "a child's agent is at least as good as its parent's" in a CQM: priced products of pairs, or
 * staircase rows, of which 395 say the same as the factory's 62,740 products and have a much tighter relaxation.
 */
import { pairQuality } from '../../model/pair.ts'
import type { Coupling } from '../bqm-builder.ts'
import type { CqmParts, InstanceCqmOptions, PairTable } from './instance-to-cqm.ts'

export type DependencyForm = 'products' | 'staircase'

interface DependencyParts extends CqmParts {
  readonly options: InstanceCqmOptions
}

/** What dependencies add to the objective: priced products, and the price of each violation binary. */
interface DependencyTerms {
  readonly products: Iterable<Coupling>
  readonly broken: [number, number][]
}

/** Adds the rows the policy asks for and returns the terms for the objective. */
export function addDependencies(parts: DependencyParts): DependencyTerms {
  const { dependencies, policy } = parts.pairs.instance
  const { mode } = policy.dependency
  const broken: [number, number][] = []
  if (mode === 'off') return { products: [], broken }
  const form = parts.options.dependencies ?? (mode === 'hard' ? 'staircase' : 'products')
  const priceUsd =
    policy.dependency.mode === 'soft'
      ? policy.dependency.penaltyUsd
      : (parts.options.dependencyPenaltyUsd ?? 100)
  if (form === 'products') return { products: edgeProducts(parts.pairs, priceUsd), broken }
  for (let edge = 0; edge < dependencies.numEdges; edge++) {
    const violated = addStaircase(parts, edgeEnds(parts.pairs, edge), mode === 'soft')
    if (violated !== undefined) broken.push([violated, priceUsd])
  }
  return { products: [], broken }
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

function* edgeProducts(pairs: PairTable, priceUsd: number): Generator<Coupling> {
  for (let edge = 0; edge < pairs.instance.dependencies.numEdges; edge++) {
    const { child, parent } = edgeEnds(pairs, edge)
    for (const below of child)
      for (const above of parent) if (below.quality < above.quality) yield [below.v, above.v, priceUsd]
  }
}

/**
 * Row of level t: (child's agents below t) + (parent's agents at or above t) <= 1, plus the edge's violation binary
 * where dependencies are soft, which is returned. Of the levels with the same weaker children only the lowest is kept:
 * it has the most parents and so implies the others.
 */
function addStaircase(parts: DependencyParts, ends: EdgeEnds, soft: boolean): number | undefined {
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
    if (soft) {
      violated ??= builder.addVariable({
        type: 'BINARY',
        label: parts.options.labels === 'indices' ? `broken_${ends.edge}` : ['broken', parentTask, childTask],
      })
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
  return violated
}
