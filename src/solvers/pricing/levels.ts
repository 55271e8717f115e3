/**
 * Quality levels: the ordered steps on which linked tasks are compared. Up to a limit every distinct quality is one
 * level; beyond it neighbours share one, which relaxes the dependencies a little and keeps every bound valid.
 */
import type { Classes } from './classes.ts'

const MOST_LEVELS = 64

export interface Levels {
  readonly count: number
  /** Level of each entry of `Classes.groups`; meaningless for classes that are not linked. */
  readonly ofEntry: Int32Array
  /** Least and largest quality of each level. */
  readonly lowest: Float64Array
  readonly highest: Float64Array
}

export function buildLevels(classes: Classes): Levels {
  const distinct = new Set<number>()
  forEachLinked(classes, (at) => distinct.add(classes.quality[at]!))
  const sorted = Float64Array.from(distinct).sort()
  const count = Math.min(sorted.length, MOST_LEVELS)
  const level = new Map(
    Array.from(sorted, (quality, rank) => [quality, Math.floor((rank * count) / sorted.length)]),
  )
  const ofEntry = new Int32Array(classes.groups.length)
  forEachLinked(classes, (at) => {
    ofEntry[at] = level.get(classes.quality[at]!)!
  })
  const lowest = new Float64Array(count).fill(Infinity)
  const highest = new Float64Array(count)
  for (const [quality, at] of level) {
    lowest[at] = Math.min(lowest[at]!, quality)
    highest[at] = Math.max(highest[at]!, quality)
  }
  return { count, ofEntry, lowest, highest }
}

function forEachLinked(classes: Classes, visit: (at: number) => void): void {
  for (let row = 0; row < classes.count; row++) {
    if (classes.linked[row] === 0) continue
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) visit(at)
  }
}
