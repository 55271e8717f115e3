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
import { TreeRecord, treeUnits } from './tree-record.ts'

export interface KernelOptions extends BranchOptions {
  readonly dual: TaskDual
  readonly rng: Rng
  /** The best assignment known now. */
  readonly incumbent: () => Int32Array | undefined
  /** Told that no assignment costs less than a level, and by which search. */
  readonly onLevel: (level: number, record: TreeRecord) => void
}

/** Pairs a task of a kernel, on average. */
const WIDTHS = [1.2, 1.35, 1.5, 1.75]
/** Nodes of each search of the first pass, and how they grow from pass to pass. */
const FIRST_NODES = 400
const GROWTH = 1.3
/** Nodes of the search for a proof in the first pass, where few pairs a task are left and where many; then the double. */
const NEAR_WIDTH = 2.5
const NEAR_NODES = 4800
const FAR_NODES = 1200
/** The part of the gap it tries to close at once. */
const CLIMB_SHARE = 0.25
/** Gaps below this part of the objective are closed at once. */
const LEAST_GAP = 1e-6
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

export interface KernelAnswer extends BranchAnswer {
  /** Of the search that was complete. */
  readonly record?: TreeRecord
}

export async function searchKernels(options: KernelOptions, context: RunContext): Promise<KernelAnswer> {
  const { problem, dual, best, step, mostNodes } = options
  const first = pricesOf(dual, options)
  let [nodes, current, lower] = [0, first, options.bound]
  for (let pass = 0; !mustStop(context) && nodes < mostNodes; pass++) {
    if (pass > 0) current = await changed(options, first, context)
    const limit = Math.round(FIRST_NODES * GROWTH ** pass)
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
        if (best() === before || answer.complete) break
      }
    }
    const proof = await climb(
      { ...options, ...first, mostNodes: Math.min(climbNodes(first, options, pass), mostNodes - nodes) },
      lower,
      context,
    )
    nodes += proof.nodes
    if (proof.complete) return { ...proof, nodes }
    lower = proof.bound
  }
  return { bound: lower, complete: false, nodes }
}

function climbNodes({ sorted, bound }: Prices, { problem, best, step }: KernelOptions, pass: number): number {
  const left = sorted.findLastIndex((usd) => usd <= best() - step - bound) + 1
  return (left <= NEAR_WIDTH * problem.numTasks ? NEAR_NODES : FAR_NODES) * 2 ** pass
}

/**
 * Asks for ever dearer assignments: is there one below the level? Where there is none the level is a bound, and the first
 * one found is the best. A level near the bound leaves few pairs open, so that its tree is small.
 */
async function climb(options: KernelOptions, from: number, context: RunContext): Promise<KernelAnswer> {
  const { best, step, mostNodes, onLevel } = options
  let [nodes, lower] = [0, from]
  while (nodes < mostNodes && !mustStop(context)) {
    const level = nextLevel(lower, best(), step)
    const record = new TreeRecord(treeUnits(options.prices))
    const answer = await branchAndBound(
      { ...options, best: () => Math.min(best(), level), record, mostNodes: mostNodes - nodes },
      context,
    )
    nodes += answer.nodes
    if (!answer.complete) break
    if (best() <= level) return { ...answer, nodes, record }
    lower = level
    onLevel(level, record)
  }
  return { bound: lower, complete: false, nodes }
}

function nextLevel(lower: number, best: number, step: number): number {
  const gap = best - lower
  if (best === Infinity || gap <= LEAST_GAP * Math.abs(best)) return best
  const level = lower + CLIMB_SHARE * gap
  // The next objective above the bound, at least, can be asked for.
  return Math.min(
    best,
    step > 0 ? Math.max(Math.ceil(level / step), Math.floor(lower / step + 1e-6) + 1) * step : level,
  )
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
