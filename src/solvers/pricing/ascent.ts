/**
 * The search for prices: Newton steps on the smoothed dual while the temperature falls in stages. The linear systems
 * are solved by conjugate gradients. Every price has its own damping, which grows when the price overshot and shrinks
 * when it did not, so there is nothing to tune. The best prices are nearly linear in the temperature, so that each stage
 * starts from where the last two point to.
 */
import { mustStop, type RunContext } from '../../solve/context.ts'
import type { Cells } from './cells.ts'
import { createNewton, type NewtonParts } from './newton.ts'
import type { SmoothDual } from './smooth-dual.ts'

export interface AscentOptions {
  readonly context: RunContext
  /** Relative temperatures from first to last. */
  readonly first: number
  readonly last: number
  /** Further steps at the end, so that the fractional plan left behind keeps the capacities. Default false. */
  readonly finish?: boolean
  /** The fractional plan that is left behind is that of prices lower by this part. Default 0. */
  readonly discount?: number
  /** Called at the end of each stage with the prices reached; true ends the ascent. */
  readonly onStage: (y: Float64Array, stage: Stage) => boolean
}

export interface Stage {
  readonly relative: number
  readonly steps: number
  /** Where the prices of the last two stages point to at no temperature; absent before there are two. */
  readonly limit?: Float64Array
}

const COOLING = 0.5
/** Priced violation of the optimality conditions, as a part of the total cost, that is none. */
const CLOSE = 1e-4
const MOST_STEPS_PER_STAGE = 12
/** Hotter prices are far from linear. */
const LINEAR_BELOW = 0.02
/**
 * A step that gains less than this times the relative temperature ends its stage: smoothing alone costs a tenth of the
 * temperature or more, which only the next stages win back.
 */
const LEAST_GAIN = 1e-3

export interface Ascent {
  readonly steps: number
  readonly evaluations: number
}

/** Climbs from `y`, in place. */
export async function ascend(
  parts: NewtonParts,
  y: Float64Array,
  { context, first, last, finish = false, discount = 0, onStage }: AscentOptions,
): Promise<Ascent> {
  const { cells, rows, dual } = parts
  const newton = createNewton(parts, () => mustStop(context))
  const temperature = new Float64Array(cells.count).fill(newton.scales.task * first)
  dual.evaluate(y, temperature, new Float64Array(rows.count))
  let [steps, evaluations] = [0, 0]
  let earlier: Reached | undefined
  /** Steps until one gains too little or the conditions are met well enough. */
  const climb = async (leastGain: number, enough: number): Promise<void> => {
    for (let step = 0; step < MOST_STEPS_PER_STAGE && newton.residual(y) >= enough; step++) {
      evaluations += newton.step(y, temperature)
      steps++
      await context.breathe()
      if (mustStop(context) || newton.gain() < leastGain) break
    }
  }

  for (let relative = first; ; relative = Math.max(last, relative * COOLING)) {
    setTemperatures(temperature, { relative, cells, dual, typical: newton.scales.task })
    const value = newton.restart(y, temperature, relative)
    if (earlier?.towards && relative < LINEAR_BELOW) {
      const from = y.slice()
      y.set(earlier.towards(relative))
      if (newton.restart(y, temperature, relative) < value) {
        y.set(from)
        newton.restart(y, temperature, relative)
      }
    }
    await climb(LEAST_GAIN * relative, Math.max(0.5 * relative, CLOSE))
    const reached = reachedAt(y, relative, earlier)
    earlier = reached
    const limit = reached.towards && relative < LINEAR_BELOW ? { limit: reached.towards(0) } : {}
    if (onStage(y, { relative, steps, ...limit }) || relative <= last || mustStop(context)) {
      if (finish && !mustStop(context)) await climb(1e-12, CLOSE)
      if (discount > 0) dual.evaluate(discounted(y, discount), temperature, new Float64Array(rows.count))
      return { steps, evaluations }
    }
  }
}

function discounted(y: Float64Array, part: number): Float64Array {
  return y.map((price) => price * (1 - part))
}

/** The prices at the end of a stage. */
interface Reached {
  readonly y: Float64Array
  readonly relative: number
  /** The prices at a lower temperature, on the line from the stage before through this one. */
  readonly towards?: (relative: number) => Float64Array
}

function reachedAt(now: Float64Array, relative: number, earlier: Reached | undefined): Reached {
  const y = now.slice()
  if (earlier === undefined || earlier.relative === relative) return { y, relative }
  return {
    y,
    relative,
    towards(colder) {
      const part = (relative - colder) / (earlier.relative - relative)
      return y.map((price, row) => Math.max(0, price + part * (price - earlier.y[row]!)))
    },
  }
}

/** Each cell cools relative to its own least cost, within a range about the typical one. */
function setTemperatures(
  temperature: Float64Array,
  { relative, cells, dual, typical }: { relative: number; cells: Cells; dual: SmoothDual; typical: number },
): void {
  for (let c = 0; c < cells.count; c++) {
    temperature[c] = relative * Math.max(dual.leastCost[c]!, 1e-3 * typical)
  }
}
