/** Where a run stands, read from the store by a process that does not run it. */
import { leadershipName, progressKey } from '../../orchestrator/journal.ts'
import type { Progress } from '../../orchestrator/progress.ts'
import { zeroCounters } from '../../orchestrator/run-context.ts'
import { type RunSettings, runSettings } from '../../orchestrator/run-files.ts'
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
  return { settings, progress, holder: alive ? leader.holder : undefined }
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
    counters: zeroCounters(),
    at: createdAt,
  }
}
