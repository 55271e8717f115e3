/** The table of experiments: the paper's tables and figures, each beside its random and classical baselines. */
import type { ExperimentOptions, ExperimentResult } from './result.ts'

interface Experiment {
  readonly summary: string
  readonly run: (options: ExperimentOptions) => Promise<ExperimentResult>
}

export const experiments = {
  lambda: {
    summary: 'penalty weights (Table 2)',
    run: async (options) => (await import('./lambda.ts')).lambda(options),
  },
  scaling: {
    summary: '6, 12 and 18 qubits on three devices (Table 3, Figure 1)',
    run: async (options) => (await import('./scaling.ts')).scaling(options),
  },
  depth: {
    summary: 'one to three layers (Table 4, Figure 2)',
    run: async (options) => (await import('./depth.ts')).depth(options),
  },
  'high-shot': {
    summary: '4,000 against 8,000 shots (section 7.5)',
    run: async (options) => (await import('./high-shot.ts')).highShot(options),
  },
  backends: {
    summary: 'three devices, one circuit (Figure 3)',
    run: async (options) => (await import('./backends.ts')).backends(options),
  },
  pareto: {
    summary: 'cost against quality (section 7.2, Figure 4)',
    run: async (options) => (await import('./pareto.ts')).pareto(options),
  },
  mitigations: {
    summary: 'what the proposed mitigations buy (section 8.2)',
    run: async (options) => (await import('./mitigations.ts')).mitigations(options),
  },
} as const satisfies Record<string, Experiment>

export type ExperimentName = keyof typeof experiments
export const EXPERIMENT_NAMES: readonly ExperimentName[] = Object.keys(experiments) as ExperimentName[]
