/** The notebook's instance, exactly, and scaled versions of it; not a general workload model. */
import { createInstanceBuilder } from '../model/builder.ts'
import type { Instance } from '../model/instance.ts'
import { createRng, shuffle } from '../numeric/rng.ts'
import { wholeNumber } from './check-option.ts'
import {
  FACTORY_MIX,
  FACTORY_WORKFLOWS,
  factoryFleet,
  NOTEBOOK_AGENTS,
  NOTEBOOK_CLOUD_CAPACITY,
  NOTEBOOK_TASKS,
} from './factory-data.ts'

export interface FactoryOptions {
  /** Default 1,000, the notebook's; other numbers keep its mix. At least 1. */
  readonly tasks?: number
  /** Default 48, the notebook's; other numbers keep its mix. At least 12, one of each kind. */
  readonly agents?: number
  /** Tasks each cloud agent may take. Default 25, scaled with the tasks per agent and rounded up. */
  readonly cloudCapacity?: number
  /** Turns every dependency round, so that greedy planning breaks all of them. Default false. */
  readonly reverseEdges?: boolean
  /** Shuffles the order of tasks and so which of them form the chains; absent, the notebook's own order. */
  readonly seed?: number
}

/**
 * Builds the instance. Without options it is the notebook's: 48 agents, 1,000 tasks with its names in its order,
 * 125 dependencies in 50 chains.
 * @throws QaasError `invalid-option` on numbers out of range
 */
export function factory(options: FactoryOptions = {}): Instance {
  const tasks = wholeNumber(options.tasks ?? NOTEBOOK_TASKS, 'tasks', 1)
  const agents = wholeNumber(options.agents ?? NOTEBOOK_AGENTS, 'agents', 12)
  const share = tasks / NOTEBOOK_TASKS
  const perAgent = (NOTEBOOK_CLOUD_CAPACITY * share * NOTEBOOK_AGENTS) / agents
  const cloudCapacity = wholeNumber(options.cloudCapacity ?? Math.ceil(perAgent), 'cloudCapacity', 1)
  const rows = taskRows(tasks, options.seed)
  const { dependsOn, workflowOf } = chains(rows, share, options.reverseEdges ?? false)
  const builder = createInstanceBuilder(
    { overkillWeight: 2, latencyUsdPerSecond: 0.005, dependency: { mode: 'hard' } },
    factoryFleet(agents, cloudCapacity),
    'factory',
  )
  rows.forEach(({ id, complexity, minQuality }, row) => {
    const parent = dependsOn.get(row)
    builder.addTask({
      id,
      complexity,
      minQuality,
      ...(parent === undefined ? {} : { dependsOn: [rows[parent]!.id] }),
      ...(workflowOf.has(row) ? { workflow: workflowOf.get(row) } : {}),
    })
  })
  return builder.build()
}

interface TaskRow {
  readonly id: string
  readonly complexity: string
  readonly minQuality: number
}

/** The tasks in the notebook's order, names numbered through; shuffled when there is a seed. */
function taskRows(tasks: number, seed: number | undefined): TaskRow[] {
  const rows: TaskRow[] = []
  let shareSoFar = 0
  for (const { name, count, minQuality, templates } of FACTORY_MIX) {
    shareSoFar += count
    const end = Math.round((tasks * shareSoFar) / NOTEBOOK_TASKS)
    for (let k = 0; rows.length < end; k++)
      rows.push({ id: `${templates[k % templates.length]}-${rows.length}`, complexity: name, minQuality })
  }
  if (seed === undefined) return rows
  return Array.from(shuffle(Int32Array.from(rows.keys()), createRng(seed)), (row) => rows[row]!)
}

/** Chains as the notebook makes them: each step the first task of its complexity that no chain has yet. */
function chains(
  rows: readonly TaskRow[],
  share: number,
  reverseEdges: boolean,
): { dependsOn: Map<number, number>; workflowOf: Map<number, string> } {
  const free = new Map(FACTORY_MIX.map(({ name }) => [name, [] as number[]]))
  for (let row = rows.length - 1; row >= 0; row--) free.get(rows[row]!.complexity)!.push(row)
  const dependsOn = new Map<number, number>()
  const workflowOf = new Map<number, string>()
  for (const { name, count, steps } of FACTORY_WORKFLOWS) {
    for (let k = 0; k < Math.round(count * share); k++) {
      if (steps.some((complexity) => free.get(complexity)!.length === 0)) break
      const chain = steps.map((complexity) => free.get(complexity)!.pop()!)
      for (const row of chain) workflowOf.set(row, `${name}-${k}`)
      for (let step = 1; step < chain.length; step++) {
        const [before, after] = [chain[step - 1]!, chain[step]!]
        if (reverseEdges) dependsOn.set(before, after)
        else dependsOn.set(after, before)
      }
    }
  }
  return { dependsOn, workflowOf }
}
