/** Maximum flow and its minimum cut (Dinic, "Algorithm for solution of a problem of maximum flow", 1970). */

export class FlowNetwork {
  readonly #head: Int32Array
  /** Arc 2k and its reverse 2k + 1. */
  readonly #to: number[] = []
  readonly #next: number[] = []
  readonly #residual: number[] = []
  readonly #level: Int32Array

  constructor(numNodes: number) {
    this.#head = new Int32Array(numNodes).fill(-1)
    this.#level = new Int32Array(numNodes)
  }

  /** Adds an arc and returns its number; its capacity may be Infinity. */
  addArc(from: number, to: number, capacity: number): number {
    for (const [a, b, room] of [
      [from, to, capacity],
      [to, from, 0],
    ] as const) {
      this.#to.push(b)
      this.#residual.push(room)
      this.#next.push(this.#head[a]!)
      this.#head[a] = this.#to.length - 1
    }
    return this.#to.length - 2
  }

  /** After `run`: what the arc of that number carries. */
  flowOf(arc: number): number {
    return this.#residual[arc ^ 1]!
  }

  /** Sends as much as possible from `source` to `sink`; every path between them needs a finite arc. */
  run(source: number, sink: number): number {
    let total = 0
    while (this.#levels(source, sink)) {
      const at = this.#head.slice()
      for (;;) {
        const sent = this.#augment(source, sink, at)
        if (sent === 0) break
        total += sent
      }
    }
    return total
  }

  /** After `run`: 1 for the nodes on the source's side of the cut that is nearest to the source. */
  sourceSide(): Uint8Array {
    return Uint8Array.from(this.#level, (level) => (level >= 0 ? 1 : 0))
  }

  /** Distances from the source over arcs with room, -1 beyond; false when the sink is not reached. */
  #levels(source: number, sink: number): boolean {
    this.#level.fill(-1)
    this.#level[source] = 0
    const queue = [source]
    for (let k = 0; k < queue.length; k++) {
      const node = queue[k]!
      for (let arc = this.#head[node]!; arc >= 0; arc = this.#next[arc]!) {
        const to = this.#to[arc]!
        if (this.#residual[arc]! <= 0 || this.#level[to]! >= 0) continue
        this.#level[to] = this.#level[node]! + 1
        queue.push(to)
      }
    }
    return this.#level[sink]! >= 0
  }

  /** One path of the level graph, found without recursion; returns what was sent along it. */
  #augment(source: number, sink: number, at: Int32Array): number {
    const path: number[] = []
    let node = source
    while (node !== sink) {
      const arc = at[node]!
      if (arc < 0) {
        if (node === source) return 0
        // A dead end: go back, and do not come here again.
        const back = path.pop()!
        node = this.#to[back ^ 1]!
        at[node] = this.#next[back]!
        continue
      }
      const to = this.#to[arc]!
      if (this.#residual[arc]! > 0 && this.#level[to] === this.#level[node]! + 1) {
        path.push(arc)
        node = to
      } else at[node] = this.#next[arc]!
    }
    const sent = path.reduce((least, arc) => Math.min(least, this.#residual[arc]!), Infinity)
    for (const arc of path) {
      this.#residual[arc]! -= sent
      this.#residual[arc ^ 1]! += sent
    }
    return sent
  }
}
