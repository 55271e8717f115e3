/** The agents of a simulation: paid by the attempt, on hosts that are killed, started again, or stopped for a while. */
import { type AgentHost, startAgentHost } from '../../src/agents/agent-host.ts'
import { runSubjects } from '../../src/agents/agent-message.ts'
import { Cancellation } from '../../src/agents/cancellation.ts'
import type { AgentProvider } from '../../src/agents/provider.ts'
import { createSimulatedProvider } from '../../src/agents/simulated.ts'
import type { Bus } from '../../src/bus/bus.ts'
import { sleep } from '../../src/clock/clock.ts'
import { agentId, type Instance } from '../../src/model/instance.ts'
import { actualNano, priceNano } from '../../src/orchestrator/money.ts'
import { CONCURRENCY, LEASE_MS, RUN_ID, type World } from './world.ts'

/** A simulated agent that is paid for; now and then it is stopped, hides its price or asks far too much. */
export function billingProvider(world: World, pool: number): AgentProvider {
  const { rng, workload } = world
  const simulated = createSimulatedProvider({
    concurrency: CONCURRENCY,
    latencySpread: 0.7,
    failureRate: [0, 0.05, 0.2][rng.nextInt(3)]!,
    failureReason: rng.nextInt(2) === 0 ? 'server-error' : 'cut-stream',
    drawQuality: true,
    ...(rng.nextInt(4) === 0 ? { attemptsPerMinute: 30 } : {}),
  })
  const { tasks } = workload.instance
  const taskOf = new Map(Array.from({ length: tasks.count }, (_, task) => [tasks.ids.get(task), task]))
  const costOf = (taskId: string, usage: { inputTokens: number; outputTokens: number }): number => {
    const task = taskOf.get(taskId)
    if (task === undefined) return priceNano(workload.extended, pool, usage)
    return actualNano(workload.extended, { task, pool }, usage)
  }
  return {
    ...simulated,
    billing: 'remote',
    async doAttempt(request, context) {
      const stopped = context.rng.nextInt(40) === 0
      if (stopped) {
        context.onBegun?.(() => true)
        const forEver = context.rng.nextInt(3) === 0
        await sleep(context.clock, forEver ? 1e9 : 2 * LEASE_MS + context.rng.nextFloat() * 10_000)
      }
      // One that was stopped has not heard that it was asked to end.
      const cancellation = stopped ? new Cancellation() : context.cancellation
      const reply = await simulated.doAttempt(request, { ...context, cancellation })
      const used = {
        inputTokens: reply.usage!.inputTokens,
        outputTokens: Math.ceil(reply.usage!.outputTokens * context.rng.nextFloat()),
      }
      world.billedNano += costOf(request.taskId, used)
      const output = request.taskId.startsWith('judge of ')
        ? { score: context.rng.nextFloat() }
        : { ...(reply.output as object), attempt: request.attemptId }
      const says = context.rng.nextInt(20)
      if (says < 2) return { output }
      // A bill beyond what was agreed on is no bill.
      return { output, usage: says === 2 ? { ...used, outputTokens: 100_000 } : used }
    },
  }
}

export interface Hosts {
  /** The agents beyond the fleet the run began with come, if they have not yet. */
  join(): void
}

/** The agents on three hosts that are killed and started again, or stopped for longer than a lease. */
export function startHosts(world: World, bus: Bus, providers: readonly AgentProvider[]): Hosts {
  const { instance, extended } = world.workload
  splitAgents(instance, 3).forEach((agents, group) => {
    startHost(world, { bus, providers, agents, group })
  })
  let joined = false
  return {
    join() {
      if (joined) return
      joined = true
      const first = instance.fleet.numAgents
      const agents = Array.from({ length: extended.fleet.numAgents - first }, (_, k) => first + k)
      startHost(world, { bus, providers, agents, group: 3 })
    },
  }
}

interface Hosted {
  readonly bus: Bus
  readonly providers: readonly AgentProvider[]
  readonly agents: readonly number[]
  readonly group: number
}

function startHost(world: World, { bus, providers, agents, group }: Hosted): void {
  const { clock, rng, workload } = world
  const { fleet } = workload.extended
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
        agentId: agentId(fleet, agent),
        provider: providers[fleet.poolOf[agent]!]!,
      })),
    })
  let host = start()
  const harm = (): void => {
    if (!world.faulty()) return
    const downMs = rng.nextFloat() * 3 * LEASE_MS
    const again = (): void => void clock.after(rng.nextFloat() * 5_000, harm)
    if (rng.nextInt(2) === 0) {
      host.kill()
      clock.after(downMs, () => {
        host = start()
        again()
      })
      return
    }
    host.freeze(true)
    clock.after(downMs, () => {
      host.freeze(false)
      again()
    })
  }
  clock.after(rng.nextFloat() * 5_000, harm)
}

function splitAgents(instance: Instance, groups: number): number[][] {
  const split: number[][] = Array.from({ length: groups }, () => [])
  for (let agent = 0; agent < instance.fleet.numAgents; agent++) split[agent % groups]!.push(agent)
  return split
}
