/** Runs a solver on an instance and judges what it returns; nothing a solver claims is passed on unchecked. */
import { QaasError } from '../errors.ts'
import { checkPlan } from '../model/check-plan.ts'
import { type Evaluation, evaluate } from '../model/evaluate.ts'
import type { Instance } from '../model/instance.ts'
import type { Plan } from '../model/plan.ts'
import { createRng } from '../numeric/rng.ts'
import type { RunContext, Signal, Workers } from './context.ts'
import { recheck } from './recheck.ts'
import type { Candidate, Certificate, Solver } from './solver.ts'
import { spreadOverAgents } from './spread.ts'

/** Why a solve ended. */
export type TerminationReason =
  /** A feasible plan whose objective equals a proven bound. */
  | 'optimal'
  /** The solver ended by itself with a feasible plan, without a proof that it is optimal. */
  | 'feasible'
  /** Proven that no feasible plan exists. */
  | 'infeasible'
  /** The solver ended by itself without a feasible plan and without a proof that none exists. */
  | 'no-feasible-plan'
  /** A feasible plan within the gap that was asked for. */
  | 'gap-reached'
  /** The time limit came first; `plan` is the best so far, if any. */
  | 'time-limit'
  /** The user interrupted; `plan` is the best so far, if any. */
  | 'interrupted'

export interface Termination {
  readonly reason: TerminationReason
  readonly detail: string
}

export interface Progress {
  readonly elapsedMs: number
  /** Objective of the best feasible plan so far. */
  readonly primal?: number
  /** The best proven lower bound so far. */
  readonly dual?: number
  readonly gap?: number
}

export interface SolveOptions {
  /** Default 1. */
  readonly seed?: number
  /** Milliseconds after which the best plan so far is returned. Default: no limit. */
  readonly timeLimitMs?: number
  /** Ends once a feasible plan is proven to cost at most this part of itself above the optimum. Default: 0, no end. */
  readonly gap?: number
  readonly signal?: Signal
  readonly onProgress?: (progress: Progress) => void
  readonly warmStart?: Plan
  readonly workers?: Workers
  /** Milliseconds from any origin. Default: `Date.now`. */
  readonly now?: () => number
  /** See `RunContext.breathe`; default: a resolved promise, which lets no timer run. */
  readonly breathe?: () => Promise<void>
}

export interface SolveResult {
  /** The solver's plan, feasible or not (see `evaluation`). */
  readonly plan?: Plan
  readonly evaluation?: Evaluation
  /** The judge's value of `plan`; absent without a plan. */
  readonly objective?: number
  readonly bounds: {
    readonly primal?: number
    readonly dual?: number
    /** How much of `dual` the certificate proves; absent without a certificate. */
    readonly certified?: number
  }
  /** (primal - dual) / primal; absent unless both bounds are known. */
  readonly gap?: number
  readonly termination: Termination
  readonly certificate?: Certificate
  readonly stats: Readonly<Record<string, unknown>>
  readonly provenance: {
    readonly solver: string
    readonly options: Readonly<Record<string, unknown>>
    readonly seed: number
  }
  readonly elapsedMs: number
}

/** Relative difference under which a bound and an objective are the same number in double arithmetic. */
const PROOF_TOLERANCE = 1e-9

/** Relative gap between a feasible objective and a lower bound; never negative, and 0 for a plan that costs nothing. */
export function relativeGap(primal: number, dual: number): number {
  return primal > dual ? (primal - dual) / Math.max(Math.abs(primal), Number.MIN_VALUE) : 0
}

/** @throws QaasError `invalid-option` */
function checkOptions({ seed, timeLimitMs }: { readonly seed: number; readonly timeLimitMs: number }): void {
  if (!(Number.isSafeInteger(seed) && seed >= 0))
    throw new QaasError('invalid-option', `solve: seed is ${seed}, it must be a whole number of at least 0`, {
      advice: 'Maybe leave it out; the default is 1.',
    })
  if (!(timeLimitMs >= 0))
    throw new QaasError('invalid-option', `solve: timeLimitMs is ${timeLimitMs}, it must be at least 0`, {
      advice: 'Maybe leave it out; the default is no limit.',
    })
}

/**
 * Plans `instance` with `solver`.
 * @throws QaasError `unsupported` when the solver cannot take this instance, `invalid-option` and `invalid-plan` on
 * options and a warm start that cannot be, `internal` when the solver claims a bound above a feasible plan. Infeasible instances are a termination, not an error.
 */
export async function solve(
  instance: Instance,
  solver: Solver,
  options: SolveOptions = {},
): Promise<SolveResult> {
  const support = solver.supports(instance)
  if (!support.ok)
    throw new QaasError(
      'unsupported',
      `solver "${solver.name}" cannot plan this instance: ${support.reason}`,
      {
        advice: 'Maybe use --solver auto, which picks one that can.',
        data: { solver: solver.name },
      },
    )
  const { seed = 1, timeLimitMs = Infinity, now = Date.now, signal = { aborted: false }, gap = 0 } = options
  if (!(gap >= 0 && gap <= 1))
    throw new QaasError('invalid-option', `solve: gap is ${gap}, it must be from 0 to 1`, {
      advice: 'Maybe write 0.005 for half a percent.',
    })
  checkOptions({ seed, timeLimitMs })
  if (options.warmStart) checkPlan(instance, options.warmStart)
  const start = now()
  const best: { plan?: Plan; primal?: number; dual?: number } = {}
  let isEnough = false
  /** What solvers claim ends nothing before the judge has seen it. */
  const look = (): void => {
    const { plan, primal, dual } = best
    if (gap === 0 || isEnough || plan === undefined || primal === undefined || dual === undefined) return
    if (relativeGap(primal, dual) > gap) return
    const { feasible, objective } = evaluate(instance, plan)
    isEnough = feasible && relativeGap(objective, dual) <= gap
  }
  const report = (): void => options.onProgress?.({ elapsedMs: now() - start, ...bounds(best) })
  const context: RunContext = {
    rng: createRng(seed),
    now,
    deadline: start + timeLimitMs,
    signal: {
      get aborted() {
        return isEnough || signal.aborted
      },
    },
    breathe: options.breathe ?? (() => Promise.resolve()),
    ...(options.workers ? { workers: options.workers } : {}),
  }
  const returned = await solver.doSolve(instance, {
    ...context,
    ...(options.warmStart ? { warmStart: options.warmStart } : {}),
    ...(gap > 0 ? { gap } : {}),
    onIncumbent(plan, objective) {
      if (best.primal !== undefined && objective >= best.primal) return
      best.plan = plan
      best.primal = objective
      look()
      report()
    },
    onBound(dual) {
      if (best.dual !== undefined && dual <= best.dual) return
      best.dual = dual
      look()
      report()
    },
  })
  const { candidate, rechecked } = recheck(instance, returned)
  const stopped = signal.aborted ? 'interrupted' : now() - start >= timeLimitMs ? 'time-limit' : undefined
  const found = judge(instance, candidate.plan, best.plan)
  const { plan, evaluation } = candidate.keepsAgents ? found : spread(instance, found)
  // Where no plan exists every number is a bound, and none says anything.
  const noPlan = candidate.provenInfeasible === true && !evaluation?.feasible
  const dual = noPlan ? undefined : maxDefined(maxDefined(candidate.dualBound, best.dual), rechecked)
  const known = {
    ...(evaluation?.feasible ? { primal: evaluation.objective } : {}),
    ...(dual === undefined ? {} : { dual }),
  }
  const checked = checkBounds(solver, known)
  return {
    ...(plan && evaluation ? { plan, evaluation, objective: evaluation.objective } : {}),
    bounds: { ...checked, ...certifiedPart(candidate, checked, rechecked) },
    ...gapOf(checked),
    termination: terminationOf(candidate, checked, { stopped, gap }),
    ...(candidate.certificate ? { certificate: candidate.certificate } : {}),
    stats: candidate.stats ?? {},
    provenance: { solver: solver.name, options: solver.options, seed },
    elapsedMs: now() - start,
  }
}

interface Judged {
  readonly plan?: Plan
  readonly evaluation?: Evaluation
}

/** The better of the returned plan and the best incumbent, as the judge sees them: feasible first, then cheaper. */
function judge(instance: Instance, returned: Plan | undefined, incumbent: Plan | undefined): Judged {
  const judged = [returned, incumbent === returned ? undefined : incumbent]
    .filter((plan) => plan !== undefined)
    .map((plan) => ({ plan, evaluation: evaluate(instance, plan) }))
  judged.sort(
    (a, b) =>
      Number(b.evaluation.feasible) - Number(a.evaluation.feasible) ||
      a.evaluation.objective - b.evaluation.objective,
  )
  return judged[0] ?? {}
}

/** A feasible plan with its load levelled among alike agents; the judge has the last word on that too. */
function spread(instance: Instance, judged: Judged): Judged {
  if (!judged.plan || !judged.evaluation?.feasible) return judged
  const plan = spreadOverAgents(instance, judged.plan)
  if (plan === judged.plan) return judged
  const evaluation = evaluate(instance, plan)
  return evaluation.feasible ? { plan, evaluation } : judged
}

type Bounds = SolveResult['bounds']

/** Rounding may put a bound a hair above the optimum it proves; more than that is a broken solver. */
function checkBounds(solver: Solver, { primal, dual }: Bounds): Bounds {
  if (primal === undefined || dual === undefined || dual <= primal)
    return { ...(primal === undefined ? {} : { primal }), ...(dual === undefined ? {} : { dual }) }
  if (dual > primal + PROOF_TOLERANCE * Math.abs(primal))
    throw new QaasError(
      'internal',
      `solver "${solver.name}" claims bound ${dual} above its feasible plan of ${primal}`,
      {
        data: { primal, dual },
      },
    )
  return { primal, dual: primal }
}

/** What of the bound anyone can re-check. */
function certifiedPart(
  { certificate, certifiedBound, dualBound }: Candidate,
  { dual }: Bounds,
  rechecked: number | undefined,
): { certified?: number } {
  const certified = rechecked ?? certifiedBound ?? dualBound
  if (certificate === undefined || certified === undefined || dual === undefined) return {}
  return { certified: Math.min(certified, dual) }
}

type Known = { readonly primal?: number | undefined; readonly dual?: number | undefined }

/** The bounds that are known, and their gap. */
function bounds({ primal, dual }: Known): Bounds & { gap?: number } {
  const known = {
    ...(primal === undefined ? {} : { primal }),
    ...(dual === undefined ? {} : { dual }),
  }
  return { ...known, ...gapOf(known) }
}

function gapOf({ primal, dual }: Bounds): { gap?: number } {
  return primal === undefined || dual === undefined ? {} : { gap: relativeGap(primal, dual) }
}

function maxDefined(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Math.max(a, b)
}

function terminationOf(
  candidate: Candidate,
  { primal, dual }: Bounds,
  { stopped, gap }: { readonly stopped: 'interrupted' | 'time-limit' | undefined; readonly gap: number },
): Termination {
  const say = (reason: TerminationReason, otherwise: string): Termination => ({
    reason,
    detail: candidate.detail ?? otherwise,
  })
  const proven = primal !== undefined && dual !== undefined && relativeGap(primal, dual) <= PROOF_TOLERANCE
  if (proven) return say('optimal', 'proven optimal')
  if (gap > 0 && primal !== undefined && dual !== undefined && relativeGap(primal, dual) <= gap)
    return say('gap-reached', 'the gap that was asked for is proven')
  if (candidate.provenInfeasible && primal === undefined) return say('infeasible', 'no feasible plan exists')
  if (!candidate.complete && stopped)
    return say(
      stopped,
      stopped === 'interrupted' ? 'interrupted; the best plan so far' : 'time limit; the best plan so far',
    )
  if (primal !== undefined) return say('feasible', 'a feasible plan, not proven optimal')
  return say('no-feasible-plan', 'no feasible plan was found')
}
