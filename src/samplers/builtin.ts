/** The samplers that come with QAAS, by name; each entry loads its code when it is asked for. */
import type { Sampler } from '../solve/sampler.ts'
import type { AnnealingOptions } from './annealing/index.ts'
import type { DescentOptions } from './descent/index.ts'
import type { ExhaustiveOptions } from './exhaustive/index.ts'
import type { RandomOptions } from './random/index.ts'
import type { TabuOptions } from './tabu/index.ts'

export const builtinSamplers = {
  annealing: async (options?: AnnealingOptions): Promise<Sampler> =>
    (await import('./annealing/index.ts')).annealing(options),
  tabu: async (options?: TabuOptions): Promise<Sampler> => (await import('./tabu/index.ts')).tabu(options),
  descent: async (options?: DescentOptions): Promise<Sampler> =>
    (await import('./descent/index.ts')).descent(options),
  exhaustive: async (options?: ExhaustiveOptions): Promise<Sampler> =>
    (await import('./exhaustive/index.ts')).exhaustive(options),
  random: async (options?: RandomOptions): Promise<Sampler> =>
    (await import('./random/index.ts')).random(options),
}

export type SamplerName = keyof typeof builtinSamplers
