import { expect, test } from 'vitest'
import { factory } from '../../generators/factory.ts'
import { branchAndBound } from './branch-and-bound.ts'
import { buildPooledModel, type PooledModel } from './pooled-model.ts'
import { treeDocument } from './proof-tree.ts'

const instance = factory({ reverseEdges: true })
const model = buildPooledModel(instance) as PooledModel
const tree = branchAndBound(model.milp, { mostWork: 1e9 }).tree!

test('a finished search names its branchings by tasks and pools, and every leaf by prices', () => {
  const built = treeDocument({ instance, model, beyondUsd: 26 }, tree)
  if ('tooLarge' in built) throw new Error(built.tooLarge)
  const { sets, nodes } = built.tree
  expect(nodes).toHaveLength(tree.length)
  const inner = nodes.filter((node) => 'children' in node)
  expect(inner.length).toBeGreaterThan(0)
  expect(nodes.length).toBe(2 * inner.length + 1)
  for (const node of inner) {
    expect(sets[node.tasks]!.length).toBeGreaterThan(node.atMost)
    for (const pool of node.pools) expect(pool).toBeLessThan(instance.fleet.numPools)
    for (const child of node.children) expect(child).toBeGreaterThan(nodes.indexOf(node))
  }
  for (const leaf of nodes) if ('prices' in leaf) expect(leaf.prices.unitsPerUsd).toBeGreaterThan(1e6)
})

test('a search that would take long to check again is left out, and it is said why', () => {
  const leaf = tree.find((node) => 'rowDual' in node)!
  const large = Array.from({ length: 300_000 }, () => leaf)
  expect(treeDocument({ instance, model, beyondUsd: 26 }, large)).toEqual({
    tooLarge: 'its search of 300000 nodes would take long to check again',
  })
})
