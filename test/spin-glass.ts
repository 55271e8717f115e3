/** Seeded random Ising and QUBO models of a given shape, for tests and benchmarks of samplers. */
import type { Bqm, Vartype } from '../src/formulation/bqm.ts'
import { createBqm } from '../src/formulation/bqm-builder.ts'
import { createRng, type Rng } from '../src/numeric/rng.ts'

export interface GlassShape {
  readonly numVariables: number
  /** Average number of couplings at a variable. */
  readonly degree: number
  readonly weights: 'plus-minus' | 'gauss' | 'integer'
  readonly vartype?: Vartype
  readonly withFields?: boolean
}

/** Couplings between random distinct pairs; the same seed gives the same model. */
export function randomGlass(shape: GlassShape, seed: number): Bqm {
  const { numVariables: n, degree, vartype = 'SPIN', withFields = false } = shape
  const rng = createRng(seed)
  const weight = weights(shape.weights, rng)
  const count = Math.min(Math.round((n * degree) / 2), (n * (n - 1)) / 2)
  return createBqm({
    vartype,
    linear: Float64Array.from({ length: n }, () => (withFields ? weight() : 0)),
    quadratic: randomPairs(n, count, rng).map(([u, v]) => [u, v, weight()] as const),
  })
}

function weights(kind: GlassShape['weights'], rng: Rng): () => number {
  if (kind === 'gauss') return () => rng.nextNormal()
  return kind === 'integer' ? () => rng.nextInt(201) - 100 : () => (rng.nextUint32() & 1 ? 1 : -1)
}

function randomPairs(n: number, count: number, rng: Rng): [number, number][] {
  const all = (n * (n - 1)) / 2
  const pairs: [number, number][] = []
  if (count * 3 > all) {
    // Dense: every pair with its share of what is still missing.
    let left = all
    for (let u = 0; u < n; u++)
      for (let v = u + 1; v < n; v++) if (rng.nextInt(left--) < count - pairs.length) pairs.push([u, v])
    return pairs
  }
  const seen = new Set<number>()
  while (pairs.length < count) {
    const [a, b] = [rng.nextInt(n), rng.nextInt(n)]
    const key = Math.min(a, b) * n + Math.max(a, b)
    if (a === b || seen.has(key)) continue
    seen.add(key)
    pairs.push([Math.min(a, b), Math.max(a, b)])
  }
  return pairs
}
