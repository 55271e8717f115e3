/** Columns of numbers that grow at their end. */

type Column = Uint8Array | Uint16Array | Int32Array | Float64Array

/** The column with `length` entries, the further ones filled. */
export function longer<T extends Column>(column: T, length: number, fill = 0): T {
  if (column.length === length) return column
  const next = new (column.constructor as new (length: number) => T)(length)
  next.fill(fill)
  next.set(column as never)
  return next
}
