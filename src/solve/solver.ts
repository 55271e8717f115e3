/** Plan land: the contract of everything that maps an instance to a candidate plan. */
import type { Instance } from '../model/instance.ts'
import type { Plan } from '../model/plan.ts'
import type { RunContext } from './context.ts'

/** Whether a solver can take an instance at all; asked before it is run. */
export type Support = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** What a solver reports while it runs, as it happens. Objectives are its own claims until judged. */
export interface SolveContext extends RunContext {
  readonly onIncumbent: (plan: Plan, objective: number) => void
  /** A proven lower bound on the optimal objective; only the best is kept. */
  readonly onBound: (dualBound: number) => void
  /** Relative gap that is good enough; `signal` says when it is reached. Absent: as small as it gets. */
  readonly gap?: number
  /** A plan to start from; solvers that cannot use it ignore it. */
  readonly warmStart?: Plan
}

/**
 * Prices that prove a lower bound: anyone recomputes it in one pass over the instance (see `verify`).
 * Read the bound as `sum over tasks of the least priced cost - sum over rows of price x capacity`.
 */
export interface Certificate {
  /** Which formula the prices belong to; `verify` knows each by name. */
  readonly kind: string
  /** Must survive JSON. */
  readonly data: Readonly<Record<string, unknown>>
}

/** What a solver hands back, before the judge has seen it. */
export interface Candidate {
  /** The best plan found, feasible or not; absent when there is none worth showing. */
  readonly plan?: Plan
  /** True where it matters which of a pool's alike agents a task goes to; else `solve()` levels their load. */
  readonly keepsAgents?: true
  /** A proven lower bound on the optimum; absent when the solver proves nothing. */
  readonly dualBound?: number
  readonly certificate?: Certificate
  /**
   * The bound that `certificate` proves, where that is less than `dualBound`: the rest was proven by a search that
   * leaves nothing to re-check.
   */
  readonly certifiedBound?: number
  /** True when the solver has proven that no feasible plan exists. */
  readonly provenInfeasible?: boolean
  /** True when it ended by itself rather than at a limit. */
  readonly complete: boolean
  /** One sentence about the run for people: what ended it, what was picked. */
  readonly detail?: string
  /** Counters of the run: sweeps, nodes, iterations. Must survive JSON. */
  readonly stats?: Readonly<Record<string, unknown>>
}

export interface Solver {
  readonly name: string
  /** The options in force, for the provenance of a result. Must survive JSON. */
  readonly options: Readonly<Record<string, unknown>>
  supports(instance: Instance): Support
  /** Callers use `solve()`, which asks `supports`, watches the limits and judges what comes back. */
  doSolve(instance: Instance, context: SolveContext): Promise<Candidate>
}
