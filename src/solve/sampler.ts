/** Energy land: the contract of everything that maps a binary quadratic model to a sample set. */
import type { Bqm, Vartype } from '../formulation/bqm.ts'
import type { ImplicitBqm } from '../formulation/implicit-bqm.ts'
import type { RunContext } from './context.ts'

export interface SamplerCapabilities {
  /** More variables than this are refused; Infinity when only memory limits. */
  readonly maxVariables: number
  /** True when the lowest energy returned is proven to be the minimum. */
  readonly exact: boolean
  /** True when the result depends on the seed. */
  readonly stochastic: boolean
  readonly needsNetwork: boolean
}

/** Distinct states by rising energy. Row r is `states[r * numVariables .. (r + 1) * numVariables)`. */
export interface SampleSet {
  readonly vartype: Vartype
  readonly numVariables: number
  /** 0/1 for BINARY, -1/+1 for SPIN. */
  readonly states: Int8Array
  readonly energies: Float64Array
  /** How many reads or shots gave this state. */
  readonly numOccurrences: Int32Array
  /** What the sampler wants to tell: schedule used, timings, why it stopped. Must survive JSON. */
  readonly info: Readonly<Record<string, unknown>>
}

/** What a sampler may use and whom it tells. */
export interface SampleContext extends RunContext {
  /** Hears of every state better than all before, in the model's vartype, while the sampler runs. */
  readonly onIncumbent?: (energy: number, state: Int8Array) => void
}

export interface Sampler {
  readonly name: string
  readonly capabilities: SamplerCapabilities
  /** Callers use `sample()`, which checks the model first and recomputes every energy afterwards. */
  doSample(bqm: Bqm, context: SampleContext): Promise<SampleSet>
  /** Where the sampler can work on rows without expanding them; callers use `sampleImplicit()`. */
  doSampleImplicit?(model: ImplicitBqm, context: SampleContext): Promise<SampleSet>
}
