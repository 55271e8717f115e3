/** Mixers of higher sites on tiles of rows that lie far apart. */
import { mixBetween, movesRows } from './between'
import { BLOCK_STRIDE, BUFFER_BYTES, IM, LOW_SIZE, RE, STEP_BYTES, word } from './layout'
import { mix } from './mixers'

// Words of a strip record.
const STRIP_INNER = 0
const STRIP_ROWS = 1
const STRIP_WIDTH = 2
const STRIP_ROW_STRIDE = 3
const STRIP_OUTER_STRIDE = 4
const STRIP_STEPS = 5
const STRIP_NUM_STEPS = 6

/** Copies `rows` rows of `floats` floats; a row's last vector steps back so that it ends at the row's end in memory. */
@inline function copyTile(memory: usize, stride: usize, buffer: usize, rows: i32, floats: i32, toBuffer: bool): void {
  const whole = (<usize>((floats - 1) >> 2)) << 4
  const lastAt = (<usize>(floats - 4)) << 2
  for (let row = 0; row < rows; row++, memory += stride) {
    for (let at: usize = 0; at < whole; at += 16) {
      if (toBuffer) v128.store(buffer + at, v128.load(memory + at))
      else v128.store(memory + at, v128.load(buffer + at))
    }
    buffer += whole
    if (toBuffer) v128.store(buffer, v128.load(memory + lastAt))
    else v128.store(memory + lastAt, v128.load(buffer))
    buffer += 16
  }
}

/**
 * Mixers of some higher sites on tiles [first, last). Rows are `STRIP_ROWS` blocks that are `STRIP_ROW_STRIDE` bytes apart,
 * `STRIP_INNER` blocks lie between; a tile is `STRIP_WIDTH` neighbouring amplitudes of each row, the last tile of a block
 * what is left. The first and the last step move the tile into the buffer and out of it where they can.
 */
export function stripPass(state: usize, strip: usize, scratch: usize, first: i32, last: i32): void {
  const re = <usize>word(state, RE)
  const im = <usize>word(state, IM)
  const size = word(state, LOW_SIZE)
  const inner = word(strip, STRIP_INNER)
  const rows = word(strip, STRIP_ROWS)
  const width = word(strip, STRIP_WIDTH)
  const stride = <usize>word(strip, STRIP_ROW_STRIDE)
  const steps = <usize>word(strip, STRIP_STEPS)
  const numSteps = word(strip, STRIP_NUM_STEPS)
  const tiles = max(1, size / width)
  const lastStep = steps + (<usize>(numSteps - 1)) * STEP_BYTES
  const moveIn = numSteps > 1 && movesRows(steps)
  const moveOut = numSteps > 1 && movesRows(lastStep)
  const inside = moveIn ? steps + STEP_BYTES : steps
  const numInside = numSteps - i32(moveIn) - i32(moveOut)
  const bufferRe = scratch
  const bufferIm = scratch + BUFFER_BYTES
  for (let tile = first; tile < last; tile++) {
    const fibre = tile / tiles
    const outer = fibre / inner
    const column = (tile - fibre * tiles) * width
    const floats = column + 2 * width > size ? size - column : width
    const at =
      (<usize>outer) * (<usize>word(strip, STRIP_OUTER_STRIDE)) +
      (<usize>(fibre - outer * inner)) * (<usize>word(state, BLOCK_STRIDE)) +
      ((<usize>column) << 2)
    const width4 = (<usize>((floats + 3) >> 2)) << 4
    const whole = width4 - 16
    const lastAt = (<usize>(floats - 4)) << 2
    if (moveIn) {
      mixBetween(steps, whole, re + at, stride, im - re, lastAt, bufferRe, width4, BUFFER_BYTES, whole)
    } else {
      copyTile(re + at, stride, bufferRe, rows, floats, true)
      copyTile(im + at, stride, bufferIm, rows, floats, true)
    }
    mix(bufferRe, bufferIm, width4, inside, numInside)
    if (moveOut) {
      mixBetween(lastStep, whole, bufferRe, width4, BUFFER_BYTES, whole, re + at, stride, im - re, lastAt)
    } else {
      copyTile(re + at, stride, bufferRe, rows, floats, false)
      copyTile(im + at, stride, bufferIm, rows, floats, false)
    }
  }
}
