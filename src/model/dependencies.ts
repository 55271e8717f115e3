/** Builds the dependency graph of an instance from its edges: both directions, topological order, cycles. */
import type { Dependencies } from './instance.ts'

/** The graph, or the tasks of one cycle, each depending on the next and the last on the first. */
export function buildDependencies(
  numTasks: number,
  parentOfEdge: Int32Array,
  childOfEdge: Int32Array,
): Dependencies | { readonly cycle: readonly number[] } {
  const numEdges = parentOfEdge.length
  const [parentStart, parents] = adjacency(numTasks, childOfEdge, parentOfEdge)
  const [childStart, children] = adjacency(numTasks, parentOfEdge, childOfEdge)
  const order = new Int32Array(numTasks)
  const waiting = new Int32Array(numTasks)
  let filled = 0
  for (let task = 0; task < numTasks; task++) {
    waiting[task] = parentStart[task + 1]! - parentStart[task]!
    if (waiting[task] === 0) order[filled++] = task
  }
  for (let at = 0; at < filled; at++) {
    const task = order[at]!
    for (let k = childStart[task]!; k < childStart[task + 1]!; k++) {
      const child = children[k]!
      if (--waiting[child]! === 0) order[filled++] = child
    }
  }
  if (filled < numTasks) return { cycle: findCycle(waiting, parentStart, parents) }
  return {
    numEdges,
    parentOfEdge,
    childOfEdge,
    parentStart,
    parents,
    childStart,
    children,
    topologicalOrder: order,
  }
}

/** Compressed rows: for each `from` its `to` ends, in edge order (counting sort). */
function adjacency(numTasks: number, from: Int32Array, to: Int32Array): [Int32Array, Int32Array] {
  const start = new Int32Array(numTasks + 1)
  for (let e = 0; e < from.length; e++) start[from[e]! + 1]! += 1
  for (let i = 0; i < numTasks; i++) start[i + 1]! += start[i]!
  const next = start.slice()
  const ends = new Int32Array(from.length)
  for (let e = 0; e < from.length; e++) ends[next[from[e]!]!++] = to[e]!
  return [start, ends]
}

/** Walks from a task that still waits to parents that still wait until one repeats. */
function findCycle(waiting: Int32Array, parentStart: Int32Array, parents: Int32Array): number[] {
  const path: number[] = []
  const seenAt = new Map<number, number>()
  let task = waiting.findIndex((count) => count > 0)
  while (!seenAt.has(task)) {
    seenAt.set(task, path.length)
    path.push(task)
    const above = parents.subarray(parentStart[task]!, parentStart[task + 1]!)
    task = above.find((parent) => waiting[parent]! > 0)!
  }
  return path.slice(seenAt.get(task)!)
}
