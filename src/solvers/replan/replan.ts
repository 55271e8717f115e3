/**
 * Plans again after a change: from the plan and the prices of before, with a price on every task that moves to another
 * agent. What it minimises is the objective plus churn; of both, the objective and that sum, it says what is proven.
 */

import { checkPlan } from '../../model/check-plan.ts'
import type { Instance } from '../../model/instance.ts'
import { mustStop } from '../../solve/context.ts'
import { relativeGap } from '../../solve/solve.ts'
import type { Candidate, SolveContext, Solver } from '../../solve/solver.ts'
import { autoSolver } from '../auto/auto.ts'
import { join, type Known } from '../auto/join.ts'
import { pricedBy } from '../exact/core.ts'
import { type Previous, pricingSolver, supportsPricing } from '../pricing/pricing.ts'
import { keepAgents, movedTasks } from './keep-agents.ts'
import { type Weighed, type WeighInput, weighed, weighMoves } from './weigh-moves.ts'

/** @param previous see `carryOver`; agents of the instance that is planned */
export function replanSolver(previous: Previous): Solver {
  const { churnUsd = 0 } = previous
  return {
    name: 'replan',
    options: { churnUsd },
    supports: () => ({ ok: true }),
    doSolve: async (instance, context) => {
      checkPlan(instance, previous.plan)
      return await new Replan(instance, context, { ...previous, churnUsd }).run()
    },
  }
}

/** Up to so many tasks a plan from scratch is looked at as well; it costs little and may pay for its moves. */
const SMALL = 2_000
/** Up to so many tasks moves are weighed exactly. */
const MOST_WEIGHED = 20_000

type Priced = Previous & { readonly churnUsd: number }

/** One planning: the best plan so far never gets worse, nor does what is proven. */
class Replan {
  readonly #instance: Instance
  readonly #context: SolveContext
  readonly #previous: Priced
  #known: Known = {}
  #best: Weighed | undefined
  /** The best plan in which every task stays that had an agent. */
  #stay: Weighed | undefined
  /** On the objective plus churn. */
  #boundUsd = Number.NEGATIVE_INFINITY
  #complete = true
  #whyNot: string | undefined
  #nodes = 0

  constructor(instance: Instance, context: SolveContext, previous: Priced) {
    this.#instance = instance
    // The objective alone does not rank plans here, so nothing is announced on the way.
    this.#context = { ...context, onIncumbent: () => {} }
    this.#previous = previous
  }

  async run(): Promise<Candidate> {
    const [instance, context] = [this.#instance, this.#context]
    const isPriceable = supportsPricing(instance).ok
    const isWeighed = instance.tasks.count <= MOST_WEIGHED
    const isSmall = instance.tasks.count <= SMALL
    this.#take({ plan: this.#previous.plan, complete: true })
    if (isWeighed) await this.#lookAtStaying()
    if (isPriceable)
      this.#take(await pricingSolver({ previous: this.#previous }).doSolve(instance, this.#share(1 / 3)))
    const isSearched = isPriceable && this.#best !== undefined
    if (isSearched && isWeighed) await this.#weigh(isSmall ? 0.5 : 1)
    if ((!isSearched || isSmall) && !this.#isSettled() && !mustStop(context)) {
      const warmStart = this.#best?.plan ?? this.#previous.plan
      this.#take(await autoSolver().doSolve(instance, { ...this.#share(isSearched ? 1 : 0.5), warmStart }))
      if (!isSearched && isWeighed) await this.#weigh(1)
    }
    return this.#answer()
  }

  #take(found: Candidate): void {
    this.#known = join(this.#instance, this.#known, found)
    if (found.provenInfeasible) this.#whyNot = found.detail
    this.#complete &&= found.complete
    this.#boundUsd = Math.max(this.#boundUsd, found.dualBound ?? Number.NEGATIVE_INFINITY)
    const plan = found.plan && keepAgents(this.#instance, found.plan, this.#previous.plan)
    this.#offer(weighed(this.#pricedMoves(), plan))
  }

  /** Staying is looked at first and wins ties. */
  #offer(found: Weighed | undefined): void {
    if (found && (this.#best === undefined || found.totalUsd < this.#best.totalUsd)) this.#best = found
    const stays = found && movedTasks(this.#previous.plan, found.plan) === 0
    if (stays && (this.#stay === undefined || found.totalUsd < this.#stay.totalUsd)) this.#stay = found
  }

  #pricedMoves(): Pick<WeighInput, 'instance' | 'previous' | 'churnUsd'> {
    return { instance: this.#instance, previous: this.#previous.plan, churnUsd: this.#previous.churnUsd }
  }

  /** Tasks without an agent of before find one beside those that stay. */
  async #lookAtStaying(): Promise<void> {
    if (this.#previous.plan.agentOf.every((agent) => agent >= 0)) return
    const context = this.#share(1 / 6)
    const plans = this.#stay ? [this.#stay] : []
    const { best } = await weighMoves({
      ...this.#pricedMoves(),
      priced: undefined,
      plans,
      context,
      isFrozen: true,
    })
    this.#offer(best)
  }

  async #weigh(share: number): Promise<void> {
    const { churnUsd } = this.#previous
    if (churnUsd === 0 || this.#isSettled() || this.#known.provenInfeasible || mustStop(this.#context)) return
    const { certificate } = this.#known
    const hasPrices = certificate?.kind === 'capacity-prices' && supportsPricing(this.#instance).ok
    const plans = (): Weighed[] =>
      [this.#best, this.#stay, this.#cheapest()].filter((plan) => plan !== undefined)
    const moves = this.#pricedMoves()
    const between = { ...moves, priced: undefined, plans: plans(), isNarrow: true }
    this.#offer((await weighMoves({ ...between, context: this.#share(share / 3) })).best)
    const { best, boundUsd, nodes } = await weighMoves({
      ...moves,
      priced: hasPrices ? pricedBy(this.#instance, certificate) : undefined,
      plans: plans(),
      context: this.#share(share),
    })
    this.#offer(best)
    this.#boundUsd = Math.max(this.#boundUsd, boundUsd)
    this.#nodes += nodes
  }

  #cheapest(): Weighed | undefined {
    const { plan } = this.#known.best ?? {}
    return weighed(this.#pricedMoves(), plan && keepAgents(this.#instance, plan, this.#previous.plan))
  }

  /** True when nothing better than the best plan is worth looking for. */
  #isSettled(): boolean {
    if (this.#known.provenInfeasible) return true
    if (this.#best === undefined || this.#boundUsd === Number.NEGATIVE_INFINITY) return false
    return relativeGap(this.#best.totalUsd, this.#boundUsd) <= Math.max(PROOF, this.#context.gap ?? 0)
  }

  #share(part: number): SolveContext {
    const left = this.#context.deadline - this.#context.now()
    if (left === Infinity || part === 1) return this.#context
    return { ...this.#context, deadline: this.#context.now() + part * left }
  }

  #answer(): Candidate {
    const { best: _, fallback, ...proven } = this.#known
    const best = this.#best
    const plan = best?.plan ?? fallback
    const moved = plan ? movedTasks(this.#previous.plan, plan) : 0
    const { churnUsd } = this.#previous
    const isProven = best !== undefined && relativeGap(best.totalUsd, this.#boundUsd) <= PROOF
    const boundUsd = best && (isProven ? best.totalUsd : this.#boundUsd)
    const moves = `${moved} of the tasks that had an agent move`
    return {
      ...proven,
      ...(plan ? { plan, keepsAgents: true } : {}),
      complete: isProven || (this.#complete && !mustStop(this.#context)),
      detail: best
        ? `${moves}${isProven && churnUsd > 0 ? '; no plan has a lower sum of objective and churn' : ''}`
        : (this.#whyNot ?? 'no feasible plan was found'),
      stats: {
        moved,
        churnUsd,
        ...(best ? { totalUsd: best.totalUsd } : {}),
        ...(boundUsd !== undefined && Number.isFinite(boundUsd) ? { totalBoundUsd: boundUsd } : {}),
        ...(this.#stay ? { stayUsd: this.#stay.totalUsd } : {}),
        nodes: this.#nodes,
      },
    }
  }
}

/** What solvers call proven. */
const PROOF = 1e-9
