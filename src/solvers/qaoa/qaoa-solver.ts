/** Plans small instances by simulated QAOA in the one-hot subspace; says on larger ones why it cannot. */
import { QaasError } from '../../errors.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import type { Plan } from '../../model/plan.ts'
import { marginalsOf, repair } from '../../quantum/qaoa/decodings.ts'
import { encode } from '../../quantum/qaoa/encoding.ts'
import { descend } from '../../quantum/qaoa/local-search.ts'
import { type QaoaOptions, runQaoa } from '../../quantum/qaoa/run.ts'
import { componentsOf } from '../../quantum/statevector/product-simulator.ts'
import { createPacer } from '../../solve/pacer.ts'
import type { Candidate, SolveContext, Solver, Support } from '../../solve/solver.ts'
import { countPairs, type InstanceProblem, instanceProblem, planWithoutPairs } from './instance-problem.ts'

export interface QaoaSolverOptions
  extends Pick<QaoaOptions, 'layers' | 'mixer' | 'optimiser' | 'restarts' | 'evaluations' | 'shots'> {
  /** Connected parts with more basis states than this are refused. Default 2^20, some seconds of work. */
  readonly maxStates?: number
}

/** More pairs than this are refused before anything is formulated. */
const MAX_PAIRS = 5000
/** Measured plans that are judged, best energy first. */
const MAX_JUDGED = 200

/** @throws QaasError `invalid-option` on options out of range */
export function qaoaSolver({ maxStates = 2 ** 20, ...options }: QaoaSolverOptions = {}): Solver {
  if (!(maxStates >= 2))
    throw new QaasError('invalid-option', `qaoa: maxStates (${maxStates}) must be at least 2`)
  const settings = { layers: 2, restarts: 4, evaluations: 60, shots: 1000, ...options }
  return {
    name: 'qaoa',
    options: { maxStates, ...settings },
    supports: (instance) => supports(instance, maxStates),
    doSolve: (instance, context) => doSolve(instance, settings, context),
  }
}

function supports(instance: Instance, maxStates: number): Support {
  const pairs = countPairs(instance, MAX_PAIRS)
  if (pairs > MAX_PAIRS)
    return {
      ok: false,
      reason: `it has more than ${MAX_PAIRS} (task, agent) pairs, each of which is a qubit`,
    }
  if (pairs === 0) return { ok: true }
  const { problem } = instanceProblem(instance)
  const { ansatz, numQubits } = encode(problem)
  const largest = componentsOf(ansatz)
    .map((sites) => ({
      sites,
      log2: sites.reduce((sum, site) => sum + Math.log2(ansatz.cost.levels[site]!), 0),
    }))
    .reduce((a, b) => (b.log2 > a.log2 ? b : a))
  if (largest.log2 <= Math.log2(maxStates) + 1e-9) return { ok: true }
  return {
    ok: false,
    reason: `${largest.sites.length} of its choices are coupled (by capacities, budgets or dependencies): 2^${largest.log2.toFixed(1)} basis states of ${numQubits} qubits, at most 2^${Math.log2(maxStates).toFixed(1)} are simulated`,
  }
}

async function doSolve(instance: Instance, options: QaoaOptions, context: SolveContext): Promise<Candidate> {
  if (countPairs(instance, 1) === 0) return planWithoutPairs(instance)
  const subject = instanceProblem(instance)
  const { problem } = subject
  const run = await runQaoa(problem, options, {
    rng: context.rng,
    pacer: createPacer(context),
    ...(context.workers ? { workers: context.workers } : {}),
  })
  const n = problem.bqm.numVariables
  const marginals = marginalsOf(run.shots)
  const states = Array.from(run.shots.counts, (_, r) => {
    const bits = repair(problem, run.shots.bits.slice(r * n, (r + 1) * n), marginals)
    return { bits, energy: run.shots.energies[r]! }
  }).sort((a, b) => a.energy - b.energy)
  let best = Infinity
  const tell = (plan: Plan, objective: number): void => {
    if (objective >= best) return
    best = objective
    context.onIncumbent(plan, objective)
  }
  const measured = judgeAll(subject, states.map(({ bits }) => bits).slice(0, MAX_JUDGED), tell)
  const refined = judgeAll(
    subject,
    states.slice(0, MAX_JUDGED).map(({ bits }) => descend(problem, bits)),
    tell,
  )
  const parts = run.componentStates.length
  return {
    ...(refined.plan ? { plan: refined.plan } : {}),
    complete: true,
    detail: `QAOA with p = ${run.training.gammas.length} on ${run.encoding.numQubits} qubits in ${parts} independent part${parts === 1 ? '' : 's'}, simulated without noise`,
    stats: {
      qubits: run.encoding.numQubits,
      parts,
      largestPartStates: Math.max(...run.componentStates),
      evaluations: run.training.evaluations,
      expectation: run.expectation,
      gammas: run.training.gammas,
      betas: run.training.betas,
      bestMeasured: measured.objective,
      bestRefined: refined.objective,
      bestRandomRefined: run.random.decodings[3]?.best?.energy,
      bestRefinedEnergy: run.decodings[3]?.best?.energy,
    },
  }
}

interface Judged {
  readonly plan?: Plan
  readonly objective?: number
}

/** The best of some states as plans: feasible first, then cheapest. */
function judgeAll(
  { formulation }: InstanceProblem,
  states: readonly Int8Array[],
  tell: (plan: Plan, objective: number) => void,
): Judged {
  let best: { plan: Plan; objective: number; feasible: boolean } | undefined
  for (const bits of states) {
    const plan = formulation.decode(bits)
    const { feasible, objective } = evaluate(formulation.instance, plan)
    const better =
      best === undefined ||
      (feasible && !best.feasible) ||
      (feasible === best.feasible && objective < best.objective)
    if (!better) continue
    best = { plan, objective, feasible }
    if (feasible) tell(plan, objective)
  }
  return best?.feasible ? { plan: best.plan, objective: best.objective } : best ? { plan: best.plan } : {}
}
