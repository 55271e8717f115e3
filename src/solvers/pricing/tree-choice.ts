/**
 * For each tree of linked tasks the entries of least priced cost together, by exact dynamic programming on quality levels
 * from the leaves to the root and back. It knows no capacities: prices stand for them.
 */
import type { Levels } from './levels.ts'
import type { Problem } from './problem.ts'

export interface TreeChoice {
  readonly levels: Levels
  /** What the task costs at each entry of its class, priced; Infinity where it does not fit. Written from `at` on. */
  readonly costs: (task: number, out: Float64Array) => void
  /** Called for every linked task, nearer the root first, with its entry, or -1 where it is best left out. */
  readonly choose: (task: number, at: number) => void
}

export function chooseOnTrees(problem: Problem, { levels, costs, choose }: TreeChoice): void {
  const { forest, instance, classes } = problem
  const { dependency, unassignedUsd } = instance.policy
  const penalty = dependency.mode === 'soft' ? dependency.penaltyUsd : Infinity
  const { count } = levels
  const width = count + 1
  const { largest, widest } = extent(problem)
  const below = new Float64Array(largest * width)
  /** The cheapest entry of each level. */
  const entry = new Int32Array(largest * width)
  const levelOf = new Int32Array(largest)
  const own = new Float64Array(widest)

  const open = (task: number, base: number): void => {
    const row = classes.ofTask[task]!
    below.fill(Infinity, base, base + count)
    entry.fill(-1, base, base + width)
    below[base + count] = unassignedUsd
    costs(task, own)
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) {
      const to = base + levels.ofEntry[at]!
      const cost = own[at - classes.start[row]!]!
      if (cost >= below[to]!) continue
      below[to] = cost
      entry[to] = at
    }
  }
  /** Adds to the receiver at `to` the least cost of the sender beside each of its levels. */
  const send = (at: number, to: number, toParent: boolean): void => {
    let anyway = below[at + count]!
    for (let l = 0; l < count; l++) if (below[at + l]! < anyway) anyway = below[at + l]!
    let run = Math.min(below[at + count]!, anyway + penalty)
    for (let k = 0; k < count; k++) {
      const l = toParent ? count - 1 - k : k
      if (below[at + l]! < run) run = below[at + l]!
      below[to + l]! += run
    }
    below[to + count]! += anyway
  }
  /** The best level of a node beside that of its neighbour nearer the root. */
  const answer = (at: number, fromLevel: number, toParent: boolean): number => {
    let [best, least] = [count, below[at + count]!]
    for (let l = 0; l < count; l++) {
      const keeps = fromLevel === count || (toParent ? l >= fromLevel : l <= fromLevel)
      const cost = below[at + l]! + (keeps ? 0 : penalty)
      if (cost < least) [best, least] = [l, cost]
    }
    return best
  }
  for (let tree = 0; tree + 1 < forest.trees.length; tree++) {
    const [begin, end] = [forest.trees[tree]!, forest.trees[tree + 1]!]
    for (let node = begin; node < end; node++) open(forest.task[node]!, (node - begin) * width)
    for (let node = end - 1; node > begin; node--)
      send((node - begin) * width, (forest.from[node]! - begin) * width, forest.toParent[node] === 1)
    for (let node = begin; node < end; node++) {
      const base = (node - begin) * width
      const fromLevel = node === begin ? count : levelOf[forest.from[node]! - begin]!
      const level = answer(base, fromLevel, forest.toParent[node] === 1)
      levelOf[node - begin] = level
      choose(forest.task[node]!, entry[base + level]!)
    }
  }
}

/** Nodes of the largest tree, entries of the widest class. */
function extent({ forest, classes }: Problem): { largest: number; widest: number } {
  let [largest, widest] = [0, 0]
  for (let t = 0; t + 1 < forest.trees.length; t++)
    largest = Math.max(largest, forest.trees[t + 1]! - forest.trees[t]!)
  for (let row = 0; row < classes.count; row++)
    widest = Math.max(widest, classes.start[row + 1]! - classes.start[row]!)
  return { largest, widest }
}
