/** Runs `qaas sample`; its options are in `commands/sample.ts`. */
import { QaasError } from '../../errors.ts'
import type { Label } from '../../formulation/bqm.ts'
import { cqmToImplicitBqm } from '../../formulation/bridges/cqm-to-implicit.ts'
import { instanceToCqm } from '../../formulation/bridges/instance-to-cqm.ts'
import { type CqmEvaluation, evaluateCqm } from '../../formulation/evaluate-cqm.ts'
import { MODEL_FORMATS, type Model, type ModelFormatName } from '../../formulation/files/formats.ts'
import { readInstance } from '../../io/read-instance.ts'
import { modelFormatOfFile, readModelFile } from '../../io/read-model.ts'
import { breathe, now } from '../../platform/host.ts'
import { createWorkerPool } from '../../platform/worker-pool.ts'
import { type QuantumSamplerName, quantumSamplers } from '../../quantum/builtin.ts'
import { builtinSamplers, type SamplerName } from '../../samplers/builtin.ts'
import { type SampleOptions, sample, sampleImplicit } from '../../solve/sample.ts'
import type { Sampler, SampleSet } from '../../solve/sampler.ts'
import type { ExitCode } from '../command.ts'
import type { SampleArguments } from '../commands/sample.ts'
import { expansionWarning } from '../expansion-warning.ts'
import { listenForInterrupt } from '../interrupt.ts'
import { createProgressLine } from '../progress.ts'
import { type SampledModel, sampleText } from '../sample-text.ts'

type Options = SampleArguments['options']

export async function run({ positionals: [path], options }: SampleArguments): Promise<ExitCode> {
  const sampler = await pickSampler(options)
  const model = await readAny(path!, options)
  const sampled = model.kind === 'bqm' ? ofBqm(model) : ofCqm(model, options)
  const began = now()
  const { set, interrupted } = await runSampler(sampled, sampler, options)
  const facts = { path: path!, sampler, set, elapsedMs: now() - began }
  if (options.json) console.log(JSON.stringify(document(sampled, facts, options.seed ?? 1), null, 2))
  else console.log(sampleText(sampled, facts, options.rows ?? 10))
  if (interrupted) {
    console.error('interrupted: these are the best samples until then')
    return 130
  }
  return sampled.judge !== undefined && !anyFeasible(sampled, set) ? 1 : 0
}

/** The sampler with the options that were given. @throws QaasError `invalid-option` on options of another sampler */
function pickSampler(options: Options): Promise<Sampler> {
  const name = (options.sampler ?? 'annealing') as SamplerName | QuantumSamplerName
  const { reads, sweeps, kernel, restarts } = options
  refuseForeign(name, options)
  const numReads = reads === undefined ? {} : { numReads: reads }
  switch (name) {
    case 'annealing': {
      const betaRange = parseBetaRange(options['beta-range'])
      const criteria = options['proposal-acceptance-criteria']
      return builtinSamplers.annealing({
        ...numReads,
        ...(sweeps === undefined ? {} : { numSweeps: sweeps }),
        ...(betaRange === undefined ? {} : { betaRange }),
        ...(kernel === undefined ? {} : { kernel: kernel as 'auto' }),
        randomizeOrder: options['randomize-order'],
        ...(criteria === undefined ? {} : { proposalAcceptanceCriteria: criteria as 'Gibbs' }),
      })
    }
    case 'tabu':
      return builtinSamplers.tabu({
        ...numReads,
        ...(restarts === undefined ? {} : { numRestarts: restarts }),
      })
    case 'exhaustive':
      return builtinSamplers.exhaustive()
    case 'qaoa':
      return quantumSamplers.qaoa(reads === undefined ? {} : { shots: reads })
    case 'rqaoa':
      return quantumSamplers.rqaoa()
    default:
      return builtinSamplers[name](numReads)
  }
}

const OPTIONS_OF: Readonly<Record<SamplerName | QuantumSamplerName, readonly (keyof Options)[]>> = {
  annealing: ['reads', 'sweeps', 'beta-range', 'kernel', 'randomize-order', 'proposal-acceptance-criteria'],
  tabu: ['reads', 'restarts'],
  descent: ['reads'],
  random: ['reads'],
  exhaustive: [],
  qaoa: ['reads'],
  rqaoa: [],
}

function refuseForeign(name: SamplerName | QuantumSamplerName, options: Options): void {
  for (const option of OPTIONS_OF.annealing.concat('restarts'))
    if (options[option] !== undefined && options[option] !== false && !OPTIONS_OF[name].includes(option))
      throw new QaasError('invalid-option', `the sampler ${name} has no option --${option}`, {
        advice: 'Maybe leave it out, or pick another --sampler.',
      })
}

function parseBetaRange(text: string | undefined): readonly [number, number] | 'probed' | 'neal' | undefined {
  if (text === undefined || text === 'probed' || text === 'neal') return text
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (numbers.length === 2 && numbers.every((beta) => Number.isFinite(beta) && beta > 0))
    return [numbers[0]!, numbers[1]!]
  throw new QaasError('invalid-option', `--beta-range is "${text}", it must be two numbers above 0`, {
    advice: 'Maybe write 0.1,5, or probed, or neal.',
  })
}

/** A model, or the CQM of an instance. */
async function readAny(path: string, { from, problem, vartype }: Options): Promise<Model> {
  const named = from !== undefined && Object.hasOwn(MODEL_FORMATS, from)
  const format = from === undefined ? await modelFormatOfFile(path) : (from as ModelFormatName)
  if (format === undefined || (from !== undefined && !named)) {
    const instance = await readInstance(path, from === undefined ? {} : { format: from })
    return { kind: 'cqm', cqm: instanceToCqm(instance).cqm }
  }
  return readModelFile(path, {
    format,
    ...(problem === undefined ? {} : { problem }),
    ...(vartype === undefined ? {} : { vartype: vartype as 'BINARY' | 'SPIN' }),
  })
}

function ofBqm({ bqm }: Extract<Model, { kind: 'bqm' }>): SampledModel {
  return {
    numVariables: bqm.numVariables,
    size: { variables: bqm.numVariables, couplings: bqm.numInteractions },
    vartype: bqm.vartype,
    ...(bqm.labels ? { labels: bqm.labels } : {}),
    run: (sampler, context) => sample(bqm, sampler, context),
  }
}

function ofCqm({ cqm }: Extract<Model, { kind: 'cqm' }>, { penalty }: Options): SampledModel {
  const { bqm, decode } = cqmToImplicitBqm(cqm, { penalty: parsePenalty(penalty) })
  return {
    numVariables: bqm.numVariables,
    size: {
      variables: cqm.variables.count,
      constraints: cqm.constraints.length,
      'binaries with slacks': bqm.numVariables,
      rows: bqm.rows.count,
    },
    vartype: 'BINARY',
    ...(cqm.variables.labels ? { labels: cqm.variables.labels } : {}),
    run: (sampler, context) => {
      const warning = expansionWarning(bqm, sampler)
      if (warning !== undefined) console.error(warning)
      return sampleImplicit(bqm, sampler, context)
    },
    decode,
    judge: (values): CqmEvaluation => evaluateCqm(cqm, values),
  }
}

function parsePenalty(text: string | undefined): number | 'bound' {
  if (text === undefined || text === 'bound') return 'bound'
  const weight = text.trim() === '' ? Number.NaN : Number(text)
  if (Number.isFinite(weight) && weight > 0) return weight
  throw new QaasError('invalid-option', `--penalty is "${text}", it must be bound or a weight above 0`, {
    advice: 'Maybe leave it out.',
  })
}

async function runSampler(
  sampled: SampledModel,
  sampler: Sampler,
  options: Options,
): Promise<{ readonly set: SampleSet; readonly interrupted: boolean }> {
  const interrupt = listenForInterrupt()
  const line = createProgressLine({ silent: options.json })
  const workers = createWorkerPool()
  const context: SampleOptions = {
    seed: options.seed ?? 1,
    timeLimitMs: options.time ?? Infinity,
    signal: interrupt,
    workers,
    now,
    breathe,
    onIncumbent: (energy) => line.update(`${sampler.name}: energy ${energy}`),
  }
  try {
    const set = await sampled.run(sampler, context)
    return { set, interrupted: interrupt.aborted }
  } finally {
    line.done()
    interrupt.dispose()
    await workers.close()
  }
}

function anyFeasible(
  { judge, decode, numVariables: n }: SampledModel,
  { states, energies }: SampleSet,
): boolean {
  for (let row = 0; row < energies.length; row++)
    if (judge!(decode!(states.subarray(row * n, (row + 1) * n))).feasible) return true
  return false
}

interface Facts {
  readonly path: string
  readonly sampler: Sampler
  readonly set: SampleSet
  readonly elapsedMs: number
}

/** Everything for machines; states in the order of `labels`. */
function document(sampled: SampledModel, { path, sampler, set, elapsedMs }: Facts, seed: number): unknown {
  const { numVariables: n, judge, decode } = sampled
  const samples = Array.from(set.energies, (energy, row) => {
    const state = set.states.subarray(row * n, (row + 1) * n)
    const values = decode ? decode(state) : state
    const verdict = judge?.(values)
    return { energy, numOccurrences: set.numOccurrences[row], values: Array.from(values), ...verdict }
  })
  const labels: readonly Label[] | undefined = sampled.labels
  return {
    model: path,
    ...sampled.size,
    vartype: sampled.vartype,
    sampler: sampler.name,
    seed,
    elapsedMs,
    ...(labels ? { labels } : {}),
    samples,
    info: set.info,
  }
}
