/** Groups tasks by what they cost everywhere: tasks of one cost class can change places at no cost. */
import type { Instance } from '../../model/instance.ts'
import { pairCostUsd } from '../../model/pair.ts'
import type { Classes } from '../pricing/classes.ts'
import type { Groups } from '../pricing/groups.ts'
import type { Transport } from './transport.ts'

export interface CostClasses extends Transport {
  readonly ofTask: Int32Array
}

/** Cost classes as a transportation problem; the group behind the last one stands for leaving a task out. */
export function costClasses(
  instance: Instance,
  groups: Groups,
  { classes, units }: { classes: Classes; units: number },
): CostClasses {
  const { tasks, policy } = instance
  const numGroups = groups.count + 1
  const index = new Map<string, number>()
  const ofTask = new Int32Array(tasks.count)
  const first: number[] = []
  const supply: number[] = []
  for (let task = 0; task < tasks.count; task++) {
    const key = `${classes.ofTask[task]} ${tasks.inputTokens[task]} ${tasks.outputTokens[task]}`
    let row = index.get(key)
    if (row === undefined) {
      row = first.length
      index.set(key, row)
      first.push(task)
      supply.push(0)
    }
    ofTask[task] = row
    supply[row]! += 1
  }
  const costs = new Float64Array(first.length * numGroups).fill(Infinity)
  first.forEach((task, row) => {
    const kind = classes.ofTask[task]!
    const tokens = tasks.inputTokens[task]! + tasks.outputTokens[task]!
    for (let at = classes.start[kind]!; at < classes.start[kind + 1]!; at++) {
      const group = classes.groups[at]!
      if (groups.tokenLimit[group]! < tokens) continue
      costs[row * numGroups + group] = Math.round(pairCostUsd(instance, task, groups.pool[group]!) * units)
    }
    if (policy.unassignedUsd !== Infinity)
      costs[row * numGroups + groups.count] = Math.round(policy.unassignedUsd * units)
  })
  const capacity = new Float64Array(numGroups)
  capacity.set(groups.capacityTasks)
  capacity[groups.count] = policy.unassignedUsd === Infinity ? 0 : Infinity
  return { numClasses: first.length, numGroups, supply: Float64Array.from(supply), capacity, costs, ofTask }
}
