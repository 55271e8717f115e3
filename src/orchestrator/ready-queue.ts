/** Ready tasks of one agent, by falling priority, then by rising number. Entries may be stale; the taker checks. */

export class ReadyQueue {
  readonly #tasks: number[] = []

  get size(): number {
    return this.#tasks.length
  }

  push(task: number, priority: Float64Array): void {
    const heap = this.#tasks
    let at = heap.push(task) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!before(task, heap[above]!, priority)) break
      heap[at] = heap[above]!
      at = above
    }
    heap[at] = task
  }

  pop(priority: Float64Array): number | undefined {
    const heap = this.#tasks
    const top = heap[0]
    const last = heap.pop()
    if (top === undefined || last === undefined || heap.length === 0) return top
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= heap.length) break
      if (below + 1 < heap.length && before(heap[below + 1]!, heap[below]!, priority)) below += 1
      if (!before(heap[below]!, last, priority)) break
      heap[at] = heap[below]!
      at = below
    }
    heap[at] = last
    return top
  }
}

function before(a: number, b: number, priority: Float64Array): boolean {
  return priority[a]! > priority[b]! || (priority[a] === priority[b] && a < b)
}
