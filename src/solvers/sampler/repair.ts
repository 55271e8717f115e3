/**
 * Turns a decoded sample into a plan that keeps more of its promises: double assignments, ineligible agents, full
 * agents, missing tasks, weaker children, budgets, each by the cheapest single change. Not a solver: it may fail.
 */
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { isEligible, pairCostUsd, pairMoneyUsd, pairQuality, pairTokens } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'

export type Repair = (instance: Instance, plan: Plan) => Plan

/** Loads, money and assignments of a plan under change. */
interface Draft {
  readonly instance: Instance
  readonly agentOf: Int32Array
  readonly tasks: Float64Array
  readonly tokens: Float64Array
  readonly poolMoney: Float64Array
  money: number
}

/** Further rounds mend what the ones before have moved. */
const ROUNDS = 4

/** The cheapest changes, one promise after the other; the plan as it was when they break more than they mend. */
export function repairPlan(instance: Instance, plan: Plan): Plan {
  const broken = evaluate(instance, plan).violations.length
  if (broken === 0) return plan
  const draft = draftOf(instance, plan)
  for (let round = 0; round < ROUNDS; round++) {
    for (let task = 0; task < instance.tasks.count; task++) mendTask(draft, task)
    mendEdges(draft)
    saveMoney(draft)
    if (evaluate(instance, draft).feasible) break
  }
  return evaluate(instance, draft).violations.length <= broken ? { agentOf: draft.agentOf } : plan
}

function draftOf(instance: Instance, { agentOf, surplus = [] }: Plan): Draft {
  const { fleet } = instance
  const draft: Draft = {
    instance,
    agentOf: new Int32Array(agentOf.length).fill(-1),
    tasks: new Float64Array(fleet.numAgents),
    tokens: new Float64Array(fleet.numAgents),
    poolMoney: new Float64Array(fleet.numPools),
    money: 0,
  }
  const chosen = agentOf.slice()
  // Of several agents the cheapest eligible one stays.
  for (const { task, agent } of surplus)
    if (priceAt(instance, task, agent) < priceAt(instance, task, chosen[task]!)) chosen[task] = agent
  chosen.forEach((agent, task) => {
    if (agent >= 0 && priceAt(instance, task, agent) < Infinity) give(draft, task, agent)
  })
  return draft
}

function priceAt(instance: Instance, task: number, agent: number): number {
  if (agent < 0) return Infinity
  const pool = instance.fleet.poolOf[agent]!
  return isEligible(instance, task, pool) ? pairCostUsd(instance, task, pool) : Infinity
}

/** Gives the task to an agent, -1 for none, and books the change. */
function give(draft: Draft, task: number, agent: number): void {
  const { instance, agentOf } = draft
  const book = (to: number, sign: 1 | -1): void => {
    if (to < 0) return
    const pool = instance.fleet.poolOf[to]!
    const money = sign * pairMoneyUsd(instance, task, pool)
    draft.tasks[to]! += sign
    draft.tokens[to]! += sign * pairTokens(instance, task, pool)
    draft.poolMoney[pool]! += money
    draft.money += money
  }
  book(agentOf[task]!, -1)
  agentOf[task] = agent
  book(agent, 1)
}

function hasRoom({ instance, tasks, tokens }: Draft, task: number, agent: number): boolean {
  const { fleet } = instance
  const pool = fleet.poolOf[agent]!
  return (
    tasks[agent]! + 1 <= fleet.capacityTasks[pool]! &&
    tokens[agent]! + pairTokens(instance, task, pool) <= fleet.capacityTokens[pool]!
  )
}

function isOverfull({ instance, tasks, tokens }: Draft, agent: number): boolean {
  const { fleet } = instance
  const pool = fleet.poolOf[agent]!
  return tasks[agent]! > fleet.capacityTasks[pool]! || tokens[agent]! > fleet.capacityTokens[pool]!
}

/** Qualities the task must lie between because of its assigned parents and children, with hard dependencies. */
function qualityRange({ instance, agentOf }: Draft, task: number): readonly [number, number] {
  const { dependencies, policy, fleet } = instance
  let [low, high] = [-Infinity, Infinity]
  if (policy.dependency.mode !== 'hard') return [low, high]
  const qualityOf = (other: number): number | undefined =>
    agentOf[other]! < 0 ? undefined : pairQuality(instance, other, fleet.poolOf[agentOf[other]!]!)
  for (let k = dependencies.parentStart[task]!; k < dependencies.parentStart[task + 1]!; k++)
    low = Math.max(low, qualityOf(dependencies.parents[k]!) ?? low)
  for (let k = dependencies.childStart[task]!; k < dependencies.childStart[task + 1]!; k++)
    high = Math.min(high, qualityOf(dependencies.children[k]!) ?? high)
  return [low, high]
}

/** The cheapest agent with room, by `price`, within a range of quality; -1 for none. */
function cheapestAgent(
  draft: Draft,
  task: number,
  { range: [low, high], price }: { range: readonly [number, number]; price: (pool: number) => number },
): number {
  const { instance } = draft
  const { fleet } = instance
  let best = -1
  let least = Infinity
  for (let pool = 0; pool < fleet.numPools; pool++) {
    if (!isEligible(instance, task, pool)) continue
    const quality = pairQuality(instance, task, pool)
    const cost = price(pool)
    if (quality < low || quality > high || cost >= least) continue
    for (let agent = fleet.firstAgent[pool]!; agent < fleet.firstAgent[pool + 1]!; agent++) {
      if (agent === draft.agentOf[task] || !hasRoom(draft, task, agent)) continue
      best = agent
      least = cost
      break
    }
  }
  return best
}

/** Moves a task off an overfull agent, and places one that has none. */
function mendTask(draft: Draft, task: number): void {
  const { instance, agentOf } = draft
  const at = agentOf[task]!
  const wanted = at < 0 ? instance.policy.unassignedUsd === Infinity : isOverfull(draft, at)
  if (!wanted) return
  const found =
    moveInto(draft, task, qualityRange(draft, task)) || moveInto(draft, task, [-Infinity, Infinity])
  if (!found && at >= 0 && instance.policy.unassignedUsd < Infinity) give(draft, task, -1)
}

/** From parents to children: a child weaker than a parent goes up, or its stronger parents come down to it. */
function mendEdges(draft: Draft): void {
  const { instance, agentOf } = draft
  const { dependencies, policy, fleet } = instance
  if (policy.dependency.mode !== 'hard') return
  const qualityAt = (task: number): number =>
    agentOf[task]! < 0 ? -Infinity : pairQuality(instance, task, fleet.poolOf[agentOf[task]!]!)
  for (const task of dependencies.topologicalOrder) {
    if (agentOf[task]! < 0) continue
    const [low, high] = qualityRange(draft, task)
    if (qualityAt(task) >= low) continue
    if (moveInto(draft, task, [low, Math.max(low, high)])) continue
    if (moveInto(draft, task, [low, Infinity])) continue
    for (let k = dependencies.parentStart[task]!; k < dependencies.parentStart[task + 1]!; k++) {
      const parent = dependencies.parents[k]!
      if (qualityAt(parent) > qualityAt(task))
        moveInto(draft, parent, [qualityRange(draft, parent)[0], qualityAt(task)])
    }
  }
}

/** Gives the task to the cheapest agent with room and a quality in the range; false when there is none. */
function moveInto(draft: Draft, task: number, range: readonly [number, number]): boolean {
  const price = (pool: number): number => pairCostUsd(draft.instance, task, pool)
  const agent = cheapestAgent(draft, task, { range, price })
  if (agent >= 0) give(draft, task, agent)
  return agent >= 0
}

/** While a budget is broken, moves the task that saves most money for the cost. */
function saveMoney(draft: Draft): void {
  const { instance, agentOf } = draft
  const { fleet, policy, tasks } = instance
  const overspent = (pool: number): boolean =>
    draft.money > policy.budgetUsd || draft.poolMoney[pool]! > fleet.budgetUsd[pool]!
  if (policy.budgetUsd === Infinity && fleet.budgetUsd.every((limit) => limit === Infinity)) return
  for (let task = 0; task < tasks.count; task++) {
    const at = agentOf[task]!
    if (at < 0 || !overspent(fleet.poolOf[at]!)) continue
    const price = (pool: number): number => pairMoneyUsd(instance, task, pool)
    const agent = cheapestAgent(draft, task, { range: qualityRange(draft, task), price })
    if (agent >= 0 && price(fleet.poolOf[agent]!) < price(fleet.poolOf[at]!)) give(draft, task, agent)
  }
}
