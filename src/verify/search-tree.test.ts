/** Searches as certificates: what an honest one proves, and that no changed one proves more. */
import { expect, test } from 'vitest'
import { randomInstance } from '../../test/arbitrary-instance.ts'
import { factory } from '../generators/factory.ts'
import { createInstance } from '../model/builder.ts'
import type { Instance } from '../model/instance.ts'
import { createRng, type Rng } from '../numeric/rng.ts'
import { solve } from '../solve/solve.ts'
import { enumerationSolver } from '../solvers/enumeration/enumeration.ts'
import { exactSolver } from '../solvers/exact/exact.ts'
import { boundOf, priceBoundOf } from './bound.ts'
import type { Certificate } from './certificate.ts'
import { clashingLimits } from './infeasible.ts'
import { verify } from './verify.ts'

/** The tree as JSON holds it, open to changes. */
interface Tree {
  sets: number[][]
  nodes: {
    tasks?: number
    pools?: number[]
    atMost?: number
    children?: number[]
    prices?: Record<string, unknown>
    charges?: number[]
  }[]
}

const treeOf = ({ data }: Certificate): Tree => structuredClone(data.tree) as Tree
const withTree = ({ kind, data }: Certificate, tree: unknown): Certificate => ({
  kind,
  data: { ...data, tree },
})

interface Subject {
  readonly name: string
  readonly instance: Instance
  readonly optimum: number
  readonly plan: { readonly agentOf: Int32Array }
  readonly certificate: Certificate
}

async function proven(name: string, instance: Instance, optimum: number): Promise<Subject> {
  const { plan, certificate } = await solve(instance, exactSolver())
  return { name, instance, optimum, plan: plan!, certificate: certificate! }
}

const factories = await Promise.all(
  [
    ['reversed', { reverseEdges: true }, 25.6416] as const,
    ['reversed, cloud capacity 35', { reverseEdges: true, cloudCapacity: 35 }, undefined] as const,
  ].map(async ([name, options, optimum]) => {
    const instance = factory(options)
    return await proven(name, instance, optimum ?? (await solve(instance, exactSolver())).objective!)
  }),
)

const COUNT = 300
let [small, proofsOfNone] = [0, 0]
const random: Subject[] = []
for (let seed = 0; seed < COUNT; seed++) {
  const instance = randomInstance(9000 + seed, { maxTasks: 7 })
  const truth = await solve(instance, enumerationSolver())
  if (truth.bounds.primal === undefined) {
    const { certificate } = await solve(instance, exactSolver())
    if (certificate === undefined) continue
    proofsOfNone += 1
    if (instance.policy.unassignedUsd === Infinity) {
      // Not proven would be undefined, and the sum no number.
      const shares = clashingLimits(instance, certificate)?.reduce((sum, { share }) => sum + share, 0)
      expect(shares ?? Number.NaN, instance.name).toBeLessThanOrEqual(1 + 1e-9)
    }
    continue
  }
  small += 1
  random.push(await proven(instance.name, instance, truth.bounds.primal))
}
const trees = [...factories, ...random].filter(({ certificate }) => certificate.data.tree !== undefined)

test(`every optimum of the exact solver on ${COUNT} small instances is proven again from its file`, () => {
  expect(small).toBeGreaterThan(150)
  expect(proofsOfNone).toBeGreaterThan(5)
  for (const { name, instance, plan, certificate, optimum } of random) {
    const fromFile = JSON.parse(JSON.stringify(certificate)) as Certificate
    const verdict = verify(instance, plan, fromFile)
    expect(verdict.status, name).toBe('proven')
    expect(verdict.gap, name).toBeLessThan(1e-8)
    expect(verdict.boundUsd, name).toBeLessThanOrEqual(optimum + 1e-9)
  }
  expect(trees.length).toBeGreaterThan(30)
  expect(trees.some(({ certificate }) => treeOf(certificate).nodes.length > 5)).toBe(true)
})

test('the reversed factory is proven optimal by a tree of three nodes where its prices leave a gap', () => {
  const { instance, plan, certificate } = factories[0]!
  expect(treeOf(certificate).nodes).toHaveLength(3)
  expect(priceBoundOf(instance, certificate).boundUsd).toBeCloseTo(25.6415, 6)
  expect(verify(instance, plan, certificate).gap).toBeLessThan(1e-9)
  expect(JSON.stringify(certificate).length).toBeLessThan(2000)
})

test('a tree without one of its leaves, with a strange one or with two ways to a node is refused', () => {
  const { instance, plan, certificate } = factories[0]!
  const changed = (change: (tree: Tree) => void): (() => unknown) => {
    const tree = treeOf(certificate)
    change(tree)
    return () => verify(instance, plan, withTree(certificate, tree))
  }
  for (const [change, message] of [
    [(tree) => tree.nodes.pop(), /names node 2, it must be behind 0 and below 2/],
    [(tree) => tree.nodes[0]!.children!.pop(), /must name two nodes/],
    [(tree) => tree.nodes.push(tree.nodes[1]!), /nodes\[3\] is not part of the tree/],
    [(tree) => (tree.nodes[0]!.children = [1, 1]), /has two parents/],
    [(tree) => (tree.nodes[0]!.children = [0, 2]), /must be behind 0/],
    [(tree) => (tree.nodes[0]!.tasks = 5), /no such set/],
    [(tree) => (tree.nodes[0]!.pools = [99]), /there is no pool 99/],
    [(tree) => (tree.nodes[0]!.atMost = -1), /whole number from 0/],
    [(tree) => tree.sets[0]!.push(tree.sets[0]![0]!), /names a task twice/],
    [(tree) => tree.sets[0]!.push(1e6), /there is no task 1000000/],
    [(tree) => (tree.nodes[1]!.charges = [1, 2]), /at most one price for each branching/],
    [(tree) => (tree.nodes[1]!.prices = { unitsPerUsd: 0.5 }), /unitsPerUsd/],
  ] as [(tree: Tree) => void, RegExp][])
    expect(changed(change)).toThrow(message)
})

test('a tree that leaves out a side, or whose branching, price or charge is changed, does not prove the optimum', () => {
  const { instance, plan, certificate, optimum } = factories[0]!
  const boundWith = (change: (tree: Tree) => void): number => {
    const tree = treeOf(certificate)
    change(tree)
    return verify(instance, plan, withTree(certificate, tree)).boundUsd!
  }
  const off = optimum - 1e-5
  expect(boundWith((tree) => (tree.nodes[0]!.atMost! += 1))).toBeLessThan(off)
  expect(boundWith((tree) => (tree.nodes[0]!.pools = [tree.nodes[0]!.pools![0]! + 1]))).toBeLessThan(off)
  expect(boundWith((tree) => (tree.sets[0] = tree.sets[0]!.slice(1)))).toBeLessThan(off)
  for (const leaf of [1, 2]) {
    expect(boundWith((tree) => delete tree.nodes[leaf]!.charges)).toBeLessThan(off)
    expect(boundWith((tree) => delete tree.nodes[leaf]!.prices!.tasks)).toBeLessThan(off)
    const prices = treeOf(certificate).nodes[leaf]!.prices!.tasks as number[]
    const dearest = prices.indexOf(Math.max(...prices))
    for (const factor of [0.5, 2])
      expect(
        boundWith((tree) => {
          const own = tree.nodes[leaf]!.prices!.tasks as number[]
          own[dearest] = Math.round(own[dearest]! * factor)
        }),
      ).toBeLessThan(off)
  }
})

test('a dearer plan beside an honest tree is proven to be dearer, and a broken one is rejected', () => {
  const { instance, plan, certificate } = factories[0]!
  const rng = createRng(3)
  let [dearer, broken] = [0, 0]
  for (let round = 0; round < 60; round++) {
    const agentOf = plan.agentOf.slice()
    agentOf[rng.nextInt(agentOf.length)] = rng.nextInt(instance.fleet.numAgents)
    const { status, gap } = verify(instance, { agentOf }, certificate)
    if (status === 'rejected') broken += 1
    else if (gap! > 1e-8) dearer += 1
  }
  expect(dearer).toBeGreaterThan(2)
  expect(broken).toBeGreaterThan(10)
})

/** One number somewhere in the tree becomes another. */
function mutate(tree: Tree, { fleet, tasks }: Instance, rng: Rng): void {
  const node = tree.nodes[rng.nextInt(tree.nodes.length)]!
  const change = (value: number): number =>
    Math.min(
      2 ** 52,
      [0, value + 1, value * 2, Math.floor(value / 3), value + rng.nextInt(1e9), 2 ** 52][rng.nextInt(6)]!,
    )
  if (node.children !== undefined) {
    const what = rng.nextInt(4)
    if (what === 0) node.atMost = [0, node.atMost! + 1, Math.max(0, node.atMost! - 1), 7][rng.nextInt(4)]!
    else if (what === 1) node.pools = [rng.nextInt(fleet.numPools + 1) - 1]
    else if (what === 2) tree.sets[node.tasks!] = [rng.nextInt(tasks.count)]
    else node.children = [node.children[1]!, node.children[0]!]
    return
  }
  const charged = rng.nextInt(2) === 0 && (node.charges?.length ?? 0) > 0
  if (charged) {
    const at = rng.nextInt(node.charges!.length)
    node.charges![at] = change(node.charges![at]!)
    return
  }
  const name = ['tasks', 'tokens', 'poolBudget', 'budget', 'unitsPerUsd'][rng.nextInt(5)]!
  if (name === 'budget' || name === 'unitsPerUsd')
    node.prices![name] = change(Number(node.prices![name] ?? 0))
  else {
    const column = (node.prices![name] as number[] | undefined) ?? new Array<number>(fleet.numPools).fill(0)
    const at = rng.nextInt(column.length)
    column[at] = change(column[at]!)
    node.prices![name] = column
  }
}

test('no tree, however changed, proves a bound above the optimum', () => {
  let [tried, lower] = [0, 0]
  for (const [k, { name, instance, certificate, optimum }] of trees.entries()) {
    const rng = createRng(k)
    const honest = boundOf(instance, certificate).boundUsd
    let tree = treeOf(certificate)
    for (let round = 0; round < 15; round++) {
      // Now and then mutations pile up.
      if (rng.nextInt(3) > 0) tree = treeOf(certificate)
      mutate(tree, instance, rng)
      try {
        const { boundUsd } = boundOf(instance, withTree(certificate, tree))
        tried += 1
        if (boundUsd < honest - 1e-9) lower += 1
        expect(boundUsd, name).toBeLessThanOrEqual(optimum + 1e-9 * Math.max(1, optimum))
      } catch (error) {
        expect(String(error)).toContain('certificate cannot be read')
      }
    }
  }
  expect(tried).toBeGreaterThan(trees.length * 8)
  expect(lower).toBeGreaterThan(tried / 5)
})

test('a branching that divides nothing proves no more than the prices do', () => {
  // Both sides of a branching that nothing can meet are empty or whole: the whole one keeps the bound down.
  const instance = createInstance({
    version: 1,
    agents: [
      { id: 'cheap', quality: 1, price: { perTaskUsd: 1 } },
      { id: 'dear', quality: 1, price: { perTaskUsd: 3 } },
    ],
    tasks: [{ id: 'one' }, { id: 'two' }],
  })
  const leaf = { prices: { unitsPerUsd: 1e9 } }
  const bound = (pools: number[], atMost: number): number =>
    boundOf(instance, {
      kind: 'capacity-prices',
      data: {
        unitsPerUsd: 1e9,
        tree: { sets: [[0, 1]], nodes: [{ tasks: 0, pools, atMost, children: [1, 2] }, leaf, leaf] },
      },
    }).boundUsd
  expect(bound([0], 5)).toBeCloseTo(2, 7)
  expect(bound([0, 1], 1)).toBeCloseTo(2, 7)
  expect(bound([], 0)).toBeCloseTo(2, 7)
  // None to the cheap agent costs six, one or two at least two: the least of both counts.
  expect(bound([0], 0)).toBeCloseTo(2, 7)
})
