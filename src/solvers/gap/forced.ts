/**
 * What it would cost at given prices of tasks to make an agent take a task, or leave one that it takes: the value of
 * its knapsack with that task forced, for all tasks from one table of each side.
 */
import type { TaskDual } from './task-dual.ts'

export interface ForcedCosts {
  /** How much the bound rises when the pair is used, at `task * numAgents + agent`; Infinity where it cannot be. */
  readonly use: Float64Array
  /** How much it rises when the pair is not used. */
  readonly leave: Float64Array
}

/** Entries of a table. */
const MOST_ENTRIES = 2e7

/** Items of one agent that are worth taking. */
interface Wanted {
  readonly prize: Float64Array
  readonly size: Int32Array
  readonly capacity: number
}

export function forcedCosts(dual: TaskDual, prices: Float64Array): ForcedCosts {
  const { numTasks, numAgents } = dual.problem
  const use = new Float64Array(numTasks * numAgents).fill(Infinity)
  const leave = new Float64Array(numTasks * numAgents)
  dual.agents.forEach(({ tasks, cost, size }, agent) => {
    const wanted: number[] = []
    for (let item = 0; item < tasks.length; item++) if (prices[tasks[item]!]! > cost[item]!) wanted.push(item)
    const capacity = Math.min(
      dual.capacity[agent]!,
      wanted.reduce((sum, item) => sum + size[item]!, 0) + Math.max(0, ...size),
    )
    if ((capacity + 1) * (wanted.length + 1) > MOST_ENTRIES) return
    const {
      whole,
      with: within,
      without,
    } = forceEach({
      prize: Float64Array.from(wanted, (item) => prices[tasks[item]!]! - cost[item]!),
      size: Int32Array.from(wanted, (item) => size[item]!),
      capacity,
    })
    const best = whole[capacity]!
    for (let item = 0; item < tasks.length; item++) {
      const rest = capacity - size[item]!
      if (rest >= 0)
        use[tasks[item]! * numAgents + agent] = best - (prices[tasks[item]!]! - cost[item]! + whole[rest]!)
    }
    wanted.forEach((item, k) => {
      const pair = tasks[item]! * numAgents + agent
      use[pair] = best - within[k]!
      leave[pair] = best - without[k]!
    })
  })
  return { use, leave }
}

/** Best values with and without each item, and by capacity with all of them free. */
function forceEach({ prize, size, capacity }: Wanted): {
  whole: Float64Array
  with: Float64Array
  without: Float64Array
} {
  const count = prize.length
  const width = capacity + 1
  // Row k: the best by capacity of the items from k on.
  const after = new Float64Array(width * (count + 1))
  for (let item = count - 1; item >= 0; item--) {
    const [own, gain, row] = [size[item]!, prize[item]!, item * width]
    for (let room = 0; room < width; room++) {
      const value = after[row + width + room]!
      after[row + room] = room >= own ? Math.max(value, after[row + width + room - own]! + gain) : value
    }
  }
  const before = new Float64Array(width)
  const [within, without] = [new Float64Array(count), new Float64Array(count)]
  for (let item = 0; item < count; item++) {
    const [own, gain, row] = [size[item]!, prize[item]!, (item + 1) * width]
    let [most, mostWith] = [0, -Infinity]
    for (let room = 0; room < width; room++) {
      most = Math.max(most, before[room]! + after[row + capacity - room]!)
      if (room + own <= capacity)
        mostWith = Math.max(mostWith, before[room]! + after[row + capacity - own - room]!)
    }
    without[item] = most
    within[item] = mostWith + gain
    for (let room = capacity; room >= own; room--)
      before[room] = Math.max(before[room]!, before[room - own]! + gain)
  }
  return { whole: before, with: within, without }
}
