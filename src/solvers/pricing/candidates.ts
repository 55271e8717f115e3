/** A short list of groups for the tasks of each cell: those of least priced cost at the final prices. */
import type { Cells } from './cells.ts'
import { createPricedLines, priceLines } from './priced-lines.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'

/** Candidates of cell `c` are groups `group[c * width .. c * width + size[c])`, cheapest first. */
export interface Candidates {
  readonly width: number
  readonly size: Int32Array
  readonly group: Int32Array
}

/** So many are kept however dear they are. */
const LEAST = 4

/** At most `width` groups whose priced cost is above the cheapest's by no more than the part `within`. */
export function buildCandidates(
  problem: Problem,
  cells: Cells,
  { rows, y, width, within }: { rows: Rows; y: Float64Array; width: number; within: number },
): Candidates {
  const { classes } = problem
  const priced = createPricedLines(problem)
  priceLines(problem, rows, { y, out: priced })
  const size = new Int32Array(cells.count)
  const group = new Int32Array(cells.count * width)
  const cost = new Float64Array(width)
  for (let c = 0; c < cells.count; c++) {
    const row = cells.classOf[c]!
    let count = 0
    const base = c * width
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) {
      const own =
        priced.constant[at]! +
        priced.perInput[at]! * cells.inputTokens[c]! +
        priced.perOutput[at]! * cells.outputTokens[c]!
      if (count === width && own >= cost[width - 1]!) continue
      let k = count < width ? count++ : width - 1
      for (; k > 0 && cost[k - 1]! > own; k--) {
        cost[k] = cost[k - 1]!
        group[base + k] = group[base + k - 1]!
      }
      cost[k] = own
      group[base + k] = classes.groups[at]!
    }
    while (count > LEAST && cost[count - 1]! > cost[0]! * (1 + within)) count--
    size[c] = count
  }
  return { width, size, group }
}

/** Tasks that have group `g` among their candidates are `tasks[start[g] .. start[g + 1])`. */
export function candidateTasks(
  { width, size, group }: Candidates,
  cells: Cells,
  numGroups: number,
): { readonly start: Int32Array; readonly tasks: Int32Array } {
  const start = new Int32Array(numGroups + 1)
  const visit = (found: (group: number, from: number, to: number) => void): void => {
    for (let c = 0; c < cells.count; c++)
      for (let k = 0; k < size[c]!; k++) found(group[c * width + k]!, cells.start[c]!, cells.start[c + 1]!)
  }
  visit((g, from, to) => {
    start[g + 1]! += to - from
  })
  for (let g = 0; g < numGroups; g++) start[g + 1]! += start[g]!
  const next = start.slice()
  const tasks = new Int32Array(start[numGroups]!)
  visit((g, from, to) => {
    for (let k = from; k < to; k++) tasks[next[g]!++] = cells.tasks[k]!
  })
  return { start, tasks }
}
