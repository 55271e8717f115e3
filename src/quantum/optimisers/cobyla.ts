/**
 * COBYLA without constraints: Powell's linear-interpolation trust-region method (1994), sections 2 to 4, for m = 0.
 * Without constraints his subproblem has a closed form (a step of length rho down the linear model), and the merit
 * function is the objective; everything else, geometry steps included, is as published.
 */
import type { Optimiser, Search } from './optimiser.ts'

export interface CobylaOptions {
  /** First trust-region radius. Default 0.5. */
  readonly initialRadius?: number
  /** Radius at which the search ends. Default 1e-6. */
  readonly finalRadius?: number
}

// Powell's constants: acceptable simplices have heights of at least ALPHA rho and edges of at most BETA rho; a geometry
// step has length GAMMA rho; DELTA rho is the length from which a vertex is dropped first.
const ALPHA = 0.25
const BETA = 2.1
const GAMMA = 0.5
const DELTA = 1.1

export function cobyla({ initialRadius = 0.5, finalRadius = 1e-6 }: CobylaOptions = {}): Optimiser {
  return {
    name: 'cobyla',
    needsGradient: false,
    search: (start) => search(start, initialRadius, finalRadius),
  }
}

/** A pole (the best vertex so far) and the displacements of the other n vertices from it. */
interface Simplex {
  readonly pole: Float64Array
  poleValue: number
  readonly edges: Float64Array[]
  readonly values: Float64Array
}

function* search(start: Float64Array, initialRadius: number, finalRadius: number): Search {
  let radius = initialRadius
  const simplex = yield* firstSimplex(start, radius)
  let mayImproveGeometry = true
  for (;;) {
    moveBestToPole(simplex, start.length)
    const inverse = invert(simplex.edges)
    // The edges have become linearly dependent by rounding: Powell's "rounding errors are damaging" exit.
    if (inverse === undefined) return
    const model = modelOf(simplex, inverse)
    const { heights, lengths } = shapeOf(simplex, inverse)
    const acceptable =
      heights.every((height) => height >= ALPHA * radius) &&
      lengths.every((length) => length <= BETA * radius)
    if (mayImproveGeometry && !acceptable) {
      const drop = worstVertex(heights, lengths, radius)
      const step = geometryStep({ column: inverse[drop]!, height: heights[drop]!, model, radius })
      simplex.edges[drop] = step
      simplex.values[drop] = (yield add(simplex.pole, step)).value
      mayImproveGeometry = false
      continue
    }
    mayImproveGeometry = false
    const slope = Math.hypot(...model)
    let improved = false
    if (slope > 0) {
      const step = model.map((g) => (-radius * g) / slope)
      const value = (yield add(simplex.pole, step)).value
      const decrease = simplex.poleValue - value
      const drop = vertexToDrop({ simplex, inverse, step, decrease, heights, lengths, radius })
      if (drop >= 0) {
        simplex.edges[drop] = step
        simplex.values[drop] = value
        improved = decrease > 0 && decrease >= 0.1 * radius * slope
      }
    }
    if (improved) continue
    if (!acceptable) {
      mayImproveGeometry = true
      continue
    }
    if (radius <= finalRadius) return
    radius *= 0.5
    if (radius <= 1.5 * finalRadius) radius = finalRadius
  }
}

function* firstSimplex(
  start: Float64Array,
  radius: number,
): Generator<Float64Array, Simplex, { value: number }> {
  const n = start.length
  const simplex: Simplex = {
    pole: start.slice(),
    poleValue: (yield start).value,
    edges: Array.from({ length: n }, (_, j) => {
      const edge = new Float64Array(n)
      edge[j] = radius
      return edge
    }),
    values: new Float64Array(n),
  }
  for (let j = 0; j < n; j++) {
    simplex.values[j] = (yield add(simplex.pole, simplex.edges[j]!)).value
    // A better vertex becomes the pole at once, so that later vertices are placed around it.
    moveBestToPole(simplex, j + 1)
  }
  return simplex
}

/** Makes the lowest of the first `count` vertices the pole; vertices not placed yet keep their displacement from it. */
function moveBestToPole(simplex: Simplex, count: number): void {
  let best = -1
  let lowest = simplex.poleValue
  for (let j = 0; j < count; j++)
    if (simplex.values[j]! < lowest) {
      best = j
      lowest = simplex.values[j]!
    }
  if (best < 0) return
  const shift = simplex.edges[best]!
  simplex.values[best] = simplex.poleValue
  simplex.poleValue = lowest
  for (let i = 0; i < shift.length; i++) simplex.pole[i]! += shift[i]!
  for (let j = 0; j < count; j++)
    if (j !== best) simplex.edges[j] = simplex.edges[j]!.map((value, i) => value - shift[i]!)
  simplex.edges[best] = shift.map((value) => -value)
}

/** Gradient of the linear function through all vertices. */
function modelOf({ values, poleValue }: Simplex, inverse: readonly Float64Array[]): Float64Array {
  const gradient = new Float64Array(values.length)
  for (let j = 0; j < values.length; j++)
    for (let i = 0; i < gradient.length; i++) gradient[i]! += inverse[j]![i]! * (values[j]! - poleValue)
  return gradient
}

/** Distance of each vertex from the opposite face, and from the pole. */
function shapeOf(
  { edges }: Simplex,
  inverse: readonly Float64Array[],
): { heights: number[]; lengths: number[] } {
  return {
    heights: inverse.map((column) => 1 / Math.hypot(...column)),
    lengths: edges.map((edge) => Math.hypot(...edge)),
  }
}

/** The vertex too far away, or else the one too close to the face of the others. */
function worstVertex(heights: readonly number[], lengths: readonly number[], radius: number): number {
  const longest = lengths.indexOf(Math.max(...lengths))
  return lengths[longest]! > BETA * radius ? longest : heights.indexOf(Math.min(...heights))
}

interface GeometryStep {
  readonly column: Float64Array
  readonly height: number
  readonly model: Float64Array
  readonly radius: number
}

/** Perpendicular to the opposite face, on the side where the model is lower. */
function geometryStep({ column, height, model, radius }: GeometryStep): Float64Array {
  const step = column.map((value) => GAMMA * radius * height * value)
  const rise = step.reduce((sum, value, i) => sum + value * model[i]!, 0)
  return rise > 0 ? step.map((value) => -value) : step
}

interface Drop {
  readonly simplex: Simplex
  readonly inverse: readonly Float64Array[]
  readonly step: Float64Array
  readonly decrease: number
  readonly heights: readonly number[]
  readonly lengths: readonly number[]
  readonly radius: number
}

/** Which vertex the trial point replaces (section 4 of the paper); -1 when it is not worth keeping. */
function vertexToDrop({ simplex, inverse, step, decrease, heights, lengths, radius }: Drop): number {
  let drop = -1
  let ratio = decrease <= 0 ? 1 : 0
  const volume = inverse.map((column) =>
    Math.abs(column.reduce((sum, value, i) => sum + value * step[i]!, 0)),
  )
  volume.forEach((factor, j) => {
    if (factor <= ratio) return
    drop = j
    ratio = factor
  })
  let longest = DELTA * radius
  volume.forEach((factor, j) => {
    const height = factor * heights[j]!
    if (height < ALPHA * radius && height < heights[j]!) return
    const length =
      decrease > 0 ? Math.hypot(...step.map((value, i) => value - simplex.edges[j]![i]!)) : lengths[j]!
    if (length <= longest) return
    drop = j
    longest = length
  })
  return drop
}

function add(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + b[i]!)
}

/** Row j of the result has product 1 with row j of `rows` and 0 with the others; undefined when they are dependent. */
function invert(rows: readonly Float64Array[]): Float64Array[] | undefined {
  const n = rows.length
  const left = rows.map((row) => row.slice())
  const right = rows.map((_, j) => {
    const unit = new Float64Array(n)
    unit[j] = 1
    return unit
  })
  for (let k = 0; k < n; k++) {
    let pivot = k
    for (let j = k + 1; j < n; j++) if (Math.abs(left[j]![k]!) > Math.abs(left[pivot]![k]!)) pivot = j
    if (!(Math.abs(left[pivot]![k]!) > 1e-280)) return undefined
    ;[left[k], left[pivot]] = [left[pivot]!, left[k]!]
    ;[right[k], right[pivot]] = [right[pivot]!, right[k]!]
    for (let j = 0; j < n; j++) {
      const factor = j === k ? 0 : left[j]![k]! / left[k]![k]!
      if (factor === 0) continue
      for (let i = 0; i < n; i++) {
        left[j]![i]! -= factor * left[k]![i]!
        right[j]![i]! -= factor * right[k]![i]!
      }
    }
  }
  return Array.from({ length: n }, (_, j) =>
    Float64Array.from({ length: n }, (_, i) => right[i]![j]! / left[i]![i]!),
  )
}
