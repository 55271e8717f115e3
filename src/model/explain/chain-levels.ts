/**
 * Hard dependencies as levels: the least quality each task can have is the least of its eligible qualities that is
 * not below what its parents need. A task without such a quality ends a chain that no plan can keep.
 */
import type { Instance } from '../instance.ts'
import { isEligible, pairQuality } from '../pair.ts'

export interface BrokenChain {
  /** Tasks from the first of the chain to the one that cannot reach its level; each depends on the one before. */
  readonly chain: readonly number[]
  /** Quality that the last task would need. */
  readonly neededQuality: number
  /** The best quality of its eligible agents. */
  readonly bestQuality: number
}

/** The broken chains, each ending at a task whose ancestors are all in order. */
export function brokenChains(instance: Instance): BrokenChain[] {
  const { topologicalOrder, parentStart, childStart, parents, numEdges } = instance.dependencies
  if (numEdges === 0 || instance.policy.dependency.mode !== 'hard') return []
  const level = new Float64Array(instance.tasks.count).fill(Number.NEGATIVE_INFINITY)
  const from = new Int32Array(instance.tasks.count).fill(-1)
  const found: BrokenChain[] = []
  for (const task of topologicalOrder) {
    if (parentStart[task] === parentStart[task + 1] && childStart[task] === childStart[task + 1]) continue
    let needed = Number.NEGATIVE_INFINITY
    for (let k = parentStart[task]!; k < parentStart[task + 1]!; k++) {
      const parent = parents[k]!
      if (level[parent]! <= needed) continue
      needed = level[parent]!
      from[task] = parent
    }
    const { reachable, best } = qualities(instance, task, needed)
    level[task] = reachable
    // A task without any eligible agent is another finding; behind a broken one the level starts afresh.
    if (reachable === Infinity) {
      if (best > Number.NEGATIVE_INFINITY)
        found.push({ chain: chainTo(task, from), neededQuality: needed, bestQuality: best })
      level[task] = Number.NEGATIVE_INFINITY
    }
  }
  return found
}

/** The least eligible quality of at least `needed` (Infinity: none) and the best eligible quality. */
function qualities(instance: Instance, task: number, needed: number): { reachable: number; best: number } {
  let [reachable, best] = [Infinity, Number.NEGATIVE_INFINITY]
  for (let pool = 0; pool < instance.fleet.numPools; pool++) {
    if (!isEligible(instance, task, pool)) continue
    const quality = pairQuality(instance, task, pool)
    best = Math.max(best, quality)
    if (quality >= needed) reachable = Math.min(reachable, quality)
  }
  return { reachable, best }
}

/** Back along the parents that ask most, up to a task that depends on nothing, or on nothing that has a level. */
function chainTo(task: number, from: Int32Array): number[] {
  const chain = [task]
  for (let at = from[task]!; at >= 0; at = from[at]!) chain.push(at)
  return chain.reverse()
}
