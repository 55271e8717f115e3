/** The least money that any plan takes when budgets are no object: what to say to those whose budget is too small. */

import { dollars } from '../model/dollars.ts'
import type { Instance } from '../model/instance.ts'
import { mostMoneyUsd } from '../model/limits.ts'
import { breathe, now } from '../platform/host.ts'
import { solve } from '../solve/solve.ts'
import { autoSolver } from '../solvers/auto/auto.ts'
import { boundOf } from '../verify/bound.ts'
import { CAPACITY_PRICES } from '../verify/certificate.ts'
import { noneCheaper } from '../verify/try-all.ts'

export interface LeastBudget {
  /** No plan spends less: re-checked where a certificate proves it. */
  readonly atLeastUsd: number
  /** The money of a plan that keeps every other promise. */
  readonly enoughUsd: number
}

const SEARCH_MS = 3_000

/** Undefined without an overall budget, when it is not to blame alone, and when nothing is found in time. */
export async function leastBudget(instance: Instance): Promise<LeastBudget | undefined> {
  const { budgetUsd, unassignedUsd } = instance.policy
  if (budgetUsd === Infinity || unassignedUsd !== Infinity) return undefined
  const cheapest = moneyOnly(instance)
  const { evaluation, certificate } = await solve(cheapest, autoSolver(), {
    timeLimitMs: SEARCH_MS,
    now,
    breathe,
  })
  if (!evaluation?.feasible) return undefined
  const enoughUsd = evaluation.moneyUsd
  // A plan within the budget after all: whatever made planning fail, the budget did not.
  if (enoughUsd <= mostMoneyUsd(budgetUsd)) return undefined
  const proven = certificate?.kind === CAPACITY_PRICES ? boundOf(cheapest, certificate).boundUsd : 0
  // What a search proved without a certificate is tried again where that is quick.
  const atLeastUsd = noneCheaper(cheapest, enoughUsd) ? enoughUsd : Math.min(Math.max(0, proven), enoughUsd)
  return { atLeastUsd, enoughUsd }
}

/** The same promises but for the budget; the objective is money and nothing else. */
function moneyOnly(instance: Instance): Instance {
  const { dependency, belowFloorUsd } = instance.policy
  return {
    ...instance,
    policy: {
      ...instance.policy,
      budgetUsd: Infinity,
      overkillWeight: 0,
      latencyUsdPerSecond: 0,
      // What may be broken at a price is broken for nothing.
      dependency: dependency.mode === 'soft' ? { mode: 'off' } : dependency,
      belowFloorUsd: belowFloorUsd === Infinity ? Infinity : 0,
    },
  }
}

/** One sentence; figures are rounded so that both halves stay true. */
export function leastBudgetText({ atLeastUsd, enoughUsd }: LeastBudget): string {
  const unit = 10 ** (enoughUsd >= 1 ? 2 : 4 - Math.floor(Math.log10(enoughUsd)))
  const [least, enough] = [
    Math.floor(atLeastUsd * unit + 1e-6) / unit,
    Math.ceil(enoughUsd * unit - 1e-6) / unit,
  ]
  const sentence = `a budget of ${dollars(enough)} is enough`
  if (least >= enough) return `${sentence}, and no plan costs less (proven)`
  return least > 0 ? `${sentence}; no plan costs less than ${dollars(least)} (proven)` : sentence
}
