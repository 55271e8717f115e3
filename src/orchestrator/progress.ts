/** Where a run stands, for people and for other processes: counts, money, rates; nothing that decides anything. */
import type { RunContext, RunCounters } from './run-context.ts'
import { STATUS_NAMES } from './run-state.ts'

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
  readonly counters: RunCounters
  readonly at: number
}

/** Pools shown one by one; larger fleets are only summed up by the caller. */
const MAX_POOLS = 64

export function progressOf(context: RunContext): Progress {
  const { runId, state, counters, clock, providers, shared, journal } = context
  const { fleet } = state.instance
  const { settled, reserved, limit } = state.runAccount
  const counts = Object.fromEntries(STATUS_NAMES.map((name, status) => [name, state.counts[status]!]))
  const sum = (column: Int32Array | Uint8Array, pool: number): number => {
    let total = 0
    for (let agent = fleet.firstAgent[pool]!; agent < fleet.firstAgent[pool + 1]!; agent++)
      total += column[agent]!
    return total
  }
  return {
    runId,
    outcome: state.outcome,
    tasks: { ...(counts as StatusCounts), total: state.status.length },
    pools: fleet.poolIds.slice(0, MAX_POOLS).map((id, pool) => ({
      id,
      running: sum(state.busy, pool),
      slots: sum(state.up, pool) * providers[pool]!.concurrency,
      load: sum(state.load, pool),
      agentsUp: sum(state.up, pool),
      agents: fleet.replicas[pool]!,
    })),
    spentNano: settled,
    reservedNano: reserved,
    disputedNano: state.ledger.disputed,
    budgetNano: limit === Infinity ? null : limit,
    sharedFreeNano: finite(Math.max(0, shared.free(journal.uncommitted))),
    counters: { ...counters },
    at: Math.round(clock.wall()),
  }
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
