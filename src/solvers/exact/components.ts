/**
 * Splits the tasks into the connected parts of the dependency graph and groups parts that are alike, so that one
 * copy of the model serves all of a group.
 *
 * Merging is exact. For single tasks it is plain counting. For linked parts under hard dependencies with every task
 * assigned: given counts per position that satisfy the staircase rows, sort each position's agents by quality and
 * let copy k take the k-th; the rows say that each child's sorted list lies above its parent's, so every edge of
 * every copy holds.
 */
import type { Instance } from '../../model/instance.ts'
import type { TaskClasses } from '../../model/task-classes.ts'
import { UnionFind } from '../../numeric/union-find.ts'

export interface ComponentGroup {
  /** Number of alike parts. */
  readonly size: number
  /** `members[position]` are the tasks, one of each copy, that stand at that position. */
  readonly members: readonly Int32Array[]
  /** Pairs of positions, parent before child. */
  readonly edges: readonly (readonly [parent: number, child: number])[]
}

export function groupComponents(instance: Instance, classes: TaskClasses): ComponentGroup[] {
  const { policy, dependencies } = instance
  const linked = policy.dependency.mode !== 'off' && dependencies.numEdges > 0
  if (!linked) return groupSingles(instance, classes, () => true)
  const { parentStart, childStart } = dependencies
  const isSingle = (task: number): boolean =>
    parentStart[task] === parentStart[task + 1] && childStart[task] === childStart[task + 1]
  const mergeable = policy.dependency.mode === 'hard' && policy.unassignedUsd === Infinity
  const parts = connectedParts(instance, isSingle)
  return [
    ...groupSingles(instance, classes, isSingle),
    ...groupParts(
      parts.map((part) => ({ part, edges: edgesOf(instance, part) })),
      classes,
      mergeable,
    ),
  ]
}

function groupSingles(
  instance: Instance,
  classes: TaskClasses,
  isSingle: (task: number) => boolean,
): ComponentGroup[] {
  const counts = new Int32Array(classes.count)
  for (let task = 0; task < instance.tasks.count; task++)
    if (isSingle(task)) counts[classes.classOf[task]!]! += 1
  const members = Array.from(counts, (count) => new Int32Array(count))
  counts.fill(0)
  for (let task = 0; task < instance.tasks.count; task++) {
    if (!isSingle(task)) continue
    const row = classes.classOf[task]!
    members[row]![counts[row]!++] = task
  }
  return members
    .filter(({ length }) => length > 0)
    .map((tasks) => ({ size: tasks.length, members: [tasks], edges: [] }))
}

/** The connected parts with at least one edge; tasks of a part in topological order. */
function connectedParts(instance: Instance, isSingle: (task: number) => boolean): number[][] {
  const { parentOfEdge, childOfEdge, numEdges, topologicalOrder } = instance.dependencies
  const sets = new UnionFind(instance.tasks.count)
  for (let edge = 0; edge < numEdges; edge++) sets.join(parentOfEdge[edge]!, childOfEdge[edge]!)
  const parts = new Map<number, number[]>()
  for (const task of topologicalOrder) {
    if (isSingle(task)) continue
    const part = parts.get(sets.find(task))
    if (part) part.push(task)
    else parts.set(sets.find(task), [task])
  }
  return [...parts.values()]
}

function edgesOf(instance: Instance, part: readonly number[]): [number, number][] {
  const { childStart, children } = instance.dependencies
  const position = new Map(part.map((task, at) => [task, at]))
  return part.flatMap((task, at) =>
    Array.from(children.subarray(childStart[task]!, childStart[task + 1]!), (child): [number, number] => [
      at,
      position.get(child)!,
    ]),
  )
}

interface Part {
  readonly part: readonly number[]
  readonly edges: readonly (readonly [number, number])[]
}

function groupParts(parts: readonly Part[], classes: TaskClasses, mergeable: boolean): ComponentGroup[] {
  const alike = new Map<string, Part[]>()
  parts.forEach((entry, at) => {
    const shape = `${entry.part.map((task) => classes.classOf[task]).join(',')};${entry.edges.join(';')}`
    const key = mergeable ? shape : String(at)
    const group = alike.get(key)
    if (group) group.push(entry)
    else alike.set(key, [entry])
  })
  return [...alike.values()].map((group) => ({
    size: group.length,
    members: group[0]!.part.map((_, at) => Int32Array.from(group, ({ part }) => part[at]!)),
    edges: group[0]!.edges,
  }))
}
