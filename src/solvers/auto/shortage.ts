/**
 * Early infeasibility: tasks whose pools, all together, have too few slots or tokens for them, found by a maximum flow
 * from kinds of tasks to pools. Each finding is a proof; an empty answer proves nothing.
 */
import { competitions } from '../../model/explain/competition.ts'
import { eligibleGroups } from '../../model/explain/eligible-groups.ts'
import type { Instance } from '../../model/instance.ts'
import { groupDigits } from '../exact/size.ts'

/** Beyond this even grouping the tasks would be felt beside planning them. */
const MOST_TASKS = 200_000

/** What there is too little of, in words; undefined when nothing was found or tasks may be left out. */
export function shortageOf(instance: Instance): string | undefined {
  const { tasks, policy } = instance
  if (policy.unassignedUsd !== Infinity || tasks.count > MOST_TASKS) return undefined
  const groups = eligibleGroups(instance)
  for (const resource of ['slots', 'tokens'] as const) {
    const [found] = competitions(instance, groups, resource)
    if (found)
      return `${groupDigits(found.tasks.length)} tasks need ${groupDigits(found.needed)} ${resource}, the pools that may do them have ${groupDigits(found.available)}`
  }
  return undefined
}
