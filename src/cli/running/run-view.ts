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

const PIPE_MS = 2_000
/** Adding up the rest of a larger run would slow it down. */
const MAX_TASKS_COUNTED = 50_000

export interface RunView {
  update(progress: Progress, state: RunState): void
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
    update(progress, state) {
      const at = now()
      const { tasks } = progress
      pace.note(tasks.done + tasks.failed + tasks.skipped + tasks.cancelled, at)
      latest = {
        progress,
        settings,
        elapsedMs: at - began,
        perSecond: pace.perSecond,
        expectedUsd: onTerminal ? expectedUsd(state) : undefined,
      }
      if (onTerminal) draw()
      else if (at - toldAt >= PIPE_MS) {
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
