/** Why the agents of a pool may not do a task, with the figures that decide it. */
import type { Instance } from '../instance.ts'
import { type Ineligibility, pairLatencyMs, pairQuality, pairTokens, whyIneligible } from '../pair.ts'

export interface WhyNot {
  readonly pool: number
  readonly reason: Ineligibility
  /** The figures in words, with the pool's name. */
  readonly text: string
}

/** Undefined when the pair is eligible. */
export function whyNot(instance: Instance, task: number, pool: number): WhyNot | undefined {
  const reason = whyIneligible(instance, task, pool)
  if (reason === undefined) return undefined
  return { pool, reason, text: `"${instance.fleet.poolIds[pool]}" ${wording(instance, task, pool, reason)}` }
}

function wording(instance: Instance, task: number, pool: number, reason: Ineligibility): string {
  const { fleet, tasks } = instance
  switch (reason) {
    case 'capability': {
      const has = fleet.capabilities[pool]
      const needs = tasks.requirements[tasks.requirement[task]!]!
      return `lacks ${needs.filter((need) => !has?.has(need)).join(', ')}`
    }
    case 'quality':
      return `has quality ${pairQuality(instance, task, pool)}, the task needs ${tasks.minQuality[task]}`
    case 'latency':
      return `takes ${pairLatencyMs(instance, task, pool)} ms, the task may take ${tasks.maxLatencyMs[task]} ms`
    case 'context': {
      const [context, capacity] = [fleet.contextTokens[pool]!, fleet.capacityTokens[pool]!]
      const limit =
        context <= capacity ? `a context window of ${context} tokens` : `a capacity of ${capacity} tokens`
      return `has ${limit}, the task needs ${pairTokens(instance, task, pool)}`
    }
  }
}
