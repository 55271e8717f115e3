/** Where a run stands, read from the store by a process that does not run it. */
import { leadershipName, progressKey, runStream } from '../../orchestrator/journal.ts'
import { type Progress, progressOfState } from '../../orchestrator/progress.ts'
import { zeroCounters } from '../../orchestrator/run-context.ts'
import { loadRun, type RunSettings, runSettings } from '../../orchestrator/run-files.ts'
import { zeroTally } from '../../orchestrator/tally.ts'
import { taskLimits } from '../../orchestrator/task-limits.ts'
import type { Store } from '../../store/store.ts'
import { isHolderGone } from './home.ts'

export interface RunStatus {
  readonly settings: RunSettings
  readonly progress: Progress
  /** The process that runs it; undefined when nobody does. */
  readonly holder: string | undefined
}

export async function readStatus(store: Store, runId: string): Promise<RunStatus> {
  const settings = await runSettings(store, runId)
  const leader = await store.leader(leadershipName(runId))
  const alive = leader !== undefined && leader.until > Date.now() && !isHolderGone(leader.holder)
  const pair = await store.get(progressKey(runId))
  const progress = pair === undefined ? notBegun(settings) : (JSON.parse(String(pair.value)) as Progress)
  if (alive) return { settings, progress, holder: leader.holder }
  return { settings, progress: await upToDate(store, progress), holder: undefined }
}

/** What a process that died did not come to write down is in the log. */
async function upToDate(store: Store, progress: Progress): Promise<Progress> {
  const { runId, events, counters } = progress
  if ((await store.length(runStream(runId))) === events) return progress
  const { state } = await loadRun(store, runId, { taskLimits })
  return { ...progress, ...progressOfState(state, () => 1), counters: { ...counters, ...state.tally } }
}

function notBegun({ runId, runNano, createdAt }: RunSettings): Progress {
  const none = { waiting: 0, ready: 0, running: 0, checking: 0, done: 0, failed: 0, skipped: 0, cancelled: 0 }
  return {
    runId,
    outcome: 'open',
    tasks: { ...none, total: 0 },
    pools: [],
    spentNano: 0,
    reservedNano: 0,
    disputedNano: 0,
    budgetNano: runNano,
    sharedFreeNano: null,
    counters: { ...zeroTally(), ...zeroCounters() },
    notDone: [],
    reopenable: 0,
    events: 0,
    at: createdAt,
  }
}
