/**
 * The scaled LLM cascade routing family: any number of tasks and agents, tight capacities in tasks and tokens,
 * chains, budgets. A plan is planted first and the capacities are drawn around it, so one always exists.
 */
import { createInstanceBuilder } from '../model/builder.ts'
import type { AgentDocument } from '../model/document.ts'
import type { Instance } from '../model/instance.ts'
import type { Plan } from '../model/plan.ts'
import { createRng, type Rng } from '../numeric/rng.ts'
import { numberIn, wholeNumber } from './check-option.ts'
import { LCRP_MIX } from './lcrp-data.ts'
import { type DrawnFleet, drawFleet } from './lcrp-fleet.ts'
import { drawComplexity, drawTokens, splitTokens } from './lcrp-paper.ts'
import { leastSpendUsd } from './least-spend.ts'

export interface LcrpOptions {
  /** 1 to 10,000,000. */
  readonly tasks: number
  /** 1 to 100,000. */
  readonly agents: number
  /** How many pools of identical agents; default 'distinct', every agent its own. */
  readonly tiers?: number | 'distinct'
  /** Share of the tasks that stand in chains of 2 to 4. Default 0. */
  readonly chains?: number
  /**
   * Cap on the money: dollars, or a multiple of the least spend that the token capacities allow (for fractional
   * tasks and without dependencies, so a factor close to 1 may leave no plan). Default none.
   */
  readonly budget?: { readonly usd: number } | { readonly factor: number }
  /**
   * Price of waiting. Default 0.001: money rules, the best plans spend hardly more than the least possible, and a
   * budget factor binds only next to 1. A higher price makes quick agents worth their money and budgets bind earlier.
   */
  readonly latencyUsdPerSecond?: number
  /** Latency limits on two of three tasks. Default true: 60 classes of eligibility; without, 20. */
  readonly sla?: boolean
  /** Default 1. */
  readonly seed?: number
}

/** Capacities are this multiple of the planted plan's load. */
const NOMINAL = 1.25
/** Quality floors of each complexity: its own, and this much higher. */
const FLOOR_STEPS = [0, 0.008, 0.016, 0.024]
const SLA_MS = [Infinity, 4000, 1500]
const USD_PER_TOKEN = 1e-6

/** A class is a complexity, a floor step and a latency limit, as one number. */
const classCount = LCRP_MIX.length * FLOOR_STEPS.length * SLA_MS.length
const complexityOf = (c: number): number => Math.floor(c / (FLOOR_STEPS.length * SLA_MS.length))
const floorOf = (c: number): number => {
  const step = FLOOR_STEPS[Math.floor(c / SLA_MS.length) % FLOOR_STEPS.length]!
  return Number((LCRP_MIX[complexityOf(c)]!.minQuality + step).toFixed(3))
}
const slaOf = (c: number): number => SLA_MS[c % SLA_MS.length]!

/** Draws an instance; equal options give equal instances. @throws QaasError `invalid-option` */
export function lcrp(options: LcrpOptions): Instance {
  return plantedLcrp(options).instance
}

/** The instance together with the plan its capacities were drawn around: feasible but for a budget, not good. */
export function plantedLcrp(options: LcrpOptions): { instance: Instance; planted: Plan } {
  const tasks = wholeNumber(options.tasks, 'tasks', 1, 1e7)
  const agents = wholeNumber(options.agents, 'agents', 1, 1e5)
  const tiers = options.tiers ?? 'distinct'
  if (tiers !== 'distinct') wholeNumber(tiers, 'tiers', 1, agents)
  const share = numberIn(options.chains ?? 0, 'chains', 0, 1)
  const { budget, latencyUsdPerSecond = 0.001 } = options
  numberIn(latencyUsdPerSecond, 'latencyUsdPerSecond', 0)
  if (budget !== undefined) numberIn('usd' in budget ? budget.usd : budget.factor, 'budget', 0)
  const rng = createRng(options.seed ?? 1)
  const fleet = drawFleet(agents, tiers, rng.fork(1))
  const eligible = eligiblePools(fleet)
  const drawn = drawTasks(tasks, options.sla ?? true, rng.fork(2))
  const poolOf = plantPools(drawn, eligible, fleet, rng.fork(3))
  const chainOf = drawChains(tasks, share, rng.fork(4))
  climb(chainOf, poolOf, drawn, fleet)
  const capacity = capacities(drawn, poolOf, fleet)
  const budgetUsd =
    budget === undefined
      ? undefined
      : 'usd' in budget
        ? budget.usd
        : budget.factor * leastSpend(drawn, fleet, eligible, capacity.tokens)
  const builder = createInstanceBuilder(
    { overkillWeight: 2, latencyUsdPerSecond, ...(budgetUsd === undefined ? {} : { budgetUsd }) },
    agentDocuments(fleet, capacity),
    'lcrp',
  )
  for (let row = 0; row < tasks; row++) {
    const c = drawn.classOf[row]!
    const sla = slaOf(c)
    const chain = chainOf[row]!
    builder.addTask({
      id: `task-${row}`,
      complexity: LCRP_MIX[complexityOf(c)]!.name,
      minQuality: floorOf(c),
      ...splitTokens(drawn.tokens[row]!),
      ...(sla === Infinity ? {} : { maxLatencyMs: sla }),
      ...(chain < 0 ? {} : { workflow: `chain-${chain}` }),
      ...(chain >= 0 && row > 0 && chainOf[row - 1] === chain ? { dependsOn: [`task-${row - 1}`] } : {}),
    })
  }
  return { instance: builder.build(), planted: { agentOf: capacity.agentOf } }
}

interface DrawnTasks {
  readonly classOf: Uint8Array
  readonly tokens: Float64Array
}

function drawTasks(count: number, sla: boolean, rng: Rng): DrawnTasks {
  const classOf = new Uint8Array(count)
  const tokens = new Float64Array(count)
  for (let row = 0; row < count; row++) {
    const complexity = drawComplexity(rng)
    const step = rng.nextInt(FLOOR_STEPS.length)
    const limit = sla ? rng.nextInt(SLA_MS.length) : 0
    classOf[row] = (complexity * FLOOR_STEPS.length + step) * SLA_MS.length + limit
    tokens[row] = drawTokens(LCRP_MIX[complexity]!, rng)
  }
  return { classOf, tokens }
}

/** The pools that may serve each class. The strongest language model serves all of them. */
function eligiblePools({ quality, latencyMs }: DrawnFleet): Int32Array[] {
  return Array.from({ length: classCount }, (_, c) =>
    Int32Array.from(quality.keys()).filter(
      (pool) => quality[pool]! >= floorOf(c) && latencyMs[pool]! <= slaOf(c),
    ),
  )
}

/** A pool for each task: any eligible one, agents just good enough likelier, each with its own popularity. */
function plantPools(
  drawn: DrawnTasks,
  eligible: readonly Int32Array[],
  fleet: DrawnFleet,
  rng: Rng,
): Int32Array {
  const popularity = Float64Array.from(fleet.replicas, (replicas) => replicas * (0.5 + rng.nextFloat()))
  const cumulative = eligible.map((pools, c) => {
    let sum = 0
    return Float64Array.from(pools, (pool) => {
      sum += popularity[pool]! * Math.exp(-4 * (fleet.quality[pool]! - floorOf(c)))
      return sum
    })
  })
  return Int32Array.from(drawn.classOf, (c) => {
    const sums = cumulative[c]!
    const at = lowerBound(sums, rng.nextFloat() * sums.at(-1)!)
    return eligible[c]![at]!
  })
}

/** The first index whose value is above `target`, at most the last. */
function lowerBound(sorted: Float64Array, target: number): number {
  let [low, high] = [0, sorted.length - 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! > target) high = middle
    else low = middle + 1
  }
  return low
}

/** The chain of each task or -1; chains are runs of 2 to 4 rows, each depending on the one before. */
function drawChains(tasks: number, share: number, rng: Rng): Int32Array {
  const chainOf = new Int32Array(tasks).fill(-1)
  if (share === 0) return chainOf
  // Runs of mean length 3 start with this probability, so that `share` of the rows is inside one.
  const start = share / (share + 3 * (1 - share))
  let chains = 0
  for (let row = 0; row + 1 < tasks; ) {
    if (rng.nextFloat() >= start) {
      row += 1
      continue
    }
    const end = Math.min(tasks, row + 2 + rng.nextInt(3))
    chainOf.fill(chains++, row, end)
    row = end
  }
  return chainOf
}

/** Reorders the tasks inside each chain so that the planted plan climbs in quality. */
function climb(
  chainOf: Int32Array,
  poolOf: Int32Array,
  { classOf, tokens }: DrawnTasks,
  fleet: DrawnFleet,
): void {
  for (let start = 0; start < chainOf.length; start++) {
    if (chainOf[start]! < 0) continue
    let end = start + 1
    while (end < chainOf.length && chainOf[end] === chainOf[start]) end++
    const rows = Array.from({ length: end - start }, (_, k) => start + k)
    rows.sort((a, b) => fleet.quality[poolOf[a]!]! - fleet.quality[poolOf[b]!]! || a - b)
    for (const column of [poolOf, classOf, tokens])
      column.set(
        rows.map((row) => column[row]!),
        start,
      )
    start = end - 1
  }
}

interface Capacities {
  /** The agent of each task in the planted plan. */
  readonly agentOf: Int32Array
  readonly tasks: Float64Array
  readonly tokens: Float64Array
}

/** Capacity of each replica: 1.25 times the planted load, at least what its fullest replica needs. */
function capacities({ tokens }: DrawnTasks, poolOf: Int32Array, { replicas }: DrawnFleet): Capacities {
  const pools = replicas.length
  const rowsOfPool = Array.from({ length: pools }, () => [] as number[])
  for (let row = 0; row < poolOf.length; row++) rowsOfPool[poolOf[row]!]!.push(row)
  const meanTokens = tokens.reduce((sum, value) => sum + value, 0) / tokens.length
  const result = {
    agentOf: new Int32Array(poolOf.length),
    tasks: new Float64Array(pools),
    tokens: new Float64Array(pools),
  }
  let firstAgent = 0
  rowsOfPool.forEach((rows, pool) => {
    const count = replicas[pool]!
    const load = { tasks: new Int32Array(count), tokens: new Float64Array(count) }
    for (const row of rows) {
      let least = 0
      for (let k = 1; k < count; k++) if (load.tokens[k]! < load.tokens[least]!) least = k
      result.agentOf[row] = firstAgent + least
      load.tasks[least]! += 1
      load.tokens[least]! += tokens[row]!
    }
    firstAgent += count
    const total = load.tokens.reduce((sum, value) => sum + value, 0)
    const most = { tasks: Math.max(...load.tasks), tokens: Math.max(...load.tokens) }
    result.tasks[pool] = Math.max(1, most.tasks, Math.ceil((NOMINAL * rows.length) / count))
    result.tokens[pool] = Math.ceil(Math.max(meanTokens, most.tokens, (NOMINAL * total) / count))
  })
  return result
}

function leastSpend(
  { classOf, tokens }: DrawnTasks,
  fleet: DrawnFleet,
  eligible: readonly Int32Array[],
  capacity: Float64Array,
): number {
  const demand = new Float64Array(classCount)
  for (let row = 0; row < classOf.length; row++) demand[classOf[row]!]! += tokens[row]!
  const classesOfPool = Array.from(fleet.replicas, () => [] as number[])
  eligible.forEach((pools, c) => {
    if (demand[c]! > 0) for (const pool of pools) classesOfPool[pool]!.push(c)
  })
  return leastSpendUsd({
    demand,
    price: fleet.usdPerMTok.map((usd) => usd * USD_PER_TOKEN),
    capacity: capacity.map((value, pool) => value * fleet.replicas[pool]!),
    eligible: classesOfPool,
  })
}

function agentDocuments(fleet: DrawnFleet, capacity: Capacities): AgentDocument[] {
  return fleet.ids.map((id, pool) => ({
    id,
    ...(fleet.replicas[pool]! > 1 ? { replicas: fleet.replicas[pool]! } : {}),
    languageModel: fleet.languageModels[pool],
    price: { inputPerMTokUsd: fleet.usdPerMTok[pool]!, outputPerMTokUsd: fleet.usdPerMTok[pool]! },
    quality: fleet.quality[pool]!,
    capacity: { tasks: capacity.tasks[pool]!, tokens: capacity.tokens[pool]! },
    latencyMs: fleet.latencyMs[pool]!,
  }))
}
