/** Searches by prices of tasks, walked again: honest ones prove the optimum, changed ones never more. */
import { expect, test } from 'vitest'
import { createInstance } from '../model/builder.ts'
import type { Instance } from '../model/instance.ts'
import { createRng, type Rng } from '../numeric/rng.ts'
import { solve } from '../solve/solve.ts'
import { enumerationSolver } from '../solvers/enumeration/enumeration.ts'
import { gapSolver } from '../solvers/gap/gap.ts'
import { boundOf } from './bound.ts'
import type { Certificate } from './certificate.ts'

const COUNT = 60
const MUTATIONS = 30

/** Costs fall as sizes rise and capacities are tight, so that prices alone leave a gap. */
function tight(seed: number): Instance {
  const rng = createRng(seed)
  const [numAgents, numTasks] = [3, 7]
  const size = Array.from({ length: numTasks * numAgents }, () => 5 + rng.nextInt(21))
  return createInstance({
    version: 1,
    policy: rng.nextInt(3) === 0 ? { unassigned: { penaltyUsd: 40 } } : {},
    agents: Array.from({ length: numAgents }, (_, agent) => ({
      id: `a${agent}`,
      quality: 1,
      capacity: { tokens: 36 + rng.nextInt(12) },
    })),
    tasks: Array.from({ length: numTasks }, (_, task) => ({
      id: `t${task}`,
      estimates: Object.fromEntries(
        Array.from({ length: numAgents }, (_, agent) => {
          const own = size[task * numAgents + agent]!
          return [`a${agent}`, { costUsd: 31 - own + rng.nextInt(5), tokens: own }]
        }),
      ),
    })),
  })
}

interface Subject {
  readonly instance: Instance
  readonly optimum: number
  readonly certificate: Certificate
}

async function subjects(): Promise<Subject[]> {
  const found: Subject[] = []
  for (let seed = 0; seed < COUNT; seed++) {
    const instance = tight(seed)
    const optimum = (await solve(instance, enumerationSolver())).bounds.primal
    if (optimum === undefined) continue
    const { certificate } = await solve(instance, gapSolver({ effort: 100 }))
    if (certificate?.data.taskTree !== undefined) found.push({ instance, optimum, certificate })
  }
  return found
}

const all = await subjects()

test('a search that was complete proves the optimum again from its certificate alone', () => {
  expect(all.length).toBeGreaterThan(15)
  let [split, needed] = [0, 0]
  for (const { instance, optimum, certificate } of all) {
    const { taskTree, ...others } = certificate.data as { taskTree: { nodes: { task?: number }[] } }
    if (taskTree.nodes.some(({ task }) => task !== undefined)) split += 1
    expect(boundOf(instance, certificate).boundUsd).toBeCloseTo(optimum, 9)
    const alone = boundOf(instance, { kind: certificate.kind, data: others }).boundUsd
    if (alone < optimum - 0.5) needed += 1
  }
  expect(split).toBeGreaterThan(3)
  expect(needed).toBeGreaterThan(all.length / 2)
})

type Node = { prices?: number[]; next?: number; task?: number; children?: [number, number][] }

/** One number somewhere becomes another, or a part of the tree is dropped or bent. */
function mutate(tree: Record<string, unknown>, rng: Rng): void {
  const nodes = tree.nodes as Node[]
  const node = nodes[rng.nextInt(nodes.length)]!
  const change = (value: number): number =>
    Math.min(2 ** 52, [0, value + 1, value * 2, Math.floor(value / 2), rng.nextInt(1e9)][rng.nextInt(5)]!)
  const kind = rng.nextInt(8)
  if (kind === 0) tree.target = change(tree.target as number)
  else if (kind === 1) tree.granularity = change(tree.granularity as number)
  else if (kind === 2) tree.unitsPerUsd = Math.max(1, change(tree.unitsPerUsd as number))
  else if (kind === 3) delete node.next
  else if (kind === 4) delete node.children
  else if (kind === 5) node.task = rng.nextInt(7)
  else if (kind === 6 && node.children) node.children.splice(rng.nextInt(node.children.length), 1)
  else if (node.prices && node.prices.length > 0) {
    const at = 2 * rng.nextInt(node.prices.length / 2) + 1
    node.prices[at] = change(node.prices[at]!)
  }
}

test('no search, however changed, proves a bound above the optimum', () => {
  let [lower, refused, tried] = [0, 0, 0]
  for (const [k, { instance, optimum, certificate }] of all.entries()) {
    const rng = createRng(k)
    for (let round = 0; round < MUTATIONS; round++) {
      const data = structuredClone(certificate.data) as Record<string, unknown>
      for (let times = 1 + rng.nextInt(3); times > 0; times--)
        mutate(data.taskTree as Record<string, unknown>, rng)
      tried += 1
      try {
        const { boundUsd } = boundOf(instance, { kind: certificate.kind, data })
        expect(boundUsd).toBeLessThanOrEqual(optimum + 1e-9)
        if (boundUsd < optimum - 0.1) lower += 1
      } catch (error) {
        expect(String(error)).toContain('in the certificate cannot be read')
        refused += 1
      }
    }
  }
  expect(lower).toBeGreaterThan(tried / 10)
  expect(refused).toBeLessThan(tried / 2)
})

test('a node with two parents, one before its parent, a missing list and alike agents are refused', () => {
  const { instance, certificate } = all.find(
    ({ certificate: { data } }) => (data.taskTree as { nodes: Node[] }).nodes[0]!.next === 1,
  )!
  const refuse = (change: (tree: { nodes: unknown; target: unknown }) => void): void => {
    const data = structuredClone(certificate.data) as { taskTree: { nodes: Node[]; target: unknown } }
    change(data.taskTree)
    expect(() => boundOf(instance, { kind: certificate.kind, data })).toThrow('cannot be read')
  }
  refuse((tree) => {
    ;(tree.nodes as Node[])[0]!.next = 0
  })
  refuse((tree) => {
    ;(tree.nodes as Node[])[0]!.next = 1e6
  })
  refuse((tree) => {
    tree.nodes = []
  })
  refuse((tree) => {
    tree.target = -1
  })
  refuse((tree) => {
    ;(tree.nodes as Node[])[0]!.prices = [99, 1]
  })
})
