/** Gives linked tasks the entries at which their whole trees cost least at given prices. Capacities are not its business. */
import type { RunContext } from '../../solve/context.ts'
import { buildLevels, type Levels } from './levels.ts'
import { cheapestEntry } from './priced-choice.ts'
import type { PricedLines } from './priced-lines.ts'
import type { Problem } from './problem.ts'
import { chooseOnTrees } from './tree-choice.ts'

/** Noise as a part of the cost: ties, of which good prices make many, do not all fall to one side. */
const NOISE = 3e-4
const DRAWS = 4096

/** Writes the entry of each linked task; -1 stays where it is best left out. */
export function placeTrees(
  problem: Problem,
  priced: PricedLines,
  { context, entry }: { readonly context: Pick<RunContext, 'rng'>; readonly entry: Int32Array },
): void {
  const { classes, groups, instance, tokens } = problem
  const { inputTokens, outputTokens } = instance.tasks
  const rng = context.rng.fork(11)
  const gumbel = Float64Array.from({ length: DRAWS }, (_, k) => Math.log(-Math.log((k + 0.5) / DRAWS)))
  const levels = buildLevels(classes)
  chooseOnTrees(problem, {
    levels,
    costs(task, out) {
      const row = classes.ofTask[task]!
      const [begin, end] = [classes.start[row]!, classes.start[row + 1]!]
      const [input, output, size] = [inputTokens[task]!, outputTokens[task]!, tokens[task]!]
      for (let at = begin; at < end; at++) {
        const cost = priced.constant[at]! + priced.perInput[at]! * input + priced.perOutput[at]! * output
        const noise = 1 + NOISE * gumbel[rng.nextUint32() & (DRAWS - 1)]!
        out[at - begin] = groups.tokenLimit[classes.groups[at]!]! < size ? Infinity : cost * noise
      }
    },
    choose(task, at) {
      entry[task] = at
    },
  })
  if (instance.policy.dependency.mode === 'hard' && !isExact(levels)) liftChildren(problem, priced, entry)
}

function isExact({ lowest, highest }: Levels): boolean {
  return lowest.every((quality, level) => quality === highest[level])
}

/** Levels of several qualities leave some children a little below their parents; so do edges outside the forest. */
function liftChildren(problem: Problem, priced: PricedLines, entry: Int32Array): void {
  const { classes, instance } = problem
  for (const task of instance.dependencies.topologicalOrder) {
    if (entry[task]! < 0 || classes.linked[classes.ofTask[task]!] === 0) continue
    const [least] = qualityRange(problem, entry, task)
    if (classes.quality[entry[task]!]! >= least) continue
    const most = classes.windows?.most[task] ?? Infinity
    entry[task] = cheapestEntry(problem, priced, {
      task,
      fits: (at) => classes.quality[at]! >= least && classes.quality[at]! <= most,
    })
  }
}

/** Least and most quality that hard edges leave a task beside where its parents and children are. */
export function qualityRange(
  { instance, classes }: Problem,
  entry: Int32Array,
  task: number,
): readonly [least: number, most: number] {
  const { parentStart, parents, childStart, children } = instance.dependencies
  let [least, most] = [-Infinity, Infinity]
  if (classes.linked[classes.ofTask[task]!] === 0 || instance.policy.dependency.mode !== 'hard')
    return [least, most]
  for (let k = parentStart[task]!; k < parentStart[task + 1]!; k++)
    if (entry[parents[k]!]! >= 0) least = Math.max(least, classes.quality[entry[parents[k]!]!]!)
  for (let k = childStart[task]!; k < childStart[task + 1]!; k++)
    if (entry[children[k]!]! >= 0) most = Math.min(most, classes.quality[entry[children[k]!]!]!)
  return [least, most]
}
