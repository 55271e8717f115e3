/** The random numbers of the kernels: xoshiro128** over state words in an array. */

/** Advances `words`. */
export function xoshiro(words: Uint32Array): () => number {
  return () => {
    const b = words[1]!
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9)
    words[2]! ^= words[0]!
    words[3]! ^= b
    words[1]! ^= words[2]!
    words[0]! ^= words[3]!
    words[2]! ^= b << 9
    words[3] = (words[3]! << 11) | (words[3]! >>> 21)
    return result >>> 0
  }
}

/** A place in 0 .. count - 1 from 32 random bits: the high half of their product, exact for any 31-bit count. */
export function placeOf(bits: number, count: number): number {
  const low = Math.floor(((bits & 0xffff) * count) / 65536)
  return Math.floor(((bits >>> 16) * count + low) / 65536)
}
