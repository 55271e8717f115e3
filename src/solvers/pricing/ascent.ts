/**
 * The search for prices: Newton steps on the smoothed dual while the temperature falls in stages. The linear systems
 * are solved by conjugate gradients. Every price has its own damping, which grows when the price overshot and shrinks
 * when it did not, so there is nothing to tune.
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
  /** Called at the end of each stage with the prices reached; true ends the ascent. */
  readonly onStage: (y: Float64Array, stage: { relative: number; steps: number }) => boolean
}

const COOLING = 0.5
const MOST_STEPS_PER_STAGE = 12

export interface Ascent {
  readonly steps: number
  readonly evaluations: number
}

/** Climbs from `y`, in place. */
export async function ascend(
  parts: NewtonParts,
  y: Float64Array,
  { context, first, last, onStage }: AscentOptions,
): Promise<Ascent> {
  const { cells, rows, dual } = parts
  const newton = createNewton(parts, () => mustStop(context))
  const temperature = new Float64Array(cells.count).fill(newton.scales.task * first)
  dual.evaluate(y, temperature, new Float64Array(rows.count))
  let [steps, evaluations] = [0, 0]
  for (let relative = first; ; relative = Math.max(last, relative * COOLING)) {
    setTemperatures(temperature, { relative, cells, dual, typical: newton.scales.task })
    newton.restart(y, temperature, relative)
    for (let step = 0; step < MOST_STEPS_PER_STAGE; step++) {
      if (newton.residual(y) < Math.max(0.5 * relative, 1e-4)) break
      evaluations += newton.step(y, temperature)
      steps++
      await context.breathe()
      if (mustStop(context) || newton.stalled()) break
    }
    if (onStage(y, { relative, steps }) || relative <= last || mustStop(context))
      return { steps, evaluations }
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
