/** A binary heap of integers by rising key; equal keys come out by rising integer. No decrease-key. */

export class PriorityQueue {
  #values: Int32Array
  #keys: Float64Array
  #length = 0

  /** Grows beyond `capacity` when needed. */
  constructor(capacity = 16) {
    this.#values = new Int32Array(Math.max(1, capacity))
    this.#keys = new Float64Array(Math.max(1, capacity))
  }

  get length(): number {
    return this.#length
  }

  /** Least key; undefined behaviour when empty. */
  get topKey(): number {
    return this.#keys[0]!
  }

  push(value: number, key: number): void {
    if (this.#length === this.#values.length) this.#grow()
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

  #grow(): void {
    const [values, keys] = [this.#values, this.#keys]
    this.#values = new Int32Array(2 * values.length)
    this.#keys = new Float64Array(2 * keys.length)
    this.#values.set(values)
    this.#keys.set(keys)
  }

  #move(from: number, to: number): void {
    this.#values[to] = this.#values[from]!
    this.#keys[to] = this.#keys[from]!
  }
}
