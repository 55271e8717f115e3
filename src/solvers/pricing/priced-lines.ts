/** The lines of every class at given prices: what a task's slot, tokens and money cost there, all in one. */
import type { Problem } from './problem.ts'
import { moneyPrice, type Rows } from './rows.ts'

export interface PricedLines {
  readonly constant: Float64Array
  readonly perInput: Float64Array
  readonly perOutput: Float64Array
}

export function createPricedLines(problem: Problem): PricedLines {
  const size = problem.classes.groups.length
  return {
    constant: new Float64Array(size),
    perInput: new Float64Array(size),
    perOutput: new Float64Array(size),
  }
}

/** Writes the lines at prices `y` into `out`. */
export function priceLines(
  { classes, lines, tokens }: Problem,
  rows: Rows,
  { y, out }: { y: Float64Array; out: PricedLines },
): void {
  const { groups } = classes
  const { constant, perInput, perOutput } = out
  const { width } = rows
  for (let at = 0; at < groups.length; at++) {
    const group = groups[at]!
    const money = moneyPrice(rows, y, group)
    const token = y[width + group]!
    constant[at] = lines.constant[at]! + y[group]! + money * lines.money[at]!
    perInput[at] = lines.perInput[at]! + token + money * lines.moneyPerInput[at]!
    perOutput[at] = lines.perOutput[at]! + token + money * lines.moneyPerOutput[at]!
  }
  // An estimated task has its cost in the constant alone; its tokens still have a price.
  for (let row = 0; row < classes.count; row++) {
    if (classes.estimated[row] === 0) continue
    const own = tokens[classes.task[row]!]!
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) {
      constant[at]! += own * perInput[at]!
      perInput[at] = 0
      perOutput[at] = 0
    }
  }
}
