/**
 * The solver of generalised assignment: capacity prices to the quality of the linear relaxation, annealing of the
 * capacities about them, prices of tasks for a better bound, and branch and bound on those for better plans and proofs.
 */
import { QaasError } from '../../errors.ts'
import type { Instance } from '../../model/instance.ts'
import { mustStop } from '../../solve/context.ts'
import type { Candidate, SolveContext, Solver } from '../../solve/solver.ts'
import { annealLoads } from './anneal.ts'
import { buildCandidates, type Candidates } from './candidates.ts'
import { type CapacityPrices, capacityPrices } from './capacity-dual.ts'
import {
  objectiveStep,
  type ProvenPrices,
  proveByPrices,
  raise,
  withTaskPrices,
  withTaskTree,
} from './certificate.ts'
import { coreOf, solveCore } from './core.ts'
import { firstFit } from './first-fit.ts'
import { searchKernels } from './kernels.ts'
import {
  agentsOf,
  buildGapProblem,
  type GapProblem,
  isWithin,
  objectiveOf,
  planOf,
  supportsGap,
} from './problem.ts'
import { ascend } from './task-ascent.ts'
import { TaskDual } from './task-dual.ts'
import { createTournament, FEWEST_LOOKS, type Round } from './tournament.ts'

export interface GapOptions {
  /** Without a time limit: positions of chains looked at in all, per task. Default 50,000. */
  readonly effort?: number
  /** Pairs that may be left for a proof to be tried. Default 5,000. */
  readonly maxCorePairs?: number
  /** Nodes of the search for a proof. Default: no limit. */
  readonly mostNodes?: number
  /** Milliseconds HiGHS may take to stop before its thread is ended. Default 500. */
  readonly graceMs?: number
}

/** Agents a task may be moved to by the search. */
const WIDTH = 24
/** Where no plan was found the core may be this much larger: any plan will do. */
const WITHOUT_PLAN = 30
/** Prices of tasks are looked for on at most so many pairs, in so many steps, for this share of the time that is left. */
const MOST_PRICED_PAIRS = 300_000
const ASCENT_STEPS = 3000
const ASCENT_SHARE = 0.15
/** Of the time that is left, for branch and bound on them; where there is no limit its nodes, times the tasks. */
const BRANCH_SHARE = 0.6
const BRANCH_NODES = 2e6
/** The stream of random numbers of the search on kernels; rounds of annealing have those from 0. */
const KERNEL_STREAM = 1e6
/** Of the time that is left, for a proof: of a core this small it is likely, of others it may fail. */
const SMALL_CORE = 1200
const SMALL_SHARE = 0.8
const PROOF_SHARE = 0.3

/** @throws QaasError `invalid-option` on limits below 1 and a negative grace */
export function gapSolver(options: GapOptions = {}): Solver {
  const { effort = 50_000, maxCorePairs = 5_000, graceMs = 500, mostNodes = Infinity } = options
  for (const [name, value, least] of [
    ['effort', effort, 1],
    ['maxCorePairs', maxCorePairs, 0],
    ['mostNodes', mostNodes, 1],
    ['graceMs', graceMs, 0],
  ] as const)
    if (!(value >= least))
      throw new QaasError('invalid-option', `gap: ${name} is ${value}, it must be at least ${least}`, {
        advice: 'Maybe leave it out.',
      })
  const limits = { effort, maxCorePairs, graceMs, mostNodes }
  return {
    name: 'gap',
    options: { effort, maxCorePairs, graceMs, ...(mostNodes === Infinity ? {} : { mostNodes }) },
    supports: supportsGap,
    async doSolve(instance, context) {
      const problem = buildGapProblem(instance)
      if (problem === undefined)
        return { complete: true, provenInfeasible: true, detail: 'some task has no agent that can take it' }
      return await new GapRun({ instance, problem, limits }, context).solve()
    },
  }
}

interface Given {
  readonly instance: Instance
  readonly problem: GapProblem
  readonly limits: Required<GapOptions>
}

/** One run; it owns the best assignment and the best bound. */
class GapRun {
  readonly #problem: GapProblem
  readonly #instance: Instance
  readonly #limits: Required<GapOptions>
  readonly #context: SolveContext
  /** Objectives are multiples of this; 0 where they are not. */
  readonly #step: number
  #best: { readonly agentOf: Int32Array; readonly objective: number } | undefined
  #fallback: Int32Array | undefined
  #bound = Number.NEGATIVE_INFINITY
  #proof: ProvenPrices | undefined
  #looksPerMs = 0
  readonly #stats = { steps: 0, rounds: 0, looks: 0, taskPriceSteps: 0, corePairs: 0, nodes: 0 }

  constructor({ instance, problem, limits }: Given, context: SolveContext) {
    this.#instance = instance
    this.#problem = problem
    this.#limits = limits
    this.#context = context
    this.#step = objectiveStep(instance, problem)
  }

  async solve(): Promise<Candidate> {
    const problem = this.#problem
    const { warmStart } = this.#context
    const warm = warmStart && agentsOf(problem, warmStart)
    if (warm && isWithin(problem, warm)) this.#offer(warm)
    const found = await capacityPrices(problem, this.#context)
    this.#stats.steps = found.steps
    if (found.infeasible) return this.#answer({ complete: true, provenInfeasible: true })
    this.#proof = proveByPrices({ instance: this.#instance, problem, step: this.#step }, found.prices)
    this.#raise(this.#proof.bound)
    const first = this.#best ? undefined : firstFit(problem, found.prices)
    if (first) this.#offer(first)
    const candidates = buildCandidates(problem, found.prices, WIDTH)
    return await this.#search(found, candidates)
  }

  async #search({ prices, bound }: CapacityPrices, candidates: Candidates): Promise<Candidate> {
    const { now, deadline } = this.#context
    const most = Math.max(FEWEST_LOOKS, this.#limits.effort * this.#problem.numTasks)
    const tournament = createTournament(this.#problem.numTasks)
    let proofTried = false
    while (!mustStop(this.#context) && !this.#isProven()) {
      const started = now()
      const round = tournament.next(this.#looksLeft(most))
      if (round === undefined) break
      tournament.report(round, await this.#round(candidates, prices, round))
      const tookMs = now() - started
      this.#looksPerMs = round.looks / Math.max(tookMs, 0.01)
      if (this.#isProven()) break
      const isLong = tookMs > 0.02 * (deadline - started) || this.#stats.looks >= 0.1 * most
      if (isLong && !proofTried) {
        proofTried = true
        const answer = await this.#prove(candidates, bound)
        if (answer !== undefined) return answer
      }
    }
    if (!proofTried && !this.#isProven() && !mustStop(this.#context)) {
      const answer = await this.#prove(candidates, bound)
      if (answer !== undefined) return answer
    }
    return this.#answer({ complete: this.#isProven() || !mustStop(this.#context) })
  }

  /** Positions that fit into the time that is left, or, without a limit, into the effort. */
  #looksLeft(most: number): number {
    const { now, deadline } = this.#context
    if (deadline === Infinity) return most - this.#stats.looks
    return this.#looksPerMs === 0 ? Infinity : 0.95 * (deadline - now()) * this.#looksPerMs
  }

  /** @returns the objective of the best feasible assignment it found, Infinity without one */
  async #round(candidates: Candidates, prices: Float64Array, { looks, style }: Round): Promise<number> {
    let found = Infinity
    const loads = await annealLoads(
      {
        problem: this.#problem,
        candidates,
        prices,
        looks,
        style,
        rng: this.#context.rng.fork(this.#stats.rounds),
        onFeasible: ({ agentOf, cost }) => {
          found = Math.min(found, cost)
          if (cost < (this.#best?.objective ?? Infinity) - 1e-12 * Math.abs(cost))
            this.#offer(agentOf.slice())
        },
      },
      this.#context,
    )
    this.#fallback ??= loads.agentOf
    this.#stats.rounds += 1
    this.#stats.looks += looks
    return found
  }

  /** @returns an answer when the run is over */
  async #prove(candidates: Candidates, bound: number): Promise<Candidate | undefined> {
    const { numTasks, numAgents } = this.#problem
    if (numTasks * numAgents <= MOST_PRICED_PAIRS) {
      const answer = await this.#branch(candidates.least)
      if (answer !== undefined || this.#best !== undefined) return answer
    }
    return await this.#proveByCore(candidates, bound)
  }

  /** Prices of tasks from those that the prices of capacities imply, and a search by them. */
  async #branch(start: Float64Array): Promise<Candidate | undefined> {
    const problem = this.#problem
    const dual = new TaskDual(problem)
    const target = this.#best?.objective ?? 1.01 * this.#bound
    const enough = this.#best ? target - this.#step : Infinity
    const limits = { prices: start, target, mostSteps: ASCENT_STEPS, enough }
    const { prices, bound, steps } = await ascend(dual, limits, this.#within(ASCENT_SHARE))
    this.#stats.taskPriceSteps = steps
    const facts = { instance: this.#instance, dual, step: this.#step }
    if (this.#proof) this.#proof = withTaskPrices(facts, this.#proof, prices)
    this.#raise(this.#proof?.bound ?? bound)
    if (this.#isProven()) return this.#close()
    const { maxCorePairs, mostNodes } = this.#limits
    if (maxCorePairs === 0) return undefined
    const hasLimit = this.#context.deadline !== Infinity
    const answer = await searchKernels(
      {
        problem,
        dual,
        rng: this.#context.rng.fork(KERNEL_STREAM),
        incumbent: () => this.#best?.agentOf,
        onLevel: (level, record) => {
          if (this.#proof) this.#proof = withTaskTree(facts, this.#proof, { record, objective: level })
          this.#raise(level)
        },
        prices,
        bound,
        step: this.#step,
        best: () => this.#best?.objective ?? Infinity,
        onAssignment: (agentOf) => this.#offer(agentOf),
        mostNodes: hasLimit ? mostNodes : Math.min(mostNodes, BRANCH_NODES / problem.numTasks),
      },
      this.#within(BRANCH_SHARE),
    )
    this.#stats.nodes += answer.nodes
    if (answer.complete && this.#best) {
      const { objective } = this.#best
      if (this.#proof && answer.record)
        this.#proof = withTaskTree(facts, this.#proof, { record: answer.record, objective })
      return this.#close()
    }
    if (answer.complete) return this.#answer({ complete: true, provenInfeasible: true })
    this.#raise(this.#outsideOf(answer.bound, undefined))
    return undefined
  }

  /** The context with a share of the time that is left. */
  #within(share: number): SolveContext {
    const { now, deadline } = this.#context
    return {
      ...this.#context,
      deadline: deadline === Infinity ? Infinity : now() + share * (deadline - now()),
    }
  }

  async #proveByCore(candidates: Candidates, bound: number): Promise<Candidate | undefined> {
    const { now, deadline } = this.#context
    const best = this.#best
    const upTo = best ? best.objective - bound - (this.#step > 0 ? 0.5 * this.#step : 0) : Infinity
    const core = coreOf(this.#problem, candidates, upTo * (1 + 1e-9) + 1e-9 * Math.abs(bound))
    this.#stats.corePairs = core.pairs.length
    if (core.pairs.length > (best ? 1 : WITHOUT_PLAN) * this.#limits.maxCorePairs) return undefined
    const empty = core.start.some((at, task) => task > 0 && at === core.start[task - 1])
    if (empty) return this.#close()
    const share = core.pairs.length <= SMALL_CORE ? SMALL_SHARE : PROOF_SHARE
    const startsInside = best && isInside(core, this.#problem, best.agentOf)
    const answer = await solveCore(
      {
        problem: this.#problem,
        core,
        ...(startsInside ? { start: best.agentOf } : {}),
        deadline: deadline === Infinity ? Infinity : now() + share * (deadline - now()),
        graceMs: this.#limits.graceMs,
        mostNodes: this.#limits.mostNodes,
        onAssignment: (agentOf) => {
          if (isWithin(this.#problem, agentOf)) this.#offer(agentOf)
        },
        onBound: (value) => this.#raise(this.#outsideOf(value, best?.objective)),
      },
      this.#context,
    )
    this.#stats.nodes += answer.nodes
    if (answer.status === 'infeasible')
      return best ? this.#close() : this.#answer({ complete: true, provenInfeasible: true })
    this.#raise(this.#outsideOf(answer.bound, best?.objective))
    if (answer.status === 'optimal') return this.#close()
    return undefined
  }

  /** A bound of the core holds for all plans that are better than the one the core was cut by. */
  #outsideOf(bound: number, cutBy: number | undefined): number {
    const safe = bound - 1e-7 * Math.max(1, Math.abs(bound))
    return Math.min(raise(safe, this.#step), cutBy ?? Infinity)
  }

  /** Nothing is better than the best. */
  #close(): Candidate {
    if (this.#best) this.#raise(this.#best.objective)
    return this.#answer({ complete: true })
  }

  #isProven(): boolean {
    return (
      this.#best !== undefined && this.#bound >= this.#best.objective - 1e-9 * Math.abs(this.#best.objective)
    )
  }

  #offer(agentOf: Int32Array): void {
    const objective = objectiveOf(this.#problem, agentOf)
    if (this.#best && objective >= this.#best.objective) return
    this.#best = { agentOf, objective }
    this.#context.onIncumbent(planOf(this.#problem, agentOf), objective)
  }

  #raise(bound: number): void {
    const safe = Math.min(bound, this.#best?.objective ?? Infinity)
    if (!Number.isFinite(safe) || safe <= this.#bound) return
    this.#bound = safe
    this.#context.onBound(safe)
  }

  #answer(end: { complete: boolean; provenInfeasible?: boolean }): Candidate {
    const shown = this.#best?.agentOf ?? this.#fallback
    return {
      ...(shown ? { plan: planOf(this.#problem, shown) } : {}),
      ...(Number.isFinite(this.#bound) ? { dualBound: this.#bound } : {}),
      ...(this.#proof ? { certificate: this.#proof.certificate, certifiedBound: this.#proof.bound } : {}),
      ...end,
      stats: this.#stats,
    }
  }
}

function isInside(
  { pairs, start }: ReturnType<typeof coreOf>,
  { numAgents }: GapProblem,
  agentOf: Int32Array,
): boolean {
  return agentOf.every((agent, task) =>
    pairs.subarray(start[task]!, start[task + 1]!).includes(task * numAgents + agent),
  )
}
