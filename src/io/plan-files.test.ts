/** Plans written and read back: the same assignment, double assignments kept, names that do not fit refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { factory } from '../generators/factory.ts'
import { createInstance } from '../model/builder.ts'
import { evaluate } from '../model/evaluate.ts'
import type { Instance } from '../model/instance.ts'
import { instanceHash } from '../model/instance-hash.ts'
import type { Plan } from '../model/plan.ts'
import type { SolveResult } from '../solve/solve.ts'
import { planDocument, planFileText } from './plan-document.ts'
import { readPlan } from './read-plan.ts'

const folder = mkdtempSync(join(tmpdir(), 'qaas-plan-'))
afterAll(() => rmSync(folder, { recursive: true }))

const resultOf = (instance: Instance, plan?: Plan): SolveResult => {
  const evaluation = plan && evaluate(instance, plan)
  return {
    ...(plan && evaluation ? { plan, evaluation, objective: evaluation.objective } : {}),
    bounds: { dual: 1 },
    termination: { reason: 'feasible', detail: 'for a test' },
    certificate: { kind: 'prices', data: { slots: [1, 2] } },
    stats: { sweeps: 3 },
    provenance: { solver: 'hand', options: { a: 1 }, seed: 4 },
    elapsedMs: 5,
  }
}

function written(document: unknown): string {
  const path = join(folder, 'plan.json')
  writeFileSync(path, typeof document === 'string' ? document : JSON.stringify(document))
  return path
}

const two = createInstance({
  version: 1,
  agents: [
    { id: 'a', replicas: 2, quality: 0.5, capacity: { tasks: 1 } },
    { id: 'b', quality: 0.9 },
  ],
  tasks: [{ id: 'one' }, { id: '__proto__', dependsOn: ['one'] }, { id: '3' }],
})

test('a plan comes back as it was, with surplus agents and odd names', async () => {
  const plan: Plan = { agentOf: Int32Array.of(2, 0, -1), surplus: [{ task: 0, agent: 0 }] }
  const document = planDocument(two, resultOf(two, plan))
  expect(document.assignments.one).toEqual(['b', 'a-0'])
  expect(document.unassigned).toEqual(['3'])
  const read = await readPlan(written(document), two)
  expect(read.plan).toEqual(plan)
  expect(read.sameInstance).toBe(true)
  expect(read.document).toMatchObject({ certificate: { kind: 'prices' }, provenance: { seed: 4 } })
})

test('the text of a plan is that of its document, whatever the names', async () => {
  const named = { ...two, name: 'odd "assignments":{} name' }
  const plans: Plan[] = [
    { agentOf: Int32Array.of(2, 0, -1) },
    { agentOf: Int32Array.of(2, 0, -1), surplus: [{ task: 0, agent: 0 }] },
    { agentOf: Int32Array.of(-1, -1, -1) },
  ]
  for (const plan of plans) {
    const result = resultOf(named, plan)
    const text = planFileText(named, result, { shadowPrices: ['none'] })
    const document = { ...planDocument(named, result), shadowPrices: ['none'] }
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(document)))
    expect((await readPlan(written(text), named)).plan).toEqual(plan)
  }
})

test('the document says what the judge says, in names', () => {
  const plan: Plan = { agentOf: Int32Array.of(2, 0, 0) }
  const document = planDocument(two, resultOf(two, plan))
  expect(document.feasible).toBe(false)
  expect(
    document.violations.map(({ kind, task, agent, parent, child, load }) => ({
      kind,
      task,
      agent,
      parent,
      child,
      load,
    })),
  ).toEqual([
    {
      kind: 'dependency',
      parent: 'one',
      child: '__proto__',
      task: undefined,
      agent: undefined,
      load: undefined,
    },
    { kind: 'capacity-tasks', agent: 'a-0', load: 2, task: undefined, parent: undefined, child: undefined },
  ])
  for (const { text } of document.violations) expect(text).toMatch(/one|a-0/)
  expect(document).toMatchObject({
    version: 1,
    instance: { hash: instanceHash(two), tasks: 3, agents: 3 },
    moneyUsd: 0,
    bounds: { primal: null, dual: 1 },
    gap: null,
    termination: { reason: 'feasible' },
    elapsedMs: 5,
  })
})

test('without a plan every task is unassigned and the figures are null', () => {
  const document = planDocument(two, resultOf(two))
  expect(document).toMatchObject({ objective: null, moneyUsd: null, feasible: false, violations: [] })
  expect(document.unassigned).toHaveLength(3)
})

test('a plan for another instance is told', async () => {
  const instance = factory()
  const document = planDocument(instance, resultOf(instance, { agentOf: new Int32Array(1000) }))
  expect((await readPlan(written(document), factory())).sameInstance).toBe(true)
  expect((await readPlan(written(document), factory({ cloudCapacity: 40 }))).sameInstance).toBe(false)
  expect((await readPlan(written({ version: 1, assignments: {} }), instance)).sameInstance).toBe(undefined)
})

test.each<[string, unknown, RegExp]>([
  [
    'an unknown task',
    { version: 1, assignments: { on: 'b' } },
    /plan\.json:1:29: the instance has no task "on"\nMaybe it is "one"/,
  ],
  [
    'an unknown agent',
    { version: 1, assignments: { one: 'a' } },
    /plan\.json:1:35: task "one": the fleet has no agent "a"\nMaybe "a" is meant; replicas/,
  ],
  ['a replica too many', { version: 1, assignments: { one: 'a-2' } }, /no agent "a-2"/],
  ['no assignments', { version: 1 }, /plan\.json:1:1: assignments is missing/],
  [
    'an agent that is a number',
    { version: 1, assignments: { one: 3 } },
    /assignments\.one is 3, it must be a text or a list/,
  ],
  ['an empty list', { version: 1, assignments: { one: [] } }, /assignments\.one is \[\], it must be/],
  [
    'a task given twice',
    '{"version":1,"assignments":{"one":"b","one":"a-0"}}',
    /plan\.json:1:39: the key "one" is given twice/,
  ],
  ['an instance instead of a plan', 'version: 1\nagents: []\n', /plan\.json:1:1: is not valid JSON/],
])('%s is refused with its place', async (_, document, message) => {
  await expect(readPlan(written(document), two)).rejects.toThrow(message)
})

test('what the instance no longer has can be skipped', async () => {
  const path = written({ version: 1, assignments: { gone: 'b', one: 'retired', 3: ['retired', 'b'] } })
  const { plan } = await readPlan(path, two, { unknown: 'skip' })
  expect([...plan.agentOf]).toEqual([-1, -1, 2])
})
