/** Executes a run of the store in this process, to its end or to an interrupt: what `run` and `resume` share. */
import { randomInt } from 'node:crypto'
import { startAgentHost } from '../../agents/agent-host.ts'
import { runSubjects } from '../../agents/agent-message.ts'
import { runChild } from '../../agents/child-process.ts'
import type { AgentProvider } from '../../agents/provider.ts'
import { createLocalBus } from '../../bus/local-bus.ts'
import { realClock } from '../../clock/real-clock.ts'
import { QaasError } from '../../errors.ts'
import { headDocument, taskDocument } from '../../io/instance-document.ts'
import { createInstance } from '../../model/builder.ts'
import type { TaskDocument } from '../../model/document.ts'
import { agentId, type Instance } from '../../model/instance.ts'
import { createRng } from '../../numeric/rng.ts'
import { type Orchestrator, startOrchestrator } from '../../orchestrator/orchestrator.ts'
import { type Progress, progressOf } from '../../orchestrator/progress.ts'
import { buildProviders, checkAcceptSettings } from '../../orchestrator/providers.ts'
import type { RunEvent } from '../../orchestrator/run-event.ts'
import { type RunSettings, runSettings } from '../../orchestrator/run-files.ts'
import type { RunState } from '../../orchestrator/run-state.ts'
import { setBudget } from '../../orchestrator/set-budget.ts'
import { submitTasks } from '../../orchestrator/submission.ts'
import type { Store } from '../../store/store.ts'
import { listenForInterrupt } from '../interrupt.ts'
import { watchControl } from './control.ts'
import { holderName, isHolderGone } from './home.ts'
import { createReplan } from './replan.ts'

const HEARTBEAT_MS = 5_000
const VIEW_MS = 200

export interface ExecuteOptions {
  readonly onProgress?: (progress: Progress, state: RunState) => void
  readonly onEvent?: (event: RunEvent, state: RunState) => void
  readonly onDispatched?: (latencyMs: number) => void
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
  const bus = createLocalBus(realClock)
  const rng = createRng(settings.seed)
  let providers: readonly AgentProvider[] = []
  const start = performance.now()
  const orchestrator = await startOrchestrator({
    store,
    bus,
    clock: realClock,
    rng: rng.fork(2),
    runId,
    holder: holderName(),
    isGone: isHolderGone,
    providersOf(instance) {
      checkAcceptSettings(instance)
      providers = buildProviders(instance, {
        environment: process.env,
        ...(settings.simulate ? { simulate: settings.simulate } : {}),
      })
      return providers
    },
    replan: createReplan(settings.seed),
    runCheckCommand: checkByCommand,
    ...(options.onEvent ? { onEvent: options.onEvent } : {}),
    ...(options.onDispatched ? { onDispatched: options.onDispatched } : {}),
    ...(options.leadershipMs === undefined ? {} : { leadershipMs: options.leadershipMs }),
  })
  const { context } = orchestrator
  const { fleet } = context.state.instance
  const host = startAgentHost({
    incarnation: randomInt(1, 2 ** 32),
    bus,
    clock: realClock,
    rng: rng.fork(1),
    subjects: runSubjects(runId),
    heartbeatMs: HEARTBEAT_MS,
    agents: [...fleet.poolOf].map((pool, agent) => ({
      agentId: agentId(fleet, agent),
      provider: providers[pool]!,
    })),
  })
  const submissions = createSubmissions(orchestrator)
  const stopControl = watchControl(store, runId, (message) => {
    if (message.kind === 'cancel') orchestrator.cancel()
    else if (message.kind === 'budget') orchestrator.post((now) => setBudget(now, message.limit))
    else submissions.add(message.tasks)
  })
  const show = (): void => {
    submissions.offer()
    options.onProgress?.(progressOf(context), context.state)
  }
  const view = setInterval(show, VIEW_MS)
  let leave: () => void = () => {}
  const left = new Promise<'left'>((resolve) => {
    leave = () => resolve('left')
  })
  const interrupt = listenForInterrupt(() => leave())
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
    host.close()
    for (const provider of providers) await provider.close?.()
  }
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

/** Tasks on their way into the run; offered again until they are in, so that none is lost to a failed commit. */
function createSubmissions(orchestrator: Orchestrator): {
  add(tasks: readonly TaskDocument[]): void
  offer(): void
} {
  const waiting: (readonly TaskDocument[])[] = []
  const offer = (): void => {
    const { state } = orchestrator.context
    const isKnown = ({ id }: TaskDocument): boolean => state.instance.tasks.ids.indexOf(id) >= 0
    while (waiting.length > 0 && waiting[0]!.every(isKnown)) waiting.shift()
    const [next] = waiting
    if (next === undefined) return
    orchestrator.post((context) => {
      const fresh = next.filter((task) => context.state.instance.tasks.ids.indexOf(task.id) < 0)
      if (fresh.length > 0 && waiting[0] === next) submitTasks(context, grow(context.state.instance, fresh))
    })
  }
  return {
    add(tasks) {
      if (tasks.length > 0) waiting.push(tasks)
      offer()
    },
    offer,
  }
}

/** The instance with more tasks behind its own. @throws QaasError `invalid-instance` when they do not fit it */
export function grow(instance: Instance, more: readonly TaskDocument[]): Instance {
  const own = Array.from({ length: instance.tasks.count }, (_, task) => taskDocument(instance, task))
  const known = new Set(own.map(({ id }) => id))
  const twice = more.find(({ id }) => known.has(id))
  if (twice) throw new QaasError('invalid-instance', `the run has a task "${twice.id}" already`)
  return createInstance({ ...headDocument(instance), tasks: [...own, ...more] })
}
