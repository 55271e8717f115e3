/** What each task may be given in an exhaustive search, cheapest first; agents that cannot differ are one unit. */
import type { Instance } from '../../model/instance.ts'
import { isEligible, pairCostUsd, pairMoneyUsd, pairQuality } from '../../model/pair.ts'

/**
 * A place for tasks. Without a token capacity the agents of a pool are only slots, so the pool is one unit; with one,
 * how tasks are packed matters and every agent is a unit.
 */
export interface Unit {
  readonly pool: number
  /** Agents `firstAgent .. firstAgent + numAgents - 1`. */
  readonly firstAgent: number
  readonly numAgents: number
  readonly capacityTasks: number
  readonly capacityTokens: number
  /** The previous unit of the same pool, or -1: while both carry the same load only the earlier one is tried. */
  readonly twin: number
}

export interface Option {
  /** -1: no agent. */
  readonly unit: number
  readonly pool: number
  readonly costUsd: number
  readonly moneyUsd: number
  readonly quality: number
}

export function unitsOf({ fleet }: Instance): Unit[] {
  const units: Unit[] = []
  for (let pool = 0; pool < fleet.numPools; pool++) {
    const [first, replicas] = [fleet.firstAgent[pool]!, fleet.replicas[pool]!]
    const [capacityTasks, capacityTokens] = [fleet.capacityTasks[pool]!, fleet.capacityTokens[pool]!]
    if (capacityTokens === Infinity) {
      const slots = replicas * Math.floor(capacityTasks)
      units.push({
        pool,
        firstAgent: first,
        numAgents: replicas,
        capacityTasks: slots,
        capacityTokens,
        twin: -1,
      })
    } else
      for (let k = 0; k < replicas; k++)
        units.push({
          pool,
          firstAgent: first + k,
          numAgents: 1,
          capacityTasks: Math.floor(capacityTasks),
          capacityTokens,
          twin: k === 0 ? -1 : units.length - 1,
        })
  }
  return units
}

/** How many units `unitsOf` makes of each pool. */
export function numUnitsByPool({ fleet }: Instance): Int32Array {
  return Int32Array.from(fleet.replicas, (replicas, pool) =>
    fleet.capacityTokens[pool] === Infinity ? 1 : replicas,
  )
}

export function optionsOf(instance: Instance, units: readonly Unit[], task: number): Option[] {
  const options: Option[] = []
  units.forEach(({ pool }, unit) => {
    if (!isEligible(instance, task, pool)) return
    options.push({
      unit,
      pool,
      costUsd: pairCostUsd(instance, task, pool),
      moneyUsd: pairMoneyUsd(instance, task, pool),
      quality: pairQuality(instance, task, pool),
    })
  })
  const { unassignedUsd } = instance.policy
  if (unassignedUsd !== Infinity)
    options.push({ unit: -1, pool: -1, costUsd: unassignedUsd, moneyUsd: 0, quality: Number.NaN })
  return options.sort((a, b) => a.costUsd - b.costUsd || a.unit - b.unit)
}
