/**
 * Annealing directly on the assignment: every state gives each task at most one place and keeps all capacities;
 * dependencies and budgets are priced until they hold. Proves nothing; good plans of any size in seconds.
 */
import { QaasError } from '../../errors.ts'
import type { Instance } from '../../model/instance.ts'
import { isEligible } from '../../model/pair.ts'
import { buildPairTable } from '../../model/pair-table.ts'
import type { Plan } from '../../model/plan.ts'
import { classifyTasks } from '../../model/task-classes.ts'
import { createPacer } from '../../solve/pacer.ts'
import type { Candidate, SolveContext, Solver, Support } from '../../solve/solver.ts'
import { fillPlace, type Place, placesOf } from '../places.ts'
import { cheaper, type JudgedPlan, judged, startingPlan } from '../starting-plan.ts'
import { type ReadJob, type ReadMessage, timeUsed } from './job.ts'
import { type AnnealProblem, buildAnnealProblem } from './problem.ts'
import { AnnealRead, type ReadRequest, type ReadResult } from './read.ts'
import type { Assignment } from './state.ts'

export interface AnnealOptions {
  /** Independent reads, of which the best counts. Default 4; 2 above 20,000 tasks. */
  readonly reads?: number
  /** Sweeps of each read, in one round. Default: rounds that double until nothing improves or time is up. */
  readonly sweeps?: number
  /** `paper`: T0 = 50, Tf = 0.1, 2,000 moves of single tasks, one read. */
  readonly preset?: 'paper'
}

/** Above this a longer read is worth more than a second one. */
const MANY_TASKS = 20_000
const PAPER = { hot: 50, cold: 0.1, moves: 2000 }
/** More pairs than this would need gigabytes. */
const MAX_PAIRS = 20_000_000

/** @throws QaasError `invalid-option` on a number of reads or sweeps that is not a whole number of at least 1 */
export function annealSolver(options: AnnealOptions = {}): Solver {
  for (const name of ['reads', 'sweeps'] as const) {
    const value = options[name]
    if (value !== undefined && !(Number.isInteger(value) && value >= 1))
      throw new QaasError(
        'invalid-option',
        `anneal: ${name} is ${value}, it must be a whole number of at least 1`,
        {
          advice: 'Maybe leave it out.',
        },
      )
  }
  if (options.preset !== undefined && options.preset !== 'paper')
    throw new QaasError('invalid-option', `anneal: there is no preset "${options.preset}"`, {
      advice: 'Maybe use "paper", or leave it out.',
    })
  return {
    name: 'anneal',
    options: { ...options },
    supports,
    doSolve: (instance, context) => anneal(instance, context, options),
  }
}

function supports(instance: Instance): Support {
  const { fleet, tasks } = instance
  if (tasks.count * fleet.numPools <= MAX_PAIRS) return { ok: true }
  // Only what is that large on paper is worth counting.
  let pairs = 0
  for (const task of classifyTasks(instance).representative)
    for (let pool = 0; pool < fleet.numPools; pool++) {
      if (isEligible(instance, task, pool)) pairs += 1
      if (pairs > MAX_PAIRS)
        return {
          ok: false,
          reason: `it has more than ${MAX_PAIRS / 1e6} million different (task, pool) pairs`,
        }
    }
  return { ok: true }
}

async function anneal(instance: Instance, context: SolveContext, options: AnnealOptions): Promise<Candidate> {
  const pairs = buildPairTable(instance)
  const places = placesOf(instance, pairs, new Set(instance.fleet.replicas.keys()))
  const problem = buildAnnealProblem(instance, pairs, places)
  let best: JudgedPlan | undefined
  const offer = (found: JudgedPlan | undefined): void => {
    const winner = cheaper(best, found)
    if (winner === undefined || winner === best) return
    best = winner
    context.onIncumbent(winner.plan, winner.objective)
  }
  const start = await startingPlan(instance, context)
  offer(start.feasible)
  const from = assignmentOf(problem, places, start.feasible?.plan ?? start.fallback)
  const reads =
    options.preset === 'paper' ? 1 : (options.reads ?? (instance.tasks.count > MANY_TASKS ? 2 : 4))
  const requests = Array.from({ length: reads }, (_, read) =>
    requestOf({ problem, start: from, seed: context.rng.fork(read).nextUint32() }, options, context),
  )
  const planned = (found: Int32Array): Plan => planOf(problem, places, found)
  const onBest = (found: Int32Array): void => offer(judged(instance, planned(found)))
  const results = await runReads(requests, context, onBest)
  // Ties go to the first read, so that neither timing nor the number of workers shows.
  const [winner] = results
    .filter(({ result }) => result !== undefined)
    .sort(
      (a, b) =>
        Number(b.result.isFeasible) - Number(a.result.isFeasible) || a.result.costUsd - b.result.costUsd,
    )
  const plan = winner && planned(winner.result.place)
  const found = judged(instance, plan)
  offer(found)
  const chosen = cheaper(found, start.feasible)?.plan ?? plan
  return {
    ...(chosen ? { plan: chosen } : {}),
    complete: results.every(({ ended }) => ended),
    stats: statsOf(results.map(({ result }) => result)),
  }
}

function requestOf(
  base: Pick<ReadRequest, 'problem' | 'start' | 'seed'>,
  { sweeps, preset }: AnnealOptions,
  { deadline }: SolveContext,
): ReadRequest {
  if (preset === 'paper') return { ...base, sweeps: 1, rounds: 1, patience: 1, plain: PAPER }
  if (sweeps !== undefined) return { ...base, sweeps, rounds: 1, patience: 1 }
  // A short first round whatever the size: what counts is that some round is over when time is up.
  const first = Math.max(5, Math.min(100, Math.round(2e6 / base.problem.numTasks)))
  const hasDeadline = deadline < Infinity
  return { ...base, sweeps: first, rounds: hasDeadline ? 40 : 4, patience: hasDeadline ? 4 : 2 }
}

interface ReadEnd {
  readonly result: ReadResult
  /** False when it was stopped from outside. */
  readonly ended: boolean
}

async function runReads(
  requests: readonly ReadRequest[],
  context: SolveContext,
  onBest: (place: Int32Array) => void,
): Promise<ReadEnd[]> {
  const { workers, signal, deadline, now } = context
  if (workers === undefined) return await readsHere(requests, context, onBest)
  const onMessage = (message: unknown): void => onBest((message as ReadMessage).place)
  const ends: ReadEnd[] = []
  // In waves of as many reads as there are threads, each wave with its share of the time that is left.
  const perWave = Math.max(1, workers.size)
  for (let from = 0; from < requests.length; from += perWave) {
    const waves = Math.ceil((requests.length - from) / perWave)
    const timeLimitMs = (deadline - now()) / waves
    const wave = requests.slice(from, from + perWave).map(async (request) => {
      const job: ReadJob = { ...request, timeLimitMs }
      const { ended, ...result } = await workers.run<ReadResult & { ended: boolean }>('anneal-read', job, {
        signal,
        onMessage,
      })
      return { result, ended }
    })
    ends.push(...(await Promise.all(wave)))
  }
  return ends
}

async function readsHere(
  requests: readonly ReadRequest[],
  context: SolveContext,
  onBest: (place: Int32Array) => void,
): Promise<ReadEnd[]> {
  const ends: ReadEnd[] = []
  for (const [k, request] of requests.entries()) {
    const start = context.now()
    const share = (context.deadline - start) / (requests.length - k)
    const pacer = createPacer({ ...context, deadline: start + share })
    const read = new AnnealRead(request, { onBest, timeUsed: timeUsed(start, share, context.now) })
    let ended = false
    while (!ended) {
      if (pacer.isDue() && (await pacer.pause())) break
      ended = read.advance()
    }
    ends.push({ result: read.result(), ended })
  }
  return ends
}

/** A plan as places; tasks that are not where they may be, or find no room there, have no agent. */
function assignmentOf(problem: AnnealProblem, places: readonly Place[], plan: Plan): Assignment {
  const { start, pool, classOf, numPlaces, tokens, capacityTasks, capacityTokens } = problem
  const last = places[places.length - 1]!
  const placeOfAgent = new Int32Array(last.firstAgent + last.numAgents)
  for (const [at, { firstAgent, numAgents }] of places.entries())
    placeOfAgent.fill(at, firstAgent, firstAgent + numAgents)
  const nobody = numPlaces - 1
  const [load, used] = [new Int32Array(numPlaces), new Float64Array(numPlaces)]
  const place = new Int32Array(problem.numTasks).fill(nobody)
  const option = classOf.map((row, task) => {
    const none = start[row + 1]! - 1
    const agent = plan.agentOf[task]!
    if (agent < 0) return none
    const wanted = placeOfAgent[agent]!
    let at = start[row]!
    while (at < none && pool[at] !== problem.poolOfPlace[wanted]) at++
    const fits =
      load[wanted]! < capacityTasks[wanted]! && used[wanted]! + tokens[at]! <= capacityTokens[wanted]!
    if (at === none || !fits) return none
    load[wanted]! += 1
    used[wanted]! += tokens[at]!
    place[task] = wanted
    return at
  })
  return { option: Int32Array.from(option), place }
}

function planOf(problem: AnnealProblem, places: readonly Place[], place: Int32Array): Plan {
  const agentOf = new Int32Array(problem.numTasks).fill(-1)
  const tasksOf: number[][] = places.map(() => [])
  for (let task = 0; task < problem.numTasks; task++) tasksOf[place[task]!]?.push(task)
  for (const [at, own] of places.entries()) fillPlace(own, tasksOf[at]!, agentOf)
  return { agentOf }
}

function statsOf(results: readonly ReadResult[]): Record<string, unknown> {
  return {
    reads: results.length,
    feasibleReads: results.filter(({ isFeasible }) => isFeasible).length,
    proposals: results.reduce((sum, { proposals }) => sum + proposals, 0),
    rounds: results.map(({ rounds }) => rounds),
    hotUsd: results[0]?.hot,
    coldUsd: results[0]?.cold,
  }
}
