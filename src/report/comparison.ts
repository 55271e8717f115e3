/** Solvers side by side on one instance: the facts, the slack, and what can honestly be said of them. */
import { counted } from '../model/counted.ts'
import type { Instance } from '../model/instance.ts'
import { isEligible } from '../model/pair.ts'
import { relativeGap, type SolveResult } from '../solve/solve.ts'
import { type ShiftReport, shiftReport } from './shift-report.ts'

/** One solver's line. Figures are the judge's; absent without a plan. */
export interface ComparisonRow {
  readonly solver: string
  readonly objective?: number
  readonly moneyUsd?: number
  readonly feasible: boolean
  /** Number of broken hard promises. */
  readonly violations: number
  /** The solver's own proven bound. */
  readonly dual?: number
  /** To the best bound of all solvers. */
  readonly gap?: number
  readonly unassigned?: number
  readonly shift?: ShiftReport
  readonly termination: string
  readonly elapsedMs: number
}

export interface Comparison {
  readonly rows: readonly ComparisonRow[]
  /** Names of the rows that stand for what people do today. */
  readonly baselines: readonly string[]
  /** The best proven lower bound of all solvers. */
  readonly bound?: number
  /** Usable task slots per task; near 1 capacity binds, and only then can planning win much. */
  readonly slack: number
  readonly seed: number
}

export const BASELINES: readonly string[] = ['greedy', 'greedy-tight']

export function compareResults(instance: Instance, results: readonly SolveResult[]): Comparison {
  const duals = results.flatMap(({ bounds }) => (bounds.dual === undefined ? [] : [bounds.dual]))
  const bound = duals.length === 0 ? undefined : Math.max(...duals)
  return {
    rows: results.map((result) => row(instance, result, bound)),
    baselines: results.map(({ provenance }) => provenance.solver).filter((name) => BASELINES.includes(name)),
    ...(bound === undefined ? {} : { bound }),
    slack: capacitySlack(instance),
    seed: results[0]?.provenance.seed ?? 1,
  }
}

function row(instance: Instance, result: SolveResult, bound: number | undefined): ComparisonRow {
  const { plan, evaluation, bounds, termination, elapsedMs, provenance } = result
  const judged =
    plan && evaluation
      ? {
          objective: evaluation.objective,
          moneyUsd: evaluation.moneyUsd,
          unassigned: evaluation.unassigned,
          shift: shiftReport(instance, plan, evaluation),
        }
      : {}
  return {
    solver: provenance.solver,
    ...judged,
    feasible: evaluation?.feasible ?? false,
    violations: evaluation?.violations.length ?? 0,
    ...(bounds.dual === undefined ? {} : { dual: bounds.dual }),
    ...(evaluation?.feasible && bound !== undefined ? { gap: relativeGap(evaluation.objective, bound) } : {}),
    termination: termination.reason,
    elapsedMs,
  }
}

/** Slots of agents that can do at least one task, per task; Infinity when some such agent is unlimited. */
export function capacitySlack(instance: Instance): number {
  const { fleet, tasks } = instance
  let slots = 0
  for (let pool = 0; pool < fleet.numPools; pool++) {
    for (let task = 0; task < tasks.count; task++) {
      if (!isEligible(instance, task, pool)) continue
      slots += fleet.capacityTasks[pool]! * fleet.replicas[pool]!
      break
    }
  }
  return slots / tasks.count
}

/** What the first baseline and the best feasible other plan say to each other, in sentences. */
export function headToHead({ rows, baselines }: Comparison): readonly string[] {
  const greedy = rows.find(({ solver }) => solver === baselines[0])
  const best = bestOf(rows.filter(({ solver }) => !baselines.includes(solver)))
  if (greedy?.shift === undefined || best?.shift === undefined) return []
  const [before, after] = [greedy.shift, best.shift]
  const name = best.solver
  const lines: string[] = []
  if (after.completed > before.completed)
    lines.push(`${name} shipped ${counted(after.completed - before.completed, 'more task')}`)
  if (!greedy.feasible)
    lines.push(`${baselines[0]} breaks ${counted(greedy.violations, 'promise')}; ${name} breaks none`)
  const saved = before.moneyUsd - after.moneyUsd
  if (saved > 5e-7) lines.push(`${name} saved $${saved.toFixed(4)}`)
  else if (saved < -5e-7) lines.push(`${baselines[0]} was $${(-saved).toFixed(4)} cheaper`)
  else lines.push(`${name} and ${baselines[0]} spend the same money`)
  const objective = greedy.objective! - best.objective!
  if (greedy.feasible && objective > 5e-7)
    lines.push(
      `${name} lowers the objective by ${objective.toFixed(4)} (${((100 * objective) / greedy.objective!).toFixed(3)} %)`,
    )
  if (after.local.tasks > before.local.tasks)
    lines.push(`${name} used ${after.local.tasks - before.local.tasks} more free local slots`)
  const broken = before.dependencyViolations - after.dependencyViolations
  if (broken > 0) lines.push(`${name} had ${broken} fewer dependency violations`)
  return lines
}

/** Objectives closer than this share of the larger one are the same plan to a reader. */
const TIE = 1e-9

/** The feasible row of least objective; among equals a proven one, then the quicker. */
export function bestOf(rows: readonly ComparisonRow[]): ComparisonRow | undefined {
  const feasible = rows.filter((row) => row.feasible && row.objective !== undefined)
  const least = Math.min(...feasible.map(({ objective }) => objective!))
  return feasible
    .filter(({ objective }) => objective! - least <= TIE * Math.abs(least))
    .sort(
      (a, b) =>
        Number(b.termination === 'optimal') - Number(a.termination === 'optimal') ||
        a.elapsedMs - b.elapsedMs,
    )[0]
}
