/**
 * Tabu search on BQMs: one-flip moves from many starts, path relinking and break-outs between the best states found.
 * Options follow `TabuSampler` of dwave-samplers where it has them.
 */
import { QaasError } from '../../errors.ts'
import type { Bqm } from '../../formulation/bqm.ts'
import type { SampleContext, Sampler, SampleSet } from '../../solve/sampler.ts'
import { toIsing } from '../annealing/ising.ts'
import { checkedStates } from '../initial-states.ts'
import { checkNumReads, checkStates } from '../reads.ts'
import { inOrder, runAll, seedsOf } from '../runs.ts'
import { collectSamples, fromSpins, toSpins } from '../sample-set.ts'
import { run, type TabuIncumbent, type TabuReply, type TabuRequest } from './job.ts'
import { prepareTabu } from './prepare.ts'

export interface TabuOptions {
  /** Independent searches. dwave-samplers: `num_reads`. Default 1. */
  readonly numReads?: number
  /** Searches after the first one of a read. dwave-samplers: `num_restarts`. Default 20. */
  readonly numRestarts?: number
  /** Moves a flipped variable stays as it is. dwave-samplers: `tenure`. Default n / 100 + 10, at most n / 4. */
  readonly tenure?: number
  /** A search ends after this many moves without a better state. Default 10 n, at least 1,000. */
  readonly patience?: number
  /** dwave-samplers: `energy_threshold`. A read ends when it reaches this energy. */
  readonly energyThreshold?: number
  /** dwave-samplers: `initial_states`, in the model's vartype. */
  readonly initialStates?: Int8Array
}

/** @throws QaasError `invalid-option` on a value that no run can have */
export function tabu(options: TabuOptions = {}): Sampler {
  checkNumReads(options.numReads)
  for (const [name, low] of [
    ['numRestarts', 0],
    ['tenure', 0],
    ['patience', 1],
  ] as const) {
    const value = options[name]
    if (value !== undefined && !(value >= low && (Number.isInteger(value) || value === Infinity)))
      throw new QaasError('invalid-option', `${name} must be an integer of at least ${low}, it is ${value}`)
  }
  return {
    name: 'tabu',
    capabilities: { maxVariables: Infinity, exact: false, stochastic: true, needsNetwork: false },
    doSample: (bqm, context) => sampleTabu(bqm, options, context),
  }
}

async function sampleTabu(bqm: Bqm, options: TabuOptions, context: SampleContext): Promise<SampleSet> {
  const n = bqm.numVariables
  if (n === 0) return collectSamples(bqm, new Int8Array(0), { rounds: 0, moves: 0 }, [1])
  const ising = toIsing(bqm)
  const { numReads = 1, numRestarts = 20, energyThreshold = -Infinity } = options
  checkStates(numReads, n)
  const slots = Math.min(context.workers?.size ?? 1, numReads)
  const prepared = prepareTabu(ising, slots)
  const initial = options.initialStates && toSpins(bqm, checkedStates(bqm, options.initialStates))
  const request = {
    prepared,
    numRuns: numReads,
    seeds: seedsOf(numReads, context),
    ...(initial ? { initial } : {}),
    numRestarts,
    tenure: Math.min(options.tenure ?? Math.floor(n / 100) + 10, Math.max(0, Math.floor(n / 4))),
    patience: options.patience ?? Math.max(1000, 10 * n),
    target: (energyThreshold - ising.offset) * prepared.scale + 1e-9,
    wantsIncumbents: context.onIncumbent !== undefined,
  }
  let best = Infinity
  const onMessage = (message: unknown): void => {
    const { energy, state } = message as TabuIncumbent
    if (energy >= best) return
    best = energy
    context.onIncumbent?.(energy + ising.offset, fromSpins(bqm, state))
  }
  const replies = await runAll<TabuRequest, TabuReply>(
    { job: 'tabu-reads', run, request, slots, onMessage },
    context,
  )
  const sum = (of: (reply: TabuReply) => number): number => replies.reduce((total, one) => total + of(one), 0)
  return collectSamples(bqm, fromSpins(bqm, inOrder(replies, { n, lanes: 1, numReads })), {
    wasm: prepared.arena.memory !== undefined,
    tenure: request.tenure,
    patience: request.patience,
    moves: sum((reply) => reply.moves),
    rounds: sum((reply) => reply.rounds),
    stopped: replies.some((reply) => reply.stopped),
  })
}
