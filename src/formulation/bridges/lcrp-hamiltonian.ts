/**
 * The paper's LCRP Hamiltonian (section 3.3): H = H_cost + lambda A H_assign + lambda Q H_quality + lambda B H_budget
 * + lambda L H_latency over x_ij, qubit i * M + j, for every task i and every pool j, eligible or not.
 *
 * Two things the paper leaves open are settled here. Its budget term max(0, spend - B)^2 / B^2 is not quadratic; it
 * becomes (spend + slack - B)^2 / B^2 with slack bits of 0 .. B, whose minimum over the slack is the paper's term up to
 * half a step squared. Its latency term is not defined; it is 10 for a pair slower than the task's limit, like quality.
 */
import type { Instance } from '../../model/instance.ts'
import { pairLatencyMs, pairMoneyUsd, pairQuality } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'
import type { Label } from '../bqm.ts'
import { createImplicitBqmBuilder, type ImplicitBqm } from '../implicit-bqm.ts'
import { binaryCoefficients } from './binary-coefficients.ts'

export interface LcrpHamiltonianOptions {
  /** Weights; default the paper's 50, 40, 5 and 3 (section 4.3). */
  readonly lambdaA?: number
  readonly lambdaQ?: number
  readonly lambdaB?: number
  readonly lambdaL?: number
  /**
   * How the budget term is made quadratic: `slack` bits (default), `unbalanced` -h + h^2 / 2 with h = 1 - spend / B
   * and no bits, or `off`. Without a budget there is no term.
   */
  readonly budget?: 'slack' | 'unbalanced' | 'off'
  /** Default 6: the slack moves in steps of B / 63. */
  readonly slackBits?: number
}

export interface LcrpHamiltonian {
  readonly bqm: ImplicitBqm
  readonly numTasks: number
  readonly numPools: number
  /** What a normalised cost of 1 is: the dearest pair, in dollars. */
  readonly costScaleUsd: number
  /** First agent of each chosen pool; further choices of a task are `surplus`. */
  decode(state: ArrayLike<number>): Plan
}

/** Price of a pair below the quality floor or over the latency limit, before its lambda. */
const MISMATCH = 10

export function lcrpHamiltonian(instance: Instance, options: LcrpHamiltonianOptions = {}): LcrpHamiltonian {
  const { lambdaA = 50, lambdaQ = 40, lambdaB = 5, lambdaL = 3 } = options
  const { tasks, fleet, policy } = instance
  const [numTasks, numPools] = [tasks.count, fleet.numPools]
  const money = Float64Array.from({ length: numTasks * numPools }, (_, v) =>
    pairMoneyUsd(instance, Math.floor(v / numPools), v % numPools),
  )
  const costScaleUsd = money.reduce((most, usd) => Math.max(most, usd), 0) || 1
  const builder = createImplicitBqmBuilder(money.length)
  const labels: Label[] = []
  for (let i = 0; i < numTasks; i++) {
    const variables = Array.from({ length: numPools }, (_, j) => i * numPools + j)
    builder.addSquaredRow({ variables, target: 1, weight: lambdaA, label: ['assign', tasks.ids.get(i)] })
    variables.forEach((v, j) => {
      labels.push([tasks.ids.get(i), fleet.poolIds[j]!])
      builder.addLinear(v, money[v]! / costScaleUsd)
      if (pairQuality(instance, i, j) < tasks.minQuality[i]!) builder.addLinear(v, lambdaQ * MISMATCH)
      if (pairLatencyMs(instance, i, j) > tasks.maxLatencyMs[i]!) builder.addLinear(v, lambdaL * MISMATCH)
    })
  }
  const { budget = 'slack', slackBits = 6 } = options
  const limitUsd = policy.budgetUsd
  if (budget !== 'off' && limitUsd !== Infinity && limitUsd > 0 && lambdaB > 0) {
    // In units of the budget: (sum of shares - 1)^2, with shares = money / B.
    const variables = Array.from(money, (_, v) => v)
    const coefficients = Array.from(money, (usd) => usd / limitUsd)
    let weight = lambdaB
    if (budget === 'slack') {
      const steps = 2 ** slackBits - 1
      for (const [k, step] of binaryCoefficients(steps).entries()) {
        labels.push(['slack', 'budget', k])
        variables.push(builder.addVariable())
        coefficients.push(step / steps)
      }
    } else {
      weight = lambdaB / 2
      variables.forEach((v) => {
        builder.addLinear(v, lambdaB * coefficients[v]!)
      })
      builder.addOffset(-lambdaB)
    }
    builder.addSquaredRow({ variables, coefficients, target: 1, weight, label: 'budget' })
  }
  return {
    bqm: builder.build(labels),
    numTasks,
    numPools,
    costScaleUsd,
    decode: (state) => planOf(instance, state),
  }
}

function planOf({ tasks, fleet }: Instance, state: ArrayLike<number>): Plan {
  const agentOf = new Int32Array(tasks.count).fill(-1)
  const surplus: { task: number; agent: number }[] = []
  for (let task = 0; task < tasks.count; task++)
    for (let pool = 0; pool < fleet.numPools; pool++) {
      if (state[task * fleet.numPools + pool]! <= 0) continue
      const agent = fleet.firstAgent[pool]!
      if (agentOf[task] === -1) agentOf[task] = agent
      else surplus.push({ task, agent })
    }
  return surplus.length === 0 ? { agentOf } : { agentOf, surplus }
}
