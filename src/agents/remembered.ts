/** The last so many values by key; the oldest is forgotten when one more comes. */

export class Remembered<T> {
  readonly #values = new Map<number, T>()
  /** Keys in the order they came, in a ring: a map finds its oldest key only by stepping over all deleted ones. */
  readonly #keys: Float64Array
  #next = 0

  constructor(max: number) {
    this.#keys = new Float64Array(max).fill(Number.NaN)
  }

  get(key: number): T | undefined {
    return this.#values.get(key)
  }

  /** A key is set once. */
  set(key: number, value: T): void {
    this.#values.delete(this.#keys[this.#next]!)
    this.#keys[this.#next] = key
    this.#next = (this.#next + 1) % this.#keys.length
    this.#values.set(key, value)
  }
}
