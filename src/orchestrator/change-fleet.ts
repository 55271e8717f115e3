/**
 * Changes the fleet of a live run: other capacities, prices and budgets, further agents, agents that leave. Numbers of
 * pools and agents never change; agents that leave are retired: they end what they do and get nothing more.
 */
import type { AgentProvider } from '../agents/provider.ts'
import { QaasError } from '../errors.ts'
import { agentId, type Fleet, type Instance } from '../model/instance.ts'
import { pairTokens } from '../model/pair.ts'
import { Breaker } from './breaker.ts'
import { nextAgent } from './fallback.ts'
import { standDown, standUp } from './outcomes.ts'
import { missAbsent } from './presence.ts'
import { checkAcceptSettings } from './providers.ts'
import { ReadyQueue } from './ready-queue.ts'
import { type RunContext, stamp } from './run-context.ts'
import { instancePut } from './run-files.ts'
import { READY } from './task-status.ts'

export interface FleetChange {
  /** The run's tasks with the new fleet: the old pools in their order, then further ones. */
  readonly instance: Instance
  /** Numbers of all agents that shall not work (any more), in the new fleet. */
  readonly retired: readonly number[]
}

/** @throws QaasError `invalid-instance` when the pools of the run are not the first of the new fleet */
export function changeFleet(context: RunContext, { instance, retired }: FleetChange, order: number): void {
  const { state, journal, runId } = context
  checkPools(state.instance.fleet, instance.fleet)
  checkAcceptSettings(instance)
  const providers = context.providersOf(instance, context.providers.length)
  const before = state.retired.slice()
  const version = state.events
  state.grow(instance)
  journal.put(instancePut(runId, version, instance).key, instancePut(runId, version, instance).value)
  const agents = instance.fleet.numAgents
  journal.record({ kind: 'fleet', agents, retired, version, order, at: stamp(context) })
  extend(context, providers)
  for (const agent of retired) if (before[agent] !== 1) standDown(context, agent, 'removed')
  for (let agent = 0; agent < before.length; agent++)
    if (before[agent] === 1 && state.retired[agent] === 0) standUp(context, agent, 'added')
  relieve(context)
  for (const task of context.stuck) state.newlyReady.push(task)
  context.clock.after(context.tuning.patienceMs, () => context.post(() => missAbsent(context)))
  context.replanning.request('the fleet was changed')
}

function checkPools(old: Fleet, now: Fleet): void {
  old.poolIds.forEach((id, pool) => {
    if (now.poolIds[pool] === id && now.replicas[pool] === old.replicas[pool]) return
    throw new QaasError('invalid-instance', `the new fleet has other agents in the place of "${id}"`, {
      advice: 'Maybe two changes came at the same time; try again.',
    })
  })
}

/** Gives the pools and agents at the end of the fleet what every pool and agent has here. */
function extend(context: RunContext, providers: readonly AgentProvider[]): void {
  const { fleet } = context.state.instance
  context.providers.push(...providers)
  for (let pool = context.breakers.length; pool < fleet.numPools; pool++) {
    context.breakers.push(new Breaker(context.breakerOptions))
    context.parked.set(pool, new Set())
  }
  for (let agent = context.agentIds.length; agent < fleet.numAgents; agent++)
    context.agentIds.push(agentId(fleet, agent))
  while (context.queues.length < fleet.numAgents) context.queues.push(new ReadyQueue())
}

/** Takes tasks that have not begun from agents that now have more than they may, the last first. */
function relieve(context: RunContext): void {
  const { state } = context
  const { fleet } = state.instance
  for (let task = state.status.length - 1; task >= 0; task--) {
    const agent = state.agentOf[task]!
    if (agent < 0 || state.status[task]! > READY) continue
    const pool = fleet.poolOf[agent]!
    const overfull =
      state.load[agent]! > fleet.capacityTasks[pool]! ||
      (state.loadTokens[agent]! > fleet.capacityTokens[pool]! && pairTokens(state.instance, task, pool) > 0)
    if (!overfull) continue
    const other = nextAgent(state, task, (candidate) => context.breakers[candidate]!.failedTrials === 0)
    context.journal.record({ kind: 'moved', task, agent: other, cause: 'capacity', at: stamp(context) })
  }
}
