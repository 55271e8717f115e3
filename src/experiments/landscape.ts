/** The energy over both angles of one layer, exact, with the way the optimiser took over it. */
import { type Ising, toIsing } from '../formulation/ising.ts'
import type { Instance } from '../model/instance.ts'
import { createClosedForm } from '../quantum/qaoa/closed-form.ts'
import { centred, penalised } from '../quantum/qaoa/problem.ts'
import type { TrainingRun } from '../quantum/qaoa/train.ts'
import { landscapeChart } from './figures/landscape-chart.ts'
import type { Figure } from './result.ts'
import { runVariant } from './run-variant.ts'

/** Cells along each angle; more make the picture heavy without showing more. */
const STEPS = 48
/** Ripples of the energy in gamma that the picture holds at most. */
const RIPPLES = 5

export async function landscapeFigure(
  instance: Instance,
  { seed, variant }: { readonly seed: number; readonly variant: 'raw' | 'balanced' },
): Promise<Figure> {
  const run = await runVariant(instance, variant, { layers: 1, shots: 1000, seed })
  const { problem, options } = run.variant
  const subject = options.centre === false ? problem : centred(problem)
  const ising = toIsing(penalised(subject, run.qaoa.encoding.penalty))
  const form = createClosedForm(ising)
  const path = bestRun(run.qaoa.training.runs).trace.map(({ gammas, betas }) => ({
    gamma: gammas[0]!,
    beta: withinPeriod(betas[0]!),
  }))
  const window = {
    gamma: gammaWindow(
      path.map(({ gamma }) => gamma),
      (RIPPLES * Math.PI) / largestField(ising),
    ),
    beta: [-Math.PI / 2, Math.PI / 2] as const,
  }
  const cells = []
  for (let g = 0; g < STEPS; g++)
    for (let b = 0; b < STEPS; b++) {
      const gamma = window.gamma[0] + ((window.gamma[1] - window.gamma[0]) * g) / STEPS
      const beta = window.beta[0] + ((window.beta[1] - window.beta[0]) * b) / STEPS
      cells.push({ gamma, beta, energy: form.energy(gamma, beta) })
    }
  return {
    name: `landscape-${variant}`,
    title: `Energy of one layer, ${variant}`,
    content: {
      spec: landscapeChart({
        cells,
        path,
        window,
        steps: STEPS,
        title: `Mean energy of one layer, 12 qubits, ${variant}`,
      }),
    },
  }
}

function bestRun(runs: readonly TrainingRun[]): TrainingRun {
  return runs.reduce((best, run) => (run.value < best.value ? run : best))
}

/** The energy repeats in beta after pi. */
function withinPeriod(beta: number): number {
  return beta - Math.PI * Math.round(beta / Math.PI)
}

/** What a single flip can change at most, halved: the energy ripples in gamma with pi over this. */
function largestField({ h, tails, heads, J }: Ising): number {
  const reach = h.map(Math.abs)
  for (let e = 0; e < J.length; e++)
    for (const v of [tails[e]!, heads[e]!]) reach[v] = reach[v]! + Math.abs(J[e]!)
  return Math.max(...reach)
}

/** From zero to all of the path where that is narrow enough, else `width` around where the path ends. */
function gammaWindow(gammas: readonly number[], width: number): readonly [number, number] {
  const [low, high] = [Math.min(0, ...gammas), Math.max(0, ...gammas)]
  const room = Math.max(0.15 * (high - low), 1e-3)
  if (high - low <= width) return [low - room, high + room]
  const end = gammas.at(-1)!
  return [end - width / 2, end + width / 2]
}
