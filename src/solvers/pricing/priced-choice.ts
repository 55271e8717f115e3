/** The entry of least priced cost for one task, over all that its class allows. */
import type { PricedLines } from './priced-lines.ts'
import type { Problem } from './problem.ts'

/** Among the entries that `fits` allows and that the task is not too large for; -1 when there is none. */
export function cheapestEntry(
  { classes, groups, tokens, instance }: Problem,
  { constant, perInput, perOutput }: PricedLines,
  { task, fits }: { readonly task: number; readonly fits: (at: number) => boolean },
): number {
  const row = classes.ofTask[task]!
  const input = instance.tasks.inputTokens[task]!
  const output = instance.tasks.outputTokens[task]!
  let best = -1
  let least = Infinity
  for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) {
    const cost = constant[at]! + perInput[at]! * input + perOutput[at]! * output
    if (cost >= least || groups.tokenLimit[classes.groups[at]!]! < tokens[task]! || !fits(at)) continue
    best = at
    least = cost
  }
  return best
}
