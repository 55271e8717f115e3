/** The shape of a plan file, for reading it and as JSON Schema. */
import { z } from 'zod'

const figure = z.number().nullable()

/** Fields that are not known here are kept: later versions may say more. */
export const planSchema = z
  .looseObject({
    version: z.literal(1).describe('Version of this format: 1.'),
    instance: z
      .looseObject({
        name: z.string().optional(),
        pools: z
          .array(z.string())
          .describe('Ids of the pools, in the order of the prices in the certificate.')
          .optional(),
        hash: z.string().describe('Fingerprint of the instance the plan was made for.').optional(),
      })
      .optional(),
    objective: figure.describe('The objective in dollars, as judged; null without a plan.').optional(),
    moneyUsd: figure.describe('Dollars that are paid.').optional(),
    bounds: z
      .looseObject({
        primal: figure.describe('Objective of the best feasible plan.').optional(),
        dual: figure.describe('Proven lower bound of every plan.').optional(),
        certified: figure.describe('How much of it the certificate alone proves.').optional(),
      })
      .optional(),
    gap: figure.describe('(primal - dual) / primal; 0 for a plan that costs nothing.').optional(),
    termination: z.looseObject({ reason: z.string() }).describe('Why the solve ended.').optional(),
    feasible: z.boolean().describe('True when no hard promise is broken.').optional(),
    violations: z
      .array(z.looseObject({ kind: z.string(), text: z.string() }))
      .describe('Broken hard promises, all of them.')
      .optional(),
    assignments: z
      .record(z.string(), z.union([z.string(), z.array(z.string()).min(1)]))
      .describe('Task id to agent id, or to a list of them when the task was given to several.'),
    unassigned: z.array(z.string()).describe('Ids of the tasks without an agent.').optional(),
    provenance: z
      .looseObject({
        solver: z.string(),
        seed: z.number(),
        options: z.record(z.string(), z.unknown()),
        version: z.string(),
      })
      .partial()
      .describe('What made the plan.')
      .optional(),
    elapsedMs: z.number().optional(),
    certificate: z
      .looseObject({ kind: z.string(), data: z.record(z.string(), z.unknown()) })
      .nullable()
      .describe('Prices that prove the bound.')
      .optional(),
  })
  .describe('A plan: which agent does which task, how good that is, and why.')

/** The schema of plan files for other tools, as JSON Schema draft 7. */
export function planJsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(planSchema, { target: 'draft-7', reused: 'inline' })
  return { $schema, title: 'QAAS plan', ...rest }
}
