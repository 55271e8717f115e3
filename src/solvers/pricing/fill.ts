/**
 * A plan within all capacities in a second or two for a million tasks: class by class, those with the fewest places
 * first, every task to the first bay with room in the order of priced cost. It leaves out what it finds no room for.
 */
import { FirstFit } from '../../numeric/first-fit.ts'
import { mustStop, type RunContext } from '../../solve/context.ts'
import type { Bays } from './bays.ts'
import { createPricedLines, type PricedLines, priceLines } from './priced-lines.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'

export interface FillInput {
  readonly problem: Problem
  readonly bays: Bays
  readonly rows: Rows
  readonly y: Float64Array
  readonly context: RunContext
}

/** Bay of each task, -1 for those left out. */
export interface Filled {
  readonly bayOf: Int32Array
  readonly missing: number
}

/** Tasks and entries between two looks at the clock. */
const CHUNK = 20_000

/** How often classes that found no room go first in another attempt, at most. */
const MOST_ATTEMPTS = 8

/** The attempt that leaves out fewest; undefined when the time ends before the first is complete. */
export async function fill(input: FillInput): Promise<Filled | undefined> {
  const { problem } = input
  if (mustStop(input.context)) return undefined
  const turns = byScarcity(problem)
  let best: Filled | undefined
  const lacked = new Float64Array(problem.classes.count)
  for (let attempt = 0; attempt < MOST_ATTEMPTS && best?.missing !== 0; attempt++) {
    const filled = await fillOnce(input, turns)
    if (filled === undefined) break
    if (best === undefined || filled.missing < best.missing) best = filled
    for (let task = 0; task < filled.bayOf.length; task++)
      if (filled.bayOf[task]! < 0) lacked[problem.classes.ofTask[task]!]! += 1
    // What once found no room goes before what always did.
    turns.sort((a, b) => lacked[b.row]! / b.tasks.length - lacked[a.row]! / a.tasks.length)
  }
  return best
}

async function fillOnce(input: FillInput, turns: readonly Turn[]): Promise<Filled | undefined> {
  const { problem, context } = input
  const { instance, tokens } = problem
  const priced = createPricedLines(problem)
  priceLines(problem, input.rows, { y: input.y, out: priced })
  const room = createRoom(input)
  const bayOf = new Int32Array(instance.tasks.count).fill(-1)
  const orders = classOrders(input, priced)
  const mustEnd = createWatch(context)
  let missing = 0
  const place = (task: number, bay: number): void => {
    bayOf[task] = bay
    if (bay < 0) missing++
    else room.take(bay, tokens[task]!)
  }
  const linked = linkedTasks(problem)
  const qualityOf = new Float64Array(linked.length > 0 ? instance.tasks.count : 0).fill(-Infinity)
  for (let k = 0; k < linked.length; k++) {
    if (await mustEnd(1)) return undefined
    place(linked[k]!, chained(input, { task: linked[k]!, qualityOf, orders, room }))
  }
  for (const { row, tasks } of turns) {
    if (await mustEnd(problem.classes.start[row + 1]! - problem.classes.start[row]!)) return undefined
    const open = ordered(input, { priced, row, tasks })
    const fit = new FirstFit(open.length, 0)
    // Loads are what is left, below zero, so that bins of any size can share one tree.
    for (const [k, bay] of open.entries()) fit.set(k, -room.left(bay))
    for (let k = 0; k < tasks.length; k++) {
      if ((k & 255) === 255 && (await mustEnd(256))) return undefined
      const at = fit.find(tokens[tasks[k]!]!)
      place(tasks[k]!, at < 0 ? -1 : open[at]!)
      if (at >= 0) fit.set(at, -room.left(open[at]!))
    }
  }
  return { bayOf, missing }
}

/** Counts steps; true when the time has ended, looked up every so many. */
function createWatch(context: RunContext): (steps: number) => Promise<boolean> {
  let taken = 0
  return async (steps) => {
    taken += steps
    if (taken < CHUNK) return false
    taken = 0
    await context.breathe()
    return mustStop(context)
  }
}

interface Room {
  /** Tokens the next task on the bay may have; -Infinity without a free slot. */
  left(bay: number): number
  take(bay: number, tokens: number): void
}

function createRoom({ problem, bays }: FillInput): Room {
  const slots = bays.capacityTasks.slice()
  const tokens = bays.capacityTokens.slice()
  return {
    left(bay) {
      if (slots[bay]! < 1) return -Infinity
      return Math.min(tokens[bay]!, problem.groups.tokenLimit[bays.groupOf[bay]!]!)
    },
    take(bay, size) {
      slots[bay]! -= 1
      tokens[bay]! -= size
    },
  }
}

/** Entries of the class by what a task of the given size costs there, priced. */
function entriesByCost(
  { problem: { classes } }: FillInput,
  { constant, perInput, perOutput }: PricedLines,
  { row, input, output }: { row: number; input: number; output: number },
): Int32Array {
  const [begin, end] = [classes.start[row]!, classes.start[row + 1]!]
  const cost = new Float64Array(end - begin)
  for (let at = begin; at < end; at++)
    cost[at - begin] = constant[at]! + perInput[at]! * input + perOutput[at]! * output
  return Int32Array.from(cost, (_, k) => begin + k).sort(
    (a, b) => cost[a - begin]! - cost[b - begin]! || a - b,
  )
}

/** Bays for the tasks of a class, cheapest first. */
function ordered(
  input: FillInput,
  { priced, row, tasks }: { priced: PricedLines; row: number; tasks: Int32Array },
): Int32Array {
  const { problem, bays } = input
  const { inputTokens, outputTokens } = problem.instance.tasks
  const mean = (column: Float64Array): number =>
    tasks.reduce((sum, task) => sum + column[task]!, 0) / tasks.length
  const size = { row, input: mean(inputTokens), output: mean(outputTokens) }
  const open: number[] = []
  for (const at of entriesByCost(input, priced, size)) {
    const group = problem.classes.groups[at]!
    for (let bay = bays.start[group]!; bay < bays.start[group + 1]!; bay++) open.push(bay)
  }
  return Int32Array.from(open)
}

/** A class whose turn it is. Its tasks come in their own order: of mixed sizes they use up slots and tokens alike. */
interface Turn {
  readonly row: number
  readonly tasks: Int32Array
}

/** Classes of tasks without dependencies, those with the fewest slots first: nobody else can use less. */
function byScarcity({ classes, groups, instance }: Problem): Turn[] {
  const size = new Int32Array(classes.count)
  for (const row of classes.ofTask) size[row]! += 1
  const tasks = Array.from(size, (count) => new Int32Array(count))
  for (let task = instance.tasks.count - 1; task >= 0; task--) {
    const row = classes.ofTask[task]!
    size[row]! -= 1
    tasks[row]![size[row]!] = task
  }
  const slots = Float64Array.from(tasks, (_, row) => {
    let sum = 0
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++)
      sum += groups.capacityTasks[classes.groups[at]!]!
    return sum
  })
  return tasks
    .map((own, row) => ({ row, tasks: own }))
    .filter(({ row, tasks: own }) => own.length > 0 && classes.linked[row] === 0)
    .sort((a, b) => slots[a.row]! - slots[b.row]! || a.row - b.row)
}

/** Parents before children. */
function linkedTasks({ classes, instance }: Problem): Int32Array {
  if (!classes.linked.includes(1)) return new Int32Array()
  return instance.dependencies.topologicalOrder.filter((task) => classes.linked[classes.ofTask[task]!] === 1)
}

/** For each class of linked tasks its entries by priced cost at the mean size of all tasks, and how many are full. */
interface ClassOrder {
  readonly entries: Int32Array
  full: number
}

function classOrders(input: FillInput, priced: PricedLines): readonly ClassOrder[] {
  const { classes, instance } = input.problem
  const mean = (column: Float64Array): number => column.reduce((sum, own) => sum + own, 0) / column.length
  const size = { input: mean(instance.tasks.inputTokens), output: mean(instance.tasks.outputTokens) }
  return Array.from({ length: classes.count }, (_, row) => ({
    entries: classes.linked[row] === 1 ? entriesByCost(input, priced, { row, ...size }) : new Int32Array(),
    full: 0,
  }))
}

interface Chained {
  readonly task: number
  /** Of the linked tasks placed so far; -Infinity of others. */
  readonly qualityOf: Float64Array
  readonly orders: readonly ClassOrder[]
  readonly room: Room
}

/** The first bay with room no worse than the task's parents' and no better than its children need; -1 without. */
function chained({ problem, bays }: FillInput, { task, qualityOf, orders, room }: Chained): number {
  const { classes, instance, tokens } = problem
  const { parentStart, parents } = instance.dependencies
  const { windows } = classes
  let least = windows?.least[task] ?? -Infinity
  const most = windows?.most[task] ?? Infinity
  for (let k = parentStart[task]!; k < parentStart[task + 1]!; k++)
    least = Math.max(least, qualityOf[parents[k]!]!)
  const order = orders[classes.ofTask[task]!]!
  const isFull = (at: number): boolean => bayWithRoom(bays, room, { group: classes.groups[at]!, size: 0 }) < 0
  while (order.full < order.entries.length && isFull(order.entries[order.full]!)) order.full++
  for (let k = order.full; k < order.entries.length; k++) {
    const at = order.entries[k]!
    if (classes.quality[at]! < least || classes.quality[at]! > most) continue
    const bay = bayWithRoom(bays, room, { group: classes.groups[at]!, size: tokens[task]! })
    if (bay < 0) continue
    qualityOf[task] = classes.quality[at]!
    return bay
  }
  return -1
}

function bayWithRoom(bays: Bays, room: Room, { group, size }: { group: number; size: number }): number {
  for (let bay = bays.start[group]!; bay < bays.start[group + 1]!; bay++)
    if (room.left(bay) >= size) return bay
  return -1
}
