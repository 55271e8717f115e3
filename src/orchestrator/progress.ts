/** Where a run stands, for people and for other processes: counts, money, rates; nothing that decides anything. */
import type { RunContext, RunCounters } from './run-context.ts'
import type { CloseCause } from './run-event.ts'
import type { RunState } from './run-state.ts'
import type { Tally } from './tally.ts'
import { STATUS_NAMES } from './task-status.ts'

type StatusCounts = { readonly [Name in (typeof STATUS_NAMES)[number]]: number }

export interface Progress {
  readonly runId: string
  readonly outcome: 'open' | 'finished' | 'cancelled'
  readonly tasks: StatusCounts & { readonly total: number }
  readonly pools: readonly {
    readonly id: string
    readonly running: number
    /** Attempts that its agents that are up may have running together. */
    readonly slots: number
    /** Tasks given to the pool: done, running or to do. */
    readonly load: number
    readonly agentsUp: number
    readonly agents: number
  }[]
  readonly spentNano: number
  readonly reservedNano: number
  readonly disputedNano: number
  /** null without a limit. */
  readonly budgetNano: number | null
  /** What the budget of all runs together still has free; null without a limit. */
  readonly sharedFreeNano: number | null
  /** Of the whole run, from its log, and of the process that runs it. */
  readonly counters: Tally & RunCounters
  /** The newest failure, and how many attempts failed like it. */
  readonly trouble?: {
    readonly cause: string
    readonly attempts: number
    readonly pool: string
    /** Every attempt on the pool ended so. */
    readonly always: boolean
  }
  /** The first tasks that ended without a result for a reason of their own. */
  readonly notDone: readonly { readonly task: string; readonly cause: CloseCause; readonly error?: string }[]
  /** Tasks that ended for want of money or of a provider: "resume" tries them again. */
  readonly reopenable: number
  /** Length of the run's log by then. */
  readonly events: number
  readonly at: number
}

/** Pools shown one by one; larger fleets are only summed up by the caller. */
const MAX_POOLS = 64

export function progressOf(context: RunContext): Progress {
  const { runId, state, counters, clock, providers, shared, journal } = context
  return {
    runId,
    ...progressOfState(state, (pool) => providers[pool]!.concurrency),
    sharedFreeNano: finite(Math.max(0, shared.free(journal.uncommitted))),
    counters: { ...state.tally, ...counters },
    at: Math.round(clock.wall()),
  }
}

/** The part that the log tells; `concurrencyOf` a pool's agents. */
export function progressOfState(
  state: RunState,
  concurrencyOf: (pool: number) => number,
): Omit<Progress, 'runId' | 'sharedFreeNano' | 'counters' | 'at'> {
  const { fleet } = state.instance
  const { settled, reserved, limit } = state.runAccount
  const counts = Object.fromEntries(STATUS_NAMES.map((name, status) => [name, state.counts[status]!]))
  const sum = (column: Int32Array | Uint8Array, pool: number): number => {
    let total = 0
    for (let agent = fleet.firstAgent[pool]!; agent < fleet.firstAgent[pool + 1]!; agent++)
      total += column[agent]!
    return total
  }
  const { newest } = state.troubles
  return {
    outcome: state.outcome,
    tasks: { ...(counts as StatusCounts), total: state.status.length },
    pools: fleet.poolIds.slice(0, MAX_POOLS).map((id, pool) => ({
      id,
      running: sum(state.busy, pool),
      slots: sum(state.up, pool) * concurrencyOf(pool),
      load: sum(state.load, pool),
      agentsUp: sum(state.up, pool),
      agents: fleet.replicas[pool]!,
    })),
    spentNano: settled,
    reservedNano: reserved,
    disputedNano: state.ledger.disputed,
    budgetNano: finite(limit),
    ...(newest ? { trouble: { ...newest, pool: fleet.poolIds[newest.pool]! } } : {}),
    notDone: notDoneOf(state),
    reopenable: state.reopenable,
    events: state.events,
  }
}

const MAX_NOT_DONE = 5
/** Closed tasks looked at for those: most may have been skipped. */
const MAX_LOOKED_AT = 1_000

function notDoneOf({ closeCause, troubles, instance }: RunState): Progress['notDone'] {
  const found: Progress['notDone'][number][] = []
  let looked = 0
  for (const [task, cause] of closeCause) {
    if (found.length === MAX_NOT_DONE || ++looked > MAX_LOOKED_AT) break
    if (cause === 'skipped' || cause === 'cancelled' || cause === 'unassigned') continue
    const error = troubles.lastError(task)
    found.push({ task: instance.tasks.ids.get(task), cause, ...(error === undefined ? {} : { error }) })
  }
  return found
}

const finite = (nano: number): number | null => (nano === Infinity ? null : nano)

/** The most the run can spend in all: its own budget, or what it has taken and all runs together have left. */
export function spendable({ budgetNano, sharedFreeNano, spentNano, reservedNano }: Progress): {
  /** null without a limit. */
  readonly nano: number | null
  /** It is the budget of all runs that binds. */
  readonly isShared: boolean
} {
  const shared = sharedFreeNano === null ? Infinity : spentNano + reservedNano + sharedFreeNano
  const own = budgetNano ?? Infinity
  return { nano: finite(Math.min(own, shared)), isShared: shared < own }
}
