/**
 * One exact solve. Small models are taken apart by branch and bound on a dense simplex; of larger ones the core is
 * solved by HiGHS and widened until no better plan can be outside of it. Pools whose tasks do not fit agent by agent
 * are split into their agents and the model is solved again, so that answers are exact and bounds valid all along.
 */
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { buildPairTable, type PairTable } from '../../model/pair-table.ts'
import type { Plan } from '../../model/plan.ts'
import { mustStop } from '../../solve/context.ts'
import type { Candidate, Certificate, SolveContext } from '../../solve/solver.ts'
import { annealSolver } from '../annealing/anneal.ts'
import { pricingSolver, supportsPricing } from '../pricing/pricing.ts'
import { cheaper, type JudgedPlan, judged, startingPlan } from '../starting-plan.ts'
import { affordablePairs } from './affordable.ts'
import { branchAndBound } from './branch-and-bound.ts'
import { type Certified, certify, type FinishedSearch } from './certify.ts'
import { cheapestSum } from './cheapest-sum.ts'
import { type ComponentGroup, groupComponents } from './components.ts'
import { type Core, chooseCore, type Priced, type PriceMap, pricedBy } from './core.ts'
import { improve } from './improve.ts'
import { isWellScaled } from './milp.ts'
import type { MilpMessage, MilpReply, MilpRequest } from './milp-job.ts'
import { planOf, pointOf } from './points.ts'
import { buildPooledModel, type PooledModel } from './pooled-model.ts'
import { rowPrices } from './row-prices.ts'
import { type ExactLimits, groupDigits } from './size.ts'

/** Models of this many (class, pool) pairs and more are worth a search for a good start. */
const LARGE_PAIRS = 300
/** Of the time limit, for that search. */
const PREPARING_SHARE = 0.15
/** Tableaus up to this many entries are tried without HiGHS, for at most so many updates of entries. */
const SMALL_TABLEAU = 60_000
const SMALL_WORK = 1e8
/** The first core has this many columns for each task position, and at least so many; each further one twice those. */
const CORE_COLUMNS = 4
const LEAST_CORE = 2_000
/** A core that is not all there is gets this many nodes and this share of the time that is left. */
const CORE_NODES = 500
const CORE_SHARE = 0.4

/** Neighbourhoods looked at when there is no time limit, and the stream of their random numbers. */
const TRIES = 20
const IMPROVE_STREAM = 77
/** Of the time that is left, for them. */
const IMPROVE_SHARE = 0.3

/** What proves that there is no plan where a task has no place: any prices do, so none will. */
const WITHOUT_PRICES: Certificate = { kind: 'capacity-prices', data: { unitsPerUsd: 1 } }

/** Limits are lowered by at least this part of them, and by no more than that. */
const LEAST_MARGIN = 1e-12
const MOST_MARGIN = 1e-3
const TO_THE_LAST_DIGIT = 'limits bind to the last digit; no proof'
const NOTHING = Number.NEGATIVE_INFINITY

/** A stage of the search: the model, and what a plan outside of it costs at least. */
interface Stage {
  readonly model: PooledModel
  readonly core: Core | undefined
  readonly outsideUsd: number
  readonly margin: number
  /** Pairs that a plan better than the best can contain, when the model was built. */
  readonly pairs: number
}

/** One run; it owns the best plan and the best bound while models are solved one after the other. */
export class ExactRun {
  readonly #instance: Instance
  readonly #context: SolveContext
  readonly #limits: ExactLimits
  readonly #pairs: PairTable
  readonly #groups: readonly ComponentGroup[]
  readonly #canPrice: boolean
  readonly #split = new Set<number>()
  #best: JudgedPlan | undefined
  /** Shown when time is up before any feasible plan was found. */
  #fallback: Plan | undefined
  #bound = Number.NEGATIVE_INFINITY
  #priced: Priced | undefined
  #prepared = false
  #improved = false
  #mostColumns: number
  /** The last finished search over all there is; a proof as long as nothing changed since. */
  #search: FinishedSearch | undefined
  #nodes = 0
  #models = 0

  constructor(
    instance: Instance,
    context: SolveContext,
    { limits, prices }: { limits: ExactLimits; prices: Certificate | undefined },
  ) {
    this.#instance = instance
    this.#context = context
    this.#limits = limits
    this.#pairs = buildPairTable(instance)
    this.#groups = groupComponents(instance, this.#pairs.classes)
    this.#canPrice = supportsPricing(instance).ok
    const positions = this.#groups.reduce((sum, { members }) => sum + members.length, 0)
    this.#mostColumns = Math.max(LEAST_CORE, CORE_COLUMNS * positions)
    if (prices && this.#canPrice) {
      this.#price(prices)
      this.#prepared = judged(instance, context.warmStart) !== undefined
    }
  }

  async solve(): Promise<Candidate> {
    this.#raise(cheapestSum(this.#instance, this.#pairs))
    const start = await startingPlan(this.#instance, this.#context)
    this.#offer(start.feasible)
    this.#fallback = start.fallback
    let margin = 0
    for (;;) {
      if (mustStop(this.#context)) return this.#stopped()
      const core = this.#chooseCore()
      const outsideUsd = core?.outsideUsd ?? Infinity
      const affordable = affordablePairs(this.#instance, this.#pairs, this.#best?.objective ?? Infinity)
      const keep = (tasks: Int32Array, pool: number): boolean =>
        affordable.keep(tasks, pool) && (core === undefined || core.keep(tasks, pool))
      const options = { split: this.#split, margin, mostPenaltyUsd: affordable.mostUsd, keep }
      const model = buildPooledModel(this.#instance, options, this.#pairs)
      if ('noPlaceFor' in model) {
        if (this.#widen(outsideUsd)) continue
        if (this.#best !== undefined) return this.#answer({ complete: true, detail: TO_THE_LAST_DIGIT })
        return this.#nowhere(model.noPlaceFor)
      }
      const { milp } = model
      if (milp.numCols > this.#limits.maxColumns || milp.indices.length > this.#limits.maxNonzeros)
        return this.#answer({ complete: true, detail: this.#tooLargeToSplit(milp.numCols) })
      const reply = await this.#run({ model, core, outsideUsd, margin, pairs: affordable.count })
      if (reply === 'again') continue
      this.#nodes += reply.nodes
      // With a margin the model is not a relaxation any more, and proves nothing.
      if (margin === 0 && reply.status !== 'infeasible')
        this.#raise(Math.min(reply.bound / model.costScale, outsideUsd))
      if (reply.status === 'stopped') {
        if (mustStop(this.#context)) return this.#stopped()
        if (this.#widen(outsideUsd)) continue
        return this.#answer({ complete: true, detail: `no proof within ${this.#limits.mostNodes} nodes` })
      }
      if (reply.status === 'infeasible') {
        if (this.#widen(outsideUsd)) continue
        return margin > 0 || this.#best !== undefined
          ? this.#answer({ complete: true, detail: TO_THE_LAST_DIGIT })
          : this.#infeasible('proven by the pooled model')
      }
      const found = planOf(this.#instance, model, reply.values!)
      if ('unpacked' in found) {
        for (const pool of found.unpacked) this.#split.add(pool)
        continue
      }
      const plan = judged(this.#instance, found.plan)
      if (plan === undefined) {
        const next = this.#nextMargin(found.plan, margin)
        if (next === undefined) return this.#answer({ complete: true, detail: TO_THE_LAST_DIGIT })
        margin = next
        continue
      }
      this.#offer(plan)
      if (margin === 0 && isProven(reply)) this.#raise(Math.min(plan.objective, outsideUsd))
      if (this.#bound < this.#best!.objective && this.#fewerPairs() < affordable.count) continue
      if (outsideUsd < this.#best!.objective && this.#widen(outsideUsd)) continue
      return this.#answer({ complete: true })
    }
  }

  #chooseCore(): Core | undefined {
    if (this.#priced === undefined || !this.#prepared) return undefined
    return chooseCore({
      instance: this.#instance,
      pairs: this.#pairs,
      groups: this.#groups,
      priced: this.#priced,
      bestUsd: this.#best?.objective ?? Infinity,
      plan: this.#best?.plan,
      mostColumns: this.#mostColumns,
    })
  }

  /** Makes the next core larger; false when there is nothing outside of this one. */
  #widen(outsideUsd: number): boolean {
    if (outsideUsd === Infinity) return false
    this.#mostColumns *= 2
    return true
  }

  /** A search for a good start, and for prices where they are not known. */
  async #prepare(): Promise<void> {
    this.#prepared = true
    const [instance, context] = [this.#instance, this.#context]
    const hasGoodStart = judged(instance, context.warmStart) !== undefined
    if (this.#pairs.pool.length < LARGE_PAIRS) return
    const left = context.deadline - context.now()
    const search: SolveContext = {
      ...context,
      deadline: left === Infinity ? left : context.now() + PREPARING_SHARE * left,
      onIncumbent: (found, objective) => this.#offer({ plan: found, objective }),
      onBound: (bound) => this.#raise(bound),
    }
    if (this.#canPrice && this.#priced === undefined) {
      const { plan, certificate } = await pricingSolver().doSolve(instance, search)
      this.#offer(judged(instance, plan))
      if (certificate) this.#price(certificate)
      return
    }
    if (hasGoodStart) return
    const sweeps = Math.max(5, Math.min(400, Math.round(2e6 / instance.tasks.count)))
    // With a limit it cools by the clock, so that it ends cold; without one its work is fixed.
    const anneal = annealSolver({ reads: 2, ...(left === Infinity ? { sweeps } : {}) })
    const { plan } = await anneal.doSolve(instance, search)
    this.#offer(judged(instance, plan))
    this.#fallback = plan ?? this.#fallback
  }

  #price(prices: Certificate | PriceMap): void {
    const priced = pricedBy(this.#instance, prices)
    if (priced === undefined) return
    this.#priced = priced
    this.#raise(priced.boundUsd)
  }

  /**
   * A point may pass limits by the tolerance of the search, which the judge does not allow: by what part to lower them.
   * Undefined when that does not help.
   */
  #nextMargin(plan: Plan, last: number): number | undefined {
    const { violations } = evaluate(this.#instance, plan)
    const excess = violations.map((violation) => {
      if ('spentUsd' in violation) return violation.spentUsd / violation.limitUsd - 1
      return violation.kind === 'capacity-tokens' ? violation.load / violation.limit - 1 : Number.NaN
    })
    if (!excess.every(Number.isFinite) || last > MOST_MARGIN) return undefined
    return Math.max(4 * last, 2 * Math.max(LEAST_MARGIN, ...excess))
  }

  /** How many pairs a better plan than the best can contain. */
  #fewerPairs(): number {
    return affordablePairs(this.#instance, this.#pairs, this.#best?.objective ?? Infinity).count
  }

  /** `again` when a search has changed what is known, so that another model is better. */
  async #run(stage: Stage): Promise<MilpReply | 'again'> {
    const { model, core, margin } = stage
    this.#models += 1
    this.#search = undefined
    const start = this.#best ? { start: pointOf(model, this.#best.plan) } : {}
    if (model.milp.numCols * model.milp.numRows <= SMALL_TABLEAU) {
      const reply = branchAndBound(model.milp, { ...start, mostWork: SMALL_WORK })
      const isAll = core === undefined && this.#split.size === 0 && margin === 0
      if (reply.rowDual && isAll && this.#canPrice)
        this.#price(rowPrices(this.#instance, model, reply.rowDual))
      if (reply.tree && isAll) this.#search = { model, tree: reply.tree }
      if (reply.status === 'infeasible' || isProven(reply)) return reply
      // What it cannot prove may be proven once pairs that are too dear for a better plan are left out.
      if (reply.status === 'optimal' && this.#improvedBy(stage, reply)) return 'again'
    }
    if (!this.#prepared) {
      await this.#prepare()
      if (this.#priced || mustStop(this.#context)) return 'again'
    }
    if (core !== undefined && (await this.#improve())) return 'again'
    return await this.#runHighs(stage)
  }

  /** Whether the point of a reply is a better plan, and leaves fewer pairs for better ones still. */
  #improvedBy({ model, pairs }: Stage, { values }: MilpReply): boolean {
    const found = values && planOf(this.#instance, model, values)
    if (found && 'plan' in found) this.#offer(judged(this.#instance, found.plan))
    return this.#best !== undefined && this.#fewerPairs() < pairs
  }

  /** Neighbourhoods of the best plan, once before the first core; true when one was better. */
  async #improve(): Promise<boolean> {
    const [from, priced] = [this.#best, this.#priced]
    if (this.#improved || from === undefined || priced === undefined) return false
    this.#improved = true
    const { now, rng, deadline } = this.#context
    const until = now() + IMPROVE_SHARE * (deadline - now())
    await improve({
      instance: this.#instance,
      from,
      priced,
      rng: rng.fork(IMPROVE_STREAM),
      tries: deadline === Infinity ? TRIES : Infinity,
      mustStop: () => mustStop(this.#context) || now() >= until,
      run: (request) => this.#solveMilp({ ...request, timeLimitMs: until - now() }, () => {}),
      offer: (plan) => this.#offer(plan),
    })
    return this.#best !== from
  }

  async #runHighs({ model, core, outsideUsd, margin }: Stage): Promise<MilpReply> {
    const { deadline, now } = this.#context
    const isLast = core?.isWhole ?? true
    const request: MilpRequest = {
      milp: model.milp,
      ...(this.#best ? { start: pointOf(model, this.#best.plan) } : {}),
      timeLimitMs: (isLast ? 1 : CORE_SHARE) * (deadline - now()),
      mostNodes: isLast ? this.#limits.mostNodes : Math.min(CORE_NODES, this.#limits.mostNodes),
    }
    const mayTrust = isWellScaled(model.milp)
    const reply = await this.#solveMilp(request, (message) => {
      if (mayTrust || message.kind !== 'bound') this.#hear(model, message, margin > 0 ? NOTHING : outsideUsd)
    })
    if (mayTrust) return reply
    // Next to numbers of very different sizes its tolerances prove nothing: what it found counts, not what it says.
    return {
      ...reply,
      status: reply.values ? reply.status : 'stopped',
      bound: Number.NEGATIVE_INFINITY,
    }
  }

  async #solveMilp(request: MilpRequest, hear: (message: MilpMessage) => void): Promise<MilpReply> {
    const { now, signal, workers } = this.#context
    const onMessage = (message: unknown): void => hear(message as MilpMessage)
    // Inside the linear program at the root HiGHS looks up only every few seconds; what it had by then was streamed.
    const result: MilpReply = { status: 'stopped', bound: Number.NEGATIVE_INFINITY, nodes: 0 }
    const giveUp = { timeLimitMs: request.timeLimitMs, graceMs: this.#limits.graceMs, result }
    if (workers) return await workers.run('milp', request, { signal, onMessage, giveUp })
    const { run } = await import('./milp-job.ts')
    return await run(request, { post: onMessage, aborted: () => signal.aborted, now })
  }

  #hear(model: PooledModel, message: MilpMessage, outsideUsd: number): void {
    if (message.kind === 'bound') this.#raise(Math.min(message.bound / model.costScale, outsideUsd))
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

  #stopped(): Candidate {
    return this.#answer({ complete: false, detail: 'stopped before the proof' })
  }

  #answer(end: { complete: boolean; detail?: string }): Candidate {
    const plan = this.#best?.plan ?? this.#fallback
    const bestUsd = this.#best?.objective ?? Infinity
    const isProven = this.#bound >= bestUsd
    const { detail, ...proof } = this.#certify(isProven ? this.#search : undefined, bestUsd)
    return {
      ...(plan ? { plan } : {}),
      ...(Number.isFinite(this.#bound) ? { dualBound: this.#bound } : {}),
      ...proof,
      ...(detail === undefined ? {} : { detail }),
      ...end,
      stats: { nodes: this.#nodes, models: this.#models, splitPools: this.#split.size },
    }
  }

  #infeasible(detail: string, certificate?: Certificate): Candidate {
    const { detail: _, ...proof } = this.#certify(this.#search, undefined)
    const shown = certificate ? { certificate } : proof
    return { complete: true, provenInfeasible: true, ...shown, detail, stats: { models: this.#models } }
  }

  /** No pool may take the task, or each would pass a budget by this task alone. */
  #nowhere(task: number): Candidate {
    const { classes, start } = this.#pairs
    const row = classes.classOf[task]!
    const detail = `task ${this.#name(task)} has no place`
    return this.#infeasible(detail, start[row] === start[row + 1] ? WITHOUT_PRICES : undefined)
  }

  #certify(search: FinishedSearch | undefined, bestUsd: number | undefined): Certified {
    return certify({ instance: this.#instance, pairs: this.#pairs, priced: this.#priced, search, bestUsd })
  }

  #name(task: number): string {
    return `"${this.#instance.tasks.ids.get(task)}"`
  }

  #tooLargeToSplit(columns: number): string {
    return `pools whose tokens do not pack would need a model of ${groupDigits(columns)} columns; no proof`
  }
}

/** True when a search proved its best point as good as the best there is, to within rounding. */
function isProven({ status, objective, bound }: MilpReply): boolean {
  return status === 'optimal' && objective !== undefined && bound >= objective - 1e-9 * Math.abs(objective)
}
