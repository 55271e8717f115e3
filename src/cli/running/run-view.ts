/** Shows a run while it runs: a view redrawn in place on a terminal, sparse plain lines in a pipe; on stderr. */
import { pairMoneyUsd } from '../../model/pair.ts'
import { toUsd } from '../../orchestrator/money.ts'
import type { Progress } from '../../orchestrator/progress.ts'
import type { RunSettings } from '../../orchestrator/run-files.ts'
import type { RunState } from '../../orchestrator/run-state.ts'
import { createScreen, type Terminal } from '../screen.ts'
import { type LiveFacts, liveLines } from './live-view.ts'
import { createPace } from './pace.ts'
import { liveText } from './run-text.ts'
import { timeLeftMs } from './time-left.ts'

const PIPE_MS = 2_000
/** Adding up the rest of a larger run would slow it down. */
const MAX_TASKS_COUNTED = 50_000

export interface RunView {
  /** `concurrencyOf` the agents of a pool. */
  update(progress: Progress, state: RunState, concurrencyOf: (pool: number) => number): void
  /** Says that it is being let go. */
  stopping(): void
  /** Takes the view away. */
  done(): void
}

interface Options {
  /** For machine-readable output. */
  readonly silent?: boolean
  readonly terminal?: Terminal & { readonly isTTY?: boolean }
  readonly now?: () => number
}

export function createRunView(
  settings: RunSettings,
  { silent = false, terminal = process.stderr, now = () => performance.now() }: Options,
): RunView {
  if (silent) return { update: () => {}, stopping: () => {}, done: () => {} }
  const onTerminal = terminal.isTTY === true && process.env.TERM !== 'dumb'
  const screen = createScreen(terminal)
  const pace = createPace()
  const began = now()
  let toldAt = began
  let stopping = false
  let latest: LiveFacts | undefined
  const draw = (): void => {
    if (latest) screen.draw(liveLines({ ...latest, stopping }, screen))
  }
  return {
    update(progress, state, concurrencyOf) {
      const at = now()
      const isTold = onTerminal || at - toldAt >= PIPE_MS
      const { tasks } = progress
      pace.note(tasks.done + tasks.failed + tasks.skipped + tasks.cancelled, at)
      latest = {
        progress,
        settings,
        elapsedMs: at - began,
        perSecond: pace.perSecond,
        leftMs: isTold ? timeLeftMs(state, { concurrencyOf, atMs: progress.at }) : undefined,
        expectedUsd: onTerminal ? expectedUsd(state) : undefined,
      }
      if (onTerminal) draw()
      else if (isTold) {
        toldAt = at
        terminal.write(`${liveText(latest)}\n`)
      }
    },
    stopping() {
      stopping = true
      if (onTerminal) draw()
      else terminal.write('stopping: attempts under way are asked what they have used\n')
    },
    done: () => screen.clear(),
  }
}

/** What is spent, and what the rest costs where it is planned now. */
function expectedUsd(state: RunState): number | undefined {
  const { instance, agentOf } = state
  if (agentOf.length > MAX_TASKS_COUNTED) return undefined
  let sum = toUsd(state.runAccount.settled)
  for (let task = 0; task < agentOf.length; task++)
    if (!state.isFinal(task) && agentOf[task]! >= 0)
      sum += pairMoneyUsd(instance, task, instance.fleet.poolOf[agentOf[task]!]!)
  return sum
}
