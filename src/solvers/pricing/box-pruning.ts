/**
 * Which entries of a class may be the cheapest for some task of a box of token counts: costs are planes over the box, so
 * whoever is dearer than another at all four corners is dearer everywhere in it.
 */
import type { PricedLines } from './priced-lines.ts'
import type { Problem } from './problem.ts'

export interface Box {
  inLow: number
  inHigh: number
  outLow: number
  outHigh: number
  /** Most tokens of one task. */
  most: number
}

export interface Pruner {
  /** Copies who is left of `source[from .. to)` to `target` from `at` on; returns where they end. */
  prune(source: Int32Array, range: { from: number; to: number }, box: Box, out: Out): number
}

interface Out {
  readonly target: Int32Array
  readonly at: number
}

export function createPruner({ classes, groups }: Problem, priced: PricedLines): Pruner {
  const { constant, perInput, perOutput } = priced
  const limit = Float64Array.from(classes.groups, (group) => groups.tokenLimit[group]!)
  let widest = 1
  for (let row = 0; row < classes.count; row++)
    widest = Math.max(widest, classes.start[row + 1]! - classes.start[row]!)
  const corner = new Float64Array(4 * widest)
  const rival = new Int32Array(4)
  const least = new Float64Array(4)

  const measure = (source: Int32Array, from: number, to: number, box: Box): void => {
    rival.fill(-1)
    least.fill(Infinity)
    for (let k = from; k < to; k++) {
      const at = source[k]!
      const c = 4 * (k - from)
      const low = constant[at]! + perInput[at]! * box.inLow
      const high = constant[at]! + perInput[at]! * box.inHigh
      const bottom = perOutput[at]! * box.outLow
      const top = perOutput[at]! * box.outHigh
      corner[c] = low + bottom
      corner[c + 1] = low + top
      corner[c + 2] = high + bottom
      corner[c + 3] = high + top
      // Who is too small for some task of the box rules nobody out.
      if (limit[at]! < box.most) continue
      for (let j = 0; j < 4; j++)
        if (corner[c + j]! < least[j]!) {
          least[j] = corner[c + j]!
          rival[j] = c
        }
    }
  }
  const dominates = (r: number, c: number): boolean =>
    corner[c]! > corner[r]! &&
    corner[c + 1]! > corner[r + 1]! &&
    corner[c + 2]! > corner[r + 2]! &&
    corner[c + 3]! > corner[r + 3]!

  return {
    prune(source, { from, to }, box, { target, at }) {
      measure(source, from, to, box)
      let used = at
      const [r0, r1, r2, r3] = [rival[0]!, rival[1]!, rival[2]!, rival[3]!]
      for (let k = from; k < to; k++) {
        const c = 4 * (k - from)
        if (r0 >= 0 && (dominates(r0, c) || dominates(r3, c) || dominates(r1, c) || dominates(r2, c)))
          continue
        target[used++] = source[k]!
      }
      return used
    },
  }
}
