/**
 * From shares to whole tasks by error diffusion, within capacities: from the largest cell down, each task goes to the group
 * that is furthest behind its shares so far among those with room.
 */
import type { Cells } from './cells.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'
import type { FractionalPlan } from './smooth-dual.ts'

export interface DiffuseInput {
  readonly problem: Problem
  /** Tasks that are in none (-1) are passed over. */
  readonly cells: Cells
  readonly rows: Rows
  readonly y: Float64Array
  readonly plan: FractionalPlan
  /** All tasks, the largest first. */
  readonly order: Int32Array
  /** What is left of each capacity, by row; falls. */
  readonly left: Float64Array
  /** Entry of each task; those of the cells are written, where a group has room. */
  readonly entry: Int32Array
}

/** Tasks between two chances to stop. */
const SLICE = 20_000

/** Yields after every so many tasks. */
export function* diffuse(input: DiffuseInput): Generator<void> {
  const { problem, plan, order, cells } = input
  const state = {
    group: plan.entry.map((at) => (at < 0 ? -1 : problem.classes.groups[at]!)),
    slots: new Float64Array(problem.groups.count),
    tokens: new Float64Array(problem.groups.count),
  }
  const byCell = cellByCell(cells, order)
  for (let begin = 0; begin < byCell.length; begin += SLICE) {
    diffuseSome(input, byCell.subarray(begin, begin + SLICE), state)
    yield
  }
}

/** Cells of large tasks first, and within each its largest: what a cell owes is paid before the next one owes. */
function cellByCell(
  { count, ofTask, inputTokens, outputTokens, start }: Cells,
  order: Int32Array,
): Int32Array {
  const size = (c: number): number => inputTokens[c]! + outputTokens[c]!
  const cells = Int32Array.from({ length: count }, (_, c) => c).sort((a, b) => size(b) - size(a) || a - b)
  const next = new Int32Array(count)
  let used = 0
  for (const c of cells) {
    next[c] = used
    used += start[c + 1]! - start[c]!
  }
  const tasks = new Int32Array(used)
  for (let k = 0; k < order.length; k++) {
    const cell = ofTask[order[k]!]!
    if (cell >= 0) tasks[next[cell]!++] = order[k]!
  }
  return tasks
}

interface State {
  /** Group of each share. */
  readonly group: Int32Array
  /** What groups were owed so far and did not get. */
  readonly slots: Float64Array
  readonly tokens: Float64Array
}

function diffuseSome(
  { problem, cells, rows, y, plan, left, entry }: DiffuseInput,
  some: Int32Array,
  { group, slots, tokens }: State,
): void {
  const { width } = rows
  const { tokenLimit } = problem.groups
  const { start, share } = plan
  for (let i = 0; i < some.length; i++) {
    const task = some[i]!
    const cell = cells.ofTask[task]!
    const size = problem.tokens[task]!
    const inverse = 1 / Math.max(size, 1)
    let best = -1
    let most = -Infinity
    for (let k = start[cell]!; k < start[cell + 1]!; k++) {
      const g = group[k]!
      if (g < 0) continue
      const owedSlots = slots[g]! + share[k]!
      const owedTokens = tokens[g]! + share[k]! * size
      slots[g] = owedSlots
      tokens[g] = owedTokens
      if (left[g]! < 1 || left[width + g]! < size || tokenLimit[g]! < size) continue
      const perToken = y[width + g]! * size
      const priced = y[g]! + perToken
      const weight = priced > 0 ? perToken / priced : 0.5
      const score = (1 - weight) * owedSlots + weight * owedTokens * inverse
      if (score <= most) continue
      best = k
      most = score
    }
    if (best < 0) continue
    const chosen = group[best]!
    slots[chosen]! -= 1
    tokens[chosen]! -= size
    left[chosen]! -= 1
    left[width + chosen]! -= size
    entry[task] = plan.entry[best]!
  }
}
