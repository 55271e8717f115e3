/** What tasks and agents say about running, which planning does not look at: shapes and defaults. */
import { z } from 'zod'
import { QaasError } from '../errors.ts'

const ratio = z.number().min(0).max(1)
const count = z.number().int().min(1)
const milliseconds = z.number().positive()

/** How an answer is accepted; several checks all have to pass. */
export const acceptSchema = z.strictObject({
  /** The answer's text must match (flags: s, u). */
  regex: z.string().min(1).optional(),
  /** The answer must be JSON that fits this JSON Schema. */
  schema: z.record(z.string(), z.unknown()).optional(),
  /** A program that gets the answer on its standard input and accepts it by ending with 0. */
  command: z.array(z.string()).min(1).optional(),
  /** Another agent that scores the answer from 0 to 1. */
  judge: z
    .strictObject({
      agent: z.string(),
      minScore: ratio.default(0.5),
      rubric: z.string().default('Score how well the answer does the task.'),
    })
    .optional(),
  timeoutMs: milliseconds.default(60_000),
  /** All attempts and judgements of the task together may cost so much. */
  budgetUsd: z.number().min(0).optional(),
})

export type AcceptSettings = z.infer<typeof acceptSchema>

const concurrency = count.default(1)

export const providerSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('echo'), concurrency }),
  z.strictObject({
    kind: z.literal('simulated'),
    concurrency,
    latencyMs: z.number().min(0).optional(),
    latencySpread: z.number().min(0).optional(),
    speed: z.number().positive().optional(),
    failureRate: ratio.optional(),
    attemptsPerMinute: count.optional(),
    drawQuality: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal('command'),
    concurrency,
    command: z.array(z.string()).min(1),
    timeoutMs: milliseconds.default(600_000),
    workingDirectory: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('openai-compatible'),
    concurrency,
    /** Up to and with the version, as in `http://localhost:8080/v1`. */
    baseUrl: z.url({ protocol: /^https?$/ }),
    /** What the server calls the language model; the agent's `languageModel` when left out. */
    languageModel: z.string().optional(),
    /** Name of the environment variable that holds the key. */
    apiKeyEnv: z.string().optional(),
    /** A file whose first line is the key. */
    apiKeyFile: z.string().optional(),
    stream: z.boolean().default(true),
    /** Until the first text; by default 20 times the agent's `latencyMs`, at least 20 s and at most 60 s. */
    firstTokenTimeoutMs: milliseconds.optional(),
    totalTimeoutMs: milliseconds.default(600_000),
    /** The fewest bytes of a prompt that make a token: what it can cost at most. 1 holds for any language model. */
    bytesPerToken: z.number().min(1).default(2),
    /** Further fields of the request body, such as `temperature`. */
    body: z.record(z.string(), z.unknown()).default({}),
  }),
])

export type ProviderSettings = z.infer<typeof providerSchema>

/** @throws QaasError `invalid-instance` naming the owner and the field */
export function parseSettings<T>(schema: z.ZodType<T>, value: unknown, owner: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const field = issue!.path.join('.')
  throw new QaasError('invalid-instance', `${owner}${field ? `.${field}` : ''}: ${issue!.message}`, {
    advice: 'Maybe look at docs/running.md for the fields of providers and accept checks.',
    data: { path: issue!.path as (string | number)[] },
  })
}
