/** The orchestrators of a simulation, one after the other: killed, or stopped until another has taken over. */
import type { AgentProvider } from '../../src/agents/provider.ts'
import type { Bus } from '../../src/bus/bus.ts'
import { createOrders } from '../../src/cli/running/orders.ts'
import { createReplan } from '../../src/cli/running/replan.ts'
import { sleep } from '../../src/clock/clock.ts'
import { type Orchestrator, startOrchestrator } from '../../src/orchestrator/orchestrator.ts'
import { loadRun } from '../../src/orchestrator/run-files.ts'
import type { RunState } from '../../src/orchestrator/run-state.ts'
import { taskLimits } from '../../src/orchestrator/task-limits.ts'
import { solve } from '../../src/solve/solve.ts'
import { greedySolver } from '../../src/solvers/greedy/first-come.ts'
import type { Store } from '../../src/store/store.ts'
import { createFreezableClock, type FreezableClock } from './freezable-clock.ts'
import type { Hosts } from './sim-agents.ts'
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
  readonly hosts: Hosts
}

export function startOrchestrators(
  world: World,
  { store, memory, bus, providers, hosts }: Surroundings,
): Orchestrators {
  const { clock, rng, workload } = world
  const gone = new Set<string>()
  const replans = rng.nextInt(3) === 0
  const cancelAt = rng.nextInt(10) === 0 ? rng.nextFloat() * 10_000 : Infinity
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
        providersOf: ({ fleet }, firstPool) => providers.slice(firstPool, fleet.numPools),
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
          if (event.kind === 'fleet') hosts.join()
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
    const orders = createOrders(orchestrator)
    let told = 0
    const tell = (): void => {
      if (ended) return
      for (; clock.now() >= (workload.orders[told]?.at ?? Infinity); told++)
        orders.add(workload.orders[told]!.order, told + 1)
      orders.offer()
      if (clock.now() >= cancelAt) orchestrator.cancel()
      if (workload.orders.length > 0 || cancelAt < Infinity) clock.after(1_000, tell)
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
