/**
 * Branch and bound on kernels: only pairs with the least forced costs, and those of the best assignment, are open. The
 * smallest kernels come first, for there better assignments are found soon; the last one is the whole problem, which
 * makes a proof. Each pass searches further than the one before, and from other prices that are nearly as good.
 *
 * After Angelelli, Mansini and Speranza, "Kernel search: a general heuristic for the multi-dimensional knapsack
 * problem", Computers & Operations Research 37 (2010).
 */
import type { Rng } from '../../numeric/rng.ts'
import { mustStop, type RunContext } from '../../solve/context.ts'
import { type BranchAnswer, type BranchOptions, branchAndBound } from './branch.ts'
import { type ForcedCosts, forcedCosts } from './forced.ts'
import { ascend } from './task-ascent.ts'
import type { TaskDual } from './task-dual.ts'

export interface KernelOptions extends BranchOptions {
  readonly dual: TaskDual
  readonly rng: Rng
  /** The best assignment known now. */
  readonly incumbent: () => Int32Array | undefined
}

/** Pairs a task of a kernel, on average. */
const WIDTHS = [1.2, 1.35, 1.5, 1.75]
/** Nodes of each search of the first pass, and how they grow from pass to pass. */
const FIRST_NODES = 400
const GROWTH = 1.3
/** Where so few pairs a task can be part of a better assignment a proof is near, and gets as many times the nodes. */
const NEAR_WIDTH = 2.5
const NEAR_FACTOR = 8
/** Steps back to good prices from changed ones, and the pairs a task whose forced costs are the size of the change. */
const RETURN_STEPS = 300
const CHANGE_WIDTH = 1.75

interface Prices {
  readonly prices: Float64Array
  readonly bound: number
  readonly forced: ForcedCosts
  /** All forced costs by rising size. */
  readonly sorted: Float64Array
}

export async function searchKernels(options: KernelOptions, context: RunContext): Promise<BranchAnswer> {
  const { problem, dual, best, step, mostNodes } = options
  const first = pricesOf(dual, options)
  let [nodes, current] = [0, first]
  for (let pass = 0; !mustStop(context) && nodes < mostNodes; pass++) {
    if (pass > 0) current = await changed(options, first, context)
    const limit = Math.round(FIRST_NODES * GROWTH ** pass)
    let isClosed = true
    for (const width of WIDTHS) {
      const most = costAt(current, width * problem.numTasks)
      // A wider kernel would be all there is.
      if (most >= best() - step - current.bound) break
      for (;;) {
        const before = best()
        const open = kernelOf(current, most, options)
        const answer = await branchAndBound(
          { ...options, ...current, open, mostNodes: Math.min(limit, mostNodes - nodes) },
          context,
        )
        nodes += answer.nodes
        if (mustStop(context) || nodes >= mostNodes) return { bound: options.bound, complete: false, nodes }
        isClosed &&= answer.complete
        if (best() === before || answer.complete) break
      }
    }
    const left = first.sorted.findLastIndex((usd) => usd <= best() - step - first.bound) + 1
    // Where kernels hold nothing, or are done with, only the whole problem is left.
    if (left > NEAR_WIDTH * problem.numTasks && best() !== Infinity && !isClosed) continue
    const answer = await branchAndBound(
      { ...options, ...first, mostNodes: Math.min(NEAR_FACTOR * limit, mostNodes - nodes) },
      context,
    )
    nodes += answer.nodes
    if (answer.complete) return { ...answer, nodes }
  }
  return { bound: options.bound, complete: false, nodes }
}

function pricesOf(dual: TaskDual, { prices, bound }: { prices: Float64Array; bound: number }): Prices {
  const forced = forcedCosts(dual, prices)
  return { prices, bound, forced, sorted: forced.use.slice().sort() }
}

/** Other prices of about the same bound. */
async function changed(
  { dual, rng, best }: KernelOptions,
  from: Prices,
  context: RunContext,
): Promise<Prices> {
  const size = costAt(from, CHANGE_WIDTH * dual.problem.numTasks)
  const start = from.prices.map((price) => Math.max(0, price + size * (2 * rng.nextFloat() - 1)))
  const target = best() === Infinity ? 1.01 * from.bound : best()
  const limits = { target, mostSteps: RETURN_STEPS, enough: Infinity, patience: 15, firstLength: 0.5 }
  return pricesOf(dual, await ascend(dual, { prices: start, ...limits }, context))
}

/** The forced cost that so many pairs do not exceed. */
function costAt({ sorted }: Prices, pairs: number): number {
  return sorted[Math.min(sorted.length - 1, Math.round(pairs))]!
}

function kernelOf({ forced }: Prices, most: number, { problem, incumbent }: KernelOptions): Uint8Array {
  const open = Uint8Array.from(forced.use, (usd) => (usd <= most && usd !== Infinity ? 1 : 0))
  incumbent()?.forEach((agent, task) => {
    open[task * problem.numAgents + agent] = 1
  })
  return open
}
