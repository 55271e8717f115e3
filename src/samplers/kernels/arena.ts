/**
 * One block of memory that holds a kernel's arrays: a shared WebAssembly memory where there is one, so that threads
 * work on one copy of a model. Not an allocator: arrays are carved once and freed together.
 */
import { QaasError } from '../../errors.ts'

/** Types an array in an arena can have. */
interface Column {
  i8: Int8Array
  u8: Uint8Array
  i32: Int32Array
  u32: Uint32Array
  f32: Float32Array
  f64: Float64Array
}

export type ColumnType = keyof Column

const TYPES = {
  i8: Int8Array,
  u8: Uint8Array,
  i32: Int32Array,
  u32: Uint32Array,
  f32: Float32Array,
  f64: Float64Array,
} satisfies Record<ColumnType, unknown>

/** Name of each array with its type and length. */
export type Columns = Readonly<Record<string, readonly [type: ColumnType, length: number]>>

/** The typed arrays of a layout. */
export type Views<C extends Columns> = { readonly [K in keyof C]: Column[C[K][0]] }

/** Memory of an arena; survives structured cloning, sharing the bytes. */
export interface Arena {
  /** Absent where WebAssembly or shared memory is missing: then the TypeScript kernels run. */
  readonly memory?: WebAssembly.Memory
  readonly buffer: ArrayBuffer
}

const PAGE = 65536
/** Arrays start at multiples of this many bytes (a cache line). */
const ALIGNMENT = 64
const MAX_PAGES = 65536

/** Bytes that `columns` take, alignment included. */
export function sizeOf(columns: Columns): number {
  let bytes = 0
  for (const [type, length] of Object.values(columns))
    bytes += Math.ceil((length * TYPES[type].BYTES_PER_ELEMENT) / ALIGNMENT) * ALIGNMENT
  return bytes
}

/** @throws QaasError `too-large` above 4 GiB, the limit of a WebAssembly memory */
export function createArena(bytes: number): Arena {
  // The first cache line stays unused so that no array has address 0.
  const pages = Math.ceil((bytes + ALIGNMENT) / PAGE)
  if (pages > MAX_PAGES)
    throw new QaasError(
      'too-large',
      `the model needs ${Math.ceil(bytes / 2 ** 20)} MiB, a kernel can address 4096`,
      { advice: 'Maybe use a sparser formulation, or the implicit model, which keeps rows as rows.' },
    )
  try {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
    return { memory, buffer: memory.buffer }
  } catch {
    return { buffer: new ArrayBuffer(pages * PAGE) }
  }
}

/** Where an arena's arrays begin; grows with every `carve`. */
export const ARENA_START: number = ALIGNMENT

/** The arrays of `columns` in `arena` from byte `start` on. The same call on another thread gives the same arrays. */
export function carve<const C extends Columns>(arena: Arena, start: number, columns: C): Views<C> {
  let at = start
  const views: Record<string, unknown> = {}
  for (const [name, [type, length]] of Object.entries(columns)) {
    const Type = TYPES[type]
    views[name] = new Type(arena.buffer, at, length)
    at += Math.ceil((length * Type.BYTES_PER_ELEMENT) / ALIGNMENT) * ALIGNMENT
  }
  return views as Views<C>
}
