/**
 * Sorts tasks into classes whose tasks may go to the same groups, apart from their token counts, and finds for
 * each task under hard dependencies the range of qualities that its chain leaves it. Costs are not its business.
 */
import { type Instance, tokensOf } from '../../model/instance.ts'
import { pairQuality, whyIneligible } from '../../model/pair.ts'
import type { Groups } from './groups.ts'

export interface Classes {
  readonly count: number
  readonly ofTask: Int32Array
  /** One task of each class. */
  readonly task: Int32Array
  /** 1 when the tasks of the class have dependencies that count. */
  readonly linked: Uint8Array
  /** 1 when the tasks of the class have figures of their own; such a class has one task. */
  readonly estimated: Uint8Array
  /** Groups of class `c` are `groups[start[c] .. start[c + 1])`, by rising quality. */
  readonly start: Int32Array
  readonly groups: Int32Array
  /** Quality of the class's tasks at each entry of `groups`. */
  readonly quality: Float64Array
  /** Qualities that chains leave to each task, where classes are wider than that. */
  readonly windows?: { readonly least: Float64Array; readonly most: Float64Array }
}

export type Classified =
  | { readonly ok: true; readonly classes: Classes }
  | { readonly ok: false; readonly task: number; readonly reason: string }

/** True when the policy prices or forbids weaker children and there are edges. */
export function hasDependencies(instance: Instance): boolean {
  return instance.policy.dependency.mode !== 'off' && instance.dependencies.numEdges > 0
}

/** True when some task takes other numbers of tokens from different pools. */
export function hasTokenEstimates({ tasks }: Instance): boolean {
  return tasks.estimates?.tokens?.some((tokens) => !Number.isNaN(tokens)) ?? false
}

/**
 * Classes, or the first task that no agent may do at all. `windows: 'check'` looks for tasks their chains leave nothing,
 * but keeps them in wide classes: enough for whoever prices whole chains, and far fewer classes.
 */
export function classify(
  instance: Instance,
  groups: Groups,
  { windows: use = 'narrow' }: { readonly windows?: 'narrow' | 'check' } = {},
): Classified {
  const { policy, dependencies } = instance
  const linkedMode = hasDependencies(instance)
  const mayDrop = policy.unassignedUsd !== Infinity
  const isLinked = (task: number): boolean =>
    linkedMode &&
    (dependencies.parentStart[task + 1]! > dependencies.parentStart[task]! ||
      dependencies.childStart[task + 1]! > dependencies.childStart[task]!)
  const base = collect(instance, groups, (task) => (isLinked(task) ? '+' : ''))
  if (!linkedMode || policy.dependency.mode !== 'hard' || mayDrop) {
    const stuck = mayDrop ? -1 : stuckTask(instance, groups, base)
    return stuck >= 0 ? { ok: false, task: stuck, reason: 'no agent may do it' } : { ok: true, classes: base }
  }
  const stuck = stuckTask(instance, groups, base)
  if (stuck >= 0) return { ok: false, task: stuck, reason: 'no agent may do it' }
  const windows = qualityWindows(instance, groups, base, isLinked)
  if (windows.empty >= 0)
    return {
      ok: false,
      task: windows.empty,
      reason: 'its dependencies leave it no agent of a fitting quality',
    }
  if (!windows.binding) return { ok: true, classes: base }
  if (use === 'check') return { ok: true, classes: { ...base, windows } }
  const narrow = collect(
    instance,
    groups,
    (task) => (isLinked(task) ? `+${windows.least[task]}:${windows.most[task]}` : ''),
    windows,
  )
  return { ok: true, classes: narrow }
}

interface Windows {
  readonly least: Float64Array
  readonly most: Float64Array
}

function collect(
  instance: Instance,
  groups: Groups,
  mark: (task: number) => string,
  windows?: Windows,
): Classes {
  const { tasks } = instance
  const { estimates } = tasks
  const index = new Map<string, number>()
  const ofTask = new Int32Array(tasks.count)
  const first: number[] = []
  const linked: number[] = []
  const estimated: number[] = []
  for (let task = 0; task < tasks.count; task++) {
    const own = estimates !== undefined && estimates.start[task + 1]! > estimates.start[task]!
    const linkedMark = mark(task)
    const key = own
      ? `#${task}`
      : `${tasks.requirement[task]} ${tasks.domain[task]} ${tasks.minQuality[task]} ${tasks.maxLatencyMs[task]} ${linkedMark}`
    let row = index.get(key)
    if (row === undefined) {
      row = first.length
      index.set(key, row)
      first.push(task)
      linked.push(linkedMark === '' ? 0 : 1)
      estimated.push(own ? 1 : 0)
    }
    ofTask[task] = row
  }
  return {
    count: first.length,
    ofTask,
    task: Int32Array.from(first),
    linked: Uint8Array.from(linked),
    estimated: Uint8Array.from(estimated),
    ...eligibleGroups(instance, groups, first, windows),
  }
}

function eligibleGroups(
  instance: Instance,
  groups: Groups,
  representatives: readonly number[],
  windows?: Windows,
): Pick<Classes, 'start' | 'groups' | 'quality'> {
  const start = new Int32Array(representatives.length + 1)
  const all: Int32Array[] = []
  const qualities: Float64Array[] = []
  const level = new Float64Array(groups.count)
  representatives.forEach((task, row) => {
    const fitting: number[] = []
    for (let group = 0; group < groups.count; group++) {
      if (groups.capacityTasks[group]! < 1) continue
      const pool = groups.pool[group]!
      const reason = whyIneligible(instance, task, pool)
      if (reason !== undefined && reason !== 'context') continue
      level[group] = pairQuality(instance, task, pool)
      if (windows && (level[group]! < windows.least[task]! || level[group]! > windows.most[task]!)) continue
      fitting.push(group)
    }
    fitting.sort((a, b) => level[a]! - level[b]! || a - b)
    start[row + 1] = start[row]! + fitting.length
    all.push(Int32Array.from(fitting))
    qualities.push(Float64Array.from(fitting, (group) => level[group]!))
  })
  const flat = new Int32Array(start[representatives.length]!)
  const quality = new Float64Array(flat.length)
  all.forEach((list, row) => {
    flat.set(list, start[row])
    quality.set(qualities[row]!, start[row])
  })
  return { start, groups: flat, quality }
}

/** A task that fits on no group at all, or -1. */
function stuckTask(instance: Instance, groups: Groups, classes: Classes): number {
  const { tasks } = instance
  for (let task = 0; task < tasks.count; task++) {
    const tokens = tokensOf(tasks, task)
    const row = classes.ofTask[task]!
    let at = classes.start[row]!
    const end = classes.start[row + 1]!
    while (at < end && groups.tokenLimit[classes.groups[at]!]! < tokens) at++
    if (at === end) return task
  }
  return -1
}

/**
 * Qualities that are left to each linked task when every child must find an agent at least as good as its
 * parent's: most from the leaves upward, least from the roots downward (arc consistency on an ordered domain).
 */
function qualityWindows(
  instance: Instance,
  groups: Groups,
  classes: Classes,
  isLinked: (task: number) => boolean,
): Windows & { readonly empty: number; readonly binding: boolean } {
  const { tasks, dependencies } = instance
  const { topologicalOrder, parents, parentStart, children, childStart } = dependencies
  const least = new Float64Array(tasks.count).fill(-Infinity)
  const most = new Float64Array(tasks.count).fill(Infinity)
  let empty = -1
  let binding = false
  /** The extreme quality of an agent that fits within the window. */
  const extreme = (task: number, fromBest: boolean): number => {
    const row = classes.ofTask[task]!
    const [begin, end] = [classes.start[row]!, classes.start[row + 1]!]
    const tokens = tokensOf(tasks, task)
    for (let k = 0; k < end - begin; k++) {
      const at = fromBest ? end - 1 - k : begin + k
      const quality = classes.quality[at]!
      if (quality < least[task]! || quality > most[task]!) {
        binding = true
        continue
      }
      if (groups.tokenLimit[classes.groups[at]!]! >= tokens) return quality
    }
    empty = task
    return Number.NaN
  }
  for (let k = tasks.count - 1; k >= 0 && empty < 0; k--) {
    const task = topologicalOrder[k]!
    if (!isLinked(task)) continue
    for (let at = childStart[task]!; at < childStart[task + 1]!; at++)
      most[task] = Math.min(most[task]!, most[children[at]!]!)
    most[task] = extreme(task, true)
  }
  for (let k = 0; k < tasks.count && empty < 0; k++) {
    const task = topologicalOrder[k]!
    if (!isLinked(task)) continue
    for (let at = parentStart[task]!; at < parentStart[task + 1]!; at++)
      least[task] = Math.max(least[task]!, least[parents[at]!]!)
    least[task] = extreme(task, false)
  }
  return { least, most, empty, binding }
}
