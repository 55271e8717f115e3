/** An instance as a QAOA problem: one-hot groups of (task, agent) pairs, every other promise as a penalty. */
import { type Formulation, formulate } from '../../formulation/bridges/formulate.ts'
import type { Constraint } from '../../formulation/cqm.ts'
import { forEachCoupling } from '../../formulation/energy.ts'
import type { ImplicitBqm } from '../../formulation/implicit-bqm.ts'
import { createImplicitBqmBuilder } from '../../formulation/implicit-bqm.ts'
import { expand } from '../../formulation/implicit-energy.ts'
import type { Instance } from '../../model/instance.ts'
import { isEligible } from '../../model/pair.ts'
import { createProblem, type QaoaProblem } from '../../quantum/qaoa/problem.ts'
import type { Candidate } from '../../solve/solver.ts'

export interface InstanceProblem {
  readonly formulation: Formulation
  readonly problem: QaoaProblem
}

/** What planning by circuits returns when no pair is eligible: the empty plan is the only one. */
export function planWithoutPairs(instance: Instance): Candidate {
  return {
    plan: { agentOf: new Int32Array(instance.tasks.count).fill(-1) },
    complete: true,
    detail: 'no agent is eligible for any task: there is nothing to choose',
  }
}

/** Eligible (task, agent) pairs, counted up to `limit`. */
export function countPairs(instance: Instance, limit: number): number {
  const { fleet, tasks } = instance
  let pairs = 0
  for (let task = 0; task < tasks.count && pairs <= limit; task++)
    for (let pool = 0; pool < fleet.numPools; pool++)
      if (isEligible(instance, task, pool)) pairs += fleet.firstAgent[pool + 1]! - fleet.firstAgent[pool]!
  return pairs
}

/**
 * Capacities and budgets are unbalanced penalties (arXiv 2211.13914), which need no slack qubits; the choice of leaving a
 * task out is one more member of its group.
 */
export function instanceProblem(instance: Instance): InstanceProblem {
  const formulation = formulate(instance, {
    inequality: (constraint) => (isAtMostOne(constraint) ? 'slack' : 'unbalanced'),
    penalty: { natural: 1 },
  })
  const { groups, rest } = splitGroups(formulation.bqm)
  return { formulation, problem: createProblem(expand(rest), groups) }
}

function isAtMostOne({ rhs, lhs }: Constraint): boolean {
  return rhs === 1 && lhs.quadratic.length === 0 && lhs.linear.every((bias) => bias === 1)
}

/** Takes disjoint one-hot rows out as groups; what is left stays a penalty. */
export function splitGroups(implicit: ImplicitBqm): { groups: Int32Array[]; rest: ImplicitBqm } {
  const { rows, explicit, numVariables } = implicit
  const taken = new Uint8Array(numVariables)
  const groups: Int32Array[] = []
  const builder = createImplicitBqmBuilder(numVariables)
  explicit.linear.forEach((bias, v) => {
    builder.addLinear(v, bias)
  })
  forEachCoupling(explicit, builder.addQuadratic)
  builder.addOffset(explicit.offset)
  for (let r = 0; r < rows.count; r++) {
    const variables = rows.variables.slice(rows.rowStart[r]!, rows.rowStart[r + 1]!)
    const coefficients = rows.coefficients.slice(rows.rowStart[r]!, rows.rowStart[r + 1]!)
    if (rows.oneHot[r] && rows.weight[r]! > 0 && variables.every((v) => !taken[v])) {
      for (const v of variables) taken[v] = 1
      groups.push(variables)
    } else
      builder.addSquaredRow({ variables, coefficients, target: rows.target[r]!, weight: rows.weight[r]! })
  }
  return { groups, rest: builder.build(explicit.labels) }
}
