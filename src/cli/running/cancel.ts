/** Ends a run: asks the process that runs it, or does it here when nobody does. */
import { QaasError } from '../../errors.ts'
import type { Store } from '../../store/store.ts'
import { sendControl } from './control.ts'
import { executeRun } from './execute.ts'
import { readStatus } from './status.ts'

const PATIENCE_MS = 15_000
const POLL_MS = 200

/** True when it has ended; false when its process was asked but has not ended in time. */
export async function cancelRun(store: Store, runId: string): Promise<boolean> {
  const { progress, holder } = await readStatus(store, runId)
  if (progress.outcome !== 'open')
    throw new QaasError('not-allowed', `run "${runId}" is over: ${progress.outcome}`, {
      advice: 'Maybe another run was meant; see "qaas runs".',
    })
  await sendControl(store, runId, { kind: 'cancel' })
  if (holder === undefined) {
    // The message just sent ends it in its first turns.
    await executeRun(store, runId)
    return true
  }
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    const now = await readStatus(store, runId)
    if (now.progress.outcome !== 'open') return true
  }
  return false
}
