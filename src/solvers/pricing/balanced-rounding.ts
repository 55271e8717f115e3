/**
 * From prices to a plan within all capacities where tasks are so many that no single one matters: linked tasks by the
 * best choice of each whole tree, the others by shares that fill what those leave, each group's tasks dealt to its
 * bays, and the few that find no room there to the cheapest bay that has some.
 */
import { mustStop, type RunContext } from '../../solve/context.ts'
import { balance } from './balance.ts'
import type { Bays } from './bays.ts'
import type { Cells } from './cells.ts'
import { deal, largestFirst } from './deal.ts'
import { diffuse } from './diffuse.ts'
import type { Filled } from './fill.ts'
import { placeLeftOver } from './place-left-over.ts'
import { placeTrees } from './place-trees.ts'
import { createPricedLines, priceLines } from './priced-lines.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'

export interface BalancedInput {
  readonly problem: Problem
  readonly cells: Cells
  readonly bays: Bays
  readonly rows: Rows
  readonly y: Float64Array
  readonly context: RunContext
}

/** From so many tasks on, and so many to a group. */
const MANY = { tasks: 20_000, toGroup: 300 } as const
/** Trees are placed at prices and not within capacities: whatever they take must be little. */
const MOST_LINKED = 0.4

/**
 * Something is kept back for what does not fit exactly: with nothing to spare the last tasks find no room anywhere. A part
 * of each capacity, and parts of a typical task in each group.
 */
const TO_SPARE = { part: 5e-5, slots: 0.3, tokens: 0.15 } as const

/** Tasks without room after dealing, as a part of all: beyond it the plan is given up. */
const MOST_LEFT = 0.02

export function suitsBalancing({ instance, groups, forest, classes }: Problem): boolean {
  const { count } = instance.tasks
  return (
    count >= MANY.tasks &&
    count >= MANY.toGroup * groups.count &&
    forest.task.length <= MOST_LINKED * count &&
    instance.policy.unassignedUsd === Infinity &&
    !classes.estimated.includes(1)
  )
}

/** Bays of tasks, with how many have none; undefined when the time ends first or shares do not fit. */
export async function roundBalanced(input: BalancedInput): Promise<Filled | undefined> {
  const { problem, rows, context } = input
  const { classes } = problem
  const priced = createPricedLines(problem)
  priceLines(problem, rows, { y: input.y, out: priced })
  const entry = new Int32Array(problem.instance.tasks.count).fill(-1)
  placeTrees(problem, priced, { context, entry })
  await context.breathe()
  const left = remaining(problem, rows, entry)
  const cells = loneCells(input.cells)
  const { y, plan } = await balance({
    problem,
    cells,
    rows: { ...rows, capacity: lessReserve(problem, rows, left) },
    y: input.y,
    context,
  })
  if (mustStop(context)) return undefined
  const order = largestFirst(problem.tokens)
  for (const _ of diffuse({ problem, cells, rows, y, plan, order, left, entry })) {
    await context.breathe()
    if (mustStop(context)) return undefined
  }
  const groupOf = entry.map((at) => (at < 0 ? -1 : classes.groups[at]!))
  const dealt = await deal(problem, input.bays, { order, groupOf, context })
  // So many are left where shares do not fit the capacities: others do better then.
  if (mustStop(context) || dealt.leftOver.length > MOST_LEFT * order.length) return undefined
  priceLines(problem, rows, { y, out: priced })
  const missing = await placeLeftOver({ problem, bays: input.bays, priced, dealt, entry, context })
  return { bayOf: dealt.bayOf, missing }
}

function lessReserve({ tokens }: Problem, { width, capacity }: Rows, left: Float64Array): Float64Array {
  const mean = tokens.reduce((sum, own) => sum + own, 0) / Math.max(1, tokens.length)
  return left.map((amount, row) => {
    const typical = row < width ? TO_SPARE.slots : row < 2 * width ? TO_SPARE.tokens * mean : 0
    return Math.max(0, amount - TO_SPARE.part * capacity[row]! - typical)
  })
}

/** What the tasks that have an entry leave of each capacity. */
function remaining(
  { classes, tokens, instance, lines }: Problem,
  rows: Rows,
  entry: Int32Array,
): Float64Array {
  const { inputTokens, outputTokens } = instance.tasks
  const left = rows.capacity.slice()
  for (let task = 0; task < entry.length; task++) {
    const at = entry[task]!
    if (at < 0) continue
    const group = classes.groups[at]!
    const usd =
      lines.money[at]! +
      lines.moneyPerInput[at]! * inputTokens[task]! +
      lines.moneyPerOutput[at]! * outputTokens[task]!
    left[group]! -= 1
    left[rows.width + group]! -= tokens[task]!
    left[2 * rows.width + group]! -= usd
    left[rows.budget]! -= usd
  }
  return left
}

/** The cells of tasks that stand alone. */
function loneCells(cells: Cells): Cells {
  const kept = Int32Array.from(cells.linked.keys()).filter((c) => cells.linked[c] === 0)
  const start = new Int32Array(kept.length + 1)
  kept.forEach((c, k) => {
    start[k + 1] = start[k]! + cells.start[c + 1]! - cells.start[c]!
  })
  const tasks = new Int32Array(start[kept.length]!)
  const ofTask = new Int32Array(cells.ofTask.length).fill(-1)
  kept.forEach((c, k) => {
    const own = cells.tasks.subarray(cells.start[c]!, cells.start[c + 1]!)
    tasks.set(own, start[k])
    for (const task of own) ofTask[task] = k
  })
  return {
    count: kept.length,
    ofTask,
    start,
    tasks,
    classOf: Int32Array.from(kept, (c) => cells.classOf[c]!),
    inputTokens: Float64Array.from(kept, (c) => cells.inputTokens[c]!),
    outputTokens: Float64Array.from(kept, (c) => cells.outputTokens[c]!),
    linked: new Uint8Array(kept.length),
  }
}
