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
  const flat = new Int32Array(tasks.count)
  const parts = alike(classes, flat)
  const pairs = parts.reduce(
    (sum, { row, begin, end }) => sum + (end - begin) * (classes.start[row + 1]! - classes.start[row]!),
    0,
  )
  const share = Math.min(1, targetPairs / Math.max(1, pairs))
  const ends: number[] = []
  const classOf: number[] = []
  const columns = { task: flat, keys: [tasks.inputTokens, tasks.outputTokens] }
  for (const { row, begin, end, isPart } of parts) {
    const least = isPart ? LEAST_CELLS_PER_PART : LEAST_CELLS_PER_CLASS
    const wanted = Math.max(least, Math.ceil((end - begin) * share))
    splitTasks(columns, { begin, end, wanted }, (leafEnd) => {
      ends.push(leafEnd)
      classOf.push(row)
    })
  }
  const start = Int32Array.from([0, ...ends])
  const mean = (column: Float64Array): Float64Array =>
    Float64Array.from(ends, (end, cell) => {
      let sum = 0
      for (let k = start[cell]!; k < end; k++) sum += column[flat[k]!]!
      return sum / (end - start[cell]!)
    })
  const ofTask = new Int32Array(tasks.count)
  for (let cell = 0; cell < ends.length; cell++)
    for (let k = start[cell]!; k < start[cell + 1]!; k++) ofTask[flat[k]!] = cell
  return {
    count: ends.length,
    ofTask,
    start,
    tasks: flat,
    classOf: Int32Array.from(classOf),
    inputTokens: mean(tasks.inputTokens),
    outputTokens: mean(tasks.outputTokens),
    linked: Uint8Array.from(classOf, (c) => classes.linked[c]!),
  }
}

/** Tasks `begin .. end` of the order. */
interface Alike {
  readonly row: number
  readonly begin: number
  readonly end: number
  /** True when others of the class are elsewhere. */
  readonly isPart: boolean
}

/**
 * Orders tasks by class; of linked ones by what their chains leave them too, so that those of a part share a future.
 * Writes `order`.
 */
function alike({ count, ofTask, linked, windows }: Classes, order: Int32Array): Alike[] {
  // Parts come after all classes.
  let key = ofTask
  const rowOf = Array.from({ length: count }, (_, row) => row)
  if (windows !== undefined && order.length <= MOST_IN_PARTS) {
    const index = new Map<string, number>()
    key = ofTask.map((row, task) => {
      if (linked[row] === 0) return row
      const mark = `${row} ${windows.least[task]} ${windows.most[task]}`
      const part = index.get(mark) ?? rowOf.push(row) - 1
      index.set(mark, part)
      return part
    })
  }
  const start = new Int32Array(rowOf.length + 1)
  for (const own of key) start[own + 1]! += 1
  for (let k = 0; k < rowOf.length; k++) start[k + 1]! += start[k]!
  const next = start.slice()
  for (let task = 0; task < key.length; task++) order[next[key[task]!]!++] = task
  return rowOf
    .map((row, k) => ({ row, begin: start[k]!, end: start[k + 1]!, isPart: k >= count }))
    .filter(({ begin, end }) => end > begin)
}

interface Columns {
  readonly task: Int32Array
  readonly keys: readonly Float64Array[]
}

/** Halves along the column of larger relative spread until there are as many parts as wanted (a k-d tree). */
export function splitTasks(
  columns: Columns,
  { begin, end, wanted }: { readonly begin: number; readonly end: number; readonly wanted: number },
  onLeaf: (end: number) => void,
): void {
  const { task, keys } = columns
  const spreads = wanted > 1 && end - begin > 1 ? keys.map((key) => spread(task, key, begin, end)) : [0]
  const widest = Math.max(...spreads)
  // Tasks of one size are one cell, however many they are.
  if (widest === 0) {
    onLeaf(end)
    return
  }
  const parts = Math.min(wanted, end - begin)
  const half = Math.floor(parts / 2)
  const cut = begin + Math.round(((end - begin) * half) / parts)
  smallestFirst(task, keys[spreads.indexOf(widest)]!, { begin, end, cut })
  splitTasks(columns, { begin, end: cut, wanted: half }, onLeaf)
  splitTasks(columns, { begin: cut, end, wanted: parts - half }, onLeaf)
}

function spread(task: Int32Array, key: Float64Array, begin: number, end: number): number {
  let low = Infinity
  let high = 0
  for (let k = begin; k < end; k++) {
    const own = key[task[k]!]!
    if (own < low) low = own
    if (own > high) high = own
  }
  return (high - low) / (high + 1)
}

/** Puts the smallest by key, then by number, before `cut` (Hoare's selection). */
function smallestFirst(
  task: Int32Array,
  key: Float64Array,
  { begin, end, cut }: { readonly begin: number; readonly end: number; readonly cut: number },
): void {
  let low = begin
  let high = end - 1
  while (low < high) {
    const middle = task[(low + high) >>> 1]!
    const pivot = key[middle]!
    let i = low
    let j = high
    while (i <= j) {
      while (key[task[i]!]! < pivot || (key[task[i]!]! === pivot && task[i]! < middle)) i++
      while (key[task[j]!]! > pivot || (key[task[j]!]! === pivot && task[j]! > middle)) j--
      if (i > j) break
      const own = task[i]!
      task[i++] = task[j]!
      task[j--] = own
    }
    if (cut <= j) high = j
    else if (cut >= i) low = i
    else return
  }
}
