/** Executes a run of the store in this process, to its end or to an interrupt: what `run` and `resume` share. */

import type { OutcomeMessage } from '../../agents/agent-message.ts'
import { runChild } from '../../agents/child-process.ts'
import { createLocalBus } from '../../bus/local-bus.ts'
import { realClock } from '../../clock/real-clock.ts'
import { createRng } from '../../numeric/rng.ts'
import { startOrchestrator } from '../../orchestrator/orchestrator.ts'
import { type Progress, progressOf } from '../../orchestrator/progress.ts'
import { buildProviders, checkAcceptSettings } from '../../orchestrator/providers.ts'
import type { RunEvent } from '../../orchestrator/run-event.ts'
import { type RunSettings, runSettings } from '../../orchestrator/run-files.ts'
import type { RunState } from '../../orchestrator/run-state.ts'
import { sharedAccountOf } from '../../orchestrator/shared-budget.ts'
import type { Store } from '../../store/store.ts'
import { listenForInterrupt } from '../interrupt.ts'
import { countMessages, watchControl } from './control.ts'
import { holderName, isHolderGone } from './home.ts'
import { createHosts } from './hosts.ts'
import { createOrders } from './orders.ts'
import { createReplan } from './replan.ts'

const VIEW_MS = 200

export interface ExecuteOptions {
  readonly onProgress?: (progress: Progress, state: RunState, concurrencyOf: (pool: number) => number) => void
  readonly onEvent?: (event: RunEvent, state: RunState) => void
  readonly onDispatched?: (latencyMs: number) => void
  readonly onOutcome?: (outcome: OutcomeMessage) => void
  /** The user wants it to stop; it is being let go. */
  readonly onInterrupt?: () => void
  /** Stops the run in place of Ctrl-C and SIGTERM, which are left alone then. */
  readonly signal?: AbortSignal
  /** How long the leadership of a process that says nothing lasts; default 15 s. */
  readonly leadershipMs?: number
}

export interface Executed {
  readonly state: RunState
  readonly settings: RunSettings
  readonly progress: Progress
  /** True when the user stopped it before its end; it can be resumed. */
  readonly interrupted: boolean
  readonly elapsedMs: number
}

/** @throws QaasError when another process runs it, or the run had to be left; it can be resumed then */
export async function executeRun(
  store: Store,
  runId: string,
  options: ExecuteOptions = {},
): Promise<Executed> {
  const settings = await runSettings(store, runId)
  const ordersSent = await countMessages(store, runId)
  const bus = createLocalBus(realClock)
  const rng = createRng(settings.seed)
  const start = performance.now()
  const orchestrator = await startOrchestrator({
    store,
    bus,
    clock: realClock,
    rng: rng.fork(2),
    runId,
    holder: holderName(),
    sharedAccount: sharedAccountOf(settings),
    ordersSent,
    isGone: isHolderGone,
    providersOf(instance, firstPool) {
      checkAcceptSettings(instance)
      return buildProviders(instance, {
        environment: process.env,
        firstPool,
        ...(settings.simulate ? { simulate: settings.simulate } : {}),
      })
    },
    replan: createReplan(settings.seed),
    runCheckCommand: checkByCommand,
    ...(options.onEvent ? { onEvent: options.onEvent } : {}),
    ...(options.onDispatched ? { onDispatched: options.onDispatched } : {}),
    ...(options.onOutcome ? { onOutcome: options.onOutcome } : {}),
    ...(options.leadershipMs === undefined ? {} : { leadershipMs: options.leadershipMs }),
  })
  const { context } = orchestrator
  const hosts = createHosts(context, { bus, rng: rng.fork(1), runId })
  hosts.open()
  const orders = createOrders(orchestrator)
  const stopControl = watchControl(store, runId, (message, number) => {
    if (message.kind === 'cancel') orchestrator.cancel()
    else orders.add(message, number)
  })
  const show = (): void => {
    orders.offer()
    hosts.open()
    options.onProgress?.(progressOf(context), context.state, (pool) => context.providers[pool]!.concurrency)
  }
  const view = setInterval(show, VIEW_MS)
  let leave: () => void = () => {}
  const left = new Promise<'left'>((resolve) => {
    leave = () => resolve('left')
  })
  const onInterrupt = (): void => {
    options.onInterrupt?.()
    leave()
  }
  const interrupt = options.signal ? listenTo(options.signal, onInterrupt) : listenForInterrupt(onInterrupt)
  try {
    const ended = await Promise.race([orchestrator.done, left])
    if (ended === 'left') await orchestrator.pause()
    return {
      state: context.state,
      settings,
      progress: progressOf(context),
      interrupted: ended === 'left',
      elapsedMs: performance.now() - start,
    }
  } finally {
    clearInterval(view)
    interrupt.dispose()
    await stopControl()
    hosts.close()
    for (const provider of context.providers) await provider.close?.()
  }
}

function listenTo(signal: AbortSignal, onInterrupt: () => void): { dispose(): void } {
  if (signal.aborted) onInterrupt()
  signal.addEventListener('abort', onInterrupt)
  return { dispose: () => signal.removeEventListener('abort', onInterrupt) }
}

/** The program's verdict on an answer: undefined for accepted, else why not. */
async function checkByCommand(
  command: readonly string[],
  input: string,
  timeoutMs: number,
): Promise<string | undefined> {
  const { code, ended, stderr, stdout } = await runChild({ command, input, timeoutMs, clock: realClock })
  if (ended === 'exit' && code === 0) return undefined
  const said = (stderr.trim() || stdout.trim()).slice(-200)
  return `check "${command[0]}" ${ended === 'exit' ? `ended with ${code}` : ended}${said ? `: ${said}` : ''}`
}
