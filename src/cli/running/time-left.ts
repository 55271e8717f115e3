/** How long what is left of a run will take: its fullest queue or its longest chain, at the speed seen so far. */
import type { Instance } from '../../model/instance.ts'
import { pairLatencyMs } from '../../model/pair.ts'
import type { RunState } from '../../orchestrator/run-state.ts'
import { RUNNING } from '../../orchestrator/task-status.ts'

/** Adding up the rest of a larger run would slow it down. */
const MAX_TASKS = 50_000

interface Means {
  /** Attempts an agent of the pool may have running together. */
  readonly concurrencyOf: (pool: number) => number
  /** Wall-clock milliseconds. */
  readonly atMs: number
}

/**
 * Milliseconds: the longer of the longest queue of one agent and the longest chain of tasks, each attempt taken to
 * last as the plan says times what attempts so far took beside their plan. Failures, refusals and moves to come are
 * not foreseen. Undefined until an attempt has ended, and for runs of more than 50,000 tasks.
 */
export function timeLeftMs(state: RunState, { concurrencyOf, atMs }: Means): number | undefined {
  const { instance, agentOf, status, pace } = state
  if (pace.answers === 0 || status.length > MAX_TASKS) return undefined
  const lastsMs = (task: number): number => {
    const agent = agentOf[task]!
    if (agent < 0 || state.isFinal(task)) return 0
    const wholeMs =
      pace.plannedMs > 0
        ? (pairLatencyMs(instance, task, instance.fleet.poolOf[agent]!) * pace.actualMs) / pace.plannedMs
        : pace.actualMs / pace.answers
    const begun = status[task] === RUNNING ? state.running.get(task) : undefined
    return begun === undefined ? wholeMs : Math.max(0, wholeMs - Math.max(0, atMs - begun.at))
  }
  return Math.max(longestQueue(state, lastsMs, concurrencyOf), longestChain(instance, lastsMs))
}

function longestQueue(
  { instance, agentOf }: RunState,
  lastsMs: (task: number) => number,
  concurrencyOf: Means['concurrencyOf'],
): number {
  const { fleet } = instance
  const queueMs = new Float64Array(fleet.numAgents)
  for (let task = 0; task < agentOf.length; task++)
    if (agentOf[task]! >= 0) queueMs[agentOf[task]!]! += lastsMs(task)
  return queueMs.reduce((most, ms, agent) => Math.max(most, ms / concurrencyOf(fleet.poolOf[agent]!)), 0)
}

function longestChain({ dependencies }: Instance, lastsMs: (task: number) => number): number {
  const { topologicalOrder: order, childStart, children } = dependencies
  const chainMs = new Float64Array(order.length)
  let most = 0
  for (let at = order.length - 1; at >= 0; at--) {
    const task = order[at]!
    let behind = 0
    for (let k = childStart[task]!; k < childStart[task + 1]!; k++)
      behind = Math.max(behind, chainMs[children[k]!]!)
    chainMs[task] = behind + lastsMs(task)
    most = Math.max(most, chainMs[task]!)
  }
  return most
}
