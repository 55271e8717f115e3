/**
 * The core of a problem: pairs whose reduced cost alone does not put a plan above the best one. A mixed-integer program
 * over them by HiGHS finds a better plan or proves that there is none.
 */
import type { RunContext } from '../../solve/context.ts'
import { isWellScaled, MilpBuilder } from '../exact/milp.ts'
import type { MilpMessage, MilpReply, MilpRequest } from '../exact/milp-job.ts'
import type { Candidates } from './candidates.ts'
import type { GapProblem } from './problem.ts'

export interface Core {
  /** Pairs that are left, as `task * numAgents + agent`, by task. */
  readonly pairs: Int32Array
  /** Pairs of task `t` are `start[t] .. start[t + 1]`. */
  readonly start: Int32Array
}

/** @param most largest reduced cost of a pair that a better plan may use; Infinity keeps all */
export function coreOf({ numTasks, numAgents }: GapProblem, { reduced }: Candidates, most: number): Core {
  const pairs: number[] = []
  const start = new Int32Array(numTasks + 1)
  for (let task = 0; task < numTasks; task++) {
    for (let at = task * numAgents; at < (task + 1) * numAgents; at++)
      if (reduced[at]! <= most && reduced[at] !== Infinity) pairs.push(at)
    start[task + 1] = pairs.length
  }
  return { pairs: Int32Array.from(pairs), start }
}

export interface CoreAnswer {
  /** `optimal`: nothing in the core is better than the best assignment told of; `infeasible`: nothing is in it. */
  readonly status: 'optimal' | 'infeasible' | 'stopped'
  /** No assignment within the core costs less. */
  readonly bound: number
  readonly nodes: number
}

export interface CoreSearch {
  readonly problem: GapProblem
  readonly core: Core
  readonly start?: Int32Array
  readonly deadline: number
  /** Milliseconds HiGHS may take to stop. */
  readonly graceMs: number
  readonly mostNodes: number
  readonly onAssignment: (agentOf: Int32Array) => void
  readonly onBound: (bound: number) => void
}

export async function solveCore(search: CoreSearch, context: RunContext): Promise<CoreAnswer> {
  const { problem, core, graceMs, deadline } = search
  const scale = scaleOf(problem, core)
  const request: MilpRequest = {
    milp: milpOf(problem, core, scale),
    ...(search.start ? { start: pointOf(problem, core, search.start) } : {}),
    timeLimitMs: deadline - context.now(),
    mostNodes: search.mostNodes,
  }
  const take = (values: Float64Array): void => {
    const agentOf = assignmentOf(problem, core, values)
    if (agentOf) search.onAssignment(agentOf)
  }
  const mayTrust = isWellScaled(request.milp)
  const onMessage = (message: unknown): void => {
    const heard = message as MilpMessage
    if (heard.kind === 'bound') {
      if (mayTrust) search.onBound(heard.bound / scale)
    } else take(heard.values)
  }
  const reply = await runMilp(request, { onMessage, graceMs }, context)
  if (reply.values) take(reply.values)
  // Next to numbers of very different sizes its tolerances prove nothing: what it found counts, not what it says.
  if (!mayTrust) return { status: 'stopped', bound: Number.NEGATIVE_INFINITY, nodes: reply.nodes }
  return { status: reply.status, bound: reply.bound / scale, nodes: reply.nodes }
}

async function runMilp(
  request: MilpRequest,
  { onMessage, graceMs }: { onMessage: (message: unknown) => void; graceMs: number },
  { workers, signal, now }: RunContext,
): Promise<MilpReply> {
  const result: MilpReply = { status: 'stopped', bound: Number.NEGATIVE_INFINITY, nodes: 0 }
  const giveUp = { timeLimitMs: request.timeLimitMs, graceMs, result }
  if (workers) return await workers.run('milp', request, { signal, onMessage, giveUp })
  const { run } = await import('../exact/milp-job.ts')
  return await run(request, { post: onMessage, aborted: () => signal.aborted, now })
}

/** Whole numbers up to this one stay as they are. */
const LARGEST_WHOLE = 1e6

/** HiGHS judges by absolute tolerances: the median cost is brought to 10, whole numbers stay as they are. */
function scaleOf({ cost }: GapProblem, { pairs }: Core): number {
  const costs = Float64Array.from(pairs, (pair) => cost[pair]!)
    .filter((usd) => usd > 0)
    .sort()
  if (costs.length === 0 || (costs.at(-1)! <= LARGEST_WHOLE && costs.every(Number.isInteger))) return 1
  return 2 ** Math.round(Math.log2(10 / costs[costs.length >>> 1]!))
}

function milpOf(problem: GapProblem, { pairs, start }: Core, scale: number): MilpRequest['milp'] {
  const { numTasks, numAgents, cost, size, capacity } = problem
  const builder = new MilpBuilder()
  const takes: [number, number][][] = Array.from({ length: numAgents }, () => [])
  for (const pair of pairs) {
    const column = builder.addColumn(cost[pair]! * scale, 1, true)
    if (size[pair]! > 0) takes[pair % numAgents]!.push([column, size[pair]!])
  }
  for (let task = 0; task < numTasks; task++) {
    const [from, to] = [start[task]!, start[task + 1]!]
    builder.addRow(
      1,
      1,
      Array.from({ length: to - from }, (_, k): [number, number] => [from + k, 1]),
    )
  }
  takes.forEach((entries, agent) => {
    const limit = capacity[agent]!
    if (limit === Infinity || entries.length === 0) return
    // A power of two rounds nothing; HiGHS takes entries beyond 10^15 for infinite.
    const unit = limit > LARGEST_WHOLE ? 2 ** Math.round(Math.log2(1000 / limit)) : 1
    builder.addRow(
      -Infinity,
      limit * unit,
      entries.map(([column, size]): [number, number] => [column, size * unit]),
    )
  })
  return builder.build()
}

function pointOf(
  { numTasks, numAgents }: GapProblem,
  { pairs, start }: Core,
  agentOf: Int32Array,
): Float64Array {
  const point = new Float64Array(pairs.length)
  for (let task = 0; task < numTasks; task++)
    for (let column = start[task]!; column < start[task + 1]!; column++)
      if (pairs[column]! === task * numAgents + agentOf[task]!) point[column] = 1
  return point
}

function assignmentOf(
  { numTasks, numAgents }: GapProblem,
  { pairs, start }: Core,
  values: Float64Array,
): Int32Array | undefined {
  const agentOf = new Int32Array(numTasks).fill(-1)
  for (let task = 0; task < numTasks; task++)
    for (let column = start[task]!; column < start[task + 1]!; column++)
      if (values[column]! > 0.5) agentOf[task] = pairs[column]! - task * numAgents
  return agentOf.includes(-1) ? undefined : agentOf
}
