/**
 * Simulated annealing on BQMs, a drop-in for neal: same options in camel case, its defaults on request
 * (`NEAL_DEFAULTS`), the best state seen instead of the last, reads spread over threads.
 */
import { QaasError } from '../../errors.ts'
import type { Bqm } from '../../formulation/bqm.ts'
import type { SampleContext, Sampler, SampleSet } from '../../solve/sampler.ts'
import { LANES } from '../kernels/anneal-multi.ts'
import { checkStates } from '../reads.ts'
import { inOrder, runAll, seedsOf } from '../runs.ts'
import { collectSamples, fromSpins, toSpins } from '../sample-set.ts'
import { type BetaRange, nealBetaRange, probedBetaRange } from './beta-range.ts'
import { sampleRows } from './implicit.ts'
import { initialStatesOf } from './initial-states.ts'
import { equalMagnitude, type Ising, toIsing } from './ising.ts'
import { type IncumbentMessage, type ReadsReply, type ReadsRequest, run } from './job.ts'
import { fitsMulti, prepareMulti } from './multi-runner.ts'
import { type AnnealingOptions, type ResolvedAnnealing, resolveAnnealing } from './options.ts'
import type { Preparation, Prepared } from './runner.ts'
import { betaSchedule } from './schedule.ts'
import { denseBytes, prepareDense, prepareSparse } from './spin-runner.ts'

export { type AnnealingKernel, type AnnealingOptions, NEAL_DEFAULTS } from './options.ts'

/** Fewer reads than this do not pay for 128 lanes. */
const MULTI_MIN_READS = 4
/** Above this share of all pairs whole rows are cheaper than lists of neighbours. */
const DENSE_SHARE = 0.4
const DENSE_MAX_BYTES = 2 ** 30

/** Stream of the probe's randomness, apart from the reads'. */
const PROBE_STREAM = 0x70726f62

export function annealing(options: AnnealingOptions = {}): Sampler {
  const resolved = resolveAnnealing(options)
  return {
    name: 'annealing',
    capabilities: { maxVariables: Infinity, exact: false, stochastic: true, needsNetwork: false },
    doSample: (bqm, context) => sampleReads(bqm, resolved, context),
    doSampleImplicit: (model, context) => sampleRows(model, resolved, context),
  }
}

async function sampleReads(bqm: Bqm, options: ResolvedAnnealing, context: SampleContext): Promise<SampleSet> {
  const ising = toIsing(bqm)
  const { numReads, initial } = initialStatesOf(bqm, options)
  checkStates(numReads, ising.n)
  const range = betaRangeOf(ising, options, context)
  const betas = betaSchedule(range, options)
  const kernel = chooseKernel(ising, options, numReads)
  const numRuns = kernel === 'multi-spin' ? Math.ceil(numReads / LANES) : numReads
  // A function cannot travel to other threads.
  const isAlone = context.workers === undefined || options.interruptFunction !== undefined
  const slots = isAlone ? 1 : Math.min(context.workers.size, numRuns)
  const rule = { randomOrder: options.randomizeOrder, criterion: options.proposalAcceptanceCriteria }
  const prepared = prepare(ising, kernel, { betas, rule, slots })
  const request = {
    prepared,
    numRuns,
    numReads,
    seeds: seedsOf(numRuns, context),
    ...(initial ? { initial: toSpins(bqm, initial) } : {}),
    keep: options.keep,
    wantsIncumbents: context.onIncumbent !== undefined,
  }
  const replies = await runAll<ReadsRequest, ReadsReply>(
    {
      job: 'annealing-reads',
      run,
      request,
      slots,
      onMessage: incumbents(bqm, ising.offset, context),
      ...(options.interruptFunction ? { isInterrupted: options.interruptFunction } : {}),
    },
    context,
  )
  return collectSamples(
    bqm,
    fromSpins(bqm, inOrder(replies, { n: ising.n, lanes: kernel === 'multi-spin' ? LANES : 1, numReads })),
    {
      kernel,
      wasm: prepared.arena.memory !== undefined,
      betaRange: [betas[0] ?? range[0], betas.at(-1) ?? range[1]],
      betaScheduleType: options.betaScheduleType,
      numSweeps: options.numSweeps,
      sweepsDone: replies.reduce((sum, reply) => sum + reply.sweepsDone, 0),
      stopped: replies.some((reply) => reply.stopped),
    },
  )
}

function betaRangeOf(ising: Ising, { betaRange }: ResolvedAnnealing, { rng }: SampleContext): BetaRange {
  if (betaRange === 'neal') return nealBetaRange(ising)
  return betaRange === 'probed' ? probedBetaRange(ising, rng.fork(PROBE_STREAM)) : betaRange
}

function chooseKernel(
  ising: Ising,
  { kernel }: ResolvedAnnealing,
  numReads: number,
): Exclude<ResolvedAnnealing['kernel'], 'auto'> {
  const unit = kernel === 'sparse' || kernel === 'dense' ? 0 : equalMagnitude(ising)
  const fits = fitsMulti(ising, unit)
  if (kernel === 'multi-spin' && !fits)
    throw new QaasError(
      'unsupported',
      'the multi-spin kernel needs couplings of one magnitude, fields that are multiples of it, and degrees up to 255',
      { advice: 'Maybe leave the kernel at "auto".' },
    )
  if (kernel !== 'auto') return kernel
  if (fits && numReads >= MULTI_MIN_READS) return 'multi-spin'
  const share = ising.J.length / Math.max(1, ising.n * (ising.n - 1))
  return share >= DENSE_SHARE && denseBytes(ising.n) <= DENSE_MAX_BYTES ? 'dense' : 'sparse'
}

function prepare(ising: Ising, kernel: Prepared['kind'], preparation: Preparation): Prepared {
  if (kernel === 'multi-spin') return prepareMulti(ising, equalMagnitude(ising), preparation)
  return kernel === 'dense' ? prepareDense(ising, preparation) : prepareSparse(ising, preparation)
}

/** Passes on the states that are better than all before. */
function incumbents(bqm: Bqm, offset: number, { onIncumbent }: SampleContext): (message: unknown) => void {
  let best = Infinity
  return (message) => {
    const { energy, state } = message as IncumbentMessage
    if (energy >= best) return
    best = energy
    onIncumbent?.(energy + offset, fromSpins(bqm, state))
  }
}
