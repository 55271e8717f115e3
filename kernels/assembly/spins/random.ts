/** xoshiro128** in globals of the module instance, which is one thread's; the same stream as src/numeric/rng.ts. */

let a: u32 = 0
let b: u32 = 0
let c: u32 = 0
let d: u32 = 0

@inline export function loadRandom(words: usize): void {
  a = load<u32>(words); b = load<u32>(words, 4); c = load<u32>(words, 8); d = load<u32>(words, 12)
}

@inline export function storeRandom(words: usize): void {
  store<u32>(words, a); store<u32>(words, b, 4); store<u32>(words, c, 8); store<u32>(words, d, 12)
}

@inline export function next(): u32 {
  const result = rotl<u32>(b * 5, 7) * 9
  const t = b << 9
  c ^= a; d ^= b; b ^= c; a ^= d; c ^= t; d = rotl<u32>(d, 11)
  return result
}

/** How many temperatures a move may cost that is accepted on the random number `bits`; see src/samplers/kernels/thresholds.ts. */
@inline export function threshold(table: usize, bits: u32): f32 {
  const cell = bits >>> 20
  const low = (bits >>> 8) & 4095
  const at = cell == 0 ? 4096 + low : cell == 4095 ? 8192 + low : cell
  return load<f32>(table + (<usize>at << 2))
}
