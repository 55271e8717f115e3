/** Exact dynamic programming on trees of linked tasks: the least cost of each tree when levels must not fall. */
import { CompensatedSum } from '../../numeric/sum.ts'
import type { Levels } from './levels.ts'
import type { Problem } from './problem.ts'

export interface LeastTree {
  /** Sum over all trees; `costs` gives a task's cost by level with that of leaving it out last, and may reuse its array. */
  sum(costs: (task: number) => Float64Array): number
}

export function createLeastTree({ forest, instance }: Problem, levels: Levels): LeastTree {
  const { dependency } = instance.policy
  const penalty = dependency.mode === 'soft' ? dependency.penaltyUsd : Infinity
  const { count } = levels
  const width = count + 1
  let largest = 0
  for (let t = 0; t + 1 < forest.trees.length; t++)
    largest = Math.max(largest, forest.trees[t + 1]! - forest.trees[t]!)
  const below = new Float64Array(largest * width)

  /** Adds to the receiver at `to` the least cost of the sender at `at` that fits beside each of its levels. */
  const send = (at: number, to: number, toParent: boolean): void => {
    const none = below[at + count]!
    let anyway = none
    for (let l = 0; l < count; l++) if (below[at + l]! < anyway) anyway = below[at + l]!
    let run = Math.min(none, anyway + penalty)
    for (let k = 0; k < count; k++) {
      const l = toParent ? count - 1 - k : k
      if (below[at + l]! < run) run = below[at + l]!
      below[to + l]! += run
    }
    below[to + count]! += anyway
  }

  return {
    sum(costs) {
      const sum = new CompensatedSum()
      for (let tree = 0; tree + 1 < forest.trees.length; tree++) {
        const [begin, end] = [forest.trees[tree]!, forest.trees[tree + 1]!]
        for (let node = begin; node < end; node++)
          below.set(costs(forest.task[node]!), (node - begin) * width)
        for (let node = end - 1; node > begin; node--)
          send((node - begin) * width, (forest.from[node]! - begin) * width, forest.toParent[node] === 1)
        let least = Infinity
        for (let l = 0; l < width; l++) if (below[l]! < least) least = below[l]!
        sum.add(least)
      }
      return sum.value
    },
  }
}
