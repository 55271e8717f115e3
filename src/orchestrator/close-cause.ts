/** Why a task has no result, in words; for a skipped one, which task above it is to blame. */
import type { RunState } from './run-state.ts'

/** Undefined for a task that has not been closed. */
export function causeOf({ closeCause, instance }: RunState, task: number): string | undefined {
  const cause = closeCause.get(task)
  if (cause !== 'skipped') return cause
  const { parentStart, parents } = instance.dependencies
  for (let above = task; ; ) {
    const row = parents.subarray(parentStart[above]!, parentStart[above + 1]!)
    const blamed = row.find((parent) => closeCause.has(parent))
    if (blamed === undefined) return cause
    const why = closeCause.get(blamed)!
    if (why !== 'skipped') return `skipped: "${instance.tasks.ids.get(blamed)}" is ${WORDS[why] ?? why}`
    above = blamed
  }
}

const WORDS: Readonly<Record<string, string>> = {
  unassigned: 'left out by the plan',
  'no-agent': 'without an agent',
  'provider-down': 'without a provider that answers',
}
