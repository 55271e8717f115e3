/**
 * The layout of `.qaas` files, see docs/formats.md: a fixed header, a JSON head, and columns of numbers, all
 * little-endian, each column at a multiple of eight bytes.
 */

/** As in PNG: a byte that is no text, the name, and line ends that a text transfer would damage. */
export const MAGIC: Uint8Array = Uint8Array.of(0x89, 0x51, 0x41, 0x41, 0x53, 0x0d, 0x0a, 0x1a)
export const COLUMNAR_VERSION = 1
/** Magic, version, CRC-32 of everything behind it, length of the head, zero. */
export const HEADER_BYTES = 24
export const CRC_START = 16

/** How the numbers of a column are stored; `fill` is one f64 that stands for all of them. */
export type ColumnType = 'u8' | 'u16' | 'i32' | 'f32' | 'f64' | 'fill'

export const TYPE_BYTES: Readonly<Record<ColumnType, number>> = {
  u8: 1,
  u16: 2,
  i32: 4,
  f32: 4,
  f64: 8,
  fill: 8,
}

/** Where a column is: `offset` counts from the first multiple of eight behind the head. */
export interface ColumnPlace {
  readonly type: ColumnType
  readonly count: number
  readonly offset: number
}

export const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8

/** True when the bytes begin like a `.qaas` file. */
export function isColumnar(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC.length && MAGIC.every((byte, k) => bytes[k] === byte)
}
