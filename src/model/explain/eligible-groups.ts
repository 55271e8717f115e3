/** Groups tasks that the same pools may do; there are few such groups however many tasks there are. */
import type { Instance } from '../instance.ts'
import { tokensOf } from '../instance.ts'
import { isEligible, pairQuality, pairTokens } from '../pair.ts'
import type { QualityWindow } from '../quality-window.ts'

export interface EligibleGroup {
  readonly tasks: readonly number[]
  /** By rising index. */
  readonly pools: readonly number[]
  /** The least tokens the tasks take together, wherever they go. */
  readonly tokens: number
}

/** By first task. With a window only pools whose quality lies in the task's window count. */
export function eligibleGroups(instance: Instance, window?: QualityWindow): EligibleGroup[] {
  const poolsOfKind = new Map<string, readonly number[]>()
  const groups = new Map<string, { tasks: number[]; pools: readonly number[]; tokens: number }>()
  const bucket = tokenBuckets(instance)
  for (let task = 0; task < instance.tasks.count; task++) {
    const kind = kindOf(instance, task, bucket, window)
    let pools = kind === undefined ? undefined : poolsOfKind.get(kind)
    if (pools === undefined) {
      pools = eligiblePools(instance, task, window)
      if (kind !== undefined) poolsOfKind.set(kind, pools)
    }
    const key = pools.join(' ')
    const group = groups.get(key) ?? { tasks: [], pools, tokens: 0 }
    if (group.tasks.length === 0) groups.set(key, group)
    group.tasks.push(task)
    group.tokens += leastTokens(instance, task, pools)
  }
  return [...groups.values()]
}

function eligiblePools(instance: Instance, task: number, window: QualityWindow | undefined): number[] {
  const pools: number[] = []
  for (let pool = 0; pool < instance.fleet.numPools; pool++)
    if (isEligible(instance, task, pool) && (window?.allows(task, pairQuality(instance, task, pool)) ?? true))
      pools.push(pool)
  return pools
}

/** Everything that decides eligibility; undefined for tasks with estimates, which stand alone. */
function kindOf(
  { tasks }: Instance,
  task: number,
  bucket: (tokens: number) => number,
  window: QualityWindow | undefined,
): string | undefined {
  if (hasEstimates(tasks.estimates, task)) return undefined
  const own = `${tasks.requirement[task]} ${tasks.domain[task]} ${tasks.minQuality[task]} ${tasks.maxLatencyMs[task]}`
  const range = window === undefined ? '' : ` ${window.low[task]} ${window.high[task]}`
  return `${own} ${bucket(tokensOf(tasks, task))}${range}`
}

function hasEstimates(estimates: Instance['tasks']['estimates'], task: number): boolean {
  return estimates !== undefined && estimates.start[task + 1]! > estimates.start[task]!
}

/** Tokens matter only against the contexts and capacities of the fleet: the number of these limits below them. */
function tokenBuckets({ fleet }: Instance): (tokens: number) => number {
  const limits = [...new Set([...fleet.contextTokens, ...fleet.capacityTokens])].sort((a, b) => a - b)
  return (tokens) => {
    let [low, high] = [0, limits.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (limits[middle]! < tokens) low = middle + 1
      else high = middle
    }
    return low
  }
}

function leastTokens(instance: Instance, task: number, pools: readonly number[]): number {
  if (!hasEstimates(instance.tasks.estimates, task)) return tokensOf(instance.tasks, task)
  const least = pools.reduce((min, pool) => Math.min(min, pairTokens(instance, task, pool)), Infinity)
  return least === Infinity ? 0 : least
}
