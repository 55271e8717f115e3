/**
 * Proves the optimum with HiGHS on the pooled model. Pools whose tasks do not fit agent by agent are split into
 * their agents and the model is solved again, so that its answers are exact and its bounds valid all along.
 */
import { QaasError } from '../../errors.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { buildPairTable, type PairTable } from '../../model/pair-table.ts'
import type { Plan } from '../../model/plan.ts'
import { mustStop } from '../../solve/context.ts'
import type { Candidate, SolveContext, Solver, Support } from '../../solve/solver.ts'
import { annealSolver } from '../annealing/anneal.ts'
import { cheaper, type JudgedPlan, judged, startingPlan } from '../starting-plan.ts'
import type { MilpMessage, MilpReply, MilpRequest } from './milp-job.ts'
import { planOf, pointOf } from './points.ts'
import { buildPooledModel, type PooledModel } from './pooled-model.ts'
import { modelSize } from './size.ts'

/** HiGHS was seen with 1 GB for 128,000 columns and 256,000 nonzeros: about this many bytes for each. */
const BYTES_PER_COLUMN = 5_000
const BYTES_PER_NONZERO = 1_500

/** Models of this many (class, pool) pairs and more are worth a search for a good start. */
const LARGE_PAIRS = 300
/** Of the time limit, for that search. */
const PREPARING_SHARE = 0.15

export interface ExactOptions {
  /** Models with more columns are refused. Default 150,000. */
  readonly maxColumns?: number
  /** Models with more matrix entries are refused. Default 3,000,000. */
  readonly maxNonzeros?: number
  /** Milliseconds HiGHS may take to stop before its thread is ended. Default 500. */
  readonly graceMs?: number
}

/** @throws QaasError `invalid-option` on limits below 1 and a negative grace */
export function exactSolver(options: ExactOptions = {}): Solver {
  const { maxColumns = 150_000, maxNonzeros = 3_000_000, graceMs = 500 } = options
  for (const [name, value] of Object.entries({ maxColumns, maxNonzeros }))
    if (!(value >= 1))
      throw new QaasError('invalid-option', `exact: ${name} is ${value}, it must be at least 1`, {
        advice: 'Maybe leave it out; the default suits a machine with 2 GB free.',
      })
  if (!(graceMs >= 0))
    throw new QaasError('invalid-option', `exact: graceMs is ${graceMs}, it must be at least 0`, {
      advice: 'Maybe leave it out; the default is 500.',
    })
  const limits = { maxColumns, maxNonzeros, graceMs }
  return {
    name: 'exact',
    options: limits,
    supports: (instance) => supports(instance, limits),
    doSolve: (instance, context) => new ExactRun(instance, context, limits).solve(),
  }
}

type Limits = Required<ExactOptions>

function supports(instance: Instance, limits: Limits): Support {
  const { columns, nonzeros } = modelSize(instance, limits.maxColumns)
  if (columns <= limits.maxColumns && nonzeros <= limits.maxNonzeros) return { ok: true }
  const gigabytes = (columns * BYTES_PER_COLUMN + nonzeros * BYTES_PER_NONZERO) / 1e9
  const size = `${group(columns)} columns and ${group(nonzeros)} nonzeros (about ${gigabytes.toFixed(1)} GB)`
  const most = `at most ${group(limits.maxColumns)} and ${group(limits.maxNonzeros)} are taken`
  return { ok: false, reason: `its model would have at least ${size}; ${most}` }
}

const group = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')

/** One run; it owns the best plan and the best bound while models are solved one after the other. */
class ExactRun {
  readonly #instance: Instance
  readonly #context: SolveContext
  readonly #limits: Limits
  readonly #pairs: PairTable
  readonly #split = new Set<number>()
  #best: JudgedPlan | undefined
  /** Shown when time is up before any feasible plan was found. */
  #fallback: Plan | undefined
  #bound = Number.NEGATIVE_INFINITY
  #nodes = 0
  #models = 0

  constructor(instance: Instance, context: SolveContext, limits: Limits) {
    this.#instance = instance
    this.#context = context
    this.#limits = limits
    this.#pairs = buildPairTable(instance)
  }

  async solve(): Promise<Candidate> {
    this.#raise(cheapestSum(this.#instance, this.#pairs))
    await this.#prepare()
    let budgetMarginUsd = 0
    for (;;) {
      if (mustStop(this.#context))
        return this.#answer({ complete: false, detail: 'stopped before the proof' })
      const model = buildPooledModel(this.#instance, { split: this.#split, budgetMarginUsd }, this.#pairs)
      if ('noPlaceFor' in model) return this.#infeasible(`task ${this.#name(model.noPlaceFor)} has no place`)
      const { milp } = model
      if (milp.numCols > this.#limits.maxColumns || milp.indices.length > this.#limits.maxNonzeros)
        return this.#answer({ complete: true, detail: this.#tooLargeToSplit(milp.numCols) })
      const reply = await this.#run(model)
      this.#nodes += reply.nodes
      this.#raise(reply.bound / model.costScale)
      if (reply.status === 'infeasible')
        return budgetMarginUsd > 0
          ? this.#answer({ complete: true, detail: 'the budget binds to the last digit; no proof' })
          : this.#infeasible('proven by the pooled model')
      if (reply.status === 'stopped')
        return this.#answer({ complete: false, detail: 'stopped before the proof' })
      const found = planOf(this.#instance, model, reply.values!)
      if ('unpacked' in found) {
        for (const pool of found.unpacked) this.#split.add(pool)
        continue
      }
      const plan = judged(this.#instance, found.plan)
      if (plan === undefined) {
        budgetMarginUsd = this.#nextMargin(found.plan, budgetMarginUsd)
        continue
      }
      this.#offer(plan)
      // With a margin the model is not a relaxation any more: its optimum proves nothing below the last bound.
      if (budgetMarginUsd === 0) this.#raise(plan.objective)
      return this.#answer({ complete: true })
    }
  }

  /** The best plan of the greedy solvers; for a large model of a short annealing as well. */
  async #prepare(): Promise<void> {
    const [instance, context] = [this.#instance, this.#context]
    const start = await startingPlan(instance, context)
    this.#offer(start.feasible)
    this.#fallback = start.fallback
    if (judged(instance, context.warmStart) || this.#pairs.pool.length < LARGE_PAIRS) return
    const sweeps = Math.max(5, Math.min(400, Math.round(2e6 / instance.tasks.count)))
    const left = context.deadline - context.now()
    // With a limit it cools by the clock, so that it ends cold; without one its work is fixed.
    const anneal = annealSolver({ reads: 2, ...(left === Infinity ? { sweeps } : {}) })
    const { plan } = await anneal.doSolve(instance, {
      ...context,
      deadline: left === Infinity ? left : context.now() + PREPARING_SHARE * left,
      onIncumbent: (found, objective) => this.#offer({ plan: found, objective }),
    })
    this.#offer(judged(instance, plan))
    this.#fallback = plan ?? this.#fallback
  }

  /** HiGHS may pass a budget by its tolerance, which the judge does not allow: by how much to lower it. */
  #nextMargin(plan: Plan, last: number): number {
    const { violations } = evaluate(this.#instance, plan)
    const excess = violations.map((violation) =>
      'spentUsd' in violation ? violation.spentUsd - violation.limitUsd : Number.NaN,
    )
    if (excess.some(Number.isNaN) || last > 1e-3)
      throw new QaasError('internal', 'exact: the optimal point of the model is not a feasible plan', {
        data: { violations: violations.slice(0, 5) },
      })
    return Math.max(4 * last, 2 * Math.max(...excess))
  }

  async #run(model: PooledModel): Promise<MilpReply> {
    this.#models += 1
    const { deadline, now, signal, workers } = this.#context
    const request: MilpRequest = {
      milp: model.milp,
      ...(this.#best ? { start: pointOf(model, this.#best.plan) } : {}),
      timeLimitMs: deadline - now(),
    }
    const onMessage = (message: unknown): void => this.#hear(model, message as MilpMessage)
    // Inside the linear program at the root HiGHS looks up only every few seconds; what it had by then was streamed.
    const result: MilpReply = { status: 'stopped', bound: Number.NEGATIVE_INFINITY, nodes: 0 }
    const giveUp = { timeLimitMs: request.timeLimitMs, graceMs: this.#limits.graceMs, result }
    if (workers) return await workers.run('milp', request, { signal, onMessage, giveUp })
    const { run } = await import('./milp-job.ts')
    return await run(request, { post: onMessage, aborted: () => signal.aborted, now })
  }

  #hear(model: PooledModel, message: MilpMessage): void {
    if (message.kind === 'bound') this.#raise(message.bound / model.costScale)
    else {
      const found = planOf(this.#instance, model, message.values)
      if ('plan' in found) this.#offer(judged(this.#instance, found.plan))
    }
  }

  #offer(found: JudgedPlan | undefined): void {
    const best = cheaper(this.#best, found)
    if (best === undefined || best === this.#best) return
    this.#best = best
    this.#context.onIncumbent(best.plan, best.objective)
  }

  /** A relaxation's bound stays valid for the instance; rounding of sums is taken off it. */
  #raise(bound: number): void {
    const safe = Math.min(bound, this.#best?.objective ?? Infinity)
    if (!Number.isFinite(safe) || safe <= this.#bound) return
    this.#bound = safe
    this.#context.onBound(safe)
  }

  #answer(end: { complete: boolean; detail?: string }): Candidate {
    const plan = this.#best?.plan ?? this.#fallback
    return {
      ...(plan ? { plan } : {}),
      ...(Number.isFinite(this.#bound) ? { dualBound: this.#bound } : {}),
      ...end,
      stats: { nodes: this.#nodes, models: this.#models, splitPools: this.#split.size },
    }
  }

  #infeasible(detail: string): Candidate {
    return { complete: true, provenInfeasible: true, detail, stats: { models: this.#models } }
  }

  #name(task: number): string {
    return `"${this.#instance.tasks.ids.get(task)}"`
  }

  #tooLargeToSplit(columns: number): string {
    return `pools whose tokens do not pack would need a model of ${group(columns)} columns; no proof`
  }
}

/** A bound that needs no search, for the time until HiGHS has its first: every task at its cheapest. */
function cheapestSum({ policy }: Instance, { classes, start, costUsd }: PairTable): number {
  let sum = 0
  for (let row = 0; row < classes.count; row++) {
    let least = policy.unassignedUsd
    for (let at = start[row]!; at < start[row + 1]!; at++) least = Math.min(least, costUsd[at]!)
    sum += classes.size[row]! * least
  }
  // Rounding of a long sum must not lift the bound above the optimum.
  return sum * (1 - 1e-12)
}
