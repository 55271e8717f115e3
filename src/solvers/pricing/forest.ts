/**
 * A spanning forest of the dependency graph, its trees laid out from root to leaves. Edges that would close a cycle of
 * the undirected graph are left out: the forest relaxes the instance, and equals it when there are none.
 */
import type { Instance } from '../../model/instance.ts'
import { UnionFind } from '../../numeric/union-find.ts'

/** Nodes of tree `t` are `trees[t] .. trees[t + 1])`; each but the first has its neighbour nearer the root before it. */
export interface Forest {
  /** True when no edge was left out. */
  readonly complete: boolean
  readonly trees: Int32Array
  /** Task of each node. */
  readonly task: Int32Array
  /** Node of the neighbour nearer the root; -1 at roots. */
  readonly from: Int32Array
  /** 1 when that neighbour is the task's parent, 0 when it is its child. */
  readonly toParent: Uint8Array
}

export function buildForest({ tasks, dependencies }: Instance): Forest {
  const { numEdges, parentOfEdge, childOfEdge } = dependencies
  const sets = new UnionFind(tasks.count)
  const kept = new Uint8Array(numEdges)
  let numKept = 0
  const degree = new Int32Array(tasks.count + 1)
  for (let edge = 0; edge < numEdges; edge++) {
    const [parent, child] = [parentOfEdge[edge]!, childOfEdge[edge]!]
    if (!sets.join(parent, child)) continue
    kept[edge] = 1
    numKept++
    degree[parent + 1]! += 1
    degree[child + 1]! += 1
  }
  for (let task = 0; task < tasks.count; task++) degree[task + 1]! += degree[task]!
  const next = degree.slice()
  const ends = new Int32Array(2 * numKept)
  const isParent = new Uint8Array(2 * numKept)
  for (let edge = 0; edge < numEdges; edge++) {
    if (kept[edge] === 0) continue
    const [parent, child] = [parentOfEdge[edge]!, childOfEdge[edge]!]
    ends[next[parent]!++] = child
    isParent[next[child]!] = 1
    ends[next[child]!++] = parent
  }
  return { complete: numKept === numEdges, ...layOut(tasks.count, degree, { ends, isParent }) }
}

function layOut(
  numTasks: number,
  start: Int32Array,
  { ends, isParent }: { ends: Int32Array; isParent: Uint8Array },
): Omit<Forest, 'complete'> {
  const trees: number[] = [0]
  const task: number[] = []
  const from: number[] = []
  const toParent: number[] = []
  const seen = new Uint8Array(numTasks)
  for (let root = 0; root < numTasks; root++) {
    if (seen[root] === 1 || start[root + 1] === start[root]) continue
    seen[root] = 1
    let head = task.length
    task.push(root)
    from.push(-1)
    toParent.push(0)
    for (; head < task.length; head++) {
      const at = task[head]!
      for (let k = start[at]!; k < start[at + 1]!; k++) {
        const end = ends[k]!
        if (seen[end] === 1) continue
        seen[end] = 1
        task.push(end)
        from.push(head)
        // Seen from `end`, the neighbour nearer the root is its parent when `end` is not that one's parent.
        toParent.push(isParent[k] === 1 ? 0 : 1)
      }
    }
    trees.push(task.length)
  }
  return {
    trees: Int32Array.from(trees),
    task: Int32Array.from(task),
    from: Int32Array.from(from),
    toParent: Uint8Array.from(toParent),
  }
}

/** The forest of tasks that depend on nothing. */
export function noTrees(): Forest {
  return {
    complete: true,
    trees: new Int32Array(1),
    task: new Int32Array(),
    from: new Int32Array(),
    toParent: new Uint8Array(),
  }
}
