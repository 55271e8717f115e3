/** Groups the tasks that depend on each other into workflows, each in an order that respects its dependencies. */
import type { Instance } from '../model/instance.ts'
import { UnionFind } from '../numeric/union-find.ts'

export interface WorkflowChain {
  readonly name: string
  /** The workflow's name without a trailing number: `feature-dev` for `feature-dev-7`. */
  readonly type: string
  /** Tasks, parents before children. */
  readonly steps: readonly number[]
  /** Whether each step depends on the one before it; false where a branch begins. */
  readonly follows: readonly boolean[]
}

/** Every workflow: by name where tasks carry one, else by connected component of the dependencies. */
export function workflowChains(instance: Instance): readonly WorkflowChain[] {
  const { dependencies, tasks } = instance
  const sets = new UnionFind(tasks.count)
  for (let edge = 0; edge < dependencies.numEdges; edge++)
    sets.join(dependencies.childOfEdge[edge]!, dependencies.parentOfEdge[edge]!)
  const chains = new Map<string, number[]>()
  for (const task of dependencies.topologicalOrder) {
    const hasEdge =
      dependencies.parentStart[task + 1]! > dependencies.parentStart[task]! ||
      dependencies.childStart[task + 1]! > dependencies.childStart[task]!
    const named = tasks.workflows.get(task)
    if (!hasEdge && named === undefined) continue
    const key = named ?? `\u0000${sets.find(task)}`
    const steps = chains.get(key)
    if (steps) steps.push(task)
    else chains.set(key, [task])
  }
  return [...chains].map(([key, steps]) => {
    const name = key.startsWith('\u0000') ? 'workflow' : key
    return {
      name,
      type: name.replace(/-\d+$/, ''),
      steps,
      follows: steps.map((task, k) => k > 0 && dependsOn(instance, task, steps[k - 1]!)),
    }
  })
}

function dependsOn({ dependencies }: Instance, child: number, parent: number): boolean {
  const { parentStart, parents } = dependencies
  return parents.subarray(parentStart[child]!, parentStart[child + 1]!).includes(parent)
}
