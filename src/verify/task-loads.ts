/** Tables over a capacity in whole steps: the best load of an agent, and the best one with or without each task. */

export interface Load {
  /** What each task wins; below 0 it is not worth taking. */
  readonly wins: readonly number[]
  readonly sizes: readonly number[]
  /** Infinity where everything fits. */
  readonly room: number
}

/** The most that can be won, by room from 0 to all there is. */
export function bestLoads({ wins, sizes, room }: Load): Float64Array {
  if (room === Infinity) return Float64Array.of(wins.reduce((sum, win) => sum + Math.max(0, win), 0))
  const best = new Float64Array(room + 1)
  wins.forEach((win, item) => {
    if (win > 0) add(best, win, sizes[item]!)
  })
  return best
}

function add(best: Float64Array, win: number, size: number): void {
  for (let at = best.length - 1; at >= size; at--) {
    const value = best[at - size]! + win
    if (value > best[at]!) best[at] = value
  }
}

export interface ForcedLoads {
  readonly best: number
  /** By item: the most with it, -Infinity where it does not fit, and without it. */
  readonly within: Float64Array
  readonly without: Float64Array
}

/** Loads of the tasks before and behind each one, joined over all ways to share the room. */
export function forcedLoads({ wins, sizes, room }: Load): ForcedLoads {
  const count = wins.length
  const [within, without] = [new Float64Array(count), new Float64Array(count)]
  if (room === Infinity) {
    const best = wins.reduce((sum, win) => sum + Math.max(0, win), 0)
    wins.forEach((win, item) => {
      within[item] = best + Math.min(0, win)
      without[item] = best - Math.max(0, win)
    })
    return { best, within, without }
  }
  const behind: Float64Array[] = new Array<Float64Array>(count)
  let table = new Float64Array(room + 1)
  for (let item = count - 1; item >= 0; item--) {
    behind[item] = table
    if (wins[item]! <= 0) continue
    table = table.slice()
    add(table, wins[item]!, sizes[item]!)
  }
  const best = table[room]!
  const before = new Float64Array(room + 1)
  for (let item = 0; item < count; item++) {
    const rest = room - sizes[item]!
    without[item] = joined(before, behind[item]!, room)
    within[item] = rest < 0 ? -Infinity : wins[item]! + joined(before, behind[item]!, rest)
    if (wins[item]! > 0) add(before, wins[item]!, sizes[item]!)
  }
  return { best, within, without }
}

function joined(before: Float64Array, behind: Float64Array, room: number): number {
  let most = 0
  for (let at = 0; at <= room; at++) most = Math.max(most, before[at]! + behind[room - at]!)
  return most
}
