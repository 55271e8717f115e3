import { expect, test } from 'vitest'
import { createRng } from '../../numeric/rng.ts'
import { mitigateReadout, nearestDistribution } from './readout-mitigation.ts'

const error = { readOneGivenZero: 0.03, readZeroGivenOne: 0.08 }

/** All strings of `n` bits and what they are read as when `truth` was prepared. */
function readings(n: number, truth: Float64Array): { bits: Int8Array; counts: Float64Array } {
  const bits = Int8Array.from({ length: n * 2 ** n }, (_, k) => (Math.floor(k / n) >> (k % n)) & 1)
  const counts = truth.slice()
  for (let b = 0; b < n; b++)
    for (let z = 0; z < counts.length; z++) {
      if ((z >> b) & 1) continue
      const [zero, one] = [counts[z]!, counts[z + 2 ** b]!]
      counts[z] = zero * (1 - error.readOneGivenZero) + one * error.readZeroGivenOne
      counts[z + 2 ** b] = zero * error.readOneGivenZero + one * (1 - error.readZeroGivenOne)
    }
  return { bits, counts }
}

function randomDistribution(size: number, seed: number): Float64Array {
  const rng = createRng(seed)
  const raw = Float64Array.from({ length: size }, () => rng.nextFloat() ** 4)
  const sum = raw.reduce((total, value) => total + value, 0)
  return raw.map((value) => value / sum)
}

test('with all strings measured the true distribution comes back', () => {
  const truth = randomDistribution(8, 4)
  const { bits, counts } = readings(3, truth)
  mitigateReadout({ numBits: 3, bits, counts }, error).forEach((p, z) => {
    expect(p).toBeCloseTo(truth[z]!, 8)
  })
})

test('on sampled counts it takes most of the readout error away', () => {
  const n = 6
  const truth = new Float64Array(2 ** n)
  truth[0b101010] = 0.7
  truth[0b010101] = 0.3
  const { bits, counts } = readings(n, truth)
  const rng = createRng(8)
  const shots = counts.map((chance) => Math.round(4000 * chance + rng.nextFloat() - 0.5))
  const seen = Array.from(shots.keys()).filter((z) => shots[z]! > 0)
  const measured = {
    numBits: n,
    bits: Int8Array.from(seen.flatMap((z) => Array.from(bits.subarray(z * n, (z + 1) * n)))),
    counts: seen.map((z) => shots[z]!),
  }
  const mitigated = mitigateReadout(measured, error)
  const distance = (values: ArrayLike<number>): number =>
    seen.reduce((sum, z, k) => sum + Math.abs(values[k]! - truth[z]!) / 2, 0)
  expect(distance(measured.counts.map((count) => count / 4000))).toBeGreaterThan(0.2)
  expect(distance(mitigated)).toBeLessThan(0.02)
})

test('quasi-probabilities become the nearest distribution', () => {
  expect(Array.from(nearestDistribution(Float64Array.of(1.1, 0.2, -0.3)))).toEqual([
    expect.closeTo(0.95, 12),
    expect.closeTo(0.05, 12),
    0,
  ])
})

test('error rates of a half and more are refused', () => {
  const counts = { numBits: 1, bits: Int8Array.of(0), counts: [1] }
  expect(() => mitigateReadout(counts, { readOneGivenZero: 0.5, readZeroGivenOne: 0 })).toThrow(
    /readOneGivenZero/,
  )
})
