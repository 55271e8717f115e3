/** Runs `qaas qaoa`; its options are in `commands/qaoa.ts`. */
import { QaasError } from '../../errors.ts'
import { cqmToImplicitBqm } from '../../formulation/bridges/cqm-to-implicit.ts'
import { energyOf } from '../../formulation/energy.ts'
import { MODEL_FORMATS, type Model, type ModelFormatName } from '../../formulation/files/formats.ts'
import { expand } from '../../formulation/implicit-energy.ts'
import { fromIsing, toIsing } from '../../formulation/ising.ts'
import { readModelFile } from '../../io/read-model.ts'
import { createRng } from '../../numeric/rng.ts'
import { breathe, now } from '../../platform/host.ts'
import { createWorkerPool } from '../../platform/worker-pool.ts'
import { createClosedForm, optimiseOneLayer } from '../../quantum/qaoa/closed-form.ts'
import { readNoisily } from '../../quantum/qaoa/noisy.ts'
import { createProblem, type QaoaProblem } from '../../quantum/qaoa/problem.ts'
import { type RqaoaRun, runRqaoa } from '../../quantum/qaoa/rqaoa.ts'
import { PAPER_PRESET, type QaoaOptions, type QaoaRun, runQaoa } from '../../quantum/qaoa/run.ts'
import type { Objective } from '../../quantum/qaoa/trainee.ts'
import type { HeronName } from '../../quantum/transpile/device.ts'
import { createPacer, type Pacer } from '../../solve/pacer.ts'
import { splitGroups } from '../../solvers/qaoa/instance-problem.ts'
import type { ExitCode } from '../command.ts'
import type { QaoaArguments } from '../commands/qaoa.ts'
import { listenForInterrupt } from '../interrupt.ts'
import { closedFormText, qaoaDocument, qaoaText, rqaoaText } from '../qaoa-text.ts'

export async function run({ positionals: [path], options }: QaoaArguments): Promise<ExitCode> {
  const settings = qaoaOptions(options)
  const model = await readModelFile(path!, options.from ? { format: formatOf(options.from) } : {})
  const problem = problemOf(model)
  const interrupt = listenForInterrupt()
  const rng = createRng(options.seed ?? 1)
  const start = now()
  const pacer = createPacer({
    rng,
    now,
    breathe,
    signal: interrupt,
    deadline: start + (options.time ?? Infinity),
  })
  try {
    if (options.recursive) await recursive(problem, options.json, { rng, pacer })
    else
      await circuit(problem, {
        settings,
        json: options.json,
        seed: options.seed ?? 1,
        pacer,
        ...(options.noise ? { noise: options.noise as HeronName } : {}),
      })
    return interrupt.aborted ? 130 : 0
  } finally {
    interrupt.dispose()
  }
}

function formatOf(name: string): ModelFormatName {
  if (Object.hasOwn(MODEL_FORMATS, name)) return name as ModelFormatName
  throw new QaasError('invalid-option', `--from is "${name}", which is no model format`, {
    advice: `Maybe one of: ${Object.keys(MODEL_FORMATS).join(', ')}.`,
  })
}

interface CircuitRun {
  readonly settings: QaoaOptions
  readonly json: boolean
  readonly seed: number
  readonly pacer: Pacer
  readonly noise?: HeronName
}

async function circuit(
  problem: QaoaProblem,
  { settings, json, seed, pacer, noise }: CircuitRun,
): Promise<void> {
  let result: QaoaRun
  const start = now()
  const workers = createWorkerPool()
  try {
    result = await runQaoa(problem, settings, { rng: createRng(seed), pacer, workers })
  } catch (error) {
    if (!QaasError.isInstance(error) || error.code !== 'too-large' || !hasClosedForm(problem, settings))
      throw error
    // One layer of X on too many qubits: no shots, but its energy and correlations are known exactly.
    const ising = toIsing(problem.bqm)
    const best = optimiseOneLayer(createClosedForm(ising), ising)
    const [reason] = error.message.split('\n')
    console.log(
      json
        ? JSON.stringify({ closedForm: best, shots: null, reason }, null, 2)
        : closedFormText(problem, best, reason!),
    )
    return
  } finally {
    await workers.close()
  }
  const elapsedMs = now() - start
  const noisy =
    noise &&
    readNoisily(problem, result, { device: noise, shots: result.shots.total, rng: createRng(seed).fork(9) })
  console.log(
    json
      ? JSON.stringify(
          qaoaDocument(problem, result, { seed, elapsedMs, ...(noisy ? { noisy } : {}) }),
          null,
          2,
        )
      : qaoaText(problem, result, { elapsedMs, ...(noisy ? { noisy } : {}) }),
  )
}

function hasClosedForm({ groups }: QaoaProblem, { layers = 1 }: QaoaOptions): boolean {
  return layers === 1 && groups.length === 0
}

async function recursive(
  problem: QaoaProblem,
  json: boolean,
  context: { rng: ReturnType<typeof createRng>; pacer: Pacer },
): Promise<void> {
  if (problem.groups.length > 0)
    throw new QaasError('unsupported', 'recursive QAOA takes models without one-hot groups', {
      advice: 'Maybe convert the CQM to a BQM first: qaas convert model.cqm model.bqm.',
    })
  const ising = toIsing(problem.bqm)
  const result: RqaoaRun = await runRqaoa(ising, {}, context)
  const energy = energyOf(fromIsing(ising), result.spins)
  console.log(
    json
      ? JSON.stringify(
          { energy, spins: Array.from(result.spins), steps: result.steps, complete: result.complete },
          null,
          2,
        )
      : rqaoaText(problem, result, energy),
  )
}

/** A BQM as it is; a CQM with its exactly-one rows as groups and its other rows as penalties. */
function problemOf(model: Model): QaoaProblem {
  if (model.kind === 'bqm') return createProblem(model.bqm)
  const { groups, rest } = splitGroups(cqmToImplicitBqm(model.cqm).bqm)
  return createProblem(expand(rest), groups)
}

function qaoaOptions(options: QaoaArguments['options']): QaoaOptions {
  const { layers, shots, restarts, evaluations, optimiser, start, objective, encoding, mixer, preset } =
    options
  const given = {
    layers,
    shots,
    restarts,
    evaluations,
    optimiser,
    start,
    encoding,
    mixer,
    objective: objective === undefined ? undefined : objectiveOf(objective),
  }
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return { ...(preset === 'paper' ? PAPER_PRESET : {}), ...known }
}

function objectiveOf(text: string): Objective {
  if (text === 'mean' || text === 'valid-rate') return { kind: text }
  const alpha = /^cvar:(\d*\.?\d+)$/.exec(text)?.[1]
  if (alpha !== undefined) return { kind: 'cvar', alpha: Number(alpha) }
  throw new QaasError(
    'invalid-option',
    `--objective is "${text}", it must be mean, valid-rate or cvar:ALPHA`,
    {
      advice: 'Maybe write cvar:0.2 for the mean of the best fifth.',
    },
  )
}
