/** Typed arrays that grow by doubling; for columns whose length is known only at the end of a stream. */

type Column = Float64Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>
type ColumnConstructor<T extends Column> = new (length: number) => T

/** An append-only column. */
export interface Growable<T extends Column> {
  readonly length: number
  push(value: number): void
  get(index: number): number
  /** A copy trimmed to `length`. */
  toArray(): T
}

export function growable<T extends Column>(type: ColumnConstructor<T>, capacity = 1024): Growable<T> {
  let values = new type(capacity)
  let length = 0
  return {
    get length() {
      return length
    },
    push(value) {
      if (length === values.length) {
        const larger = new type(values.length * 2)
        larger.set(values as never)
        values = larger
      }
      values[length++] = value
    },
    get: (index) => values[index]!,
    toArray: () => values.slice(0, length) as T,
  }
}
