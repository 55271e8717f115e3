/**
 * The true Lagrangian bound at given prices: every task over every group it may go to, no smoothing, no cells. Groups
 * that cannot be the cheapest for any task of a cell are set aside first, by comparing planes at the corners of the
 * cell's box of token counts.
 */
import { CompensatedSum } from '../../numeric/sum.ts'
import type { Cells } from './cells.ts'
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

export function createExactBound(problem: Problem, cells: Cells, rows: Rows): ExactBound {
  const { classes, groups, instance, forest, tokens } = problem
  const { tasks, policy } = instance
  const priced = createPricedLines(problem)
  const unassigned = policy.unassignedUsd
  const levels = buildLevels(classes)
  const leastTree = createLeastTree(problem, levels)
  const charges = edgeCharges(problem, levels)
  const few = new Int32Array(Math.max(1, ...widths(classes.start)))
  const levelCost = new Float64Array(levels.count + 1)

  /** Entries of the cell's class that may be cheapest for one of its tasks, into `few`; returns how many. */
  const survivors = (c: number): number => {
    const row = cells.classOf[c]!
    const [begin, end] = [classes.start[row]!, classes.start[row + 1]!]
    const size = cells.start[c + 1]! - cells.start[c]!
    let count = 0
    if (size < 3 || end - begin < 6) {
      for (let at = begin; at < end; at++) few[count++] = at
      return count
    }
    const { constant, perInput, perOutput } = priced
    const box = boxOf(c)
    const corners = [
      box.inLow,
      box.outLow,
      box.inLow,
      box.outHigh,
      box.inHigh,
      box.outLow,
      box.inHigh,
      box.outHigh,
    ]
    // The cheapest at each corner rules out whoever is dearer than it at all four.
    const rivals: number[] = []
    for (let k = 0; k < 8; k += 2) {
      let [best, least] = [-1, Infinity]
      for (let at = begin; at < end; at++) {
        const cost = constant[at]! + perInput[at]! * corners[k]! + perOutput[at]! * corners[k + 1]!
        if (cost < least && groups.tokenLimit[classes.groups[at]!]! >= box.most) [best, least] = [at, cost]
      }
      if (best >= 0 && !rivals.includes(best)) rivals.push(best)
    }
    for (let at = begin; at < end; at++) {
      let dominated = false
      for (const rival of rivals) {
        if (rival === at) continue
        const [d0, d1, d2] = [
          constant[at]! - constant[rival]!,
          perInput[at]! - perInput[rival]!,
          perOutput[at]! - perOutput[rival]!,
        ]
        dominated =
          d0 + d1 * box.inLow + d2 * box.outLow > 0 &&
          d0 + d1 * box.inLow + d2 * box.outHigh > 0 &&
          d0 + d1 * box.inHigh + d2 * box.outLow > 0 &&
          d0 + d1 * box.inHigh + d2 * box.outHigh > 0
        if (dominated) break
      }
      if (!dominated) few[count++] = at
    }
    return count
  }

  const boxOf = (c: number): Box => {
    const box = { inLow: Infinity, inHigh: 0, outLow: Infinity, outHigh: 0, most: 0 }
    for (let k = cells.start[c]!; k < cells.start[c + 1]!; k++) {
      const task = cells.tasks[k]!
      const [input, output] = [tasks.inputTokens[task]!, tasks.outputTokens[task]!]
      if (input < box.inLow) box.inLow = input
      if (input > box.inHigh) box.inHigh = input
      if (output < box.outLow) box.outLow = output
      if (output > box.outHigh) box.outHigh = output
      if (tokens[task]! > box.most) box.most = tokens[task]!
    }
    return box
  }

  const singles = (sum: CompensatedSum): void => {
    const { constant, perInput, perOutput } = priced
    for (let c = 0; c < cells.count; c++) {
      if (cells.linked[c] === 1) continue
      const count = survivors(c)
      for (let k = cells.start[c]!; k < cells.start[c + 1]!; k++) {
        const task = cells.tasks[k]!
        const [input, output] = [tasks.inputTokens[task]!, tasks.outputTokens[task]!]
        let least = unassigned
        for (let j = 0; j < count; j++) {
          const at = few[j]!
          const cost = constant[at]! + perInput[at]! * input + perOutput[at]! * output
          if (cost < least && groups.tokenLimit[classes.groups[at]!]! >= tokens[task]!) least = cost
        }
        sum.add(least)
      }
    }
  }

  /** The task's least priced cost on each level, and what leaving it out costs. */
  const levelCosts = (task: number): Float64Array => {
    const { constant, perInput, perOutput } = priced
    const row = classes.ofTask[task]!
    const [input, output] = [tasks.inputTokens[task]!, tasks.outputTokens[task]!]
    levelCost.fill(Infinity)
    levelCost[levels.count] = unassigned
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) {
      const cost = constant[at]! + perInput[at]! * input + perOutput[at]! * output
      const level = levels.ofEntry[at]!
      if (cost < levelCost[level]! && groups.tokenLimit[classes.groups[at]!]! >= tokens[task]!)
        levelCost[level] = cost
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
      const gross = sum.value + (forest.task.length > 0 ? leastTree.sum(levelCosts) : 0)
      let rent = charges?.paidBackUsd ?? 0
      for (let row = 0; row < rows.count; row++)
        if (rows.active[row] === 1) rent += y[row]! * rows.capacity[row]!
      // More than all roundings of the sums: the certificate is checked in whole units.
      return gross - rent - 4e-14 * (gross + rent) - (2 * tasks.count) / problem.units
    },
  }
}

interface Box {
  inLow: number
  inHigh: number
  outLow: number
  outHigh: number
  most: number
}

function widths(start: Int32Array): number[] {
  return Array.from({ length: start.length - 1 }, (_, row) => start[row + 1]! - start[row]!)
}
