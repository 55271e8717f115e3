/** The orchestrators of a simulation, one after the other: killed, or stopped until another has taken over. */
import type { AgentProvider } from '../../src/agents/provider.ts'
import type { Bus } from '../../src/bus/bus.ts'
import { grow } from '../../src/cli/running/orders.ts'
import { createReplan } from '../../src/cli/running/replan.ts'
import { sleep } from '../../src/clock/clock.ts'
import { type Orchestrator, startOrchestrator } from '../../src/orchestrator/orchestrator.ts'
import { loadRun } from '../../src/orchestrator/run-files.ts'
import type { RunState } from '../../src/orchestrator/run-state.ts'
import { submitTasks } from '../../src/orchestrator/submission.ts'
import { taskLimits } from '../../src/orchestrator/task-limits.ts'
import { solve } from '../../src/solve/solve.ts'
import { greedySolver } from '../../src/solvers/greedy/first-come.ts'
import type { Store } from '../../src/store/store.ts'
import { createFreezableClock, type FreezableClock } from './freezable-clock.ts'
import { LEASE_MS, RUN_ID, type World } from './world.ts'

export interface Orchestrators {
  /** How many were tried. */
  readonly started: number
  /** The state the last one ended with; undefined while the run goes on. */
  readonly live: RunState | undefined
  /** Tasks of the run that a commit made known to others. */
  readonly toldTasks: number
}

interface Surroundings {
  readonly store: Store
  /** The store without its faults. */
  readonly memory: Store
  readonly bus: Bus
  readonly providers: readonly AgentProvider[]
}

export function startOrchestrators(
  world: World,
  { store, memory, bus, providers }: Surroundings,
): Orchestrators {
  const { clock, rng, workload } = world
  const gone = new Set<string>()
  const replans = rng.nextInt(3) === 0
  const cancelAt = rng.nextInt(10) === 0 ? rng.nextFloat() * 10_000 : Infinity
  const submitAt = rng.nextFloat() * 5_000
  let started = 0
  let live: RunState | undefined
  let toldTasks = 0
  let launchDue = false

  /** One is due at a time; the others would only find that it leads. */
  const launchIn = (delayMs: number): void => {
    if (launchDue) return
    launchDue = true
    clock.after(delayMs, () => {
      launchDue = false
      void launch()
    })
  }
  const launch = async (): Promise<void> => {
    if (live !== undefined) return
    const holder = `o${++started}`
    const own = createFreezableClock(clock)
    try {
      const orchestrator = await startOrchestrator({
        store,
        bus,
        clock: own,
        rng: rng.fork(100 + started),
        runId: RUN_ID,
        holder,
        isGone: (other) => gone.has(other),
        providersOf: () => providers,
        leadershipMs: 3_000,
        maxStoreFailures: 4,
        tuning: { leaseMs: LEASE_MS, fateMs: 4_000, backoffMs: 100, patienceMs: 3_000 },
        breaker: { threshold: 4, openMs: 300, maxOpenMs: 3_000 },
        async runCheckCommand() {
          await sleep(own, rng.nextFloat() * 500)
          return rng.nextInt(4) === 0 ? 'the program says no' : undefined
        },
        onEvent(event, { instance }) {
          if (event.kind === 'submitted') toldTasks = instance.tasks.count
        },
        ...(replans ? { replan: createReplan(1, (residual) => solve(residual, greedySolver())) } : {}),
      })
      instruct(orchestrator)
      harm(orchestrator, own, holder)
      live = await orchestrator.done
    } catch (error) {
      // The one before may have written its last event and died before it heard so.
      if (/ is over: /.test((error as Error).message))
        live = (await loadRun(memory, RUN_ID, { taskLimits })).state
      else launchIn(200 + rng.nextFloat() * 500)
    }
    world.over = live !== undefined
  }

  /** What its users want of the run is told to every orchestrator until it is so, as the control stream does. */
  const instruct = (orchestrator: Orchestrator): void => {
    let ended = false
    const end = (): void => {
      ended = true
    }
    orchestrator.done.then(end, end)
    const tell = (): void => {
      if (ended) return
      if (clock.now() >= cancelAt) orchestrator.cancel()
      else if (clock.now() >= submitAt)
        orchestrator.post((context) => {
          const { ids } = context.state.instance.tasks
          const fresh = workload.late.filter(({ id }) => ids.indexOf(id) < 0)
          if (fresh.length > 0 && context.state.outcome === 'open')
            submitTasks(context, grow(context.state.instance, fresh), context.state.orders + 1)
        })
      if (workload.late.length > 0 || cancelAt < Infinity) clock.after(1_000, tell)
    }
    tell()
  }

  const harm = (orchestrator: Orchestrator, own: FreezableClock, holder: string): void => {
    const kind = rng.nextInt(3)
    if (kind === 0) return
    clock.after(rng.nextFloat() * 5_000, () => {
      if (!world.faulty() || live !== undefined) return
      if (kind === 1) {
        orchestrator.kill()
        gone.add(holder)
        launchIn(rng.nextFloat() * 1_000)
        return
      }
      own.freeze(true)
      launchIn(4_000)
      clock.after(6_000 + rng.nextFloat() * 4_000, () => own.freeze(false))
    })
  }

  void launch()
  return {
    get started() {
      return started
    },
    get live() {
      return live
    },
    get toldTasks() {
      return toldTasks
    },
  }
}
