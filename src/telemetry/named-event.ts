/** A run's event with names for people and other programs, as the JSONL event log and the traces show it. */
import { agentId, type Instance } from '../model/instance.ts'
import type { RunEvent } from '../orchestrator/run-event.ts'

/** Task and agent by id, money in dollars, time as ISO text; everything else as it is. */
export function namedEvent(event: RunEvent, instance: Instance): Readonly<Record<string, unknown>> {
  const named: Record<string, unknown> = { at: new Date(event.at).toISOString() }
  for (const [field, value] of Object.entries(event)) {
    if (field === 'at') continue
    if (field === 'task') named.task = instance.tasks.ids.get(value as number)
    else if (field === 'agent')
      named.agent = (value as number) < 0 ? null : agentId(instance.fleet, value as number)
    else if (field === 'retired')
      named.retired = (value as number[]).map((agent) => agentId(instance.fleet, agent))
    else if (field === 'cost' || field === 'hold') named[`${field}Usd`] = (value as number) / 1e9
    else if ((field === 'limit' || field === 'budget') && typeof value === 'number')
      named[`${field}Usd`] = value / 1e9
    else if (field === 'retryAt') {
      if (value !== 0) named.retryAt = new Date(value as number).toISOString()
    } else if (field !== 'reason' || value !== '') named[field] = value
  }
  return named
}
