/** The quantum samplers that come with QAAS, by name; each entry loads its code when it is asked for. */
import type { Sampler } from '../solve/sampler.ts'
import type { RqaoaOptions } from './qaoa/rqaoa.ts'
import type { QaoaSamplerOptions } from './qaoa/sampler.ts'

export const quantumSamplers = {
  qaoa: async (options?: QaoaSamplerOptions): Promise<Sampler> =>
    (await import('./qaoa/sampler.ts')).qaoaSampler(options),
  rqaoa: async (options?: RqaoaOptions): Promise<Sampler> =>
    (await import('./qaoa/sampler.ts')).rqaoaSampler(options),
}

export type QuantumSamplerName = keyof typeof quantumSamplers
