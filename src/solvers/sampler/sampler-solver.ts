/**
 * Joins any sampler to `solve()`: formulate the instance, sample, decode, repair. The judge's verdict on raw states,
 * decoded plans and repaired plans is reported separately, so that nobody mistakes a repair for a sample.
 */
import { type Calibration, calibrate } from '../../formulation/bridges/calibrate.ts'
import { type FormulateOptions, type Formulation, formulate } from '../../formulation/bridges/formulate.ts'
import { residualsOf } from '../../formulation/implicit-energy.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { isEligible, pairCostUsd } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'
import { mustStop } from '../../solve/context.ts'
import type { SampleContext, Sampler, SampleSet } from '../../solve/sampler.ts'
import type { Candidate, SolveContext, Solver, Support } from '../../solve/solver.ts'
import { penaltiesOf } from './penalties.ts'
import { type Repair, repairPlan } from './repair.ts'

export interface SamplerSolverOptions {
  /** Name of the solver; default `qubo-` and the sampler's. */
  readonly name?: string
  /** How the instance becomes a model; default: priced dependency products, sufficient penalties. */
  readonly formulate?: Omit<FormulateOptions, 'penalty'>
  /**
   * Penalty weights as in `FormulateOptions`, default `bound`; or `calibrated`: the sampler runs with small weights, those
   * of broken kinds are doubled, until a sample is feasible. Every round's samples are judged, the result says what was
   * chosen and why.
   */
  readonly penalty?: FormulateOptions['penalty'] | 'calibrated'
  /** Default `repairPlan`; `false` leaves decoded plans as they are. */
  readonly repair?: Repair | false
}

/** What the judge says of all samples at one stage. Objectives are of feasible plans only. */
export interface StageVerdict {
  readonly numFeasible: number
  readonly bestObjective?: number
}

/** More states than this are not decoded; they come by rising energy. */
const MAX_DECODED = 200
/** Pairs and products beyond which the model would take gigabytes. */
const MAX_PAIRS = 5_000_000
const MAX_PRODUCTS = 30_000_000
/** Calibration starts at this share of the price of the dearest pair, where samplers still break promises. */
const CALIBRATION_START = 0.25
/** A broken hard dependency costs this many times the dearest pair. */
const DEPENDENCY_MULTIPLE = 100

export function samplerSolver(sampler: Sampler, options: SamplerSolverOptions = {}): Solver {
  const { formulate: formulation = {}, penalty = 'bound', repair = repairPlan } = options
  return {
    name: options.name ?? `qubo-${sampler.name}`,
    options: { sampler: sampler.name, formulate: formulation, penalty, repair: repair !== false },
    supports: (instance) => supports(instance, sampler),
    doSolve: (instance, context) => run({ instance, context, sampler, formulation, penalty, repair }),
  }
}

function supports({ fleet, tasks, dependencies }: Instance, sampler: Sampler): Support {
  const pairs = tasks.count * fleet.numAgents
  const products = dependencies.numEdges * fleet.numAgents * fleet.numAgents
  if (pairs > MAX_PAIRS || products > MAX_PRODUCTS)
    return {
      ok: false,
      reason: `its model would have up to ${pairs} variables and ${products} dependency products, the limits are ${MAX_PAIRS} and ${MAX_PRODUCTS}`,
    }
  const { maxVariables } = sampler.capabilities
  if (pairs > 64 * maxVariables)
    return { ok: false, reason: `sampler "${sampler.name}" takes at most ${maxVariables} variables` }
  return { ok: true }
}

interface Task {
  readonly instance: Instance
  readonly context: SolveContext
  readonly sampler: Sampler
  readonly formulation: Omit<FormulateOptions, 'penalty'>
  readonly penalty: NonNullable<SamplerSolverOptions['penalty']>
  readonly repair: Repair | false
}

async function run(task: Task): Promise<Candidate> {
  const { instance, context } = task
  if (hasHopelessTask(instance))
    return { complete: true, provenInfeasible: true, detail: 'a task has no eligible agent' }
  const judge = createJudge(task)
  judge.add(context.warmStart)
  const { model, set, ...calibration } = await sampled(task, judge)
  const decoded = Math.min(set.energies.length, MAX_DECODED)
  for (let row = 0; row < decoded; row++) judge.sample(model, stateAt(set, row))
  const { plan, stages } = judge.verdict()
  return {
    ...(plan ? { plan } : {}),
    complete: set.info.stopped !== true,
    detail: `${set.energies.length} distinct samples, ${stages.raw.numFeasible} feasible as sampled, ${stages.decoded.numFeasible} as decoded, ${stages.repaired.numFeasible} after repair (of ${decoded} looked at)`,
    stats: {
      variables: model.bqm.numVariables,
      rows: model.bqm.rows.count,
      leastEnergy: set.energies[0],
      numSamples: set.energies.length,
      numJudged: decoded,
      ...stages,
      penalties: penaltiesOf(model),
      ...calibration,
      sampler: set.info,
    },
  }
}

const stateAt = ({ states, numVariables: n }: SampleSet, row: number): Int8Array =>
  states.subarray(row * n, (row + 1) * n)

interface Sampled {
  readonly model: Formulation
  readonly set: SampleSet
  /** Of calibrated weights: whether a sample became feasible, and every round. */
  readonly calibration?: Pick<Calibration, 'settled' | 'rounds'>
}

/** The samples of the model; with calibrated weights those of the last round. */
async function sampled(task: Task, judge: Judge): Promise<Sampled> {
  const { instance, context, sampler, penalty } = task
  const formulation = {
    dependencies: 'products' as const,
    ...(instance.policy.dependency.mode === 'hard'
      ? { dependencyPenaltyUsd: DEPENDENCY_MULTIPLE * dearestPair(instance) }
      : {}),
    ...task.formulation,
  }
  const take = (model: Formulation, rng: SampleContext['rng']): Promise<SampleSet> =>
    sampleModel(sampler, model, {
      ...withoutReports(context),
      rng,
      onIncumbent: (_energy, state) => judge.incumbent(model, state),
    })
  if (penalty !== 'calibrated') {
    const model = formulate(instance, { ...formulation, penalty })
    return { model, set: await take(model, context.rng) }
  }
  let set: SampleSet | undefined
  const calibration = await calibrate(instance, {
    ...formulation,
    start: CALIBRATION_START,
    mustStop: () => mustStop(context),
    sample: async (model, round) => {
      const found = await take(model, context.rng.fork(round))
      set = found
      const looked = Math.min(found.energies.length, MAX_DECODED)
      return Array.from({ length: looked }, (_, row) => stateAt(found, row))
    },
  })
  const { settled, rounds } = calibration
  return { model: calibration.formulation, set: set!, calibration: { settled, rounds } }
}

/** A task that must be done and that nobody may do. */
function hasHopelessTask(instance: Instance): boolean {
  const { tasks, fleet, policy } = instance
  if (policy.unassignedUsd < Infinity) return false
  for (let task = 0; task < tasks.count; task++) {
    let pool = 0
    while (pool < fleet.numPools && !isEligible(instance, task, pool)) pool++
    if (pool === fleet.numPools) return true
  }
  return false
}

/** Cost of the dearest eligible pair; 1 when all are free. */
function dearestPair(instance: Instance): number {
  let most = 0
  for (let task = 0; task < instance.tasks.count; task++)
    for (let pool = 0; pool < instance.fleet.numPools; pool++)
      if (isEligible(instance, task, pool)) most = Math.max(most, pairCostUsd(instance, task, pool))
  return most || 1
}

async function sampleModel(sampler: Sampler, model: Formulation, context: SampleContext): Promise<SampleSet> {
  if (sampler.doSampleImplicit) return sampler.doSampleImplicit(model.bqm, context)
  return sampler.doSample(model.explicit(), context)
}

function withoutReports({ rng, now, deadline, signal, breathe, workers }: SolveContext): SampleContext {
  return { rng, now, deadline, signal, breathe, ...(workers ? { workers } : {}) }
}

type Judge = ReturnType<typeof createJudge>

/** Sorts samples into raw, decoded and repaired, keeps the best plan and reports each better one. */
function createJudge({ instance, context, repair }: Task) {
  let best: { plan: Plan; objective: number } | undefined
  let fallback: { plan: Plan; violations: number } | undefined
  const tally = () => ({ numFeasible: 0, bestObjective: Infinity })
  const stages = { raw: tally(), decoded: tally(), repaired: tally() }
  /** The objective when feasible, else undefined. */
  const add = (plan: Plan | undefined): number | undefined => {
    if (plan === undefined) return undefined
    const { feasible, objective, violations } = evaluate(instance, plan)
    if (!feasible) {
      if (fallback === undefined || violations.length < fallback.violations)
        fallback = { plan, violations: violations.length }
      return undefined
    }
    if (best === undefined || objective < best.objective) {
      best = { plan, objective }
      context.onIncumbent(plan, objective)
    }
    return objective
  }
  const count = (stage: keyof typeof stages, objective: number | undefined): void => {
    if (objective === undefined) return
    stages[stage].numFeasible += 1
    stages[stage].bestObjective = Math.min(stages[stage].bestObjective, objective)
  }
  const verdictOf = ({ numFeasible, bestObjective }: ReturnType<typeof tally>): StageVerdict => ({
    numFeasible,
    ...(numFeasible > 0 ? { bestObjective } : {}),
  })
  return {
    add,
    incumbent(model: Formulation, state: Int8Array): void {
      add(model.decode(state))
    },
    sample(model: Formulation, state: Int8Array): void {
      const plan = model.decode(state)
      const objective = add(plan)
      count('raw', holdsAllRows(model, state) ? objective : undefined)
      count('decoded', objective)
      count('repaired', repair === false ? objective : (add(repair(instance, plan)) ?? objective))
    },
    verdict() {
      const plan = best?.plan ?? fallback?.plan
      return {
        ...(plan ? { plan } : {}),
        stages: {
          raw: verdictOf(stages.raw),
          decoded: verdictOf(stages.decoded),
          repaired: verdictOf(stages.repaired),
        },
      }
    },
  }
}

/** True when every squared row of the model is zero, slack bits included. */
function holdsAllRows({ bqm }: Formulation, state: Int8Array): boolean {
  const residuals = residualsOf(bqm, state)
  return residuals.every((residual, row) => bqm.rows.weight[row] === 0 || Math.abs(residual) < 1e-6)
}
