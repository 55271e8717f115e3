/** Random instance documents with every kind of field, for property tests of readers and writers. */
import fc from 'fast-check'
import type { InstanceDocument } from '../src/model/document.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }),
  fc.constantFrom(
    'null',
    'true',
    '1',
    '1e3',
    '~',
    '-',
    '- a',
    'a: b',
    'a,b',
    '"',
    "'",
    '#',
    ' a',
    '__proto__',
    'ä\u2028',
  ),
)
const unique = (minLength: number, maxLength: number) => fc.uniqueArray(text, { minLength, maxLength })
const amount = fc.oneof(
  fc.nat(1e6),
  fc.double({ min: 0, max: 1e9, noNaN: true }),
  fc.constantFrom(0, 1e-7, 1e9),
)
const share = fc.double({ min: 0, max: 1, noNaN: true })
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const named = <T>(names: readonly string[], value: fc.Arbitrary<T>) =>
  fc
    .array(fc.tuple(fc.constantFrom(...names), value), { minLength: 1, maxLength: 3 })
    .map((entries) => Object.fromEntries(entries))
/** What JSON can hold: it has no -0. */
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown)
const penalty = amount.map((penaltyUsd) => ({ penaltyUsd }))

const policy = fc.record(
  {
    overkillWeight: amount,
    latencyUsdPerSecond: amount,
    dependency: fc.oneof(
      fc.constantFrom({ mode: 'hard' as const }, { mode: 'off' as const }),
      amount.map((penaltyUsd) => ({ mode: 'soft' as const, penaltyUsd })),
    ),
    budgetUsd: amount,
    unassigned: fc.oneof(fc.constant('forbid' as const), penalty),
    qualityFloor: fc.oneof(fc.constant('hard' as const), penalty),
  },
  { requiredKeys: [] },
)

interface Names {
  readonly agents: readonly string[]
  readonly tasks: readonly string[]
  readonly words: readonly string[]
}

const count = fc.integer({ min: 1, max: 9 })

const agent = (id: string, { words }: Names) =>
  fc.record(
    {
      id: fc.constant(id),
      replicas: fc.integer({ min: 1, max: 3 }),
      languageModel: text,
      price: fc.record(
        { perTaskUsd: amount, inputPerMTokUsd: amount, outputPerMTokUsd: amount },
        { requiredKeys: [] },
      ),
      quality: fc.oneof(share, named(['default', ...words], share)),
      capabilities: fc.subarray([...words]),
      capacity: fc.record({ tasks: amount, tokens: amount }, { requiredKeys: [] }),
      latencyMs: amount,
      contextTokens: amount,
      budgetUsd: amount,
      provider: fc.oneof(
        fc.record({ kind: fc.constant('echo'), concurrency: count }, { requiredKeys: ['kind'] }),
        fc.record({ kind: fc.constant('command'), command: fc.array(text, { minLength: 1 }) }),
        fc.record({
          kind: fc.constant('openai-compatible'),
          baseUrl: fc.constant('http://localhost:8080/v1'),
          body: fc.dictionary(text, json, { maxKeys: 2 }),
        }),
      ),
    },
    { requiredKeys: ['id', 'quality'] },
  )

const estimate = fc.record(
  { costUsd: amount, quality: share, latencyMs: amount, tokens: amount },
  { requiredKeys: [] },
)

const task = (id: string, row: number, { agents, tasks, words }: Names) =>
  fc.record(
    {
      id: fc.constant(id),
      complexity: fc.constantFrom(...words),
      requires: fc.subarray([...words]),
      domain: fc.constantFrom('default', ...words),
      minQuality: share,
      inputTokens: amount,
      outputTokens: amount,
      maxLatencyMs: amount,
      dependsOn: fc.subarray(tasks.slice(0, row)),
      workflow: text,
      estimates: named(agents, estimate),
      input: optional(json),
      accept: fc.record(
        { regex: fc.constant('a+'), schema: fc.dictionary(text, json, { maxKeys: 2 }), budgetUsd: amount },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['id'] },
  )

/** Valid documents: names are unique also with the replica numbers behind them. */
export const arbitraryDocument: fc.Arbitrary<InstanceDocument> = fc
  .record({ agents: unique(1, 4), tasks: unique(1, 6), words: unique(1, 3) })
  .map((names) => ({ ...names, agents: names.agents.map((name, k) => `${name}/${'ABCD'[k]}`) }))
  .chain((names) =>
    fc.record({
      version: fc.constant(1 as const),
      name: text,
      policy,
      agents: fc.tuple(...names.agents.map((id) => agent(id, names))),
      tasks: fc.tuple(...names.tasks.map((id, row) => task(id, row, names))),
    }),
  ) as fc.Arbitrary<InstanceDocument>
