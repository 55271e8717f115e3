/** Plans tasks one at a time as they arrive, by prices of what is left; never over capacity or budget, never revised. */
import { QaasError } from '../../errors.ts'
import { buildPolicy, createInstanceBuilder } from '../../model/builder.ts'
import type { AgentDocument, PolicyDocument, TaskDocument } from '../../model/document.ts'
import { buildFleet } from '../../model/fleet.ts'
import { agentId, type Instance } from '../../model/instance.ts'
import { BUDGET_TOLERANCE } from '../../model/limits.ts'
import type { Plan } from '../../model/plan.ts'
import { createRng } from '../../numeric/rng.ts'
import type { RunContext } from '../../solve/context.ts'
import { learnPrices, type Prices, type Remaining } from './learn-prices.ts'
import { type Offers, offersFor } from './offers.ts'

export interface StreamFleet {
  readonly policy?: PolicyDocument | undefined
  readonly agents: readonly AgentDocument[]
  readonly name?: string | undefined
}

export interface StreamForecast {
  /** How many tasks will arrive in all; at least 1. More may come, they get what is left. */
  readonly expectedTasks: number
  /** Tasks like those to come, such as yesterday's: prices are good from the first arrival on. */
  readonly sample?: readonly TaskDocument[]
  /** Seed of which arrivals are remembered. Default 1. */
  readonly seed?: number
  /** Milliseconds from any origin, to pace the learning. Default `Date.now`. */
  readonly now?: () => number
}

export interface Placement {
  /** undefined: nobody may or can do it any more, or leaving it out is cheaper; see `why`. */
  readonly agentId: string | undefined
  /** Of a task without an agent only, in words. */
  readonly why?: string
  readonly costUsd: number
  readonly moneyUsd: number
}

export interface StreamPlanner {
  /**
   * Gives an agent to the task at once and for good. Now and then it first learns prices anew, which takes longer.
   * @throws QaasError `invalid-instance` on a malformed task, on an id used twice and on a task whose parents have not
   * arrived; the stream is as before and goes on
   */
  place(task: TaskDocument): Promise<Placement>
  /** Money spent so far. */
  readonly spentUsd: number
  /** The rents in force, by pool id. */
  prices(): Readonly<
    Record<string, { readonly slotUsd: number; readonly tokenUsd: number; readonly moneyUsd: number }>
  >
  /** Everything that arrived, and the plan, for the judge and for comparing with hindsight. */
  finish(): { readonly instance: Instance; readonly plan: Plan }
}

/** Arrivals kept to learn from: a uniform sample of all of them (reservoir sampling; Vitter, 1985). */
const MEMORY = 1000
/** Prices are learned when this share of the tasks has arrived, at every doubling, and at least every `SHARE` later. */
const FIRST_SHARE = 0.01
const SHARE = 0.04
/** Price of leaving a task of the sample out, in costs of the dearest pair seen. */
const LEFT_OUT = 2
/** Standard errors by which the money kept back for the tasks to come may be too little. */
const RESERVE_ERRORS = 2

/** @throws QaasError `invalid-option` on a forecast of less than one task, `invalid-instance` on a malformed fleet */
export function createStreamPlanner(fleetDocument: StreamFleet, forecast: StreamForecast): StreamPlanner {
  const { policy: policyDocument = {}, agents, name = 'stream' } = fleetDocument
  if (!(forecast.expectedTasks >= 1 && Number.isFinite(forecast.expectedTasks)))
    throw new QaasError(
      'invalid-option',
      `expectedTasks is ${forecast.expectedTasks}, it must be at least 1`,
      {
        advice: 'Maybe count the tasks of another day.',
      },
    )
  const fleet = buildFleet(agents)
  const policy = buildPolicy(policyDocument)
  const whole = createInstanceBuilder(policyDocument, fleet, name)
  const rng = createRng(forecast.seed ?? 1)
  const context: RunContext = {
    rng,
    now: forecast.now ?? Date.now,
    deadline: Infinity,
    signal: { aborted: false },
    breathe: () => Promise.resolve(),
  }
  const memory: TaskDocument[] = (forecast.sample ?? []).slice(0, MEMORY)
  const given = memory.length
  const agentOf: number[] = []
  const qualityOf = new Map<string, number>()
  const known = new Set<string>()
  const tasksOfAgent = new Int32Array(fleet.numAgents)
  const tokensOfAgent = new Float64Array(fleet.numAgents)
  const spentOfPool = new Float64Array(fleet.numPools)
  const left = {
    tasks: forecast.expectedTasks,
    slots: fleet.capacityTasks.map((slots, pool) => slots * fleet.replicas[pool]!),
    tokens: fleet.capacityTokens.map((tokens, pool) => tokens * fleet.replicas[pool]!),
    poolBudgetUsd: fleet.budgetUsd.slice(),
    budgetUsd: policy.budgetUsd,
  } satisfies Remaining
  let spentUsd = 0
  let reserve = { meanUsd: 0, spreadUsd: 0 }
  let prices: Prices | undefined
  let leastPrices: Prices | undefined
  let nextLearning = 0
  let dearestUsd = 0

  /** The memory as an instance, in the policy's costs or in money alone. */
  const sampleInstance = (moneyOnly: boolean): Instance => {
    const costs = moneyOnly
      ? { ...policyDocument, overkillWeight: 0, latencyUsdPerSecond: 0 }
      : policyDocument
    // A sample may need more than its share has; leaving a task out at a high price keeps its prices finite.
    const unassigned =
      policy.unassignedUsd === Infinity ? { penaltyUsd: LEFT_OUT * dearestUsd } : costs.unassigned
    const builder = createInstanceBuilder({ ...costs, unassigned }, fleet, 'sample')
    // Dependencies reach across the sample's edge: there every task stands alone, under its own name.
    for (const [k, task] of memory.entries()) builder.addTask({ ...task, id: String(k), dependsOn: [] })
    return builder.build()
  }

  const learn = async (): Promise<void> => {
    const arrived = agentOf.length
    prices = (await learnPrices(sampleInstance(false), left, { context, warm: prices?.warm })) ?? prices
    if (policy.budgetUsd !== Infinity) {
      const freely: Remaining = { ...left, budgetUsd: Infinity }
      const sample = sampleInstance(true)
      leastPrices = (await learnPrices(sample, freely, { context, warm: leastPrices?.warm })) ?? leastPrices
      if (leastPrices) reserve = leastMoney(memory, freely, leastPrices)
    }
    const often = Math.max(1, Math.round(forecast.expectedTasks * SHARE))
    const first = Math.max(1, Math.round(forecast.expectedTasks * FIRST_SHARE))
    nextLearning = arrived + Math.max(1, Math.min(often, Math.max(first - arrived, arrived)))
  }

  /** Money a task to come needs at least: the dual value of the sample when money alone counts, and its spread. */
  const leastMoney = (
    tasks: readonly TaskDocument[],
    remaining: Remaining,
    rents: Prices,
  ): typeof reserve => {
    let [sum, squares] = [0, 0]
    for (const task of tasks) {
      const offers = inMoney(offersFor(policyDocument, fleet, task))
      const pool = cheapest(offers, rents, () => true)
      const value = pool < 0 ? 0 : pricedUsd(offers, rents, pool)
      sum += value
      squares += value * value
    }
    let rent = 0
    for (let pool = 0; pool < fleet.numPools; pool++) {
      if (remaining.slots[pool] !== Infinity) rent += rents.slotUsd[pool]! * remaining.slots[pool]!
      if (remaining.tokens[pool] !== Infinity) rent += rents.tokenUsd[pool]! * remaining.tokens[pool]!
    }
    const mean = sum / tasks.length
    return {
      meanUsd: Math.max(0, mean - rent / remaining.tasks),
      spreadUsd: Math.sqrt(Math.max(0, squares / tasks.length - mean * mean)),
    }
  }

  /** What is kept back for `tasks` more: the least they need, less what the sample may be wrong by. */
  const keptBack = (tasks: number): number => {
    const error = reserve.spreadUsd * (tasks / Math.sqrt(Math.max(1, memory.length)) + Math.sqrt(tasks))
    return Math.max(0, tasks * reserve.meanUsd - RESERVE_ERRORS * error)
  }

  const remember = (task: TaskDocument): void => {
    if (memory.length < MEMORY) memory.push(task)
    else {
      const at = rng.nextInt(given + agentOf.length + 1)
      if (at < MEMORY) memory[at] = task
    }
  }

  /** The agent of the pool with a free slot and the least room that is enough; -1 when none has it. */
  const freeAgent = (pool: number, tokens: number): number => {
    let best = -1
    let bestRoom = Infinity
    for (let agent = fleet.firstAgent[pool]!; agent < fleet.firstAgent[pool + 1]!; agent++) {
      const room = fleet.capacityTokens[pool]! - tokensOfAgent[agent]!
      if (tasksOfAgent[agent]! + 1 > fleet.capacityTasks[pool]! || room < tokens) continue
      if (best >= 0 && room >= bestRoom) continue
      best = agent
      bestRoom = room
    }
    return best
  }

  const tolerance = (limit: number): number => limit + (BUDGET_TOLERANCE / 2) * limit
  /** Whether a pool has what the task needs, with so much money kept back. */
  const openTo =
    (offers: Offers, floor: number) =>
    (reserve: number) =>
    (pool: number): boolean => {
      const money = offers.moneyUsd[pool]!
      return (
        offers.quality[pool]! >= floor &&
        spentUsd + money + reserve <= tolerance(policy.budgetUsd) &&
        spentOfPool[pool]! + money <= tolerance(fleet.budgetUsd[pool]!) &&
        freeAgent(pool, offers.tokens[pool]!) >= 0
      )
    }

  const choose = (offers: Offers, floor: number): number => {
    const open = openTo(offers, floor)
    // Money for the tasks to come is kept back while that is possible; then as little as can be is spent.
    const careful = cheapest(offers, prices, open(keptBack(left.tasks - 1)), policy.unassignedUsd)
    if (careful >= 0 || policy.unassignedUsd !== Infinity) return careful
    return cheapest(inMoney(offers), leastPrices, open(0))
  }

  const whyNobody = (offers: Offers, floor: number): string => {
    const mayBeDone = (pool: number): boolean => offers.costUsd[pool] !== Infinity
    const pools = Array.from({ length: fleet.numPools }, (_, pool) => pool).filter(mayBeDone)
    if (pools.length === 0) return 'no agent may do it'
    if (pools.some(openTo(offers, floor)(0))) return 'leaving it out is cheaper'
    if (pools.every((pool) => offers.quality[pool]! < floor))
      return 'every agent that may do it is weaker than the work it builds on'
    return 'no agent that may do it has a slot, tokens and money left'
  }

  const floorOf = (task: TaskDocument): number => {
    if (policy.dependency.mode !== 'hard') return 0
    return Math.max(0, ...(task.dependsOn ?? []).map((parent) => qualityOf.get(parent) ?? 0))
  }

  return {
    async place(task) {
      for (const parent of task.dependsOn ?? [])
        if (!known.has(parent))
          throw new QaasError(
            'invalid-instance',
            `task "${task.id}" depends on "${parent}", which has not arrived`,
            { advice: 'Maybe send parents before their children.', data: { task: task.id, parent } },
          )
      // Judged alone before the whole knows of it: a malformed task leaves no trace.
      const offers = offersFor(policyDocument, fleet, task)
      whole.addTask(task)
      known.add(task.id)
      remember(task)
      dearestUsd = offers.costUsd.reduce(
        (most, usd) => (usd === Infinity ? most : Math.max(most, usd)),
        dearestUsd,
      )
      if (agentOf.length >= nextLearning) await learn()
      const floor = floorOf(task)
      const pool = choose(offers, floor)
      const agent = pool < 0 ? -1 : freeAgent(pool, offers.tokens[pool]!)
      agentOf.push(agent)
      left.tasks = Math.max(1, left.tasks - 1)
      if (pool < 0) {
        const costUsd = policy.unassignedUsd === Infinity ? 0 : policy.unassignedUsd
        return { agentId: undefined, why: whyNobody(offers, floor), costUsd, moneyUsd: 0 }
      }
      const money = offers.moneyUsd[pool]!
      spentUsd += money
      tasksOfAgent[agent]! += 1
      tokensOfAgent[agent]! += offers.tokens[pool]!
      left.slots[pool]! -= 1
      left.tokens[pool]! -= offers.tokens[pool]!
      spentOfPool[pool]! += money
      left.poolBudgetUsd[pool] = fleet.budgetUsd[pool]! - spentOfPool[pool]!
      left.budgetUsd = policy.budgetUsd - spentUsd
      qualityOf.set(task.id, offers.quality[pool]!)
      return { agentId: agentId(fleet, agent), costUsd: offers.costUsd[pool]!, moneyUsd: money }
    },
    get spentUsd() {
      return spentUsd
    },
    prices: () =>
      Object.fromEntries(
        fleet.poolIds.map((id, pool) => [
          id,
          {
            slotUsd: prices?.slotUsd[pool] ?? 0,
            tokenUsd: prices?.tokenUsd[pool] ?? 0,
            moneyUsd: prices?.moneyUsd[pool] ?? 0,
          },
        ]),
      ),
    finish: () => ({ instance: whole.build(), plan: { agentOf: Int32Array.from(agentOf) } }),
  }
}

/** The same offers when nothing but money counts. */
function inMoney(offers: Offers): Offers {
  return {
    ...offers,
    costUsd: offers.costUsd.map((usd, pool) => (usd === Infinity ? usd : offers.moneyUsd[pool]!)),
  }
}

/** Cost of the pool's offer with the rents of what it uses. Infinity when not eligible. */
function pricedUsd(offers: Offers, prices: Prices | undefined, pool: number): number {
  const own = offers.costUsd[pool]!
  if (prices === undefined) return own
  return (
    own +
    prices.slotUsd[pool]! +
    prices.tokenUsd[pool]! * offers.tokens[pool]! +
    prices.moneyUsd[pool]! * offers.moneyUsd[pool]!
  )
}

/** The allowed pool of least priced cost, or -1 when there is none below `unassignedUsd`. */
function cheapest(
  offers: Offers,
  prices: Prices | undefined,
  allowed: (pool: number) => boolean,
  unassignedUsd = Infinity,
): number {
  let best = -1
  let bestUsd = unassignedUsd
  for (let pool = 0; pool < offers.costUsd.length; pool++) {
    const usd = pricedUsd(offers, prices, pool)
    if (usd >= bestUsd || !allowed(pool)) continue
    best = pool
    bestUsd = usd
  }
  return best
}
