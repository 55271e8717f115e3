/**
 * Soft dynamic programming on trees of linked tasks: the smoothed least cost of a tree and how likely each task is on
 * each quality level, by messages toward the root and back (sum-product in the log domain). At temperature 0 it would
 * be the exact least cost.
 */
import type { Forest } from './forest.ts'

export interface TreeInput {
  readonly forest: Forest
  /** Levels plus one for being left out, which fits beside everything. */
  readonly width: number
  /** Price of a weaker child; Infinity when that is forbidden. */
  readonly penalty: number
  /** Row of `costs` of each node. */
  readonly rowOf: Int32Array
  /** What single nodes cost on top of their rows, by level. */
  readonly extra?: ReadonlyMap<number, Float64Array>
}

export interface TreeMarginals {
  /**
   * Adds up over the trees `first, first + stride, ...`. `costs[row * width + level]` is the cost of a node's row on a
   * level; `mass`, same layout, receives the likelihoods. `temperature` is per row.
   */
  evaluate(costs: Float64Array, temperature: Float64Array, mass: Float64Array): number
}

/** `stride` above 1 looks at every stride-th tree and counts it that many times. */
export function createTreeMarginals(
  { forest, width, penalty, rowOf, extra }: TreeInput,
  stride: number,
): TreeMarginals {
  const numTrees = forest.trees.length - 1
  let largest = 0
  for (let tree = 0; tree < numTrees; tree++)
    largest = Math.max(largest, forest.trees[tree + 1]! - forest.trees[tree]!)
  /** Cost of the subtree below a node, itself included, by level. */
  const below = new Float64Array(largest * width)
  /** What the rest of the tree, seen from a node, adds by level. */
  const message = new Float64Array(largest * width)
  const beyond = new Float64Array(width)
  const levels = width - 1

  /** out[l] += soft least of `values` over the levels that fit beside level l at the receiver. */
  const send = (
    values: Float64Array,
    from: number,
    { out, to, upward, t }: { out: Float64Array; to: number; upward: boolean; t: number },
  ): void => {
    const none = values[from + levels]!
    let run = none
    if (penalty === Infinity) {
      // `upward`: the receiver is the parent and takes children at its own level or above.
      if (upward) for (let l = levels - 1; l >= 0; l--) out[to + l] = run = softMin(run, values[from + l]!, t)
      else for (let l = 0; l < levels; l++) out[to + l] = run = softMin(run, values[from + l]!, t)
      out[to + levels] = run
      return
    }
    let all = none
    for (let l = 0; l < levels; l++) all = softMin(all, values[from + l]!, t)
    const broken = all + penalty
    if (upward)
      for (let l = levels - 1; l >= 0; l--) {
        run = softMin(run, values[from + l]!, t)
        out[to + l] = softMin(run, broken, t)
      }
    else
      for (let l = 0; l < levels; l++) {
        run = softMin(run, values[from + l]!, t)
        out[to + l] = softMin(run, broken, t)
      }
    out[to + levels] = all
  }

  const evaluateTree = (
    tree: number,
    costs: Float64Array,
    temperature: Float64Array,
    mass: Float64Array,
  ): number => {
    const [begin, end] = [forest.trees[tree]!, forest.trees[tree + 1]!]
    let t = 0
    for (let node = begin; node < end; node++) {
      const row = rowOf[node]!
      t += temperature[row]!
      const at = (node - begin) * width
      for (let l = 0; l < width; l++) below[at + l] = costs[row * width + l]!
      const own = extra?.get(node)
      if (own) for (let l = 0; l < width; l++) below[at + l]! += own[l]!
    }
    t /= end - begin
    for (let node = end - 1; node > begin; node--) {
      const at = (node - begin) * width
      const to = (forest.from[node]! - begin) * width
      send(below, at, { out: message, to: at, upward: forest.toParent[node] === 1, t })
      for (let l = 0; l < width; l++) below[to + l]! += message[at + l]!
    }
    // Back: `below` becomes the cost of the whole tree given the node's level.
    for (let node = begin + 1; node < end; node++) {
      const at = (node - begin) * width
      const up = (forest.from[node]! - begin) * width
      for (let l = 0; l < width; l++) {
        const rest = below[up + l]! - message[at + l]!
        beyond[l] = Number.isNaN(rest) ? Infinity : rest
      }
      send(beyond, 0, { out: message, to: at, upward: forest.toParent[node] === 0, t })
      for (let l = 0; l < width; l++) below[at + l]! += message[at + l]!
    }
    let value = Infinity
    for (let l = 0; l < width; l++) value = softMin(value, below[l]!, t)
    for (let node = begin; node < end; node++) {
      const at = (node - begin) * width
      let least = Infinity
      for (let l = 0; l < width; l++) if (below[at + l]! < least) least = below[at + l]!
      let total = 0
      for (let l = 0; l < width; l++) {
        const weight = Math.exp((least - below[at + l]!) / t)
        beyond[l] = weight
        total += weight
      }
      const row = rowOf[node]! * width
      for (let l = 0; l < width; l++) mass[row + l]! += (stride * beyond[l]!) / total
    }
    return value
  }

  return {
    evaluate(costs, temperature, mass) {
      let value = 0
      for (let tree = 0; tree < numTrees; tree += stride)
        value += stride * evaluateTree(tree, costs, temperature, mass)
      return value
    },
  }
}

/** -t log(exp(-a/t) + exp(-b/t)), exact where the difference no longer matters in double arithmetic. */
function softMin(a: number, b: number, t: number): number {
  const low = a < b ? a : b
  const gap = Math.abs(a - b)
  // Not below the limit also when both are infinite.
  if (!(gap < 34 * t)) return low
  return low - t * Math.log1p(Math.exp(-gap / t))
}
