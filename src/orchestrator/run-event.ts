/**
 * Everything that can happen to a run. The log of these events is the run: state is its fold, so replaying the log
 * gives the same state. Tasks and agents are numbers of the run's instance; times are wall-clock milliseconds.
 */

/** Why an attempt's end leaves its task where it is. */
export type EndCause =
  /** The answer was accepted: the task is done. */
  | 'accepted'
  /** An answer is there, its check takes longer. */
  | 'unchecked'
  | 'rejected'
  | 'failed'
  /** Given back without a word about the task or its agent: cancelled, or the provider asks to wait. */
  | 'returned'

/** Why a task ends without a result. */
export type CloseCause =
  | 'quarantined'
  | 'rejected'
  | 'unaffordable'
  | 'no-agent'
  /** Its provider answered nobody for long, and no other may do it. */
  | 'provider-down'
  | 'unassigned'
  | 'skipped'
  | 'cancelled'

/** Causes that another day may take away. */
export const REOPENABLE: ReadonlySet<CloseCause> = new Set(['unaffordable', 'provider-down'])

export type MoveCause = 'fallback' | 'cascade' | 'dependency' | 'agent-down' | 'capacity' | 'replan'

export type RunEvent =
  | { readonly kind: 'opened'; readonly tasks: number; readonly budget: number | null; readonly at: number }
  /** A new orchestrator has taken over under this term. */
  | { readonly kind: 'resumed'; readonly term: number; readonly at: number }
  | {
      readonly kind: 'started'
      readonly task: number
      readonly fence: number
      readonly agent: number
      readonly hold: number
      readonly at: number
    }
  | {
      readonly kind: 'ended'
      readonly task: number
      readonly fence: number
      readonly cause: EndCause
      readonly cost: number
      /** The failure's or rejection's reason; empty otherwise. */
      readonly reason: string
      /** Not to be tried again before; 0 for at once. */
      readonly retryAt: number
      readonly at: number
      /** What the provider said, in words, when it failed. */
      readonly detail?: string
    }
  /** The lease ran out or the agent's process is gone; the hold stays until the bill is known. */
  | {
      readonly kind: 'lost'
      readonly task: number
      readonly fence: number
      /** Whether it counts as a failure of the task on this agent. */
      readonly blame: boolean
      readonly at: number
    }
  | {
      readonly kind: 'billed'
      readonly task: number
      readonly fence: number
      readonly cost: number
      readonly at: number
    }
  | {
      readonly kind: 'judging'
      readonly task: number
      readonly fence: number
      readonly agent: number
      readonly hold: number
      readonly at: number
    }
  | {
      readonly kind: 'judged'
      readonly task: number
      readonly fence: number
      readonly cost: number
      readonly at: number
    }
  /** The verdict on an unchecked answer. */
  | {
      readonly kind: 'checked'
      readonly task: number
      readonly fence: number
      readonly accepted: boolean
      readonly reason: string
      readonly at: number
    }
  /** `agent` is -1 when the task has to leave its agent and nobody else can take it now. */
  | {
      readonly kind: 'moved'
      readonly task: number
      readonly agent: number
      readonly cause: MoveCause
      readonly at: number
    }
  | { readonly kind: 'closed'; readonly task: number; readonly cause: CloseCause; readonly at: number }
  /** A task of an ended run is to be done after all; the run is open again. */
  | { readonly kind: 'reopened'; readonly task: number; readonly at: number }
  | {
      readonly kind: 'agent'
      readonly agent: number
      readonly up: boolean
      readonly reason: string
      readonly at: number
    }
  | {
      readonly kind: 'replanned'
      readonly reason: string
      readonly solver: string
      readonly moved: number
      readonly savedUsd: number
      readonly at: number
    }
  /** The instance has grown to `tasks` tasks; the new one is stored as `version`. */
  | {
      readonly kind: 'submitted'
      readonly tasks: number
      readonly version: number
      readonly order: number
      readonly at: number
    }
  /** The fleet has changed; the instance with it is stored as `version`, and `retired` agents get nothing more. */
  | {
      readonly kind: 'fleet'
      readonly agents: number
      readonly retired: readonly number[]
      readonly version: number
      readonly order: number
      readonly at: number
    }
  | { readonly kind: 'budget'; readonly limit: number | null; readonly order: number; readonly at: number }
  /** An order from outside could not be carried out. */
  | { readonly kind: 'refused'; readonly reason: string; readonly order: number; readonly at: number }
  | {
      readonly kind: 'finished'
      readonly status: 'finished' | 'cancelled'
      readonly at: number
    }

type Kind = RunEvent['kind']

/** The fields of each kind in the order in which they are stored. */
const FIELDS: { readonly [K in Kind]: readonly Exclude<keyof Extract<RunEvent, { kind: K }>, 'kind'>[] } = {
  opened: ['tasks', 'budget', 'at'],
  resumed: ['term', 'at'],
  started: ['task', 'fence', 'agent', 'hold', 'at'],
  ended: ['task', 'fence', 'cause', 'cost', 'reason', 'retryAt', 'at', 'detail'],
  lost: ['task', 'fence', 'blame', 'at'],
  billed: ['task', 'fence', 'cost', 'at'],
  judging: ['task', 'fence', 'agent', 'hold', 'at'],
  judged: ['task', 'fence', 'cost', 'at'],
  checked: ['task', 'fence', 'accepted', 'reason', 'at'],
  moved: ['task', 'agent', 'cause', 'at'],
  closed: ['task', 'cause', 'at'],
  reopened: ['task', 'at'],
  agent: ['agent', 'up', 'reason', 'at'],
  replanned: ['reason', 'solver', 'moved', 'savedUsd', 'at'],
  submitted: ['tasks', 'version', 'order', 'at'],
  fleet: ['agents', 'retired', 'version', 'order', 'at'],
  budget: ['limit', 'order', 'at'],
  refused: ['reason', 'order', 'at'],
  finished: ['status', 'at'],
}

/** One JSON array: the kind, then its fields in order. */
export function encodeEvent(event: RunEvent): string {
  const fields = FIELDS[event.kind] as readonly string[]
  let text = `["${event.kind}"`
  for (const field of fields) {
    const value = (event as unknown as Record<string, unknown>)[field]
    // Only the last field may be left out.
    if (value === undefined) break
    text += typeof value === 'number' ? `,${value}` : `,${JSON.stringify(value)}`
  }
  return `${text}]`
}

export function decodeEvent(text: string): RunEvent {
  const [kind, ...values] = JSON.parse(text) as [Kind, ...unknown[]]
  const event: Record<string, unknown> = { kind }
  FIELDS[kind].forEach((field, at) => {
    if (at < values.length) event[field] = values[at]
  })
  return event as unknown as RunEvent
}
