/**
 * The portfolio: solvers picked by the structure and size of the instance, raced stage by stage under one time limit.
 * Within a stage they run side by side, on worker threads where there are some; a stage starts from what the one
 * before it found out. Plans and bounds are joined by their values in a fixed order, so that without a time limit
 * neither timing nor the number of workers shows.
 */
import type { Instance } from '../../model/instance.ts'
import type { Plan } from '../../model/plan.ts'
import { mustStop } from '../../solve/context.ts'
import type { Candidate, SolveContext, Solver } from '../../solve/solver.ts'
import { annealSolver } from '../annealing/anneal.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { exactSolver } from '../exact/exact.ts'
import { flowSolver } from '../flow/flow.ts'
import { gapSolver } from '../gap/gap.ts'
import { tightFirstSolver } from '../greedy/tight-first.ts'
import { pricingSolver } from '../pricing/pricing.ts'
import { judged } from '../starting-plan.ts'
import { choose, type Pick } from './choose.ts'
import { isSettled, join, type Known } from './join.ts'
import { shortageOf } from './shortage.ts'

export interface AutoOptions {
  /** Search for a proof however long it takes. Default: as long as a time limit says; without one hardly at all. */
  readonly prove?: boolean
}

/** Of the time that is left, for a stage that others follow. */
const STAGE_SHARE = 0.5
/** Nodes of the exact search when there is neither a time limit nor the wish for a proof. */
const NODES = 100

export function autoSolver({ prove = false }: AutoOptions = {}): Solver {
  return {
    name: 'auto',
    options: prove ? { prove } : {},
    supports: () => ({ ok: true }),
    doSolve: (instance, context) => race(instance, context, prove),
  }
}

function create(pick: Pick, { certificate }: Known, mostNodes: number): Solver {
  switch (pick) {
    case 'enumeration':
      return enumerationSolver()
    case 'exact':
      return exactSolver({
        ...(Number.isFinite(mostNodes) ? { mostNodes } : {}),
        ...(certificate ? { prices: certificate } : {}),
      })
    case 'gap':
      return gapSolver(Number.isFinite(mostNodes) ? { mostNodes } : {})
    case 'anneal':
      return annealSolver()
    case 'greedy-tight':
      return tightFirstSolver()
    case 'flow':
      return flowSolver()
    case 'pricing':
      return pricingSolver()
  }
}

async function race(instance: Instance, context: SolveContext, prove: boolean): Promise<Candidate> {
  const search = prove || context.deadline !== Infinity
  const { stages, why } = choose(instance, search)
  // A flow and an enumeration find out by themselves, as quickly.
  const isQuick = stages[0]!.some((pick) => pick === 'enumeration' || pick === 'flow')
  const shortage = isQuick ? undefined : shortageOf(instance)
  if (shortage !== undefined) return await tooLittle(instance, context, shortage)
  const mostNodes = search ? Infinity : NODES
  const warm = judged(instance, context.warmStart)
  let known: Known = warm ? { best: warm } : {}
  let ends: readonly (Candidate | Failed)[] = []
  const ran: string[] = []
  const broken: Failed[] = []
  let shown: Plan | undefined
  const onIncumbent = improving((plan, objective) => {
    shown = plan
    context.onIncumbent(plan, objective)
  }, warm?.objective ?? Infinity)
  for (const [at, picks] of stages.entries()) {
    if (at > 0 && mustStop(context)) break
    const isLast = at === stages.length - 1
    const left = context.deadline - context.now()
    const warmStart = known.best?.plan ?? context.warmStart
    ends = await runStage(instance, {
      solvers: picks.map((pick) => create(pick, known, mostNodes)),
      context: {
        ...context,
        onIncumbent,
        deadline: isLast || left === Infinity ? context.deadline : context.now() + STAGE_SHARE * left,
        ...(warmStart ? { warmStart } : {}),
      },
    })
    ran.push(picks.join(' beside '))
    broken.push(...ends.filter((end) => 'error' in end))
    // What a solver reported before it broke down counts.
    if (broken.length > 0 && shown !== undefined)
      known = join(instance, known, { plan: shown, complete: false })
    known = ends.reduce((joined, found) => join(instance, joined, found), known)
    if (isSettled(known)) break
  }
  const isLost = known.best === undefined && known.fallback === undefined && !known.provenInfeasible
  if (isLost && broken.length > 0) throw broken[0]!.error
  const [first] = ends
  const plan = known.best?.plan ?? known.fallback
  const { best: _, fallback: __, ...proven } = known
  return {
    ...proven,
    ...(plan ? { plan } : {}),
    complete: ends.every(({ complete }) => complete),
    detail: [
      `picked ${ran.join(', then ')}: ${why}`,
      first?.detail,
      ...broken.filter((end) => end !== first).map(({ detail }) => detail),
    ]
      .filter(Boolean)
      .join('; '),
    stats: { ...first?.stats, picked: ran, why },
  }
}

/** No search for what cannot be; a greedy plan shows how far one gets. */
async function tooLittle(instance: Instance, context: SolveContext, detail: string): Promise<Candidate> {
  const { plan } = await tightFirstSolver().doSolve(instance, context)
  return {
    ...(plan ? { plan } : {}),
    complete: true,
    provenInfeasible: true,
    detail,
    stats: { picked: [], why: 'there is too little of something, whoever does what' },
  }
}

/** Incumbents of several solvers as one sequence that only improves. */
function improving(onIncumbent: SolveContext['onIncumbent'], from: number): SolveContext['onIncumbent'] {
  let best = from
  return (plan: Plan, objective: number) => {
    if (objective >= best) return
    best = objective
    onIncumbent(plan, objective)
  }
}

/** What is left of a solver that broke down; the others go on without it. */
interface Failed extends Candidate {
  readonly error: unknown
}

function failed({ name }: Solver, error: unknown): Failed {
  const why = error instanceof Error ? error.message : String(error)
  return { complete: false, detail: `${name} broke down: ${why}`, error }
}

interface Stage {
  readonly solvers: readonly Solver[]
  readonly context: SolveContext
}

/** Side by side where there are threads, else one after the other; what they find is the same. */
async function runStage(instance: Instance, { solvers, context }: Stage): Promise<(Candidate | Failed)[]> {
  const hasLimit = context.deadline !== Infinity
  // Under a time limit nobody waits for a search that would only use up its time once the first has a plan.
  let isEnough = false
  const signal = {
    get aborted() {
      return context.signal.aborted || (hasLimit && isEnough)
    },
  }
  const run = async (solver: Solver, at: number): Promise<Candidate | Failed> => {
    // The first does what it would do alone under the same seed, so that the race is never worse than it.
    const own: SolveContext = at === 0 ? context : { ...context, rng: context.rng.fork(at), signal }
    const found = await solver.doSolve(instance, own).catch((error: unknown) => failed(solver, error))
    if (at === 0) isEnough = judged(instance, found.plan) !== undefined
    return found
  }
  if (context.workers) return await Promise.all(solvers.map(run))
  const ends: (Candidate | Failed)[] = []
  for (const [at, solver] of solvers.entries()) {
    if (at > 0 && (signal.aborted || mustStop(context))) break
    ends.push(await run(solver, at))
  }
  return ends
}
