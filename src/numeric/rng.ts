/**
 * Seeded random numbers: xoshiro128** with splitmix32 seeding. Not for secrets.
 *
 * The generator is written with 32-bit integer operations only, so that a WebAssembly kernel that copies it
 * gives the same stream. Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators",
 * ACM TOMS 47 (2021).
 */

export interface Rng {
  /** A uniform integer in [0, 2^32). */
  nextUint32(): number
  /** A uniform double in [0, 1) with 53 random bits. */
  nextFloat(): number
  /** A uniform integer in [0, bound), without bias. `bound` is in [1, 2^32]. */
  nextInt(bound: number): number
  /** A standard normal deviate (Box and Muller, 1958). */
  nextNormal(): number
  /** An independent generator for sub-task `stream`; the same stream number always gives the same generator. */
  fork(stream: number): Rng
  /** The four state words, for handing the stream to a kernel. */
  state(): Uint32Array
}

/** One step of splitmix32; used to spread a small seed over the state. */
function splitmix32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
}

class Xoshiro128 implements Rng {
  readonly #seedWords: Uint32Array
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(words: Uint32Array) {
    this.#seedWords = words.slice()
    this.#a = words[0]! | 0
    this.#b = words[1]! | 0
    this.#c = words[2]! | 0
    this.#d = words[3]! | 0
  }

  nextUint32(): number {
    const product = Math.imul(this.#b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9)
    const t = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= t
    this.#d = (this.#d << 11) | (this.#d >>> 21)
    return result >>> 0
  }

  nextFloat(): number {
    const high = this.nextUint32() >>> 5
    const low = this.nextUint32() >>> 6
    return (high * 67108864 + low) / 9007199254740992
  }

  nextInt(bound: number): number {
    // Rejection keeps it exact: values at or above the largest multiple of `bound` are drawn again.
    const limit = 4294967296 - (4294967296 % bound)
    let value = this.nextUint32()
    while (value >= limit) value = this.nextUint32()
    return value % bound
  }

  nextNormal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.nextFloat()))
    return radius * Math.cos(2 * Math.PI * this.nextFloat())
  }

  fork(stream: number): Rng {
    const mix = splitmix32(Math.imul(stream | 0, 0x2545f491) ^ 0x6a09e667)
    return new Xoshiro128(this.#seedWords.map((word) => (word ^ mix()) >>> 0))
  }

  state(): Uint32Array {
    return Uint32Array.of(this.#a, this.#b, this.#c, this.#d)
  }
}

/** A generator for `seed`, any finite number; equal seeds give equal streams. */
export function createRng(seed: number): Rng {
  const next = splitmix32((seed >>> 0) ^ Math.imul(Math.floor(seed / 4294967296) | 0, 0x85ebca6b))
  return new Xoshiro128(Uint32Array.of(next(), next(), next(), next() | 1))
}

/** Shuffles the first `length` entries of `values` in place (Fisher and Yates). */
export function shuffle<T extends { [index: number]: number; readonly length: number }>(
  values: T,
  rng: Rng,
  length: number = values.length,
): T {
  for (let i = length - 1; i > 0; i--) {
    const j = rng.nextInt(i + 1)
    const swap = values[i]!
    values[i] = values[j]!
    values[j] = swap
  }
  return values
}
