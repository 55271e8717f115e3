/**
 * Cells: tasks of one class and similar size, priced as one task of mean size. With few tasks each is its own cell.
 * Only the search for prices works on cells; bounds and plans see every task.
 */
import type { Classes } from './classes.ts'
import type { Problem } from './problem.ts'

export interface Cells {
  readonly count: number
  readonly ofTask: Int32Array
  /** Tasks of cell `c` are `tasks[start[c] .. start[c + 1])`. */
  readonly start: Int32Array
  readonly tasks: Int32Array
  readonly classOf: Int32Array
  /** Mean tokens of the cell's tasks. */
  readonly inputTokens: Float64Array
  readonly outputTokens: Float64Array
  readonly linked: Uint8Array
}

const LEAST_CELLS_PER_CLASS = 8
const LEAST_CELLS_PER_PART = 2
/** Beyond so many tasks cells are better spent on sizes than on chains (100,000 x 1,000: 0.12 against 0.23 %). */
const MOST_IN_PARTS = 5000

/** Cells such that about `targetPairs` (cell, group) pairs are evaluated per step of the ascent. */
export function buildCells({ instance, classes }: Problem, targetPairs: number): Cells {
  const { tasks } = instance
  const parts = alike(classes, tasks.count)
  const pairs = parts.reduce(
    (sum, { row, list }) => sum + list.length * (classes.start[row + 1]! - classes.start[row]!),
    0,
  )
  const share = Math.min(1, targetPairs / Math.max(1, pairs))
  const leaves: Int32Array[] = []
  const classOf: number[] = []
  for (const { row: c, list, isPart } of parts) {
    const wanted = Math.max(
      isPart ? LEAST_CELLS_PER_PART : LEAST_CELLS_PER_CLASS,
      Math.ceil(list.length * share),
    )
    for (const leaf of split(Int32Array.from(list), wanted, [tasks.inputTokens, tasks.outputTokens])) {
      leaves.push(leaf)
      classOf.push(c)
    }
  }
  const start = new Int32Array(leaves.length + 1)
  const flat = new Int32Array(tasks.count)
  const ofTask = new Int32Array(tasks.count)
  const mean = (column: Float64Array): Float64Array =>
    Float64Array.from(leaves, (leaf) => leaf.reduce((sum, task) => sum + column[task]!, 0) / leaf.length)
  leaves.forEach((leaf, cell) => {
    start[cell + 1] = start[cell]! + leaf.length
    flat.set(leaf, start[cell])
    for (const task of leaf) ofTask[task] = cell
  })
  return {
    count: leaves.length,
    ofTask,
    start,
    tasks: flat,
    classOf: Int32Array.from(classOf),
    inputTokens: mean(tasks.inputTokens),
    outputTokens: mean(tasks.outputTokens),
    linked: Uint8Array.from(classOf, (c) => classes.linked[c]!),
  }
}

interface Alike {
  readonly row: number
  readonly list: number[]
  /** True when others of the class are elsewhere. */
  readonly isPart: boolean
}

/** Tasks of a class; of linked ones those to whom their chains leave the same qualities, so that they share a future. */
function alike({ count, ofTask, linked, windows }: Classes, numTasks: number): Alike[] {
  const whole = Array.from({ length: count }, (_, row): Alike => ({ row, list: [], isPart: false }))
  const index = new Map<string, Alike>()
  for (let task = 0; task < numTasks; task++) {
    const row = ofTask[task]!
    if (windows === undefined || linked[row] === 0 || numTasks > MOST_IN_PARTS) {
      whole[row]!.list.push(task)
      continue
    }
    const key = `${row} ${windows.least[task]} ${windows.most[task]}`
    const part = index.get(key) ?? { row, list: [], isPart: true }
    index.set(key, part)
    part.list.push(task)
  }
  return [...whole, ...index.values()].filter(({ list }) => list.length > 0)
}

/** Halves along the column of larger relative spread until there are as many parts as wanted (a k-d tree). */
function split(tasks: Int32Array, wanted: number, columns: readonly Float64Array[]): Int32Array[] {
  if (tasks.length === 0) return []
  if (wanted <= 1 || tasks.length === 1) return [tasks]
  const spread = (column: Float64Array): number => {
    let [low, high] = [Infinity, 0]
    for (const task of tasks) {
      low = Math.min(low, column[task]!)
      high = Math.max(high, column[task]!)
    }
    return (high - low) / (high + 1)
  }
  const spreads = columns.map(spread)
  const widest = Math.max(...spreads)
  // Tasks of one size are one cell, however many they are.
  if (widest === 0) return [tasks]
  const column = columns[spreads.indexOf(widest)]!
  tasks.sort((a, b) => column[a]! - column[b]! || a - b)
  const parts = Math.min(wanted, tasks.length)
  const half = Math.floor(parts / 2)
  const cut = Math.round((tasks.length * half) / parts)
  return [
    ...split(tasks.subarray(0, cut), half, columns),
    ...split(tasks.subarray(cut), parts - half, columns),
  ]
}
