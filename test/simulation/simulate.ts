/**
 * One simulated run under faults, all of it decided by a seed: messages dropped, delayed, duplicated and reordered,
 * agents and orchestrators killed and frozen, clocks jumping, stores failing. A seed that breaks something is a
 * one-line repro: `SEED=n npx vitest run test/simulation`.
 */
import { createFaultyBus } from '../../src/bus/faulty-bus.ts'
import { createLocalBus } from '../../src/bus/local-bus.ts'
import { createVirtualClock } from '../../src/clock/virtual-clock.ts'
import { createRng } from '../../src/numeric/rng.ts'
import { toNano } from '../../src/orchestrator/money.ts'
import { createRun } from '../../src/orchestrator/run-files.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { checkHistory } from './check-history.ts'
import { createFaultyStore } from './faulty-store.ts'
import { billingProvider, startHosts } from './sim-agents.ts'
import { startOrchestrators } from './sim-orchestrators.ts'
import { drawWorkload } from './workload.ts'
import { CONCURRENCY, FAULTS_UNTIL_MS, RUN_ID, type World } from './world.ts'

/** How long a run may take to its end once nothing goes wrong any more. */
const BOUND_MS = 600_000
const BUS_FAULTS = { drop: 0.1, duplicate: 0.1, delay: 0.1, reorder: 0.1, maxDelayMs: 3_000 }
const NO_BUS_FAULTS = { drop: 0, duplicate: 0, delay: 0, reorder: 0, maxDelayMs: 0 }

export interface SimulationResult {
  readonly broken: readonly string[]
  readonly done: number
  readonly tasks: number
  readonly orchestrators: number
  readonly virtualMs: number
}

export async function simulate(seed: number): Promise<SimulationResult> {
  const rng = createRng(seed)
  const clock = createVirtualClock()
  const workload = await drawWorkload(rng.fork(1))
  const faulty = (): boolean => clock.now() < FAULTS_UNTIL_MS
  const world: World = { clock, rng, workload, billedNano: 0, over: false, faulty }
  const { instance } = workload
  const memory = createMemoryStore()
  const acknowledged = new Set<number>()
  const store = createFaultyStore(memory, clock, {
    rng: rng.fork(2),
    faults: () => (faulty() ? { fail: 0.03, maxDelayMs: 5 } : { fail: 0, maxDelayMs: 2 }),
    onWritten: (tasks) => {
      for (const task of tasks) acknowledged.add(task)
    },
  })
  const bus = createFaultyBus(createLocalBus(clock), clock, {
    rng: rng.fork(3),
    faults: () => (faulty() ? BUS_FAULTS : NO_BUS_FAULTS),
  })
  await openRun(world, memory, seed)
  const providers = workload.extended.fleet.poolIds.map((_, pool) => billingProvider(world, pool))
  const hosts = startHosts(world, bus, providers)
  const orchestrators = startOrchestrators(world, { store, memory, bus, providers, hosts })
  jumpNowAndThen(world)
  await clock.run(() => world.over, FAULTS_UNTIL_MS + BOUND_MS)
  const { live, started, toldTasks } = orchestrators
  const broken =
    live === undefined
      ? [`7: not over ${BOUND_MS} ms after the last fault`]
      : await checkHistory({
          store: memory,
          runId: RUN_ID,
          concurrency: CONCURRENCY,
          acknowledged,
          toldTasks,
          billedNano: world.billedNano,
          live,
        })
  return {
    broken,
    done: live?.counts[4] ?? 0,
    tasks: live?.status.length ?? instance.tasks.count,
    orchestrators: started,
    virtualMs: clock.now(),
  }
}

/** Sometimes the budget is tight, sometimes there is none. */
async function openRun({ clock, rng, workload }: World, memory: Store, seed: number): Promise<void> {
  const { instance, agentOf, plannedUsd } = workload
  const budgetUsd = [1, 1.3, 3, 1000][rng.nextInt(4)]! * plannedUsd
  await createRun(memory, {
    settings: {
      runId: RUN_ID,
      name: 'simulation',
      createdAt: clock.wall(),
      instanceHash: '',
      plannedUsd,
      solver: 'greedy',
      seed,
      runNano: toNano(budgetUsd),
      workflowNano: rng.nextInt(3) === 0 ? toNano(budgetUsd / 2) : null,
    },
    instance,
    agentOf,
  })
}

function jumpNowAndThen({ clock, rng, faulty }: World): void {
  const jump = (): void => {
    if (!faulty()) return
    clock.jumpWall((rng.nextFloat() - 0.5) * 7_200_000)
    clock.after(rng.nextFloat() * 5_000, jump)
  }
  clock.after(rng.nextFloat() * 5_000, jump)
}
