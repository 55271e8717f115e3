/**
 * Annealing on an implicit BQM as it is: one-hot rows hold in every state, pair flips move within them, slack bits
 * follow their rows. 19.5 million couplings of the factory are never built.
 */
import { QaasError } from '../../errors.ts'
import type { ImplicitBqm } from '../../formulation/implicit-bqm.ts'
import { implicitEnergyOf, residualsOf } from '../../formulation/implicit-energy.ts'
import type { SampleContext, SampleSet } from '../../solve/sampler.ts'
import { checkStates } from '../reads.ts'
import { inOrder, runAll, seedsOf } from '../runs.ts'
import { collectStates } from '../sample-set.ts'
import { type BetaRange, betaOf } from './beta-range.ts'
import { initialStatesOf } from './initial-states.ts'
import { type IncumbentMessage, type ReadsReply, type ReadsRequest, run } from './job.ts'
import type { ResolvedAnnealing } from './options.ts'
import { fillRowTemperatures, prepareRows, uphillMoves } from './rows-runner.ts'
import { type RowsStructure, rowsStructure, setSlack } from './rows-structure.ts'
import type { Prepared } from './runner.ts'
import { betaSchedule } from './schedule.ts'

/** Of the uphill moves after descent, the cheapest quarter speaks of the objective, the rest of broken rows. */
const OBJECTIVE_SHARE = 0.25
const HOT_ACCEPTANCE = 0.25
const COLD_ACCEPTANCE = 0.0005

export async function sampleRows(
  model: ImplicitBqm,
  options: ResolvedAnnealing,
  context: SampleContext,
): Promise<SampleSet> {
  if (options.randomizeOrder || options.proposalAcceptanceCriteria !== 'Metropolis')
    throw new QaasError(
      'unsupported',
      'annealing on rows goes group by group and accepts after Metropolis; it has no random order and no Gibbs',
      { advice: 'Maybe sample the expanded model, or leave the two options out.' },
    )
  const n = model.numVariables
  const structure = rowsStructure(model)
  const { numReads, initial } = initialStatesOf({ vartype: 'BINARY', numVariables: n }, options)
  checkStates(numReads, n)
  const slots = Math.min(context.workers?.size ?? 1, numReads)
  const prepared = prepareRows(model, structure, { sweeps: options.numSweeps, slots })
  const range = betaRangeOf(prepared, options, context)
  const betas = betaSchedule(range, options)
  fillRowTemperatures(prepared, betas)
  const request = {
    prepared,
    numRuns: numReads,
    numReads,
    seeds: seedsOf(numReads, context),
    ...(initial ? { initial } : {}),
    keep: options.keep,
    wantsIncumbents: context.onIncumbent !== undefined,
  }
  const replies = await runAll<ReadsRequest, ReadsReply>(
    { job: 'annealing-reads', run, request, slots, onMessage: incumbents(model, structure, context) },
    context,
  )
  const states = inOrder(replies, { n, lanes: 1, numReads })
  for (let at = 0; at < states.length; at += n) setSlacks(model, structure, states.subarray(at, at + n))
  const shape = {
    vartype: 'BINARY' as const,
    numVariables: n,
    energyAt: (at: number) => implicitEnergyOf(model, states, at),
  }
  return collectStates(shape, states, {
    kernel: 'rows',
    wasm: prepared.arena.memory !== undefined,
    betaRange: [betas[0] ?? range[0], betas.at(-1) ?? range[1]],
    numSweeps: options.numSweeps,
    sweepsDone: replies.reduce((sum, reply) => sum + reply.sweepsDone, 0),
    groups: structure.groups.length,
    slackRows: structure.slacks.filter((slack) => slack !== undefined).length,
    stopped: replies.some((reply) => reply.stopped),
  })
}

function betaRangeOf(
  prepared: Prepared,
  { betaRange }: ResolvedAnnealing,
  { rng }: SampleContext,
): BetaRange {
  if (betaRange === 'neal')
    throw new QaasError('unsupported', "neal's beta range needs the explicit couplings of the model", {
      advice: 'Maybe leave betaRange at "probed", or give two numbers.',
    })
  if (betaRange !== 'probed') return betaRange
  const uphill = uphillMoves(prepared, rng.fork(0x726f7773).state()).sort()
  const cheap = uphill.subarray(0, Math.ceil(uphill.length * OBJECTIVE_SHARE))
  const cold = betaOf(cheap, COLD_ACCEPTANCE)
  return [Math.min(cold, betaOf(cheap, HOT_ACCEPTANCE)), cold]
}

/** Gives every slack bit the value that costs least. */
function setSlacks(model: ImplicitBqm, { slacks }: RowsStructure, state: Int8Array): void {
  const residuals = residualsOf(model, state)
  slacks.forEach((slack, row) => {
    if (slack !== undefined) setSlack(slack, residuals[row]!, state)
  })
}

function incumbents(
  model: ImplicitBqm,
  structure: RowsStructure,
  { onIncumbent }: SampleContext,
): (message: unknown) => void {
  let best = Infinity
  return (message) => {
    const { energy, state } = message as IncumbentMessage
    if (energy >= best) return
    best = energy
    setSlacks(model, structure, state)
    onIncumbent?.(implicitEnergyOf(model, state), state)
  }
}
