/**
 * Turns an optimal flow of classes into a group for each task, and uses what freedom optimality leaves (tasks of a
 * class change places at no cost, and so do tasks whose prices tie) to make children no weaker than their parents.
 */
import type { Dependencies } from '../../model/instance.ts'
import type { CostClasses } from './cost-classes.ts'
import type { TransportResult } from './transport.ts'

export interface Placement {
  /** Group of each task; the last group of the transport stands for none. */
  readonly groupOf: Int32Array
  /** Edges whose child is weaker than its parent. */
  readonly weaker: number
}

export interface PlacementInput {
  readonly problem: CostClasses
  readonly result: TransportResult
  /** Absent when dependencies do not count. */
  readonly dependencies: Dependencies | undefined
  /** Quality of a task in a group; NaN in the group that stands for none. */
  readonly quality: (task: number, group: number) => number
}

export function place(input: PlacementInput): Placement {
  const { dependencies, problem } = input
  const groupOf = spread(input)
  if (dependencies === undefined) return { groupOf, weaker: 0 }
  const plateau = createPlateau(input, dependencies, groupOf)
  return { groupOf, weaker: plateau.repair(Math.max(2000, problem.ofTask.length)) }
}

/** Within each class, roots get the weakest of the class's slots, then tasks alone, then children by depth. */
function spread({ problem, result, dependencies, quality }: PlacementInput): Int32Array {
  const { numClasses, numGroups, ofTask } = problem
  const numTasks = ofTask.length
  const depth = new Int32Array(numTasks)
  const members: number[][] = Array.from({ length: numClasses }, () => [])
  if (dependencies !== undefined)
    for (const task of dependencies.topologicalOrder) {
      for (let at = dependencies.parentStart[task]!; at < dependencies.parentStart[task + 1]!; at++)
        depth[task] = Math.max(depth[task]!, depth[dependencies.parents[at]!]! + 2)
      const isRoot = depth[task] === 0 && dependencies.childStart[task + 1]! > dependencies.childStart[task]!
      if (!isRoot) depth[task]! += 1
    }
  for (let task = 0; task < numTasks; task++) members[ofTask[task]!]!.push(task)
  const groupOf = new Int32Array(numTasks).fill(-1)
  members.forEach((list, c) => {
    if (dependencies !== undefined) list.sort((a, b) => depth[a]! - depth[b]! || a - b)
    const used = Array.from({ length: numGroups }, (_, g) => g).filter(
      (g) => result.flow[c * numGroups + g]! > 0,
    )
    const level = (g: number): number => {
      const value = quality(list[0]!, g)
      return Number.isNaN(value) ? -1 : value
    }
    used.sort((a, b) => level(a) - level(b) || a - b)
    let next = 0
    for (const g of used) for (let k = result.flow[c * numGroups + g]!; k > 0; k--) groupOf[list[next++]!] = g
  })
  return groupOf
}

/** 1 for each class and group where the cost and the group's price are the least of the class; there the flow goes. */
function leastPriced({ numClasses, numGroups, costs }: CostClasses, { prices }: TransportResult): Uint8Array {
  const isLeast = new Uint8Array(numClasses * numGroups)
  for (let c = 0; c < numClasses; c++) {
    let least = Infinity
    for (let g = 0; g < numGroups; g++) least = Math.min(least, costs[c * numGroups + g]! + prices[g]!)
    for (let g = 0; g < numGroups; g++)
      isLeast[c * numGroups + g] = Number(costs[c * numGroups + g]! + prices[g]! === least)
  }
  return isLeast
}

function createPlateau(
  { problem, result, quality }: PlacementInput,
  dependencies: Dependencies,
  groupOf: Int32Array,
): { repair(maxMoves: number): number } {
  const { numGroups, ofTask } = problem
  const { parentOfEdge, childOfEdge, numEdges, parents, parentStart, children, childStart } = dependencies
  const numTasks = ofTask.length
  const load = new Float64Array(numGroups)
  for (const group of groupOf) if (group >= 0) load[group]! += 1
  const level = Float64Array.from(groupOf, (group, task) => (group < 0 ? Number.NaN : quality(task, group)))
  const price = (group: number): number => result.prices[group]!
  const isLeast = leastPriced(problem, result)
  /** A move between two groups costs nothing when both have the task's least priced cost. */
  const ties = (task: number, group: number): boolean => isLeast[ofTask[task]! * numGroups + group] === 1
  /** Broken edges at the task if its quality were `own`, not counting edges to `other`. */
  const broken = (task: number, own: number, other: number): number => {
    let count = 0
    for (let at = parentStart[task]!; at < parentStart[task + 1]!; at++)
      if (parents[at] !== other && own < level[parents[at]!]!) count++
    for (let at = childStart[task]!; at < childStart[task + 1]!; at++)
      if (children[at] !== other && level[children[at]!]! < own) count++
    return count
  }
  const put = (task: number, group: number): void => {
    load[groupOf[task]!]! -= 1
    load[group]! += 1
    groupOf[task] = group
    level[task] = quality(task, group)
  }
  /** The quality each group offers the task at hand; NaN where it may not go or does not want to. */
  const offered = new Float64Array(numGroups)
  const free = (group: number): boolean => price(group) === 0 && load[group]! < problem.capacity[group]!

  /** Gives `task` a quality `fits` accepts, by a tie or an exchange that breaks fewer edges than it mends. */
  const mend = (task: number, fits: (quality: number) => boolean): boolean => {
    const from = groupOf[task]!
    let some = false
    for (let group = 0; group < numGroups; group++) {
      offered[group] = ties(task, group) ? quality(task, group) : Number.NaN
      if (group === from || !fits(offered[group]!)) offered[group] = Number.NaN
      else some = true
    }
    if (!some) return false
    const before = broken(task, level[task]!, -1)
    if (price(from) === 0)
      for (let group = 0; group < numGroups; group++) {
        const own = offered[group]!
        if (Number.isNaN(own) || !free(group) || broken(task, own, -1) >= before) continue
        put(task, group)
        return true
      }
    for (let other = 0; other < numTasks; other++) {
      const to = groupOf[other]!
      if (to < 0 || Number.isNaN(offered[to]!) || !ties(other, from)) continue
      const [own, its] = [offered[to]!, quality(other, from)]
      const now = before + broken(other, level[other]!, task)
      if (broken(task, own, other) + broken(other, its, task) >= now) continue
      put(task, to)
      put(other, from)
      return true
    }
    return false
  }
  const isBroken = (edge: number): boolean => level[childOfEdge[edge]!]! < level[parentOfEdge[edge]!]!

  return {
    repair(maxMoves) {
      let moves = 0
      for (let again = true; again && moves < maxMoves; ) {
        again = false
        for (let edge = 0; edge < numEdges; edge++) {
          if (!isBroken(edge)) continue
          const [parent, child] = [parentOfEdge[edge]!, childOfEdge[edge]!]
          const [high, low] = [level[parent]!, level[child]!]
          if (mend(child, (q) => q >= high) || mend(parent, (q) => q <= low)) {
            moves++
            again = true
          }
        }
      }
      let weaker = 0
      for (let edge = 0; edge < numEdges; edge++) if (isBroken(edge)) weaker++
      return weaker
    },
  }
}
