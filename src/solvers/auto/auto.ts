/** Picks solvers by the structure and size of the instance, runs them in turn and says what it picked and why. */
import type { Instance } from '../../model/instance.ts'
import { mustStop } from '../../solve/context.ts'
import type { Candidate, SolveContext, Solver } from '../../solve/solver.ts'
import { annealSolver } from '../annealing/anneal.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { exactSolver } from '../exact/exact.ts'
import { tightFirstSolver } from '../greedy/tight-first.ts'
import { cheaper, type JudgedPlan, judged } from '../starting-plan.ts'
import { choose, type Pick } from './choose.ts'

/** A solver that only prepares the start of the next gets this share of the time that is left. */
const PREPARING_SHARE = 0.2

const CREATE: Readonly<Record<Pick, () => Solver>> = {
  enumeration: () => enumerationSolver(),
  exact: () => exactSolver(),
  anneal: () => annealSolver(),
  'greedy-tight': () => tightFirstSolver(),
}

export function autoSolver(): Solver {
  return { name: 'auto', options: {}, supports: () => ({ ok: true }), doSolve }
}

async function doSolve(instance: Instance, context: SolveContext): Promise<Candidate> {
  const { picks, why } = choose(instance)
  let best: JudgedPlan | undefined = judged(instance, context.warmStart)
  let last: Candidate = { complete: false }
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
  }
  const plan = best?.plan ?? last.plan
  return {
    ...last,
    ...(plan ? { plan } : {}),
    complete: last.complete && ran.length === picks.length,
    detail: [`picked ${picks.join(', then ')}: ${why}`, last.detail].filter(Boolean).join('; '),
    stats: { ...last.stats, picked: picks, why },
  }
}
