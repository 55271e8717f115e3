/**
 * The shape of an instance file: one strict zod schema that both explains bad files and is exported as JSON Schema.
 * Rules between fields (references, cycles, duplicate names) are the model's, see `createInstanceBuilder`.
 */
import { z } from 'zod'
import { acceptSchema, providerSchema } from './running-schema.ts'

const name = (what: string) => z.string().min(1).describe(what)
const atLeastZero = (what: string) => z.number().min(0).describe(what)
const quality = (what: string) => z.number().min(0).max(1).describe(`${what} In [0, 1].`)

const penalty = (what: string) =>
  z.strictObject({ penaltyUsd: atLeastZero('Dollars added to the objective each time.') }).describe(what)

const priceSchema = z
  .strictObject({
    perTaskUsd: atLeastZero('Dollars for each task, whatever its size.').optional(),
    inputPerMTokUsd: atLeastZero('Dollars for a million input tokens.').optional(),
    outputPerMTokUsd: atLeastZero('Dollars for a million output tokens.').optional(),
  })
  .describe('What a task costs; the three parts add up. Left out: nothing.')

const capacitySchema = z
  .strictObject({
    tasks: atLeastZero('How many tasks each replica may take.').optional(),
    tokens: atLeastZero('How many tokens, input and output together, each replica may take.').optional(),
  })
  .describe('Limits of each replica. Left out: no limit.')

export const agentSchema = z
  .strictObject({
    id: name('Unique name of the agent, or of the pool when it has replicas.'),
    replicas: z
      .int()
      .min(1)
      .max(1e7)
      .describe('How many identical agents: id-0, id-1, ... Default 1, named just id.')
      .optional(),
    languageModel: z.string().describe('The language model behind it, for reports.').optional(),
    price: priceSchema.optional(),
    quality: z
      .union([quality('How good its results are.'), z.record(z.string(), quality('Quality in this domain.'))])
      .describe('One number in [0, 1], or one per domain of tasks with a "default".'),
    capabilities: z
      .array(z.string())
      .describe('What it can do: complexities and other requirements of tasks. Left out: everything.')
      .optional(),
    capacity: capacitySchema.optional(),
    latencyMs: atLeastZero('Time to a result, in milliseconds. Default 0.').optional(),
    contextTokens: atLeastZero('Largest task it can hold, in tokens. Left out: no limit.').optional(),
    budgetUsd: atLeastZero('Cap on the money spent on this pool as a whole.').optional(),
    provider: providerSchema
      .describe('How the agent is reached when a plan runs; planning does not read it.')
      .optional(),
  })
  .describe('An agent, or a pool of identical agents.')

const estimateSchema = z
  .strictObject({
    costUsd: atLeastZero('Money, in dollars, in place of the price list.').optional(),
    quality: quality('Expected quality.').optional(),
    latencyMs: atLeastZero('Expected time, in milliseconds.').optional(),
    tokens: atLeastZero('Tokens it takes from capacity and context window.').optional(),
  })
  .describe('Figures for this task on this agent, in place of the fleet figures.')

/** The numbers of a task that a complexity may give defaults for. */
const taskNumbers = {
  minQuality: quality('Lowest acceptable quality. Default 0.').optional(),
  inputTokens: atLeastZero('Tokens of the prompt. Default 0.').optional(),
  outputTokens: atLeastZero('Tokens of the answer. Default 0.').optional(),
  maxLatencyMs: atLeastZero('Latest acceptable time, in milliseconds. Left out: no limit.').optional(),
}

export const taskSchema = z
  .strictObject({
    id: name('Unique name of the task.'),
    complexity: z
      .string()
      .describe('A capability it needs, and the policy.complexity defaults it gets.')
      .optional(),
    requires: z.array(z.string()).describe('Further capabilities it needs.').optional(),
    domain: z
      .string()
      .describe('Which quality of an agent counts, for the floor and for dependencies. Default: default.')
      .optional(),
    ...taskNumbers,
    dependsOn: z.array(z.string()).describe('Ids of the tasks that must come before it.').optional(),
    workflow: z.string().describe('The workflow it belongs to, for reports.').optional(),
    estimates: z
      .record(z.string(), estimateSchema)
      .describe('By agent id (of the pool, without replica number): what a predictor or a measurement says.')
      .optional(),
    input: z.unknown().describe('What the agent is given when the plan runs.').optional(),
    accept: acceptSchema.describe('How a result is accepted when the plan runs.').optional(),
  })
  .describe('A unit of work for one agent.')

const policySchema = z
  .strictObject({
    overkillWeight: atLeastZero(
      'Dollars added per dollar of money and unit of quality above what the task needs. Default 0.',
    ).optional(),
    latencyUsdPerSecond: atLeastZero('Dollars added per second of latency. Default 0.').optional(),
    dependency: z
      .discriminatedUnion('mode', [
        z.strictObject({ mode: z.literal('hard') }),
        z.strictObject({ mode: z.literal('off') }),
        z.strictObject({
          mode: z.literal('soft'),
          penaltyUsd: atLeastZero('Dollars for each dependency that is broken.'),
        }),
      ])
      .describe(
        'Whether a task needs an agent at least as good as those of the tasks it depends on. Default hard.',
      )
      .optional(),
    budgetUsd: atLeastZero('Cap on the money of the whole plan.').optional(),
    unassigned: z
      .union([z.literal('forbid'), penalty('The price of leaving a task out.')])
      .describe('Whether tasks may stay without an agent. Default forbid.')
      .optional(),
    qualityFloor: z
      .union([z.literal('hard'), penalty('The price of an agent below the floor.')])
      .describe('Whether an agent below minQuality may do a task. Default hard.')
      .optional(),
    complexity: z
      .record(z.string(), z.strictObject(taskNumbers))
      .describe('Defaults of the tasks of each complexity.')
      .optional(),
  })
  .describe('What counts and what is allowed.')

export const agentsSchema = z.array(agentSchema).min(1).describe('The fleet.')

/** An instance file; `tasks` are looked at one by one, see `task-shape.ts`. */
export const instanceSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this format: 1.'),
    name: z.string().describe('Name of the instance, for reports.').optional(),
    policy: policySchema.optional(),
    agents: z
      .union([agentsSchema, z.string().min(1).describe('Path of a YAML or JSON file, relative to this one.')])
      .describe('The fleet: a list, or the path of a file with one.'),
    tasks: z
      .union([
        z.array(taskSchema),
        z.string().min(1).describe('Path of a JSONL, CSV, YAML or JSON file, relative to this one.'),
      ])
      .describe('The tasks: a list, or the path of a file with them.'),
  })
  .describe('A planning problem: a fleet of agents, tasks, and a policy.')

/** `instanceSchema` without a look inside the tasks, which may be left out. */
export const headSchema = instanceSchema.extend({
  agents: z.union([z.array(agentSchema), z.string().min(1)]).optional(),
  tasks: z.union([z.array(z.unknown()), z.string().min(1)]).optional(),
})

/** The schema of instance files for editors and other tools, as JSON Schema draft 7. */
export function instanceJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(instanceSchema, {
    target: 'draft-7',
    reused: 'inline',
    io: 'input',
  })
  return { $schema, title: 'QAAS instance', ...rest }
}
