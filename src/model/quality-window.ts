/**
 * The qualities each task may still have while hard dependencies are filled in one task after the other: nothing
 * weaker than what its ancestors have, nothing stronger than what its descendants can have.
 */
import type { Instance } from './instance.ts'
import { pairQuality, whyIneligible } from './pair.ts'

export class QualityWindow {
  readonly low: Float64Array
  readonly high: Float64Array
  readonly #instance: Instance

  /** `low` and `high` of each task on its own are given and are narrowed along the edges. */
  constructor(instance: Instance, low: Float64Array, high: Float64Array) {
    this.#instance = instance
    this.low = low
    this.high = high
    const { topologicalOrder, numEdges } = instance.dependencies
    if (numEdges === 0) return
    for (const task of topologicalOrder) this.#raiseChildren(task)
    for (let at = topologicalOrder.length - 1; at >= 0; at--) this.#lowerParents(topologicalOrder[at]!)
  }

  allows(task: number, quality: number): boolean {
    return quality >= this.low[task]! && quality <= this.high[task]!
  }

  /** The task now has this quality; narrows everything before and behind it. Returns the tasks it narrowed. */
  fix(task: number, quality: number): number[] {
    this.low[task] = quality
    this.high[task] = quality
    const behind = spread(task, (at) => this.#raiseChildren(at))
    return behind.concat(spread(task, (at) => this.#lowerParents(at)))
  }

  #raiseChildren(task: number): number[] {
    const { childStart, children } = this.#instance.dependencies
    const changed: number[] = []
    for (let k = childStart[task]!; k < childStart[task + 1]!; k++) {
      const child = children[k]!
      if (this.low[child]! >= this.low[task]!) continue
      this.low[child] = this.low[task]!
      changed.push(child)
    }
    return changed
  }

  #lowerParents(task: number): number[] {
    const { parentStart, parents } = this.#instance.dependencies
    const changed: number[] = []
    for (let k = parentStart[task]!; k < parentStart[task + 1]!; k++) {
      const parent = parents[k]!
      if (this.high[parent]! <= this.high[task]!) continue
      this.high[parent] = this.high[task]!
      changed.push(parent)
    }
    return changed
  }
}

/** Follows `step` from `task` until nothing changes any more. */
function spread(task: number, step: (task: number) => readonly number[]): number[] {
  const changed: number[] = []
  const open = [task]
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const other of step(next)) {
      changed.push(other)
      open.push(other)
    }
  return changed
}

/** The window between the weakest and the strongest eligible agents along every chain, before anything is placed. */
export function eligibleWindow(instance: Instance): QualityWindow {
  const { count } = instance.tasks
  const low = new Float64Array(count)
  const high = new Float64Array(count).fill(1)
  const { parentStart, childStart } = instance.dependencies
  for (let task = 0; task < count; task++) {
    if (parentStart[task] === parentStart[task + 1] && childStart[task] === childStart[task + 1]) continue
    let [weakest, strongest] = [Infinity, Number.NEGATIVE_INFINITY]
    for (let pool = 0; pool < instance.fleet.numPools; pool++) {
      if (whyIneligible(instance, task, pool) !== undefined) continue
      const quality = pairQuality(instance, task, pool)
      weakest = Math.min(weakest, quality)
      strongest = Math.max(strongest, quality)
    }
    // A task without any pool holds nobody back.
    if (weakest === Infinity) continue
    low[task] = weakest
    high[task] = strongest
  }
  return new QualityWindow(instance, low, high)
}
