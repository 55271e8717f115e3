/** QAOA and recursive QAOA as samplers of binary quadratic models: simulated circuits, exact up to sampling. */
import { QaasError } from '../../errors.ts'
import type { Bqm } from '../../formulation/bqm.ts'
import { energyOf } from '../../formulation/energy.ts'
import { toIsing } from '../../formulation/ising.ts'
import type { RunContext } from '../../solve/context.ts'
import { createPacer } from '../../solve/pacer.ts'
import type { Sampler, SampleSet } from '../../solve/sampler.ts'
import { createProblem } from './problem.ts'
import { type RqaoaOptions, runRqaoa } from './rqaoa.ts'
import { type QaoaOptions, runQaoa } from './run.ts'
import type { TrainContext } from './train.ts'

export interface QaoaSamplerOptions extends QaoaOptions {
  /** One-hot groups of the model's variables; only for BINARY models. Default none. */
  readonly groups?: readonly ArrayLike<number>[]
}

/**
 * A state vector per connected component; sampling throws `too-large` when one does not fit in memory. Rows are measured
 * states, invalid ones included where there are groups and the X mixer.
 */
export function qaoaSampler({ groups = [], ...options }: QaoaSamplerOptions = {}): Sampler {
  return {
    name: 'qaoa',
    capabilities: { maxVariables: Infinity, exact: false, stochastic: true, needsNetwork: false },
    async doSample(bqm, context) {
      if (bqm.numVariables === 0) return emptySet(bqm)
      if (groups.length > 0 && bqm.vartype === 'SPIN')
        throw new QaasError('unsupported', 'one-hot groups are over BINARY variables; this model is SPIN')
      const run = await runQaoa(createProblem(bqm, groups), options, trainContext(context))
      const { training, shots } = run
      const raw = { qaoa: run.decodings[0]!, random: run.random.decodings[0]! }
      return sampleSet(bqm, shots.bits, shots.counts, {
        gammas: training.gammas,
        betas: training.betas,
        expectation: run.expectation,
        evaluations: training.evaluations,
        trace: training.runs.map(({ trace }) => trace.map(({ value }) => value)),
        qubits: run.encoding.numQubits,
        componentStates: run.componentStates,
        meanEnergy: raw.qaoa.meanEnergy,
        randomMeanEnergy: raw.random.meanEnergy,
      })
    },
  }
}

/** One state by eliminating spins; no limit of size but time (about the cube of a dense model's spins). */
export function rqaoaSampler(options: RqaoaOptions = {}): Sampler {
  return {
    name: 'rqaoa',
    capabilities: { maxVariables: 5000, exact: false, stochastic: true, needsNetwork: false },
    async doSample(bqm, context) {
      if (bqm.numVariables === 0) return emptySet(bqm)
      const run = await runRqaoa(toIsing(bqm), options, { rng: context.rng, pacer: createPacer(context) })
      const bits = run.spins.map((spin) => (spin > 0 ? 1 : 0))
      return sampleSet(bqm, bits, [1], { steps: run.steps, complete: run.complete })
    },
  }
}

function trainContext(context: RunContext): TrainContext {
  const { rng, workers } = context
  return { rng, pacer: createPacer(context), ...(workers ? { workers } : {}) }
}

/** Rows by rising energy, in the vartype of the model. */
function sampleSet(
  bqm: Bqm,
  bits: Int8Array,
  counts: ArrayLike<number>,
  info: Readonly<Record<string, unknown>>,
): SampleSet {
  const n = bqm.numVariables
  const states = bqm.vartype === 'SPIN' ? bits.map((bit) => 2 * bit - 1) : bits
  const rows = Array.from({ length: counts.length }, (_, row) => ({
    row,
    energy: energyOf(bqm, states, row * n),
  })).sort((a, b) => a.energy - b.energy || a.row - b.row)
  const sorted = new Int8Array(states.length)
  rows.forEach(({ row }, k) => {
    sorted.set(states.subarray(row * n, (row + 1) * n), k * n)
  })
  return {
    vartype: bqm.vartype,
    numVariables: n,
    states: sorted,
    energies: Float64Array.from(rows, ({ energy }) => energy),
    numOccurrences: Int32Array.from(rows, ({ row }) => counts[row]!),
    info,
  }
}

function emptySet(bqm: Bqm): SampleSet {
  return {
    vartype: bqm.vartype,
    numVariables: 0,
    states: new Int8Array(0),
    energies: Float64Array.of(bqm.offset),
    numOccurrences: Int32Array.of(1),
    info: { detail: 'the model has no variables' },
  }
}
