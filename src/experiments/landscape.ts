/** The energy over both angles of one layer, exact, with the way the optimiser took over it. */
import { toIsing } from '../formulation/ising.ts'
import type { Instance } from '../model/instance.ts'
import { createClosedForm } from '../quantum/qaoa/closed-form.ts'
import { centred, penalised } from '../quantum/qaoa/problem.ts'
import type { TrainingRun } from '../quantum/qaoa/train.ts'
import { landscapeChart } from './figures.ts'
import type { Figure } from './result.ts'
import { runVariant } from './run-variant.ts'

/** Cells along each angle; more make the picture heavy without showing more. */
const STEPS = 32

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
    gamma: rangeOf([0, ...path.map(({ gamma }) => gamma)]),
    beta: [-Math.PI / 2, Math.PI / 2] as [number, number],
  }
  const cells = []
  for (let g = 0; g <= STEPS; g++)
    for (let b = 0; b <= STEPS; b++) {
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
        title: `Energy of one layer, 12 qubits, ${variant}`,
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

/** The values with some room on both sides. */
function rangeOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const room = Math.max(0.15 * (high - low), 1e-3)
  return [low - room, high + room]
}
