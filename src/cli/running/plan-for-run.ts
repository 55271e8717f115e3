/** The plan a run executes: the file's, or a new one within every budget, with something kept for worst cases. */
import type { AgentProvider } from '../../agents/provider.ts'
import { QaasError } from '../../errors.ts'
import { readPlan } from '../../io/read-plan.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { instanceHash } from '../../model/instance-hash.ts'
import type { Plan } from '../../model/plan.ts'
import { describeViolation } from '../../model/violations.ts'
import { toNano, toUsd } from '../../orchestrator/money.ts'
import { type PlanFunds, planFunds } from '../../orchestrator/plan-funds.ts'
import type { SolveResult } from '../../solve/solve.ts'
import { usd } from '../format.ts'
import { solveEach } from '../planning.ts'
import { pickSolver } from '../solve-options.ts'

export interface PlanForRunOptions {
  readonly plan: string | undefined
  readonly solver: string | undefined
  readonly seed: number | undefined
  /** Milliseconds. */
  readonly time: number | undefined
  /** See `SolveOptions.gap`. */
  readonly gap: number | undefined
  readonly json: boolean
}

export interface Planned {
  readonly plan: Plan
  readonly solver: string
}

/** Where a run's budget comes from: who runs out of it has to raise that one. */
export type BudgetSource =
  | { readonly kind: 'option' | 'policy' }
  /** What `qaas budget` allows all runs together. */
  | { readonly kind: 'all-runs'; readonly limitUsd: number }

export interface Means {
  /** One per pool. */
  readonly providers: readonly AgentProvider[]
  /** What the run may spend at most, whatever says so; Infinity for no limit. */
  readonly budgetUsd: number
  readonly source: BudgetSource
}

/** Undefined when there is no feasible plan, which has been said. @throws QaasError on a plan file that cannot be used */
export async function planForRun(
  instance: Instance,
  options: PlanForRunOptions,
  means: Means,
): Promise<Planned | undefined> {
  const planned =
    options.plan === undefined
      ? await planWithin(instance, options, means)
      : await planFromFile(instance, options.plan)
  if (planned !== undefined) warnOfBudget(instance, planFunds(instance, planned.plan, means.providers), means)
  return planned
}

/** Plans within the budget; when the worst case of the last attempts would not fit, once more with that kept free. */
async function planWithin(
  instance: Instance,
  options: PlanForRunOptions,
  means: Means,
): Promise<Planned | undefined> {
  const { providers, budgetUsd } = means
  const first = await solveWithin(instance, options, budgetUsd)
  if (!isUsable(first)) {
    sayNoPlan(instance, first, means)
    return undefined
  }
  const planned = { plan: first.plan, solver: first.provenance.solver }
  const { plannedNano, reserveNano } = planFunds(instance, first.plan, providers)
  if (budgetUsd === Infinity || plannedNano + reserveNano <= toNano(budgetUsd)) return planned
  const second = await solveWithin(instance, options, Math.max(0, budgetUsd - toUsd(reserveNano)))
  return isUsable(second) ? { plan: second.plan, solver: second.provenance.solver } : planned
}

function isUsable(result: SolveResult): result is SolveResult & { readonly plan: Plan } {
  return result.plan !== undefined && result.evaluation?.feasible === true
}

async function solveWithin(
  instance: Instance,
  { solver = 'auto', seed = 1, time = 10_000, gap, json }: PlanForRunOptions,
  budgetUsd: number,
): Promise<SolveResult> {
  const limited = { ...instance, policy: { ...instance.policy, budgetUsd } }
  const { results } = await solveEach(limited, [await pickSolver(solver)], {
    seed,
    timeLimitMs: time,
    gap,
    silent: json,
  })
  return results[0]!
}

function sayNoPlan({ policy }: Instance, { termination }: SolveResult, { budgetUsd, source }: Means): void {
  console.error(`there is no plan to run: ${termination.detail}`)
  console.error(
    budgetUsd < policy.budgetUsd
      ? `Maybe the budget of ${usd(budgetUsd)} is too small for all tasks: ${howToRaise(source)}, or set policy.unassigned so that tasks may be left out.`
      : 'Maybe "qaas plan" shows which promises cannot be kept together.',
  )
}

/** A budget that may not last is allowed, but never a surprise. */
function warnOfBudget(instance: Instance, funds: PlanFunds, { budgetUsd, source }: Means): void {
  const { plannedNano, reserveNano, task } = funds
  if (budgetUsd === Infinity || plannedNano + reserveNano <= toNano(budgetUsd)) return
  const neededUsd = toUsd(plannedNano + reserveNano)
  const raise = howToRaise(source, { budgetUsd, neededUsd })
  const held = source.kind === 'all-runs' ? ' that the budget of all runs has left' : ''
  if (plannedNano > toNano(budgetUsd)) {
    console.error(
      `warning: the plan costs ${usd(toUsd(plannedNano))} but the run may spend ${usd(budgetUsd)}${held}: some tasks will not be done`,
    )
    console.error(`Maybe ${raise}, or leave --plan out for a plan that keeps to it.`)
    return
  }
  console.error(
    `warning: the plan costs ${usd(toUsd(plannedNano))} of ${usd(budgetUsd)}${held}, but attempts hold their worst case, up to ${usd(toUsd(reserveNano))} more (task "${instance.tasks.ids.get(task!)}"): the last tasks may not be paid for`,
  )
  console.error(`Maybe ${raise}, or lower maxOutputTokens.`)
}

/** Which budget to raise, by name, and up to what where that is known. */
function howToRaise(
  source: BudgetSource,
  sums?: { readonly budgetUsd: number; readonly neededUsd: number },
): string {
  const to = sums ? ` to ${usd(sums.neededUsd)}` : ''
  if (source.kind !== 'all-runs')
    return `raise ${source.kind === 'option' ? '--budget' : 'policy.budgetUsd of the instance'}${to}`
  if (sums === undefined) return 'raise what all runs together may spend with "qaas budget"'
  const limitUsd = source.limitUsd + sums.neededUsd - sums.budgetUsd
  return `raise what all runs together may spend with "qaas budget ${(Math.ceil(limitUsd * 100 - 1e-6) / 100).toFixed(2)}"`
}

async function planFromFile(instance: Instance, path: string): Promise<Planned> {
  const { plan, sameInstance, document } = await readPlan(path, instance)
  if (sameInstance === false)
    throw new QaasError('invalid-plan', `"${path}" was made for another instance: its fingerprint differs`, {
      advice: 'Maybe the instance has changed since; plan it again.',
      data: { path, hash: instanceHash(instance) },
    })
  const { feasible, violations } = evaluate(instance, plan)
  if (!feasible)
    throw new QaasError(
      'invalid-plan',
      `"${path}" breaks a promise: ${describeViolation(instance, violations[0]!)}`,
      {
        advice: `Maybe plan it again; ${violations.length} promises are broken in all.`,
        data: { path },
      },
    )
  return { plan, solver: document.provenance?.solver ?? 'file' }
}
