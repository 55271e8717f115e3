/**
 * One annealing read. A first short round refines the plan it starts from at low temperature; every further round
 * cools down from hot and takes twice as long as the one before, the last one all the time that is left.
 */
import { createRng, type Rng } from '../../numeric/rng.ts'
import { proposeRun, proposeShift, proposeShiftOrSwap, repair } from './moves.ts'
import type { AnnealProblem } from './problem.ts'
import { initialWeights, measureSchedule, type Schedule } from './schedule.ts'
import { AnnealState, type Assignment } from './state.ts'

export interface ReadRequest {
  readonly problem: AnnealProblem
  /** Where to start from; capacities must hold. */
  readonly start: Assignment
  readonly seed: number
  /** Sweeps of the first round; a sweep proposes one move a task. */
  readonly sweeps: number
  /** Ends after this many rounds, or after `patience` of them without a better plan. */
  readonly rounds: number
  readonly patience: number
  /** Single-task moves only, at these temperatures, for this many moves in all; the setting of the paper. */
  readonly plain?: { readonly hot: number; readonly cold: number; readonly moves: number }
}

export interface ReadResult {
  /** The place of each task in the best feasible assignment, or in the last one when none was feasible. */
  readonly place: Int32Array
  readonly isFeasible: boolean
  readonly costUsd: number
  readonly proposals: number
  readonly rounds: number
  readonly hot: number
  readonly cold: number
}

/** Proposals between two looks at the clock: a few milliseconds. */
const SLICE = 8192
/** Share of a round's sweeps that only descend. */
const DESCENT = 0.1
/** The first round's highest temperature as a share of the others'. */
const REFINING = 0.1

/** The first round takes at most this share of the time. */
const FIRST = 0.15
/** Share of the time after which the last round is over. */
const ENOUGH = 0.97

export interface ReadHooks {
  /** Told of a better feasible assignment at the end of a round. */
  readonly onBest: (place: Int32Array, costUsd: number) => void
  /** The share of the time limit that is used up; 0 when there is none. */
  readonly timeUsed: () => number
}

export class AnnealRead {
  readonly #request: ReadRequest
  readonly #rng: Rng
  readonly #state: AnnealState
  readonly #schedule: Schedule
  readonly #hooks: ReadHooks
  readonly #best: Assignment
  #bestUsd = Infinity
  /** What `onBest` was last told. */
  #toldUsd = Infinity
  #proposals = 0
  #round = 0
  #sweep = 0
  #inSweep = 0
  #stalled = 0
  #sweepsOfRound: number
  /** Share of the time used when the round began. */
  #roundBegan = 0
  #isLastRound = false
  #roundStartUsd = Infinity

  constructor(request: ReadRequest, hooks: ReadHooks) {
    const { problem, start, plain } = request
    this.#request = request
    this.#hooks = hooks
    this.#sweepsOfRound = request.sweeps
    this.#rng = createRng(request.seed)
    this.#schedule = plain ?? measureSchedule(problem, start, this.#rng)
    this.#state = new AnnealState(problem, start, initialWeights(problem))
    this.#best = { option: start.option.slice(), place: start.place.slice() }
    this.#note()
  }

  /** Runs one slice; true when the read has ended. */
  advance(): boolean {
    return this.#request.plain ? this.#advancePlain(this.#request.plain) : this.#advanceRounds()
  }

  result(): ReadResult {
    const isFeasible = this.#bestUsd < Infinity
    return {
      place: isFeasible ? this.#best.place : this.#state.place,
      isFeasible,
      costUsd: isFeasible ? this.#bestUsd : this.#state.costUsd,
      proposals: this.#proposals,
      rounds: this.#round,
      ...this.#schedule,
    }
  }

  #advanceRounds(): boolean {
    const { problem } = this.#request
    const hasChains = problem.dependency !== 'off'
    const temperature = this.#temperature()
    const count = Math.min(SLICE, problem.numTasks - this.#inSweep)
    for (let k = 0; k < count; k++) {
      // One move in sixteen takes a run of dependent tasks along.
      if (hasChains && (this.#rng.nextUint32() & 15) === 0) proposeRun(this.#state, this.#rng, temperature)
      else proposeShiftOrSwap(this.#state, this.#rng, temperature)
    }
    this.#proposals += count
    this.#inSweep += count
    return this.#inSweep === problem.numTasks && this.#endSweep()
  }

  /** How far the round has come, in [0, 1]: by time in the last one, else by sweeps; the first is cut by both. */
  #progress(): number {
    const bySweeps = this.#sweep / this.#sweepsOfRound
    if (this.#round === 0) return Math.min(1, Math.max(bySweeps, this.#hooks.timeUsed() / FIRST))
    if (!this.#isLastRound) return bySweeps
    return Math.min(1, (this.#hooks.timeUsed() - this.#roundBegan) / (ENOUGH - this.#roundBegan))
  }

  #temperature(): number {
    const { hot, cold } = this.#schedule
    const progress = this.#progress() / (1 - DESCENT)
    if (progress >= 1 || hot === 0) return 0
    const start = this.#round === 0 && this.#request.rounds > 1 ? Math.max(cold, hot * REFINING) : hot
    return start * (cold / start) ** progress
  }

  /** True when the read has ended. */
  #endSweep(): boolean {
    this.#inSweep = 0
    this.#sweep += 1
    if (this.#progress() > 1 - 2 * DESCENT && !this.#state.isFeasible) this.#repair()
    this.#note()
    this.#steer()
    return this.#progress() >= 1 && this.#endRound()
  }

  #endRound(): boolean {
    this.#tell()
    const { rounds, patience } = this.#request
    this.#stalled = this.#bestUsd < this.#roundStartUsd - 1e-12 ? 0 : this.#stalled + 1
    this.#roundStartUsd = this.#bestUsd
    this.#round += 1
    this.#sweep = 0
    if (this.#isLastRound || this.#round >= rounds || this.#stalled >= patience) return true
    this.#planRound()
    // Sums are computed afresh, so that rounding does not pile up over the rounds.
    this.#state.reset(
      this.#bestUsd < Infinity
        ? this.#best
        : { option: this.#state.option.slice(), place: this.#state.place.slice() },
    )
    return false
  }

  /** Twice the last round; where less than three such rounds fit in, one gets all the time. */
  #planRound(): void {
    const used = this.#hooks.timeUsed()
    const next = 2 * (used - this.#roundBegan)
    this.#sweepsOfRound *= 2
    this.#roundBegan = used
    this.#isLastRound = next > 0 && used < ENOUGH && used + 3 * next > 1
  }

  /** Remembers the state when it is feasible and better than the best. */
  #note(): void {
    const { costUsd, isFeasible, option, place } = this.#state
    if (costUsd >= this.#bestUsd - 1e-12 || !isFeasible) return
    this.#bestUsd = costUsd
    this.#best.option.set(option)
    this.#best.place.set(place)
  }

  #tell(): void {
    if (this.#bestUsd >= this.#toldUsd) return
    this.#toldUsd = this.#bestUsd
    this.#hooks.onBest(this.#best.place.slice(), this.#bestUsd)
  }

  /** Towards the end of a round nothing may stay broken, at whatever price. */
  #repair(): void {
    const { weights } = this.#state
    weights.edgeUsd = Math.min(1e9, 1.5 * weights.edgeUsd)
    weights.unassignedUsd = Math.min(1e9, 1.5 * weights.unassignedUsd)
    weights.excessUsd = Math.min(1e9, 1.5 * weights.excessUsd)
    repair(this.#state, this.#rng)
  }

  /** Raises the weight of what is violated and lowers that of what is not, so that the border is searched. */
  #steer(): void {
    const state = this.#state
    const late = this.#progress() > 0.7
    const steer = (isBroken: boolean, weight: number): number =>
      Math.min(1e9, isBroken ? weight * 1.08 : late ? weight : weight * 0.98)
    state.weights.edgeUsd = Math.max(1e-9, steer(state.brokenEdges > 0, state.weights.edgeUsd))
    state.weights.excessUsd = Math.max(1e-3, steer(state.excessUsd > 0, state.weights.excessUsd))
    if (state.unassigned > 0) state.weights.unassignedUsd = Math.min(1e9, state.weights.unassignedUsd * 1.05)
  }

  #advancePlain({ hot, cold, moves }: NonNullable<ReadRequest['plain']>): boolean {
    for (let k = 0; k < SLICE && this.#proposals < moves; k++) {
      const temperature = hot * (cold / hot) ** (this.#proposals / Math.max(1, moves - 1))
      proposeShift(this.#state, this.#rng, temperature)
      this.#proposals += 1
      this.#note()
    }
    if (this.#proposals < moves) return false
    this.#round = 1
    this.#tell()
    return true
  }
}
