/** Groups the tasks that depend on each other into workflows, each in an order that respects its dependencies. */
import type { Instance } from '../model/instance.ts'

export interface WorkflowChain {
  /** The workflow's name without a trailing number: `feature-dev` for `feature-dev-7`. */
  readonly type: string
  readonly steps: readonly number[]
}

/** Every workflow: by name where tasks carry one, else by connected component of the dependencies. */
export function workflowChains(instance: Instance): readonly WorkflowChain[] {
  const { dependencies, tasks } = instance
  const root = Int32Array.from({ length: tasks.count }, (_, task) => task)
  const find = (task: number): number => {
    while (root[task] !== task) {
      root[task] = root[root[task]!]!
      task = root[task]!
    }
    return task
  }
  for (let edge = 0; edge < dependencies.numEdges; edge++)
    root[find(dependencies.childOfEdge[edge]!)] = find(dependencies.parentOfEdge[edge]!)
  const chains = new Map<string, number[]>()
  for (const task of dependencies.topologicalOrder) {
    const hasEdge =
      dependencies.parentStart[task + 1]! > dependencies.parentStart[task]! ||
      dependencies.childStart[task + 1]! > dependencies.childStart[task]!
    const named = tasks.workflows.get(task)
    if (!hasEdge && named === undefined) continue
    const key = named ?? `\u0000${find(task)}`
    const steps = chains.get(key)
    if (steps) steps.push(task)
    else chains.set(key, [task])
  }
  return [...chains].map(([key, steps]) => ({
    type: key.startsWith('\u0000') ? 'workflow' : key.replace(/-\d+$/, ''),
    steps,
  }))
}
