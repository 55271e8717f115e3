/**
 * The state of a circuit being laid onto a graph: who sits where, what may run next, what has been written. Whoever
 * drives it decides which qubits swap; a swap right after an rzz on the same pair becomes one block of three CZ.
 */
import { gate, type Operation } from '../circuit/circuit.ts'
import { isDiagonal } from '../circuit/gates.ts'
import { dependenciesOf } from './dependencies.ts'
import type { Graph } from './graph.ts'

export interface RouterInput {
  /** Gates on one or two logical qubits. */
  readonly operations: readonly Operation[]
  readonly numLogical: number
  readonly graph: Graph
  /** Node of each logical qubit at the start. */
  readonly layout: ArrayLike<number>
  /** Default true: diagonal gates may change places. */
  readonly commuting?: boolean
}

/** The circuit as written so far, on nodes of the graph. */
export interface Routed {
  readonly operations: readonly Operation[]
  /** Node of each logical qubit at the end. */
  readonly finalLayout: Int32Array
}

export class Router {
  readonly #input: RouterInput
  readonly #waits: Int32Array
  readonly #followers: readonly (readonly number[])[]
  readonly #adjacent: Uint8Array
  readonly #nodeOf: Int32Array
  /** Logical qubit at each node, -1 where there is none. */
  readonly #logicalAt: Int32Array
  readonly #ready: Set<number>
  readonly #out: (Operation | undefined)[] = []
  /** Per node, how many operations deep the output is there. */
  readonly #depth: Int32Array
  /** Per node and partner, the position in the output of an rzz that could still move to the end of what is written. */
  readonly #movable: Map<number, number>[]
  /** Per node, positions of the single-qubit gates at the end of it that an rzz would have to pass: a swap can. */
  readonly #tail: number[][]

  constructor(input: RouterInput) {
    const { operations, numLogical, graph, layout, commuting = true } = input
    const { waits, followers } = dependenciesOf(operations, numLogical, commuting)
    this.#input = input
    this.#waits = waits
    this.#followers = followers
    const size = graph.numNodes
    this.#adjacent = new Uint8Array(size * size)
    for (const { a, b } of graph.edges) this.#adjacent[a * size + b] = this.#adjacent[b * size + a] = 1
    this.#nodeOf = Int32Array.from({ length: numLogical }, (_, q) => layout[q]!)
    this.#logicalAt = new Int32Array(size).fill(-1)
    for (let q = 0; q < numLogical; q++) this.#logicalAt[this.#nodeOf[q]!] = q
    this.#ready = new Set([...waits.keys()].filter((at) => waits[at] === 0))
    this.#depth = new Int32Array(size)
    this.#movable = Array.from({ length: size }, () => new Map<number, number>())
    this.#tail = Array.from({ length: size }, () => [])
  }

  get done(): boolean {
    return this.#ready.size === 0
  }

  nodeOf(logical: number): number {
    return this.#nodeOf[logical]!
  }

  logicalAt(node: number): number {
    return this.#logicalAt[node]!
  }

  /** Node pairs of the two-qubit gates that could run if their qubits were neighbours. */
  front(): [number, number][] {
    return [...this.#ready].map((at): [number, number] => {
      const [a, b] = this.#input.operations[at]!.qubits
      return [this.#nodeOf[a!]!, this.#nodeOf[b!]!]
    })
  }

  /** Node pairs of up to `limit` two-qubit gates that come after the front. */
  lookahead(limit: number): [number, number][] {
    const found: [number, number][] = []
    const seen = new Set(this.#ready)
    const queue = [...this.#ready]
    for (let head = 0; head < queue.length && found.length < limit; head++)
      for (const next of this.#followers[queue[head]!]!) {
        if (seen.has(next)) continue
        seen.add(next)
        queue.push(next)
        const [a, b] = this.#input.operations[next]!.qubits
        if (b !== undefined && this.#input.operations[next]!.gate !== 'barrier')
          found.push([this.#nodeOf[a!]!, this.#nodeOf[b]!])
      }
    return found
  }

  /** Writes everything that can run where the qubits are now, shallow places first; returns how much. */
  runReady(mayRun: (a: number, b: number) => boolean = () => true): number {
    let count = 0
    for (;;) {
      const runnable = [...this.#ready].filter((at) => this.#canRun(at, mayRun))
      if (runnable.length === 0) return count
      const singles = runnable.filter((at) => !this.#isPair(at))
      const next = singles.length > 0 ? singles : [this.#shallowest(runnable)]
      for (const at of next) this.#run(at)
      count += next.length
    }
  }

  /** Whether a pair of logical qubits on these nodes has a gate waiting that could run now. */
  isWaiting(a: number, b: number): boolean {
    return this.front().some(([p, q]) => (p === a && q === b) || (p === b && q === a))
  }

  /** True when a swap here costs one CZ more than what is already written rather than three. */
  canMerge(a: number, b: number): boolean {
    return this.#movable[a]!.has(b) && this.#movable[b]!.has(a)
  }

  /** Swaps what sits on two neighbouring nodes. */
  swap(a: number, b: number): void {
    if (this.canMerge(a, b)) this.#mergeSwap(a, b)
    else this.#write(gate('swap', [], a, b))
    const [p, q] = [this.#logicalAt[a]!, this.#logicalAt[b]!]
    this.#logicalAt[a] = q
    this.#logicalAt[b] = p
    if (p >= 0) this.#nodeOf[p] = b
    if (q >= 0) this.#nodeOf[q] = a
  }

  result(): Routed {
    return {
      operations: this.#out.filter((operation) => operation !== undefined),
      finalLayout: this.#nodeOf.slice(),
    }
  }

  #isPair(at: number): boolean {
    const operation = this.#input.operations[at]!
    return operation.qubits.length === 2 && operation.gate !== 'barrier'
  }

  #canRun(at: number, mayRun: (a: number, b: number) => boolean): boolean {
    if (!this.#isPair(at)) return true
    const [a, b] = this.#input.operations[at]!.qubits.map((q) => this.#nodeOf[q]!) as [number, number]
    return this.#adjacent[a * this.#input.graph.numNodes + b] === 1 && mayRun(a, b)
  }

  #shallowest(candidates: readonly number[]): number {
    const depthAt = (at: number): number =>
      Math.max(...this.#input.operations[at]!.qubits.map((q) => this.#depth[this.#nodeOf[q]!]!))
    return candidates.reduce((best, at) => (depthAt(at) < depthAt(best) ? at : best))
  }

  #run(at: number): void {
    const operation = this.#input.operations[at]!
    this.#write({ ...operation, qubits: operation.qubits.map((q) => this.#nodeOf[q]!) })
    this.#ready.delete(at)
    for (const next of this.#followers[at]!) {
      this.#waits[next]! -= 1
      if (this.#waits[next] === 0) this.#ready.add(next)
    }
  }

  /** The rzz moves behind the diagonal gates since; single-qubit gates after it pass through the swap. */
  #mergeSwap(a: number, b: number): void {
    const at = this.#movable[a]!.get(b)!
    const [angle] = this.#out[at]!.params
    this.#out[at] = undefined
    const passed = [...this.#tail[a]!, ...this.#tail[b]!].sort((p, q) => p - q)
    const singles = passed.map((position) => this.#out[position]!)
    for (const position of passed) this.#out[position] = undefined
    this.#tail[a] = []
    this.#tail[b] = []
    this.#write(gate('rzz_swap', [angle!], a, b))
    for (const single of singles) this.#write({ ...single, qubits: [single.qubits[0] === a ? b : a] })
  }

  #write(operation: Operation): void {
    const { qubits } = operation
    const position = this.#out.push(operation) - 1
    const diagonal = isDiagonal(operation.gate)
    if (qubits.length === 1) {
      const tail = this.#tail[qubits[0]!]!
      if (!diagonal || tail.length > 0) tail.push(position)
      return
    }
    const depth = 1 + Math.max(...qubits.map((node) => this.#depth[node]!))
    for (const node of qubits) {
      if (operation.gate !== 'barrier') this.#depth[node] = depth
      if (!diagonal || this.#tail[node]!.length > 0) this.#movable[node]!.clear()
      this.#tail[node] = []
    }
    if (operation.gate !== 'rzz') return
    const [a, b] = qubits as [number, number]
    this.#movable[a]!.set(b, position)
    this.#movable[b]!.set(a, position)
  }
}
