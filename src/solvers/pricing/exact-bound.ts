/**
 * The true Lagrangian bound at given prices: every task over every group it may go to, no smoothing, no cells. Groups
 * that cannot be the cheapest for any task of a cell are set aside first, then once more for every few tasks of it.
 */
import { CompensatedSum } from '../../numeric/sum.ts'
import { type Box, createPruner } from './box-pruning.ts'
import { type Cells, splitTasks } from './cells.ts'
import { edgeCharges } from './edge-prices.ts'
import { buildLevels } from './levels.ts'
import { createPricedLines, priceLines } from './priced-lines.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'
import { createLeastTree } from './tree-least.ts'

export interface ExactBound {
  /** A lower bound on every feasible plan's objective, in dollars, safely rounded down. */
  evaluate(y: Float64Array): number
}

/** Tasks of a cell that are looked at together. */
const FEW = 40

export function createExactBound(problem: Problem, cells: Cells, rows: Rows): ExactBound {
  const { classes, groups, instance, forest, tokens } = problem
  const { policy } = instance
  const { inputTokens, outputTokens } = instance.tasks
  const priced = createPricedLines(problem)
  const { constant, perInput, perOutput } = priced
  const unassigned = policy.unassignedUsd
  const levels = buildLevels(classes)
  const leastTree = createLeastTree(problem, levels)
  const charges = edgeCharges(problem, levels)
  const pruner = createPruner(problem, priced)
  const every = Int32Array.from(classes.groups.keys())
  const widest = Math.max(1, ...widths(classes.start))
  const some = new Int32Array(widest)
  const few = new Int32Array(widest)
  const parts = partsOf(problem, cells)
  const levelCost = new Float64Array(levels.count + 1)

  const boxOf = (tasks: Int32Array, begin: number, end: number): Box => {
    const box = { inLow: Infinity, inHigh: 0, outLow: Infinity, outHigh: 0, most: 0 }
    for (let k = begin; k < end; k++) {
      const input = inputTokens[tasks[k]!]!
      const output = outputTokens[tasks[k]!]!
      if (input < box.inLow) box.inLow = input
      if (input > box.inHigh) box.inHigh = input
      if (output < box.outLow) box.outLow = output
      if (output > box.outHigh) box.outHigh = output
      if (tokens[tasks[k]!]! > box.most) box.most = tokens[tasks[k]!]!
    }
    return box
  }

  const leastOf = (task: number, count: number): number => {
    const input = inputTokens[task]!
    const output = outputTokens[task]!
    let least = unassigned
    for (let j = 0; j < count; j++) {
      const at = few[j]!
      const cost = constant[at]! + perInput[at]! * input + perOutput[at]! * output
      if (cost < least && groups.tokenLimit[classes.groups[at]!]! >= tokens[task]!) least = cost
    }
    return least
  }

  const singles = (sum: CompensatedSum): void => {
    for (let c = 0; c < cells.count; c++) {
      if (cells.linked[c] === 1) continue
      const row = cells.classOf[c]!
      const [begin, end] = [cells.start[c]!, cells.start[c + 1]!]
      const range = { from: classes.start[row]!, to: classes.start[row + 1]! }
      const left = pruner.prune(every, range, boxOf(cells.tasks, begin, end), { target: some, at: 0 })
      for (let p = parts.ofCell[c]!; p < parts.ofCell[c + 1]!; p++) {
        const [first, last] = [parts.start[p]!, parts.start[p + 1]!]
        const box = boxOf(parts.tasks, first, last)
        const count = pruner.prune(some, { from: 0, to: left }, box, { target: few, at: 0 })
        for (let k = first; k < last; k++) sum.add(leastOf(parts.tasks[k]!, count))
      }
    }
  }

  /** Per linked cell and level the entries that may be cheapest, as `list[start[..] .. start[.. + 1])`. */
  const lists = { start: new Int32Array(0), list: new Int32Array(0) }
  const listLevels = (): void => {
    const width = levels.count
    lists.start = new Int32Array(cells.count * width + 1)
    let most = 0
    for (let c = 0; c < cells.count; c++) {
      const row = cells.classOf[c]!
      if (cells.linked[c] === 1) most += classes.start[row + 1]! - classes.start[row]!
    }
    if (lists.list.length < most) lists.list = new Int32Array(most)
    let used = 0
    for (let c = 0; c < cells.count; c++) {
      const row = cells.classOf[c]!
      let from = classes.start[row]!
      const box = cells.linked[c] === 1 ? boxOf(cells.tasks, cells.start[c]!, cells.start[c + 1]!) : undefined
      for (let level = 0; level < width; level++) {
        if (box) {
          // Entries are in order of quality, so those of a level are neighbours.
          let to = from
          while (to < classes.start[row + 1]! && levels.ofEntry[to] === level) to++
          used = pruner.prune(every, { from, to }, box, { target: lists.list, at: used })
          from = to
        }
        lists.start[c * width + level + 1] = used
      }
    }
  }

  /** The task's least priced cost on each level, and what leaving it out costs. */
  const levelCosts = (task: number): Float64Array => {
    const first = cells.ofTask[task]! * levels.count
    const input = inputTokens[task]!
    const output = outputTokens[task]!
    const size = tokens[task]!
    levelCost[levels.count] = unassigned
    for (let level = 0; level < levels.count; level++) {
      let least = Infinity
      for (let k = lists.start[first + level]!; k < lists.start[first + level + 1]!; k++) {
        const at = lists.list[k]!
        const cost = constant[at]! + perInput[at]! * input + perOutput[at]! * output
        if (cost < least && groups.tokenLimit[classes.groups[at]!]! >= size) least = cost
      }
      levelCost[level] = least
    }
    const charged = charges?.ofTask.get(task)
    if (charged) for (let l = 0; l < levels.count; l++) levelCost[l]! += charged[l]!
    return levelCost
  }

  return {
    evaluate(y) {
      priceLines(problem, rows, { y, out: priced })
      const sum = new CompensatedSum()
      singles(sum)
      if (forest.task.length > 0) listLevels()
      const gross = sum.value + (forest.task.length > 0 ? leastTree.sum(levelCosts) : 0)
      let rent = charges?.paidBackUsd ?? 0
      for (let row = 0; row < rows.count; row++)
        if (rows.active[row] === 1) rent += y[row]! * rows.capacity[row]!
      // More than all roundings of the sums: the certificate is checked in whole units.
      return gross - rent - 4e-14 * (gross + rent) - (2 * instance.tasks.count) / problem.units
    },
  }
}

/** Tasks of each cell a few at a time, of similar size: parts of cell `c` are `ofCell[c] .. ofCell[c + 1])`. */
interface Parts {
  readonly ofCell: Int32Array
  readonly start: Int32Array
  readonly tasks: Int32Array
}

function partsOf({ instance }: Problem, cells: Cells): Parts {
  const tasks = cells.tasks.slice()
  const ofCell = new Int32Array(cells.count + 1)
  const start = [0]
  const columns = { task: tasks, keys: [instance.tasks.inputTokens, instance.tasks.outputTokens] }
  for (let c = 0; c < cells.count; c++) {
    const [begin, end] = [cells.start[c]!, cells.start[c + 1]!]
    if (cells.linked[c] === 1) start.push(end)
    else
      splitTasks(columns, { begin, end, wanted: Math.ceil((end - begin) / FEW) }, (last) => start.push(last))
    ofCell[c + 1] = start.length - 1
  }
  return { ofCell, start: Int32Array.from(start), tasks }
}

function widths(start: Int32Array): number[] {
  return Array.from({ length: start.length - 1 }, (_, row) => start[row + 1]! - start[row]!)
}
