/** The samplers' public face. */

export { type AnnealingOptions, annealing, NEAL_DEFAULTS } from './annealing/index.ts'
export { builtinSamplers, type SamplerName } from './builtin.ts'
export { type CacheOptions, cached } from './composites/cached.ts'
export { polished } from './composites/polished.ts'
export { raced } from './composites/raced.ts'
export { repaired, type StateRepair } from './composites/repaired.ts'
export { truncated } from './composites/truncated.ts'
export { type DescentOptions, descent } from './descent/index.ts'
export { type ExhaustiveOptions, exhaustive } from './exhaustive/index.ts'
export { type RandomOptions, random } from './random/index.ts'
export { collectSamples } from './sample-set.ts'
export { type TabuOptions, tabu } from './tabu/index.ts'
