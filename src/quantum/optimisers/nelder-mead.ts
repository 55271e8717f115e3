/** The downhill simplex method of Nelder and Mead (1965), with the dimension-dependent coefficients of Gao and Han (2012). */
import type { Optimiser, Search } from './optimiser.ts'

export interface NelderMeadOptions {
  /** Edge of the first simplex. Default 0.3. */
  readonly initialStep?: number
  /** Ends when all vertices lie within this of the best, and their values too. Default 1e-8. */
  readonly tolerance?: number
}

interface Vertex {
  readonly x: Float64Array
  readonly f: number
}

export function nelderMead({ initialStep = 0.3, tolerance = 1e-8 }: NelderMeadOptions = {}): Optimiser {
  return {
    name: 'nelder-mead',
    needsGradient: false,
    search: (start) => search(start, initialStep, tolerance),
  }
}

function* search(start: Float64Array, initialStep: number, tolerance: number): Search {
  const n = start.length
  const expansion = n < 2 ? 2 : 1 + 2 / n
  const contraction = n < 2 ? 0.5 : 0.75 - 1 / (2 * n)
  const shrinkage = n < 2 ? 0.5 : 1 - 1 / n
  const simplex: Vertex[] = []
  for (let k = 0; k <= n; k++) {
    const x = start.slice()
    if (k > 0) x[k - 1]! += initialStep
    simplex.push({ x, f: (yield x).value })
  }
  for (;;) {
    simplex.sort((a, b) => a.f - b.f)
    const [best, worst] = [simplex[0]!, simplex[n]!]
    if (isSmall(simplex, tolerance)) return
    const centroid = new Float64Array(n)
    for (const { x } of simplex.slice(0, n)) for (let i = 0; i < n; i++) centroid[i]! += x[i]! / n
    const along = (t: number): Float64Array => centroid.map((c, i) => c + t * (worst.x[i]! - c))
    const reflected = yield* vertex(along(-1))
    if (reflected.f < best.f) {
      const expanded = yield* vertex(along(-expansion))
      simplex[n] = expanded.f < reflected.f ? expanded : reflected
    } else if (reflected.f < simplex[n - 1]!.f) simplex[n] = reflected
    else {
      const outside = reflected.f < worst.f
      const contracted = yield* vertex(along(outside ? -contraction : contraction))
      if (contracted.f <= (outside ? reflected.f : worst.f)) simplex[n] = contracted
      else
        for (let k = 1; k <= n; k++)
          simplex[k] = yield* vertex(simplex[k]!.x.map((x, i) => best.x[i]! + shrinkage * (x - best.x[i]!)))
    }
  }
}

function* vertex(x: Float64Array): Generator<Float64Array, Vertex, { value: number }> {
  return { x, f: (yield x).value }
}

function isSmall(simplex: readonly Vertex[], tolerance: number): boolean {
  const best = simplex[0]!
  return simplex.every(
    ({ x, f }) =>
      Math.abs(f - best.f) <= tolerance && x.every((value, i) => Math.abs(value - best.x[i]!) <= tolerance),
  )
}
