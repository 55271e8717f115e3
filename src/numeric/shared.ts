/** Typed arrays that worker threads see without a copy; plain ones where the host shares no memory. */

const canShare = typeof SharedArrayBuffer === 'function'

const buffer = (bytes: number): ArrayBufferLike =>
  canShare ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)

export function sharedFloat64(values: ArrayLike<number>): Float64Array {
  const array = new Float64Array(buffer(8 * values.length))
  array.set(values)
  return array
}

export function sharedInt32(values: ArrayLike<number>): Int32Array {
  const array = new Int32Array(buffer(4 * values.length))
  array.set(values)
  return array
}
