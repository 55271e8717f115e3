/**
 * Bridge: instance -> CQM. One binary per eligible (task, agent) pair; the objective is the judge's, every hard
 * promise is a row. The inverse, `toPlan`, keeps a second agent of a task as `surplus` instead of hiding it.
 */
import type { Instance } from '../../model/instance.ts'
import { agentId } from '../../model/instance.ts'
import { isEligible, pairCostUsd, pairMoneyUsd, pairTokens } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'
import type { Label } from '../bqm.ts'
import { type Cqm, type CqmBuilder, createCqmBuilder } from '../cqm.ts'
import { linearTerms } from '../expression.ts'
import { addDependencies, type DependencyForm } from './dependency-rows.ts'

/** Which promise of the instance a row of its CQM stands for. */
export type RowKind =
  | 'assignment'
  | 'capacity-tasks'
  | 'capacity-tokens'
  | 'budget'
  | 'pool-budget'
  | 'dependency'

export interface InstanceCqmOptions {
  /**
   * `products`: a price on every (child, parent) pair of agents that breaks an edge, quadratic, no rows.
   * `staircase`: one linear row per edge and quality level; with soft dependencies also a binary per edge.
   * Default: `staircase` for hard dependencies, `products` for soft ones.
   */
  readonly dependencies?: DependencyForm
  /** Price of a product where the policy says `hard`; default 100, the notebook's. */
  readonly dependencyPenaltyUsd?: number
  /** `names` (default): variables are [task id, agent name]; `indices`: `x_<task>_<agent>`, fit for LP files. */
  readonly labels?: 'names' | 'indices'
}

export interface InstanceCqm {
  readonly cqm: Cqm
  /** Task and agent of each pair variable; variables behind them are broken edges of soft staircases. */
  readonly pairTask: Int32Array
  readonly pairAgent: Int32Array
  /** Kind of each constraint. */
  readonly kinds: readonly RowKind[]
  /** The plan of a 0/1 sample; tasks without an agent have -1, further agents are `surplus`. */
  toPlan(sample: ArrayLike<number>): Plan
  /** The sample of a plan; inverse of `toPlan` on plans over eligible pairs. */
  toSample(plan: Plan): Float64Array
}

/** The pairs of an instance as rows see them. */
export interface PairTable {
  readonly instance: Instance
  readonly task: Int32Array
  readonly agent: Int32Array
  /** Pairs of task i are `start[i] .. start[i + 1]`, by rising agent. */
  readonly start: Int32Array
}

export function instanceToCqm(instance: Instance, options: InstanceCqmOptions = {}): InstanceCqm {
  const { policy, fleet, tasks } = instance
  const pairs = eligiblePairs(instance)
  const builder = createCqmBuilder()
  const name = namer(instance, options.labels ?? 'names')
  const cost = new Float64Array(pairs.task.length)
  const saved = policy.unassignedUsd === Infinity ? 0 : policy.unassignedUsd
  for (let v = 0; v < pairs.task.length; v++) {
    const [task, agent] = [pairs.task[v]!, pairs.agent[v]!]
    const pool = fleet.poolOf[agent]!
    // Agents of a pool are alike and follow each other.
    const alike = v > 0 && pairs.task[v - 1] === task && fleet.poolOf[pairs.agent[v - 1]!] === pool
    cost[v] = alike ? cost[v - 1]! : pairCostUsd(instance, task, pool) - saved
    builder.addVariable({ type: 'BINARY', label: name.pair(task, agent) })
  }
  const kinds: RowKind[] = []
  addAssignments({ builder, pairs, kinds, name })
  addLimits({ builder, pairs, kinds, name })
  const { products, broken } = addDependencies({ builder, pairs, kinds, name, options })
  const offset = policy.unassignedUsd === Infinity ? 0 : policy.unassignedUsd * tasks.count
  const linear = function* (): Generator<readonly [number, number]> {
    yield* linearTerms(cost.keys(), (v) => cost[v]!)
    yield* broken
  }
  builder.setObjective({ linear: linear(), quadratic: products, offset })
  const cqm = builder.build()
  return {
    cqm,
    pairTask: pairs.task,
    pairAgent: pairs.agent,
    kinds,
    toPlan: (sample) => planOf(pairs, sample),
    toSample: (plan) => sampleOf(pairs, plan, cqm.variables.count),
  }
}

/** What the parts of this bridge share. */
export interface CqmParts {
  readonly builder: CqmBuilder
  readonly pairs: PairTable
  readonly kinds: RowKind[]
  readonly name: Namer
}

export interface Namer {
  pair(task: number, agent: number): Label
  row(kind: RowKind, ...items: readonly (string | number)[]): string
  task(task: number): string | number
}

/** Rows are named without "/", which dimod's files cannot hold in a constraint's label. */
function namer({ tasks, fleet }: Instance, style: 'names' | 'indices'): Namer {
  if (style === 'indices')
    return {
      pair: (task, agent) => `x_${task}_${agent}`,
      row: (kind, ...items) => [kind.replace('-', '_'), ...items].join('_'),
      task: (task) => task,
    }
  const taskIds = Array.from({ length: tasks.count }, (_, task) => tasks.ids.get(task))
  const agentIds = Array.from(fleet.poolOf, (_, agent) => agentId(fleet, agent))
  const safe = (text: string) => text.replaceAll('%', '%25').replaceAll('/', '%2F')
  return {
    pair: (task, agent) => [taskIds[task]!, agentIds[agent]!],
    row: (kind, ...items) => [kind, ...items.map((item) => safe(String(item)))].join(':'),
    task: (task) => taskIds[task]!,
  }
}

function eligiblePairs(instance: Instance): PairTable {
  const { fleet, tasks } = instance
  const [task, agent]: [number[], number[]] = [[], []]
  const start = new Int32Array(tasks.count + 1)
  for (let i = 0; i < tasks.count; i++) {
    for (let pool = 0; pool < fleet.numPools; pool++) {
      if (!isEligible(instance, i, pool)) continue
      for (let j = fleet.firstAgent[pool]!; j < fleet.firstAgent[pool + 1]!; j++) {
        task.push(i)
        agent.push(j)
      }
    }
    start[i + 1] = task.length
  }
  return { instance, task: Int32Array.from(task), agent: Int32Array.from(agent), start }
}

function addAssignments({ builder, pairs, kinds, name }: CqmParts): void {
  const { tasks, policy } = pairs.instance
  const optional = policy.unassignedUsd !== Infinity
  for (let i = 0; i < tasks.count; i++) {
    const [start, end] = [pairs.start[i]!, pairs.start[i + 1]!]
    if (optional && start === end) continue
    const members = Int32Array.from({ length: end - start }, (_, k) => start + k)
    kinds.push('assignment')
    builder.addConstraint({
      terms: { linear: linearTerms(members, () => 1) },
      sense: optional ? '<=' : '==',
      rhs: 1,
      label: name.row('assignment', name.task(i)),
      discrete: !optional && members.length > 1,
    })
  }
}

/** Capacities of agents and budgets; a limit that no plan can reach makes no row. */
function addLimits({ builder, pairs, kinds, name }: CqmParts): void {
  const { instance } = pairs
  const { fleet, policy } = instance
  const poolOfPair = (v: number): number => fleet.poolOf[pairs.agent[v]!]!
  const money = (v: number): number => pairMoneyUsd(instance, pairs.task[v]!, poolOfPair(v))
  const addRows = (
    kind: RowKind,
    groups: readonly number[][],
    row: {
      amount: (v: number) => number
      limit: (group: number) => number
      item: (group: number) => string[]
    },
  ): void => {
    groups.forEach((members, group) => {
      let total = 0
      for (const v of members) total += row.amount(v)
      const limit = row.limit(group)
      if (total <= limit) return
      kinds.push(kind)
      builder.addConstraint({
        terms: {
          linear: linearTerms(
            members.filter((v) => row.amount(v) !== 0),
            row.amount,
          ),
        },
        sense: '<=',
        rhs: limit,
        label: name.row(kind, ...row.item(group)),
      })
    })
  }
  const indices = Array.from(pairs.task, (_, v) => v)
  const byAgent = grouped(indices, fleet.numAgents, (v) => pairs.agent[v]!)
  const item = (agent: number): string[] => [name.task(0) === 0 ? String(agent) : agentId(fleet, agent)]
  const poolOf = (agent: number): number => fleet.poolOf[agent]!
  addRows('capacity-tasks', byAgent, {
    amount: () => 1,
    limit: (agent) => Math.floor(fleet.capacityTasks[poolOf(agent)]!),
    item,
  })
  addRows('capacity-tokens', byAgent, {
    amount: (v) => pairTokens(instance, pairs.task[v]!, poolOfPair(v)),
    limit: (agent) => fleet.capacityTokens[poolOf(agent)]!,
    item,
  })
  addRows('budget', [indices], { amount: money, limit: () => policy.budgetUsd, item: () => [] })
  addRows('pool-budget', grouped(indices, fleet.numPools, poolOfPair), {
    amount: money,
    limit: (pool) => fleet.budgetUsd[pool]!,
    item: (pool) => [name.task(0) === 0 ? String(pool) : fleet.poolIds[pool]!],
  })
}

function grouped(items: readonly number[], count: number, groupOf: (item: number) => number): number[][] {
  const groups: number[][] = Array.from({ length: count }, () => [])
  for (const item of items) groups[groupOf(item)]!.push(item)
  return groups
}

function planOf({ instance, task, agent }: PairTable, sample: ArrayLike<number>): Plan {
  const agentOf = new Int32Array(instance.tasks.count).fill(-1)
  const surplus: { task: number; agent: number }[] = []
  for (let v = 0; v < task.length; v++) {
    if (sample[v]! < 0.5) continue
    if (agentOf[task[v]!] === -1) agentOf[task[v]!] = agent[v]!
    else surplus.push({ task: task[v]!, agent: agent[v]! })
  }
  return surplus.length === 0 ? { agentOf } : { agentOf, surplus }
}

function sampleOf({ instance, agent, start }: PairTable, plan: Plan, count: number): Float64Array {
  const sample = new Float64Array(count)
  const give = (task: number, to: number): void => {
    for (let v = start[task]!; v < start[task + 1]!; v++) if (agent[v] === to) sample[v] = 1
  }
  for (let task = 0; task < instance.tasks.count; task++) give(task, plan.agentOf[task]!)
  for (const { task, agent: to } of plan.surplus ?? []) give(task, to)
  return sample
}
