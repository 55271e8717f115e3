/** The facts of a shift report: what a plan ships, spends and breaks, pool by pool. Data only; words are in `shift-report-text.ts`. */
import type { Evaluation } from '../model/evaluate.ts'
import { agentId, type Fleet, type Instance } from '../model/instance.ts'
import { pairMoneyUsd, pairQuality } from '../model/pair.ts'
import type { Plan } from '../model/plan.ts'
import { workflowChains } from './workflow-chains.ts'

export interface ChainStep {
  readonly task: string
  /** undefined: nobody does it. */
  readonly agent: string | undefined
  readonly quality: number
  /** It depends on the step before it, and must not be weaker; false where a branch of the workflow begins. */
  readonly follows: boolean
}

export interface DispatchRow {
  readonly pool: string
  readonly agents: number
  readonly tasks: number
  /** Of the whole pool; Infinity when unlimited. */
  readonly capacity: number
  readonly price: string
  readonly quality: number
  /** Costs nothing. */
  readonly local: boolean
}

export interface ShiftReport {
  readonly tasks: number
  readonly completed: number
  readonly dropped: number
  /** Tasks that have an agent and yet wait, directly or not, for one that has none: a run skips them. */
  readonly stranded: number
  readonly moneyUsd: number
  /** Tasks whose agent reaches their quality floor. */
  readonly qualityMet: number
  readonly capacityViolations: number
  /** Edges whose child is weaker than its parent. */
  readonly dependencyViolations: number
  readonly chains: readonly { readonly name: string; readonly steps: readonly ChainStep[] }[]
  readonly moreChains: number
  readonly dispatch: readonly DispatchRow[]
  readonly local: { readonly tasks: number; readonly usd: number }
  readonly cloud: { readonly tasks: number; readonly usd: number }
  /** Dear agents (above the mean price of what was paid for) on tasks of the lowest quality floor. */
  readonly overkill: readonly { readonly task: string; readonly agent: string }[]
  readonly overloaded: readonly { readonly agent: string; readonly load: number; readonly limit: number }[]
}

/** How many chains of each type are shown. */
const SHOWN_PER_TYPE = 3

export function shiftReport(instance: Instance, plan: Plan, evaluation: Evaluation): ShiftReport {
  const { fleet, tasks } = instance
  const local = { tasks: 0, usd: 0 }
  const cloud = { tasks: 0, usd: 0 }
  let qualityMet = 0
  for (let task = 0; task < tasks.count; task++) {
    const agent = plan.agentOf[task]!
    if (agent < 0) continue
    const pool = fleet.poolOf[agent]!
    if (pairQuality(instance, task, pool) >= tasks.minQuality[task]!) qualityMet += 1
    const usd = pairMoneyUsd(instance, task, pool)
    const side = usd === 0 && isLocal(fleet, pool) ? local : cloud
    side.tasks += 1
    side.usd += usd
  }
  return {
    tasks: tasks.count,
    completed: tasks.count - evaluation.unassigned,
    dropped: evaluation.unassigned,
    stranded: countStranded(instance, plan),
    moneyUsd: evaluation.moneyUsd,
    qualityMet,
    capacityViolations: evaluation.violations.filter(({ kind }) => kind.startsWith('capacity-')).length,
    dependencyViolations: evaluation.weakerChildren,
    ...chainSamples(instance, plan),
    dispatch: dispatchRows(instance, evaluation),
    local,
    cloud,
    overkill: overkill(instance, plan, cloud),
    overloaded: evaluation.violations.flatMap((violation) =>
      violation.kind === 'capacity-tasks' || violation.kind === 'capacity-tokens'
        ? [{ agent: agentId(fleet, violation.agent), load: violation.load, limit: violation.limit }]
        : [],
    ),
  }
}

/** A pool is local when none of its prices is above zero. */
function isLocal(fleet: Fleet, pool: number): boolean {
  return (
    fleet.perTaskUsd[pool] === 0 && fleet.inputPerMTokUsd[pool] === 0 && fleet.outputPerMTokUsd[pool] === 0
  )
}

function countStranded({ dependencies }: Instance, { agentOf }: Plan): number {
  const { topologicalOrder, childStart, children } = dependencies
  const isStranded = new Uint8Array(agentOf.length)
  let count = 0
  for (const task of topologicalOrder) {
    if (agentOf[task]! >= 0 && isStranded[task] === 1) count += 1
    if (agentOf[task]! >= 0 && isStranded[task] === 0) continue
    for (let at = childStart[task]!; at < childStart[task + 1]!; at++) isStranded[children[at]!] = 1
  }
  return count
}

function chainSamples(instance: Instance, plan: Plan): Pick<ShiftReport, 'chains' | 'moreChains'> {
  const { fleet, tasks } = instance
  const shown = new Map<string, number>()
  const chains = workflowChains(instance)
  const picked = chains.filter(({ type }) => {
    const already = shown.get(type) ?? 0
    shown.set(type, already + 1)
    return already < SHOWN_PER_TYPE
  })
  return {
    chains: picked.map(({ name, steps, follows }) => ({
      name,
      steps: steps.map((task, k) => {
        const agent = plan.agentOf[task]!
        return {
          task: tasks.ids.get(task),
          agent: agent < 0 ? undefined : agentId(fleet, agent),
          quality: agent < 0 ? 0 : pairQuality(instance, task, fleet.poolOf[agent]!),
          follows: follows[k]!,
        }
      }),
    })),
    moreChains: chains.length - picked.length,
  }
}

function dispatchRows({ fleet }: Instance, evaluation: Evaluation): DispatchRow[] {
  return fleet.poolIds.map((pool, p) => {
    const from = fleet.firstAgent[p]!
    const to = fleet.firstAgent[p + 1]!
    return {
      pool,
      agents: to - from,
      tasks: evaluation.tasksOfAgent.subarray(from, to).reduce((sum, load) => sum + load, 0),
      capacity: fleet.capacityTasks[p]! * (to - from),
      price: priceText(fleet, p),
      quality: fleet.quality[p * fleet.domains.length]!,
      local: isLocal(fleet, p),
    }
  })
}

function priceText(fleet: Fleet, pool: number): string {
  const parts = [
    [fleet.perTaskUsd[pool]!, '/task'],
    [fleet.inputPerMTokUsd[pool]!, '/M in'],
    [fleet.outputPerMTokUsd[pool]!, '/M out'],
  ] as const
  const text = parts.filter(([usd]) => usd > 0).map(([usd, unit]) => `$${Number(usd.toPrecision(4))}${unit}`)
  return text.length === 0 ? '$0' : text.join(' ')
}

function overkill(instance: Instance, plan: Plan, cloud: ShiftReport['cloud']): ShiftReport['overkill'] {
  const { fleet, tasks } = instance
  const lowestFloor = tasks.minQuality.reduce((low, floor) => Math.min(low, floor), 1)
  // Where all tasks are equally easy, a dear agent on one of them says nothing.
  if (tasks.minQuality.every((floor) => floor === lowestFloor)) return []
  const meanUsd = cloud.usd / Math.max(1, cloud.tasks)
  const found: { task: string; agent: string }[] = []
  for (let task = 0; task < tasks.count; task++) {
    const agent = plan.agentOf[task]!
    if (agent < 0 || tasks.minQuality[task]! > lowestFloor) continue
    if (pairMoneyUsd(instance, task, fleet.poolOf[agent]!) > meanUsd)
      found.push({ task: tasks.ids.get(task), agent: agentId(fleet, agent) })
  }
  return found
}
