/**
 * Limited-memory BFGS (Nocedal and Wright, "Numerical Optimization", algorithm 7.5) with a line search for the weak
 * Wolfe conditions by bisection (Lewis and Overton 2013). For smooth functions with gradients.
 */
import { dot, norm } from '../../numeric/vector.ts'
import type { Optimiser, Reply, Search } from './optimiser.ts'

export interface LbfgsOptions {
  /** Pairs of steps remembered. Default 8. */
  readonly memory?: number
  /** Ends when no component of the gradient is larger. Default 1e-7. */
  readonly gradientTolerance?: number
  /** Length of the first step. Default 0.1. */
  readonly firstStep?: number
}

const SUFFICIENT_DECREASE = 1e-4
const CURVATURE = 0.9
/** Halvings of a line search before the direction is given up. */
const MAX_TRIALS = 25

interface Correction {
  readonly step: Float64Array
  readonly change: Float64Array
  readonly rho: number
}

export function lbfgs({
  memory = 8,
  gradientTolerance = 1e-7,
  firstStep = 0.1,
}: LbfgsOptions = {}): Optimiser {
  return {
    name: 'l-bfgs',
    needsGradient: true,
    *search(start): Search {
      const corrections: Correction[] = []
      let x = start
      let here = yield x
      for (;;) {
        const gradient = here.gradient!
        if (gradient.every((g) => Math.abs(g) <= gradientTolerance)) return
        const direction = descentDirection(gradient, corrections)
        const length = corrections.length === 0 ? firstStep / norm(direction) : 1
        const found = yield* lineSearch({ x, here, direction, length })
        if (found === undefined) {
          if (corrections.length === 0) return
          corrections.length = 0
          continue
        }
        const step = found.x.map((value, i) => value - x[i]!)
        const change = found.reply.gradient!.map((g, i) => g - gradient[i]!)
        const curvature = dot(step, change)
        if (curvature > 1e-14 * norm(step) * norm(change)) {
          corrections.push({ step, change, rho: 1 / curvature })
          if (corrections.length > memory) corrections.shift()
        }
        x = found.x
        here = found.reply
      }
    },
  }
}

/** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function descentDirection(gradient: Float64Array, corrections: readonly Correction[]): Float64Array {
  const q = gradient.slice()
  const factors: number[] = []
  for (const { step, change, rho } of corrections.toReversed()) {
    const factor = rho * dot(step, q)
    factors.push(factor)
    for (let i = 0; i < q.length; i++) q[i]! -= factor * change[i]!
  }
  const last = corrections.at(-1)
  if (last) {
    const scale = 1 / (last.rho * dot(last.change, last.change))
    for (let i = 0; i < q.length; i++) q[i]! *= scale
  }
  for (const { step, change, rho } of corrections) {
    const factor = factors.pop()! - rho * dot(change, q)
    for (let i = 0; i < q.length; i++) q[i]! += factor * step[i]!
  }
  return q.map((value) => -value)
}

interface Line {
  readonly x: Float64Array
  readonly here: Reply
  readonly direction: Float64Array
  readonly length: number
}

interface Found {
  readonly x: Float64Array
  readonly reply: Reply
}

function* lineSearch(line: Line): Generator<Float64Array, Found | undefined, Reply> {
  const { x, here, direction } = line
  const slope = dot(here.gradient!, direction)
  if (!(slope < 0)) return undefined
  let { length } = line
  let low = 0
  let high = Number.POSITIVE_INFINITY
  let lowest: Found | undefined
  for (let trial = 0; trial < MAX_TRIALS; trial++) {
    const at = x.map((value, i) => value + length * direction[i]!)
    const reply = yield at
    if (!(reply.value <= here.value + SUFFICIENT_DECREASE * length * slope)) high = length
    else {
      lowest = { x: at, reply }
      if (dot(reply.gradient!, direction) >= CURVATURE * slope) return lowest
      low = length
    }
    length = high === Number.POSITIVE_INFINITY ? 2 * length : (low + high) / 2
  }
  return lowest
}
