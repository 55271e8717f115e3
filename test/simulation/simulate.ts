/**
 * One simulated run under faults, all of it decided by a seed: messages dropped, delayed, duplicated and reordered,
 * agents and orchestrators killed and frozen, clocks jumping, stores failing. A seed that breaks something is a
 * one-line repro: `SEED=n npx vitest run test/simulation`.
 */
import { type AgentHost, startAgentHost } from '../../src/agents/agent-host.ts'
import { runSubjects } from '../../src/agents/agent-message.ts'
import type { AgentProvider } from '../../src/agents/provider.ts'
import { createSimulatedProvider } from '../../src/agents/simulated.ts'
import { createFaultyBus } from '../../src/bus/faulty-bus.ts'
import { createLocalBus } from '../../src/bus/local-bus.ts'
import { createVirtualClock, type VirtualClock } from '../../src/clock/virtual-clock.ts'
import { agentId, type Instance } from '../../src/model/instance.ts'
import { createRng, type Rng } from '../../src/numeric/rng.ts'
import { actualNano, toNano } from '../../src/orchestrator/money.ts'
import { type Orchestrator, startOrchestrator } from '../../src/orchestrator/orchestrator.ts'
import { createRun, loadRun } from '../../src/orchestrator/run-files.ts'
import type { RunState } from '../../src/orchestrator/run-state.ts'
import { taskLimits } from '../../src/orchestrator/task-limits.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { checkHistory } from './check-history.ts'
import { createFaultyStore } from './faulty-store.ts'
import { createFreezableClock, type FreezableClock } from './freezable-clock.ts'
import { drawWorkload, type Workload } from './workload.ts'

const RUN_ID = 'sim'
/** Faults happen until then; what is left must end in bounded time without them. */
const FAULTS_UNTIL_MS = 30_000
const BOUND_MS = 3_600_000
const LEASE_MS = 2_000
const CONCURRENCY = 2

export interface SimulationResult {
  readonly broken: readonly string[]
  readonly done: number
  readonly tasks: number
  readonly orchestrators: number
  readonly virtualMs: number
}

interface World {
  readonly clock: VirtualClock
  readonly rng: Rng
  readonly workload: Workload
  billedNano: number
}

export async function simulate(seed: number): Promise<SimulationResult> {
  const rng = createRng(seed)
  const clock = createVirtualClock()
  const workload = await drawWorkload(rng.fork(1))
  const world: World = { clock, rng, workload, billedNano: 0 }
  const { instance, agentOf, plannedUsd } = workload
  const faulty = (): boolean => clock.now() < FAULTS_UNTIL_MS
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
    faults: () =>
      faulty()
        ? { drop: 0.1, duplicate: 0.1, delay: 0.1, maxDelayMs: 3_000 }
        : { drop: 0, duplicate: 0, delay: 0, maxDelayMs: 0 },
  })
  // Sometimes the budget is tight, sometimes there is none.
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
  const providers = instance.fleet.poolIds.map((_, pool) => billing(world, pool))
  startHosts(world, { bus, providers, faulty })

  let orchestrators = 0
  let live: RunState | undefined
  const gone = new Set<string>()
  const launch = async (): Promise<void> => {
    const holder = `o${++orchestrators}`
    const own = createFreezableClock(clock)
    let current: Orchestrator | undefined
    try {
      current = await startOrchestrator({
        store,
        bus,
        clock: own,
        rng: rng.fork(100 + orchestrators),
        runId: RUN_ID,
        holder,
        isGone: (other) => gone.has(other),
        providersOf: () => providers,
        leadershipMs: 3_000,
        maxStoreFailures: 4,
        tuning: { leaseMs: LEASE_MS, fateMs: 4_000, backoffMs: 100, patienceMs: 3_000 },
        breaker: { threshold: 4, openMs: 300, maxOpenMs: 3_000 },
      })
      trouble(current, own, holder)
      live = await current.done
    } catch (error) {
      // The one before may have written its last event and died before it heard so.
      if (/ is over: /.test((error as Error).message))
        live = (await loadRun(memory, RUN_ID, { taskLimits })).state
      if (live !== undefined) return
      clock.after(200 + rng.nextFloat() * 500, () => void relaunch())
    }
  }
  const relaunch = async (): Promise<void> => {
    if (live === undefined) await launch()
  }
  /** While faults last, an orchestrator may be killed, or stopped until another has taken over. */
  const trouble = (orchestrator: Orchestrator, own: FreezableClock, holder: string): void => {
    const kind = rng.nextInt(3)
    if (kind === 0) return
    clock.after(rng.nextFloat() * 5_000, () => {
      if (!faulty() || live !== undefined) return
      if (kind === 1) {
        orchestrator.kill()
        gone.add(holder)
        clock.after(rng.nextFloat() * 1_000, () => void relaunch())
        return
      }
      own.freeze(true)
      clock.after(4_000, () => void relaunch())
      clock.after(6_000 + rng.nextFloat() * 4_000, () => own.freeze(false))
    })
  }
  const jump = (): void => {
    if (!faulty()) return
    clock.jumpWall((rng.nextFloat() - 0.5) * 7_200_000)
    clock.after(rng.nextFloat() * 5_000, jump)
  }
  clock.after(rng.nextFloat() * 5_000, jump)
  void launch()
  await clock.run(() => live !== undefined, FAULTS_UNTIL_MS + BOUND_MS)
  const { tasks } = instance
  if (live === undefined)
    return {
      broken: [`7: not over ${BOUND_MS} ms after the last fault`],
      done: 0,
      tasks: tasks.count,
      orchestrators,
      virtualMs: clock.now(),
    }
  const broken = await checkHistory({
    store: memory,
    runId: RUN_ID,
    concurrency: CONCURRENCY,
    acknowledged,
    billedNano: world.billedNano,
    live,
  })
  return { broken, done: live.counts[4]!, tasks: tasks.count, orchestrators, virtualMs: clock.now() }
}

/** A simulated agent that is paid for: what each attempt is billed is written down where nobody else looks. */
function billing(world: World, pool: number): AgentProvider {
  const { rng, workload } = world
  const simulated = createSimulatedProvider({
    concurrency: CONCURRENCY,
    latencySpread: 0.7,
    failureRate: [0, 0.05, 0.2][rng.nextInt(3)]!,
    failureReason: rng.nextInt(2) === 0 ? 'server-error' : 'cut-stream',
    drawQuality: true,
    ...(rng.nextInt(4) === 0 ? { attemptsPerMinute: 30 } : {}),
  })
  const { ids } = workload.instance.tasks
  return {
    ...simulated,
    billing: 'remote',
    async doAttempt(request, context) {
      const reply = await simulated.doAttempt(request, context)
      const used = {
        inputTokens: reply.usage!.inputTokens,
        outputTokens: Math.ceil(reply.usage!.outputTokens * context.rng.nextFloat()),
      }
      world.billedNano += actualNano(workload.instance, { task: ids.indexOf(request.taskId), pool }, used)
      // Now and then the provider does not say what it will bill.
      return context.rng.nextInt(10) === 0 ? { output: reply.output } : { ...reply, usage: used }
    },
  }
}

interface HostOptions {
  readonly bus: Parameters<typeof startAgentHost>[0]['bus']
  readonly providers: readonly AgentProvider[]
  readonly faulty: () => boolean
}

/** The agents on three hosts that are killed and started again, or stopped for longer than a lease. */
function startHosts(world: World, { bus, providers, faulty }: HostOptions): void {
  const { clock, rng, workload } = world
  const groups = splitAgents(workload.instance, 3)
  groups.forEach((agents, group) => {
    let lives = 0
    const start = (): AgentHost =>
      startAgentHost({
        incarnation: ++lives,
        bus,
        clock,
        rng: rng.fork(200 + group),
        subjects: runSubjects(RUN_ID),
        heartbeatMs: LEASE_MS / 4,
        agents: agents.map((agent) => ({
          agentId: agentId(workload.instance.fleet, agent),
          provider: providers[workload.instance.fleet.poolOf[agent]!]!,
        })),
      })
    let host = start()
    const harm = (): void => {
      if (!faulty()) return
      const downMs = rng.nextFloat() * 3 * LEASE_MS
      if (rng.nextInt(2) === 0) {
        host.kill()
        clock.after(downMs, () => {
          host = start()
          clock.after(rng.nextFloat() * 5_000, harm)
        })
        return
      }
      host.freeze(true)
      clock.after(downMs, () => {
        host.freeze(false)
        clock.after(rng.nextFloat() * 5_000, harm)
      })
    }
    clock.after(rng.nextFloat() * 5_000, harm)
  })
}

function splitAgents(instance: Instance, groups: number): number[][] {
  const split: number[][] = Array.from({ length: groups }, () => [])
  for (let agent = 0; agent < instance.fleet.numAgents; agent++) split[agent % groups]!.push(agent)
  return split
}
