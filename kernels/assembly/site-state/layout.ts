/** Words of the state and of the mixer records, sizes of a thread's scratch memory, and where blocks lie. */

// Words of the state record.
export const RE = 0
export const IM = 1
export const LOW_SIZE = 2
export const BLOCKS = 3
export const SLOW_SIZE = 4
export const FAST_SIZE = 5
export const NEAR_SIZE = 6
export const ENERGY = 7
export const PHASE_RE = 8
export const PHASE_IM = 9
export const SLOW_NEAR = 10
export const SLOW_FAR = 11
export const FAST_NEAR = 12
export const FAST_FAR = 13
export const BLOCK_PHASE = 14
export const BLOCK_WEIGHT = 15
export const BLOCK_ENERGY = 16
export const START_LOW_RE = 17
export const START_LOW_IM = 18
export const START_BLOCK_RE = 19
export const START_BLOCK_IM = 20
/** Bytes from one block to the next, an odd number of cache lines, so that rows of a strip fall on different cache sets. */
export const BLOCK_STRIDE = 21
/** Bytes that are left free after every `NEAR_SIZE` blocks, for the same reason. */
export const FAR_PAD = 22
/** Where `foldStart` leaves its products. */
export const FOLDED_RE = 23
export const FOLDED_IM = 24

// Words of a mixer step (12 words each).
export const KIND = 0
export const INNER = 1
export const LEVELS = 2
export const OUTER = 3
export const FIRST = 4
export const SECOND = 5
export const P0 = 6
export const P1 = 7
export const WEIGHTS = 8
export const STEP_BYTES: usize = 48

export const KIND_X = 0
export const KIND_XX = 1
export const KIND_REFLECT = 2
export const KIND_EDGE = 3
export const KIND_UNIFORM = 4
/** X on the two lowest bits where amplitudes are not interleaved: both lie inside a vector. */
export const KIND_XX_LANES = 5
/** X on the four lowest bits, done together with the phase; always the first step of a block. */
export const KIND_FOUR_BITS = 6

// Scratch of one thread, in bytes: two buffers, of which a pass mostly uses the first 16 KiB (a strip's last tile may be
// twice as wide), four lane tables of at most 1024 vectors, and a spare block for lanes past the end.
export const BUFFER_BYTES: usize = 32768
export const LANE_TABLE: usize = 16384

@inline export function word(base: usize, index: i32): i32 {
  return load<i32>(base + ((<usize>index) << 2))
}

@inline export function float(base: usize, index: i32): f32 {
  return load<f32>(base + ((<usize>index) << 2))
}

/** Bytes from the beginning of an array to one of its blocks. */
@inline export function blockOffset(state: usize, block: i32): usize {
  const pads = <usize>(block / word(state, NEAR_SIZE))
  return (<usize>block) * (<usize>word(state, BLOCK_STRIDE)) + pads * (<usize>word(state, FAR_PAD))
}
