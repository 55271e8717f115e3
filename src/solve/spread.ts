/**
 * Levels the load among the agents of each pool. They are alike, so that no promise and no cost sees a difference, but a
 * run does: tasks packed on one agent wait for each other while its copies stand idle.
 */
import type { Instance } from '../model/instance.ts'
import { pairTokens } from '../model/pair.ts'
import type { Plan } from '../model/plan.ts'

/**
 * The same plan by pools, with the tasks of a pool dealt to its agents in turn, tasks of equal depth in the dependency
 * graph after each other: those are the ones that may run side by side. A pool whose tasks then no longer fit into its
 * token capacities keeps its packing, and so does a plan that breaks capacities or gives tasks twice.
 */
export function spreadOverAgents(instance: Instance, plan: Plan): Plan {
  const { fleet } = instance
  if (plan.surplus || fleet.numAgents === fleet.numPools) return plan
  const agentOf = plan.agentOf.slice()
  for (const [pool, tasks] of tasksByPool(instance, plan)) {
    if (fleet.replicas[pool] === 1) continue
    const dealt = deal(instance, pool, tasks)
    dealt?.forEach((agent, k) => {
      agentOf[tasks[k]!] = agent
    })
  }
  return { ...plan, agentOf }
}

/** The tasks of every used pool, those that depend on nothing first, then by length of the longest path to them. */
function tasksByPool(instance: Instance, plan: Plan): Map<number, number[]> {
  const byPool = new Map<number, number[]>()
  for (const task of byDepth(instance)) {
    const agent = plan.agentOf[task]!
    if (agent < 0) continue
    const pool = instance.fleet.poolOf[agent]!
    const tasks = byPool.get(pool)
    if (tasks) tasks.push(task)
    else byPool.set(pool, [task])
  }
  return byPool
}

function byDepth({ tasks, dependencies }: Instance): Int32Array {
  const { numEdges, topologicalOrder, childStart, children } = dependencies
  const order = Int32Array.from({ length: tasks.count }, (_, task) => task)
  if (numEdges === 0) return order
  const depth = new Int32Array(tasks.count)
  for (const parent of topologicalOrder)
    for (let at = childStart[parent]!; at < childStart[parent + 1]!; at++) {
      const child = children[at]!
      depth[child] = Math.max(depth[child]!, depth[parent]! + 1)
    }
  return order.sort((a, b) => depth[a]! - depth[b]! || a - b)
}

/** The agent of each task, or undefined when one finds no room. */
function deal(instance: Instance, pool: number, tasks: readonly number[]): Int32Array | undefined {
  const { fleet } = instance
  const first = fleet.firstAgent[pool]!
  const replicas = fleet.replicas[pool]!
  const mostTokens = fleet.capacityTokens[pool]!
  if (Math.ceil(tasks.length / replicas) > fleet.capacityTasks[pool]!) return undefined
  const load = new Int32Array(replicas)
  const tokens = new Float64Array(replicas)
  const agents = new Int32Array(tasks.length)
  let turn = 0
  for (const [k, task] of tasks.entries()) {
    const size = mostTokens === Infinity ? 0 : pairTokens(instance, task, pool)
    let tried = 0
    while (tokens[turn]! + size > mostTokens || load[turn]! + 1 > fleet.capacityTasks[pool]!) {
      if (++tried === replicas) return undefined
      turn = (turn + 1) % replicas
    }
    agents[k] = first + turn
    load[turn]! += 1
    tokens[turn]! += size
    turn = (turn + 1) % replicas
  }
  return agents
}
