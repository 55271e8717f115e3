/** Plans by recursive QAOA on the instance's QUBO, then repairs and refines; for some hundreds of (task, agent) pairs. */
import { toIsing } from '../../formulation/ising.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { repair } from '../../quantum/qaoa/decodings.ts'
import { encode } from '../../quantum/qaoa/encoding.ts'
import { descend } from '../../quantum/qaoa/local-search.ts'
import { penalised } from '../../quantum/qaoa/problem.ts'
import { type RqaoaOptions, runRqaoa } from '../../quantum/qaoa/rqaoa.ts'
import { createPacer } from '../../solve/pacer.ts'
import type { Candidate, SolveContext, Solver, Support } from '../../solve/solver.ts'
import { countPairs, instanceProblem, planWithoutPairs } from './instance-problem.ts'

/** Beyond this many qubits the dense correlations take minutes. */
const MAX_PAIRS = 1500

/** @throws QaasError `invalid-option` on options out of range, when it runs */
export function rqaoaSolver(options: RqaoaOptions = {}): Solver {
  return {
    name: 'rqaoa',
    options: { ...options },
    supports,
    doSolve: (instance, context) => doSolve(instance, options, context),
  }
}

function supports(instance: Instance): Support {
  const pairs = countPairs(instance, MAX_PAIRS)
  if (pairs <= MAX_PAIRS) return { ok: true }
  return { ok: false, reason: `it has more than ${MAX_PAIRS} (task, agent) pairs, each of which is a qubit` }
}

async function doSolve(instance: Instance, options: RqaoaOptions, context: SolveContext): Promise<Candidate> {
  if (countPairs(instance, 1) === 0) return planWithoutPairs(instance)
  const { formulation, problem } = instanceProblem(instance)
  const { penalty } = encode(problem, { encoding: 'one-hot', penaltyFactor: 1.5 })
  const ising = toIsing(penalised(problem, penalty))
  const run = await runRqaoa(ising, options, { rng: context.rng, pacer: createPacer(context) })
  const measured = run.spins.map((spin) => (spin > 0 ? 1 : 0))
  const wasValid = problem.groups.every((group) => group.reduce((sum, v) => sum + measured[v]!, 0) === 1)
  const bits = descend(problem, repair(problem, measured.slice(), new Float64Array(measured.length)))
  const plan = formulation.decode(bits)
  const { feasible, objective } = evaluate(instance, plan)
  if (feasible) context.onIncumbent(plan, objective)
  return {
    plan,
    complete: run.complete,
    detail: `recursive QAOA fixed ${run.steps.reduce((sum, step) => sum + step.fixed, 0)} of ${measured.length} qubits; ${wasValid ? 'its state was valid' : 'its state was repaired'}, then refined`,
    stats: { qubits: measured.length, rounds: run.steps.length, wasValid },
  }
}
