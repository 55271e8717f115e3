/** The shift report of a run from its log: planned against actual, by pool, and every attempt for the Gantt chart. */
import { counted } from '../../model/counted.ts'
import type { Instance } from '../../model/instance.ts'
import { causeOf } from '../../orchestrator/close-cause.ts'
import { toUsd } from '../../orchestrator/money.ts'
import type { CloseCause, RunEvent } from '../../orchestrator/run-event.ts'
import { type LoadedRun, loadRun } from '../../orchestrator/run-files.ts'
import type { RunState } from '../../orchestrator/run-state.ts'
import { taskLimits } from '../../orchestrator/task-limits.ts'
import { DONE, STATUS_NAMES } from '../../orchestrator/task-status.ts'
import type { Store } from '../../store/store.ts'

export interface AttemptSpan {
  readonly task: number
  readonly agent: number
  readonly from: number
  readonly to: number
  /** What it was charged when it ended, in nano-dollars; a lost one's bill comes later. */
  readonly cost: number
  readonly result: 'accepted' | 'rejected' | 'failed' | 'returned' | 'lost'
}

export interface PoolReport {
  readonly id: string
  readonly planned: number
  readonly done: number
  readonly attempts: number
  readonly failed: number
  readonly spentUsd: number
  /** Share of the makespan that its agents were at work, on average. */
  readonly busyShare: number
}

export interface RunReport {
  readonly runId: string
  readonly name: string
  readonly verdict: string
  /** On simulated agents: the money was never paid. */
  readonly simulated: boolean
  /** `open` when it was stopped and can be resumed. */
  readonly outcome: RunState['outcome']
  /** Tasks that the plan gives to somebody. */
  readonly planned: { readonly tasks: number; readonly moneyUsd: number; readonly solver: string }
  readonly actual: {
    readonly done: number
    readonly spentUsd: number
    /** Money of attempts that gave no accepted answer. */
    readonly retriedUsd: number
    readonly disputedUsd: number
    readonly attempts: number
    /** Ended without an answer: by an error, in silence, or with the process that ran them. */
    readonly failed: number
    /** Given back without blame: the provider asked to wait, or they were cancelled. */
    readonly returned: number
    readonly moved: number
    readonly makespanMs: number
  }
  readonly pools: readonly PoolReport[]
  readonly unfinished: readonly { readonly id: string; readonly cause: string; readonly error?: string }[]
  /** Pools all of whose attempts failed with one and the same error, each a sentence. */
  readonly alike: readonly string[]
  /** What to do about tasks that were left for a reason that can be taken away. */
  readonly advice: readonly string[]
  readonly unfinishedTotal: number
  readonly spans: readonly AttemptSpan[]
  readonly instance: Instance
}

interface PoolSums {
  attempts: number
  failed: number
  spentNano: number
}

interface Sums {
  readonly pools: PoolSums[]
  readonly open: Map<number, { agent: number; at: number; fence: number }>
  /** Agent of attempts whose bill comes later, by task and fence. */
  readonly later: Map<string, number>
  readonly spans: AttemptSpan[]
  /** Where the attempt stands among them whose answer is being checked. */
  readonly checking: Map<number, number>
  retriedNano: number
  moved: number
}

const MAX_UNFINISHED_SHOWN = 20

export async function runReport(store: Store, runId: string, showAll = false): Promise<RunReport> {
  const sums: Sums = {
    pools: [],
    open: new Map(),
    later: new Map(),
    spans: [],
    checking: new Map(),
    retriedNano: 0,
    moved: 0,
  }
  const run = await loadRun(store, runId, { taskLimits, onEvent: (event, state) => take(sums, event, state) })
  return summarise(run, sums, showAll)
}

function take(sums: Sums, event: RunEvent, { instance }: RunState): void {
  const { poolOf } = instance.fleet
  const pool = (agent: number): PoolSums =>
    (sums.pools[poolOf[agent]!] ??= { attempts: 0, failed: 0, spentNano: 0 })
  switch (event.kind) {
    case 'started':
      pool(event.agent).attempts += 1
      sums.open.set(event.task, event)
      return
    case 'ended':
    case 'lost': {
      const begun = sums.open.get(event.task)!
      const result = event.kind === 'lost' ? 'lost' : event.cause === 'unchecked' ? 'accepted' : event.cause
      sums.open.delete(event.task)
      if (event.kind === 'ended' && event.cause === 'unchecked')
        sums.checking.set(event.task, sums.spans.length)
      sums.spans.push({
        task: event.task,
        agent: begun.agent,
        from: begun.at,
        // The clock may have been set back meanwhile.
        to: Math.max(begun.at, event.at),
        cost: event.kind === 'ended' ? event.cost : 0,
        result,
      })
      const own = pool(begun.agent)
      if (result === 'failed' || result === 'lost') own.failed += 1
      if (event.kind === 'lost') sums.later.set(`${event.task}.${event.fence}`, begun.agent)
      else {
        own.spentNano += event.cost
        if (result !== 'accepted') sums.retriedNano += event.cost
      }
      return
    }
    case 'checked': {
      const at = sums.checking.get(event.task)
      if (!event.accepted && at !== undefined) sums.spans[at] = { ...sums.spans[at]!, result: 'rejected' }
      return
    }
    case 'billed':
      pool(sums.later.get(`${event.task}.${event.fence}`)!).spentNano += event.cost
      sums.retriedNano += event.cost
      return
    case 'judging':
      sums.later.set(`judge.${event.task}.${event.fence}`, event.agent)
      return
    case 'judged':
      pool(sums.later.get(`judge.${event.task}.${event.fence}`)!).spentNano += event.cost
      return
    case 'moved':
      sums.moved += 1
      return
    default:
  }
}

function summarise({ state, settings, planned }: LoadedRun, sums: Sums, showAll: boolean): RunReport {
  const { instance } = state
  const { fleet, tasks } = instance
  const done = state.counts[DONE]!
  const makespanMs = makespan(sums.spans)
  const busyMs = busyOfPools(sums.spans, fleet)
  const unfinished: RunReport['unfinished'][number][] = []
  let unfinishedTotal = 0
  const doneByPool = new Int32Array(fleet.numPools)
  for (let task = 0; task < state.status.length; task++) {
    if (state.status[task] === DONE) doneByPool[fleet.poolOf[state.agentOf[task]!]!]! += 1
    else if ((unfinishedTotal += 1) <= MAX_UNFINISHED_SHOWN || showAll)
      unfinished.push({
        id: tasks.ids.get(task),
        cause: causeOf(state, task) ?? STATUS_NAMES[state.status[task]!]!,
        ...lastErrorOf(state, task),
      })
  }
  const plannedByPool = new Int32Array(fleet.numPools)
  for (const agent of planned) if (agent >= 0) plannedByPool[fleet.poolOf[agent]!]! += 1
  return {
    runId: settings.runId,
    name: settings.name,
    simulated: settings.simulate !== undefined,
    verdict: verdictOf(state, done),
    outcome: state.outcome,
    planned: {
      tasks: planned.filter((agent) => agent >= 0).length,
      moneyUsd: settings.plannedUsd,
      solver: settings.solver,
    },
    actual: {
      done,
      spentUsd: toUsd(state.runAccount.settled),
      retriedUsd: toUsd(sums.retriedNano),
      disputedUsd: toUsd(state.ledger.disputed),
      attempts: state.tally.attempts,
      failed: state.tally.failures,
      returned: state.tally.returned,
      moved: sums.moved,
      makespanMs,
    },
    pools: fleet.poolIds.map((id, pool): PoolReport => {
      const own = sums.pools[pool] ?? { attempts: 0, failed: 0, spentNano: 0 }
      return {
        id,
        planned: plannedByPool[pool]!,
        done: doneByPool[pool]!,
        attempts: own.attempts,
        failed: own.failed,
        spentUsd: toUsd(own.spentNano),
        busyShare: makespanMs > 0 ? busyMs[pool]! / (makespanMs * fleet.replicas[pool]!) : 0,
      }
    }),
    unfinished,
    unfinishedTotal,
    alike: alikeText(state),
    advice: adviceText(state, settings.runId),
    spans: sums.spans,
    instance,
  }
}

/** Time in which each agent had anything to do, summed by pool: attempts beside each other count once. */
function busyOfPools(
  spans: readonly AttemptSpan[],
  { numPools, numAgents, poolOf }: Instance['fleet'],
): Float64Array {
  const busyMs = new Float64Array(numPools)
  const until = new Float64Array(numAgents).fill(Number.NEGATIVE_INFINITY)
  for (const { agent, from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    busyMs[poolOf[agent]!]! += Math.max(0, to - Math.max(from, until[agent]!))
    until[agent] = Math.max(until[agent]!, to)
  }
  return busyMs
}

function makespan(spans: readonly AttemptSpan[]): number {
  let from = Infinity
  let to = -Infinity
  for (const span of spans) {
    from = Math.min(from, span.from)
    to = Math.max(to, span.to)
  }
  return spans.length === 0 ? 0 : to - from
}

function verdictOf({ outcome, status }: RunState, done: number): string {
  const ofTasks = `${done} of ${counted(status.length, 'task')}`
  if (outcome === 'open') return `stopped with ${ofTasks} done; "qaas resume" goes on`
  if (outcome === 'cancelled') return `cancelled with ${ofTasks} done`
  return done === status.length ? 'all tasks done' : `${ofTasks} done`
}

function lastErrorOf({ troubles }: RunState, task: number): { readonly error?: string } {
  const error = troubles.lastError(task)
  return error === undefined ? {} : { error }
}

function alikeText({ troubles, instance }: RunState): string[] {
  return troubles.alwaysAlike.map(
    ({ pool, cause, attempts }) =>
      `all ${counted(attempts, 'attempt')} on ${instance.fleet.poolIds[pool]} failed alike: ${cause}`,
  )
}

function adviceText(state: RunState, runId: string): string[] {
  if (state.outcome !== 'finished') return []
  const left = (wanted: CloseCause): number =>
    [...state.closeCause.values()].filter((cause) => cause === wanted).length
  const [unpaid, down] = [left('unaffordable'), left('provider-down')]
  const again = `"qaas resume ${runId}" then tries again and keeps what is done`
  return [
    ...(unpaid > 0
      ? [
          `${counted(unpaid, 'task')} could not be paid for: raise "qaas budget USD --run ${runId}" or, for all runs, "qaas budget USD"; ${again}`,
        ]
      : []),
    ...(down > 0
      ? [`${counted(down, 'task')} had no provider that answers: once it does, ${again.replace(' then', '')}`]
      : []),
  ]
}
