/** Plans again what a run has left: remaining tasks, room and money, finished parents as floors, moves at a price. */
import { headDocument, taskDocument } from '../../io/instance-document.ts'
import { createInstance } from '../../model/builder.ts'
import type { AgentDocument, TaskDocument } from '../../model/document.ts'
import { evaluate } from '../../model/evaluate.ts'
import { agentId, type Instance } from '../../model/instance.ts'
import { pairQuality } from '../../model/pair.ts'
import { parentQuality } from '../../orchestrator/fallback.ts'
import { toUsd } from '../../orchestrator/money.ts'
import type { Replan } from '../../orchestrator/replanning.ts'
import { TUNING } from '../../orchestrator/run-context.ts'
import type { RunState } from '../../orchestrator/run-state.ts'
import { CHECKING, READY, RUNNING } from '../../orchestrator/task-status.ts'
import { breathe, now } from '../../platform/host.ts'
import { type SolveResult, solve } from '../../solve/solve.ts'
import { builtinSolvers } from '../../solvers/builtin.ts'

/** Larger remainders are left to the dispatcher's next cheapest agent: planning them would come too late. */
const MAX_TASKS = 20_000
const MAX_AGENTS = 2_000
const TIME_LIMIT_MS = 5_000

/** What is left of a run as an instance of its own; its rows and agents in the run's numbers beside it. */
export interface Residual {
  readonly instance: Instance
  readonly tasks: readonly number[]
  readonly agents: readonly number[]
  /** Where the tasks are now; -1 for those whose agent is gone. */
  readonly warm: Int32Array
}

export type PlanResidual = (residual: Instance, warm: Int32Array) => Promise<SolveResult>

export function createReplan(seed: number, plan: PlanResidual = planWithAuto(seed)): Replan {
  return async (state) => {
    const residual = residualOf(state)
    if (residual === undefined) return undefined
    const { instance, warm, tasks, agents } = residual
    const result = await plan(instance, warm)
    if (!result.plan || !result.evaluation?.feasible) return undefined
    const settled = keepPlaces(residual, result.plan.agentOf, state)
    const moves = tasks.flatMap((task, row) => {
      const agent = agents[settled[row]!]!
      return agent === state.agentOf[task] ? [] : [[task, agent] as const]
    })
    const before = evaluate(instance, { agentOf: warm })
    const saved = before.feasible
      ? before.objective - evaluate(instance, { agentOf: settled }).objective
      : Infinity
    return saved > TUNING.churnUsd * moves.length ? { moves, solver: result.provenance.solver } : undefined
  }
}

function planWithAuto(seed: number): PlanResidual {
  return async (instance, warm) => {
    const { createWorkerPool } = await import('../../platform/worker-pool.ts')
    const workers = createWorkerPool(1)
    try {
      const solver = await builtinSolvers.auto()
      const warmStart = { agentOf: warm }
      return await solve(instance, solver, {
        seed,
        timeLimitMs: TIME_LIMIT_MS,
        warmStart,
        workers,
        now,
        breathe,
      })
    } finally {
      await workers.close()
    }
  }
}

export function residualOf(state: RunState): Residual | undefined {
  const { instance } = state
  const { fleet } = instance
  const tasks: number[] = []
  for (let task = 0; task < state.status.length; task++) if (state.status[task]! <= READY) tasks.push(task)
  const agents = [...fleet.poolOf.keys()].filter((agent) => state.up[agent] === 1)
  if (tasks.length === 0 || tasks.length > MAX_TASKS || agents.length === 0 || agents.length > MAX_AGENTS)
    return undefined
  const head = headDocument(instance)
  const rowOf = new Map(tasks.map((task, row) => [task, row]))
  const agentRow = new Map(agents.map((agent, row) => [agent, row]))
  const names = new Map<string, string[]>()
  const documents = agents.map((agent): AgentDocument => {
    const pool = fleet.poolOf[agent]!
    const id = agentId(fleet, agent)
    names.set(fleet.poolIds[pool]!, [...(names.get(fleet.poolIds[pool]!) ?? []), id])
    const { budgetUsd, provider, ...rest } = head.agents[pool]!
    return { ...rest, id, replicas: 1, capacity: roomOf(state, agent) }
  })
  const { limit, settled, reserved } = state.runAccount
  const left = createInstance({
    ...head,
    policy: {
      ...head.policy,
      ...(limit === Infinity ? {} : { budgetUsd: toUsd(Math.max(0, limit - settled - reserved)) }),
    },
    agents: documents,
    tasks: tasks.map((task) => residualTask(state, task, { names, rowOf })),
  })
  return {
    instance: left,
    tasks,
    agents,
    warm: Int32Array.from(tasks, (task) => agentRow.get(state.agentOf[task]!) ?? -1),
  }
}

/** What the agent can still take beside what it has done and is doing. */
function roomOf(state: RunState, agent: number): { tasks?: number; tokens?: number } {
  const { fleet } = state.instance
  const pool = fleet.poolOf[agent]!
  let pending = 0
  let pendingTokens = 0
  for (let task = 0; task < state.status.length; task++) {
    if (state.agentOf[task] !== agent || state.status[task]! > READY) continue
    pending += 1
    pendingTokens += state.instance.tasks.inputTokens[task]! + state.instance.tasks.outputTokens[task]!
  }
  const tasks = fleet.capacityTasks[pool]! - (state.load[agent]! - pending)
  const tokens = fleet.capacityTokens[pool]! - (state.loadTokens[agent]! - pendingTokens)
  return {
    ...(tasks === Infinity ? {} : { tasks: Math.max(0, tasks) }),
    ...(tokens === Infinity ? {} : { tokens: Math.max(0, tokens) }),
  }
}

function residualTask(
  state: RunState,
  task: number,
  { names, rowOf }: { names: ReadonlyMap<string, readonly string[]>; rowOf: ReadonlyMap<number, number> },
): TaskDocument {
  const { instance } = state
  const { dependencies, fleet, policy } = instance
  const { dependsOn, estimates, ...document } = taskDocument(instance, task)
  const parents = dependencies.parents.subarray(
    dependencies.parentStart[task]!,
    dependencies.parentStart[task + 1]!,
  )
  const waiting = [...parents]
    .filter((parent) => rowOf.has(parent))
    .map((parent) => instance.tasks.ids.get(parent))
  let floor = Math.max(document.minQuality ?? 0, parentQuality(state, task))
  for (const parent of policy.dependency.mode === 'hard' ? parents : []) {
    const busy = state.status[parent] === RUNNING || state.status[parent] === CHECKING
    if (busy) floor = Math.max(floor, pairQuality(instance, parent, fleet.poolOf[state.agentOf[parent]!]!))
  }
  const above = state.escalatedFrom.get(task)
  if (above !== undefined) floor = Math.max(floor, Math.min(1, above + 1e-9))
  const spread = Object.entries(estimates ?? {}).flatMap(([pool, estimate]) =>
    (names.get(pool) ?? []).map((id) => [id, estimate] as const),
  )
  return {
    ...document,
    ...(floor > 0 ? { minQuality: floor } : {}),
    ...(waiting.length > 0 ? { dependsOn: waiting } : {}),
    ...(spread.length > 0 ? { estimates: Object.fromEntries(spread) } : {}),
  }
}

/** The same plan by pools, with every task that stays in its pool on the agent it has, as far as there is room. */
function keepPlaces(
  { instance, tasks, agents, warm }: Residual,
  agentOf: Int32Array,
  state: RunState,
): Int32Array {
  const { fleet } = state.instance
  const poolOf = (row: number): number => fleet.poolOf[agents[row]!]!
  const kept = agentOf.slice()
  const load = new Float64Array(agents.length)
  const free: number[] = []
  for (let row = 0; row < tasks.length; row++) {
    const here = warm[row]!
    const stays =
      here >= 0 &&
      agentOf[row]! >= 0 &&
      poolOf(agentOf[row]!) === poolOf(here) &&
      load[here]! < instance.fleet.capacityTasks[instance.fleet.poolOf[here]!]!
    if (stays) {
      kept[row] = here
      load[here]! += 1
    } else if (agentOf[row]! >= 0) free.push(row)
  }
  for (const row of free) {
    const pool = poolOf(agentOf[row]!)
    let best = -1
    for (let agent = 0; agent < agents.length; agent++) {
      if (
        poolOf(agent) !== pool ||
        load[agent]! >= instance.fleet.capacityTasks[instance.fleet.poolOf[agent]!]!
      )
        continue
      if (best < 0 || load[agent]! < load[best]!) best = agent
    }
    if (best < 0) return agentOf
    kept[row] = best
    load[best]! += 1
  }
  return evaluate(instance, { agentOf: kept }).feasible ? kept : agentOf
}
