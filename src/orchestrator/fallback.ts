/** Who else may do a task: the next cheapest eligible agent with room, as the plan prices them. */
import { pairCostUsd, pairQuality, pairTokens, whyIneligible } from '../model/pair.ts'
import type { RunState } from './run-state.ts'
import { DONE } from './task-status.ts'

/** The least quality the task's agent must have because of what its finished parents had; 0 for none. */
export function parentQuality(state: RunState, task: number): number {
  const { instance, agentOf, status } = state
  if (instance.policy.dependency.mode !== 'hard') return 0
  const { parentStart, parents } = instance.dependencies
  let quality = 0
  for (let k = parentStart[task]!; k < parentStart[task + 1]!; k++) {
    const parent = parents[k]!
    const agent = agentOf[parent]!
    if (status[parent] !== DONE || agent < 0) continue
    quality = Math.max(quality, pairQuality(instance, parent, instance.fleet.poolOf[agent]!))
  }
  return quality
}

/** Whether the agent could take one more task like this: up, with a free place and tokens. */
function hasRoom(state: RunState, task: number, agent: number): boolean {
  const { fleet } = state.instance
  const pool = fleet.poolOf[agent]!
  if (state.up[agent] === 0 || state.load[agent]! + 1 > fleet.capacityTasks[pool]!) return false
  return state.loadTokens[agent]! + pairTokens(state.instance, task, pool) <= fleet.capacityTokens[pool]!
}

/** The least loaded agent of the pool that could take the task and has not failed at it, or -1. */
function agentInPool(state: RunState, task: number, pool: number): number {
  const { firstAgent } = state.instance.fleet
  const failed = state.failedOn.get(task)
  let best = -1
  for (let agent = firstAgent[pool]!; agent < firstAgent[pool + 1]!; agent++) {
    if (agent === state.agentOf[task] || failed?.has(agent) || !hasRoom(state, task, agent)) continue
    if (best < 0 || state.load[agent]! < state.load[best]!) best = agent
  }
  return best
}

/**
 * The next cheapest eligible agent for the task other than its present one, or -1. After a rejected answer only
 * better agents count; with hard dependencies only those at least as good as the agents of its parents.
 */
export function nextAgent(state: RunState, task: number, isPoolOpen: (pool: number) => boolean): number {
  const { instance } = state
  const above = state.escalatedFrom.get(task) ?? -1
  const floor = parentQuality(state, task)
  const pools: { pool: number; cost: number }[] = []
  for (let pool = 0; pool < instance.fleet.numPools; pool++) {
    if (!isPoolOpen(pool) || whyIneligible(instance, task, pool) !== undefined) continue
    const quality = pairQuality(instance, task, pool)
    if (quality > above && quality >= floor) pools.push({ pool, cost: pairCostUsd(instance, task, pool) })
  }
  pools.sort((a, b) => a.cost - b.cost || a.pool - b.pool)
  for (const { pool } of pools) {
    const agent = agentInPool(state, task, pool)
    if (agent >= 0) return agent
  }
  return -1
}
