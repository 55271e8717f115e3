/** Finds the first of many bins that can still take an item: a tournament tree over their loads. Not a packing heuristic. */

export class FirstFit {
  /** Loads at `#leaves ..`; each inner node holds the smaller of its two children. */
  readonly #tree: Float64Array
  readonly #leaves: number
  readonly #capacity: number

  /** `count` empty bins of equal `capacity`, which may be Infinity. */
  constructor(count: number, capacity: number) {
    this.#leaves = 2 ** Math.ceil(Math.log2(Math.max(1, count)))
    this.#capacity = capacity
    this.#tree = new Float64Array(2 * this.#leaves).fill(Infinity)
    this.#tree.fill(0, this.#leaves, this.#leaves + count)
    for (let node = this.#leaves - 1; node > 0; node--) this.#update(node)
  }

  load(bin: number): number {
    return this.#tree[this.#leaves + bin]!
  }

  /** Sets the load of a bin; Infinity closes it. */
  set(bin: number, load: number): void {
    let node = this.#leaves + bin
    this.#tree[node] = load
    while ((node >>= 1) > 0) this.#update(node)
  }

  /** The lowest bin whose load plus `size` is within the capacity, or -1. */
  find(size: number): number {
    if (!this.#fits(1, size)) return -1
    let node = 1
    while (node < this.#leaves) node = this.#fits(2 * node, size) ? 2 * node : 2 * node + 1
    return node - this.#leaves
  }

  #fits(node: number, size: number): boolean {
    const load = this.#tree[node]!
    return load !== Infinity && load + size <= this.#capacity
  }

  #update(node: number): void {
    this.#tree[node] = Math.min(this.#tree[2 * node]!, this.#tree[2 * node + 1]!)
  }
}
