/** The fingerprint changes with everything planning reads and with nothing else. */
import { expect, test } from 'vitest'
import { createInstance } from './builder.ts'
import type { AgentDocument, InstanceDocument, PolicyDocument, TaskDocument } from './document.ts'
import { instanceHash } from './instance-hash.ts'

interface Change {
  readonly policy?: PolicyDocument
  readonly agent?: Partial<AgentDocument>
  readonly task?: Partial<TaskDocument>
  readonly rest?: Partial<InstanceDocument>
}

const hash = ({ policy, agent, task, rest }: Change = {}): string =>
  instanceHash(
    createInstance({
      version: 1,
      policy: { overkillWeight: 2, ...policy },
      agents: [
        { id: 'a', quality: 0.9, capabilities: ['x', 'y'], ...agent },
        { id: 'b', quality: 0.5 },
      ],
      tasks: [{ id: 't' }, { id: 'u', dependsOn: ['t'], minQuality: 0.4, ...task }],
      ...rest,
    }),
  )

test('the fingerprint is sixteen hexadecimal digits and stable over releases', () => {
  expect(hash()).toMatch(/^[0-9a-f]{16}$/)
  expect(hash()).toBe(hash())
})

test.each<[string, Change]>([
  ['a price of the policy', { policy: { overkillWeight: 3 } }],
  ['the dependency rule', { policy: { dependency: { mode: 'off' } } }],
  ['a soft dependency', { policy: { dependency: { mode: 'soft', penaltyUsd: 0 } } }],
  ['the budget', { policy: { budgetUsd: 5 } }],
  ['the price of leaving tasks out', { policy: { unassigned: { penaltyUsd: 1 } } }],
  ['the price of a missed floor', { policy: { qualityFloor: { penaltyUsd: 1 } } }],
  ['an agent name', { agent: { id: 'c' } }],
  ['replicas', { agent: { replicas: 2 } }],
  ['a quality', { agent: { quality: 0.91 } }],
  ['a quality by domain', { agent: { quality: { default: 0.9, law: 0.9 } } }],
  ['a price', { agent: { price: { perTaskUsd: 1 } } }],
  ['a capability', { agent: { capabilities: ['x', 'z'] } }],
  ['all capabilities', { agent: { capabilities: undefined } }],
  ['a capacity', { agent: { capacity: { tasks: 1 } } }],
  ['a latency', { agent: { latencyMs: 1 } }],
  ['a context window', { agent: { contextTokens: 1 } }],
  ['a pool budget', { agent: { budgetUsd: 1 } }],
  ['a task name', { task: { id: 'v' } }],
  ['a floor', { task: { minQuality: 0.41 } }],
  ['tokens', { task: { inputTokens: 1 } }],
  ['output tokens', { task: { outputTokens: 1 } }],
  ['a latency limit', { task: { maxLatencyMs: 1 } }],
  ['a requirement', { task: { requires: ['x'] } }],
  ['a dependency', { task: { dependsOn: [] } }],
  ['an estimate', { task: { estimates: { a: { costUsd: 0 } } } }],
  ['another figure of an estimate', { task: { estimates: { a: { tokens: 0 } } } }],
])('%s changes it', (_, change) => {
  expect(hash(change)).not.toBe(hash())
})

test.each<[string, Change]>([
  ['the name', { rest: { name: 'other' } }],
  ['a provider', { agent: { provider: { url: 'x' } } }],
  ['an input', { task: { input: 'hello' } }],
  ['the order of capabilities', { agent: { capabilities: ['y', 'x'] } }],
  ['a default written out', { policy: { dependency: { mode: 'hard' } } }],
  ['a negative zero', { task: { inputTokens: -0 } }],
])('%s does not', (_, change) => {
  expect(hash(change)).toBe(hash())
})
