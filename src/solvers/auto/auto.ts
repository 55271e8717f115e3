/** Picks solvers by the structure and size of the instance, runs them in turn and says what it picked and why. */
import type { Instance } from '../../model/instance.ts'
import { mustStop } from '../../solve/context.ts'
import { relativeGap } from '../../solve/solve.ts'
import type { Candidate, Certificate, SolveContext, Solver } from '../../solve/solver.ts'
import { annealSolver } from '../annealing/anneal.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { exactSolver } from '../exact/exact.ts'
import { flowSolver } from '../flow/flow.ts'
import { tightFirstSolver } from '../greedy/tight-first.ts'
import { pricingSolver } from '../pricing/pricing.ts'
import { cheaper, type JudgedPlan, judged } from '../starting-plan.ts'
import { choose, type Pick } from './choose.ts'

/** A solver that only prepares the start of the next gets this share of the time that is left. */
const PREPARING_SHARE = 0.2

const CREATE: Readonly<Record<Pick, () => Solver>> = {
  enumeration: () => enumerationSolver(),
  exact: () => exactSolver(),
  anneal: () => annealSolver(),
  'greedy-tight': () => tightFirstSolver(),
  flow: () => flowSolver(),
  pricing: () => pricingSolver(),
}

export function autoSolver(): Solver {
  return { name: 'auto', options: {}, supports: () => ({ ok: true }), doSolve }
}

type Bound = { readonly dualBound?: number; readonly certificate?: Certificate }

/** The higher of two bounds, with the certificate that proves it or, failing that, the best there is. */
function tighter(known: Bound, { dualBound, certificate }: Candidate): Bound {
  const proof = certificate ?? known.certificate
  const kept = proof ? { certificate: proof } : {}
  if (dualBound === undefined) return known
  if (known.dualBound !== undefined && known.dualBound >= dualBound) return known
  return { dualBound, ...kept }
}

function isProven(best: JudgedPlan | undefined, dualBound: number | undefined): boolean {
  if (best === undefined || dualBound === undefined) return false
  return relativeGap(best.objective, dualBound) <= 1e-9
}

async function doSolve(instance: Instance, context: SolveContext): Promise<Candidate> {
  const { picks, why } = choose(instance)
  let best: JudgedPlan | undefined = judged(instance, context.warmStart)
  let last: Candidate = { complete: false }
  let bound: Bound = {}
  const ran: Pick[] = []
  for (const [at, pick] of picks.entries()) {
    if (at > 0 && mustStop(context)) break
    const isLast = at === picks.length - 1
    const left = context.deadline - context.now()
    const warmStart = best?.plan ?? context.warmStart
    last = await CREATE[pick]().doSolve(instance, {
      ...context,
      deadline: isLast || left === Infinity ? context.deadline : context.now() + PREPARING_SHARE * left,
      ...(warmStart ? { warmStart } : {}),
    })
    ran.push(pick)
    best = cheaper(best, judged(instance, last.plan))
    bound = tighter(bound, last)
    if (last.provenInfeasible || isProven(best, bound.dualBound)) break
  }
  const plan = best?.plan ?? last.plan
  return {
    ...last,
    ...bound,
    ...(plan ? { plan } : {}),
    complete: last.complete,
    detail: [`picked ${ran.join(', then ')}: ${why}`, last.detail].filter(Boolean).join('; '),
    stats: { ...last.stats, picked: ran, why },
  }
}
