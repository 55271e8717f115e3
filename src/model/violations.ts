/** Every way in which a plan can break an instance's promises, as data; wording for people is beside it. */
import { counted } from './counted.ts'
import { dollars } from './dollars.ts'
import type { Instance } from './instance.ts'
import { agentId } from './instance.ts'
import type { Ineligibility } from './pair.ts'

export type Violation =
  | { readonly kind: 'unassigned'; readonly task: number }
  | { readonly kind: 'assigned-twice'; readonly task: number; readonly agents: readonly number[] }
  | { readonly kind: Ineligibility; readonly task: number; readonly agent: number }
  | { readonly kind: 'capacity-tasks'; readonly agent: number; readonly load: number; readonly limit: number }
  | {
      readonly kind: 'capacity-tokens'
      readonly agent: number
      readonly load: number
      readonly limit: number
    }
  | { readonly kind: 'budget'; readonly spentUsd: number; readonly limitUsd: number }
  | {
      readonly kind: 'pool-budget'
      readonly pool: number
      readonly spentUsd: number
      readonly limitUsd: number
    }
  | { readonly kind: 'dependency'; readonly parent: number; readonly child: number }

export type ViolationKind = Violation['kind']

const REASONS: Record<Ineligibility, string> = {
  capability: 'lacks a capability it needs',
  quality: 'is below its minimum quality',
  latency: 'is slower than its latency limit',
  context: 'cannot hold its tokens',
}

/** One sentence naming the violation with the instance's own names. */
export function describeViolation(instance: Instance, violation: Violation): string {
  const { fleet, tasks } = instance
  const task = (row: number) => `task "${tasks.ids.get(row)}"`
  const agent = (row: number) => `agent "${agentId(fleet, row)}"`
  switch (violation.kind) {
    case 'unassigned':
      return `${task(violation.task)} has no agent`
    case 'assigned-twice':
      return `${task(violation.task)} is given to ${violation.agents.length} agents: ${violation.agents.map((a) => agentId(fleet, a)).join(', ')}`
    case 'capacity-tasks':
      return `${agent(violation.agent)} has ${counted(violation.load, 'task')}, its capacity is ${violation.limit}`
    case 'capacity-tokens':
      return `${agent(violation.agent)} has ${violation.load} tokens, its capacity is ${violation.limit}`
    case 'budget':
      return `the plan spends ${dollars(violation.spentUsd, 12)}, the budget is ${dollars(violation.limitUsd, 12)}`
    case 'pool-budget':
      return `pool "${fleet.poolIds[violation.pool]}" spends ${dollars(violation.spentUsd, 12)}, its budget is ${dollars(violation.limitUsd, 12)}`
    case 'dependency':
      return `${task(violation.child)} is done at a lower quality than ${task(violation.parent)}, on which it depends`
    default:
      return `${agent(violation.agent)} ${REASONS[violation.kind]}: ${task(violation.task)}`
  }
}
