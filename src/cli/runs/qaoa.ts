/** Runs `qaas qaoa`; its options are in `commands/qaoa.ts`. */
import { readFile } from 'node:fs/promises'
import { QaasError } from '../../errors.ts'
import type { Bqm } from '../../formulation/bqm.ts'
import { cqmToImplicitBqm } from '../../formulation/bridges/cqm-to-implicit.ts'
import { energyOf } from '../../formulation/energy.ts'
import { MODEL_FORMATS, type Model, type ModelFormatName } from '../../formulation/files/formats.ts'
import { expand } from '../../formulation/implicit-energy.ts'
import { toIsing } from '../../formulation/ising.ts'
import { readModelFile } from '../../io/read-model.ts'
import { createRng } from '../../numeric/rng.ts'
import { breathe, now } from '../../platform/host.ts'
import { createWorkerPool } from '../../platform/worker-pool.ts'
import { createClosedForm, optimiseOneLayer } from '../../quantum/qaoa/closed-form.ts'
import { repair } from '../../quantum/qaoa/decodings.ts'
import { encode } from '../../quantum/qaoa/encoding.ts'
import { descend } from '../../quantum/qaoa/local-search.ts'
import { readNoisily } from '../../quantum/qaoa/noisy.ts'
import { createProblem, isValid, penalised, type QaoaProblem } from '../../quantum/qaoa/problem.ts'
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
  if (options.recursive) checkRecursive(options)
  const settings = qaoaOptions(options)
  const model = await readModelFile(path!, options.from ? { format: formatOf(options.from) } : {})
  const problem = problemOf(model)
  const start = options['warm-start']
  const warm = start === undefined ? {} : { warmStart: await warmStartOf(start, problem) }
  const interrupt = listenForInterrupt()
  const rng = createRng(options.seed ?? 1)
  const begun = now()
  const pacer = createPacer({
    rng,
    now,
    breathe,
    signal: interrupt,
    deadline: begun + (options.time ?? Infinity),
  })
  try {
    if (options.recursive) await recursive(problem, options.json, { rng, pacer })
    else
      await circuit(problem, {
        settings: { ...settings, ...warm },
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

/** Recursive QAOA trains one layer in closed form and draws no shots. */
const NOT_RECURSIVE = [
  ...(['layers', 'shots', 'optimiser', 'restarts', 'evaluations', 'start', 'objective'] as const),
  ...(['encoding', 'mixer', 'warm-start', 'epsilon', 'preset', 'noise'] as const),
]

function checkRecursive(options: QaoaArguments['options']): void {
  const idle = NOT_RECURSIVE.find((name) => options[name] !== undefined)
  if (idle !== undefined)
    throw new QaasError('invalid-option', `--${idle} has no meaning with --recursive`, {
      advice: 'Maybe leave one of them out.',
    })
}

/** A state to start near: the end of a descent, or what a file says. */
async function warmStartOf(start: string, problem: QaoaProblem): Promise<ArrayLike<number>> {
  if (start !== 'greedy') return readNumbers(start)
  const { linear, numVariables } = problem.bqm
  const cheapest = repair(
    problem,
    new Int8Array(numVariables),
    linear.map((bias) => -bias),
  )
  return descend(problem, cheapest)
}

async function readNumbers(path: string): Promise<number[]> {
  const bad = (what: string, cause?: unknown): QaasError =>
    new QaasError('invalid-file', `${path}: ${what}`, {
      advice:
        'Maybe write a JSON array with a number from 0 to 1 for every variable, or use --warm-start greedy.',
      data: { file: path },
      ...(cause === undefined ? {} : { cause }),
    })
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw bad('cannot be read as a warm start', cause)
  }
  let values: unknown
  try {
    values = JSON.parse(text)
  } catch (cause) {
    throw bad('is not JSON', cause)
  }
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'number'))
    throw bad('is not an array of numbers')
  return values
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
    if (!QaasError.isInstance(error) || error.code !== 'too-large' || !hasClosedForm(settings)) throw error
    // One layer of X on too many qubits: no shots, but its energy and correlations are known exactly.
    const model = penaltyModel(problem)
    const ising = toIsing(model)
    const best = optimiseOneLayer(createClosedForm(ising), ising)
    const [reason] = error.message.split('\n')
    console.log(
      json
        ? JSON.stringify({ closedForm: best, shots: null, reason }, null, 2)
        : closedFormText(problem, { best, model, reason: reason! }),
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

/** Asked for an encoding or a mixer of its own, a run gets that or an error. */
function hasClosedForm({ layers = 1, warmStart, encoding, mixer }: QaoaOptions): boolean {
  const plain = (encoding ?? 'one-hot') === 'one-hot' && (mixer ?? 'x') === 'x'
  return layers === 1 && warmStart === undefined && plain
}

/** A qubit per variable, with groups as penalties. */
function penaltyModel(problem: QaoaProblem): Bqm {
  return penalised(problem, encode(problem, { encoding: 'one-hot', penaltyFactor: 1.5 }).penalty)
}

async function recursive(
  problem: QaoaProblem,
  json: boolean,
  context: { rng: ReturnType<typeof createRng>; pacer: Pacer },
): Promise<void> {
  const result: RqaoaRun = await runRqaoa(toIsing(penaltyModel(problem)), {}, context)
  const found = result.spins.map((spin) => (spin > 0 ? 1 : 0))
  const valid = isValid(problem, found)
  const bits = valid
    ? found
    : repair(
        problem,
        found.slice(),
        problem.bqm.linear.map((bias) => -bias),
      )
  const energy = energyOf(problem.bqm, bits)
  const { steps, complete } = result
  console.log(
    json
      ? JSON.stringify(
          { energy, valid, spins: Array.from(bits, (bit) => (bit === 1 ? 1 : -1)), steps, complete },
          null,
          2,
        )
      : rqaoaText(problem, result, { energy, valid }),
  )
}

/** A BQM as it is; a CQM with its exactly-one rows as groups and its other rows as penalties. */
function problemOf(model: Model): QaoaProblem {
  if (model.kind === 'bqm') return createProblem(model.bqm)
  const { groups, rest } = splitGroups(cqmToImplicitBqm(model.cqm).bqm)
  return createProblem(expand(rest), groups)
}

function qaoaOptions(options: QaoaArguments['options']): QaoaOptions {
  const { layers, shots, restarts, evaluations, optimiser, start, objective } = options
  const { encoding, mixer, epsilon, preset } = options
  const given = {
    layers,
    shots,
    restarts,
    evaluations,
    optimiser,
    start,
    encoding,
    mixer,
    epsilon,
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
