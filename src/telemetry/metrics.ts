/** Prometheus metrics of a run, counted from its events. */
import type { OutcomeMessage } from '../agents/agent-message.ts'
import type { Progress } from '../orchestrator/progress.ts'
import type { RunEvent } from '../orchestrator/run-event.ts'
import type { RunState } from '../orchestrator/run-state.ts'
import { createSeries } from './series.ts'

export interface Metrics {
  onEvent(event: RunEvent, state: RunState): void
  onOutcome(outcome: OutcomeMessage): void
  onDispatched(latencyMs: number): void
  onCommit(elapsedMs: number): void
  onProgress(progress: Progress): void
  text(): Promise<string>
}

/** Labels are pools and causes, never tasks or single agents: their number must not grow with the fleet.
 * `stateNames` are the task states by number. */
export function createMetrics(stateNames: readonly string[]): Metrics {
  const series = createSeries()
  /** Who is at work on what, and whose bill comes later: by task, judgements by -1 - task, lost ones by name. */
  const open = new Map<number | string, { readonly agent: number; readonly at: number }>()
  let latest: RunState | undefined
  let fenced = 0

  const poolOf = ({ instance: { fleet } }: RunState, agent: number): string =>
    fleet.poolIds[fleet.poolOf[agent]!]!
  const settle = (key: number | string, cost: number, state: RunState): void => {
    const begun = open.get(key)
    open.delete(key)
    if (begun) series.cost.inc({ pool: poolOf(state, begun.agent) }, cost / 1e9)
  }
  const ended = (event: Extract<RunEvent, { kind: 'ended' }>, state: RunState): void => {
    const begun = open.get(event.task)
    if (begun === undefined) return
    const pool = poolOf(state, begun.agent)
    series.attempts.inc({ pool, result: event.cause })
    series.duration.observe({ pool }, Math.max(0, event.at - begun.at) / 1000)
    settle(event.task, event.cost, state)
  }
  const handle = (event: RunEvent, state: RunState): void => {
    switch (event.kind) {
      case 'started':
        open.set(event.task, event)
        break
      case 'judging':
        open.set(-1 - event.task, event)
        break
      case 'ended':
        ended(event, state)
        break
      case 'judged':
        settle(-1 - event.task, event.cost, state)
        break
      case 'lost':
        rename(event.task, `${event.task}.${event.fence}`)
        series.lost.inc()
        break
      case 'billed':
        settle(`${event.task}.${event.fence}`, event.cost, state)
        break
      case 'moved':
        series.moved.inc({ cause: event.cause })
        break
      case 'replanned':
        series.replans.inc()
        break
      default:
    }
  }
  const rename = (from: number, to: string): void => {
    const begun = open.get(from)
    open.delete(from)
    if (begun) open.set(to, begun)
  }
  return {
    onEvent(event, state) {
      latest = state
      handle(event, state)
    },
    onOutcome({ agent, reply, failure }) {
      if (!latest) return
      const pool = poolOf(latest, agent)
      const usage = reply?.usage ?? failure?.usage
      if (usage) series.tokens.inc({ pool, type: 'input' }, usage.inputTokens)
      if (usage) series.tokens.inc({ pool, type: 'output' }, usage.outputTokens)
      if (reply?.firstTokenMs !== undefined) series.firstToken.observe({ pool }, reply.firstTokenMs / 1000)
    },
    onDispatched: (latencyMs) => series.dispatch.observe(latencyMs / 1000),
    onCommit: (elapsedMs) => series.commit.observe(elapsedMs / 1000),
    onProgress({ pools, counters, budgetNano }) {
      for (const { id, running, slots } of pools) {
        series.running.set({ pool: id }, running)
        series.slots.set({ pool: id }, slots)
      }
      if (budgetNano !== null) series.budget.set(budgetNano / 1e9)
      series.fenced.inc(Math.max(0, counters.fenced - fenced))
      fenced = counters.fenced
    },
    async text() {
      stateNames.forEach((state, status) => {
        series.tasks.set({ state }, latest?.counts[status] ?? 0)
      })
      series.reserved.set((latest?.runAccount.reserved ?? 0) / 1e9)
      return series.registry.metrics()
    },
  }
}
