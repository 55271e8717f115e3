/** A binary heap of integers by rising key; equal keys come out by rising integer. No decrease-key. */

export class PriorityQueue {
  readonly #values: Int32Array
  readonly #keys: Float64Array
  #length = 0

  constructor(capacity: number) {
    this.#values = new Int32Array(capacity)
    this.#keys = new Float64Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** Least key; undefined behaviour when empty. */
  get topKey(): number {
    return this.#keys[0]!
  }

  push(value: number, key: number): void {
    let at = this.#length++
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!this.#before(key, value, above)) break
      this.#move(above, at)
      at = above
    }
    this.#values[at] = value
    this.#keys[at] = key
  }

  /** Removes and returns the value of least key. */
  pop(): number {
    const top = this.#values[0]!
    const last = --this.#length
    const [value, key] = [this.#values[last]!, this.#keys[last]!]
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= last) break
      if (below + 1 < last && this.#before(this.#keys[below + 1]!, this.#values[below + 1]!, below)) below++
      if (this.#before(key, value, below)) break
      this.#move(below, at)
      at = below
    }
    this.#values[at] = value
    this.#keys[at] = key
    return top
  }

  #before(key: number, value: number, other: number): boolean {
    const otherKey = this.#keys[other]!
    return key < otherKey || (key === otherKey && value < this.#values[other]!)
  }

  #move(from: number, to: number): void {
    this.#values[to] = this.#values[from]!
    this.#keys[to] = this.#keys[from]!
  }
}
