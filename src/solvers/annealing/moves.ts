/** The moves of the annealer: shift, swap, and a whole run of dependent tasks raised or lowered together. */
import type { Rng } from '../../numeric/rng.ts'
import type { AnnealState } from './state.ts'

/** Longer runs of dependent tasks are not moved together. */
const MAX_RUN = 64

/** Options this far up or down in cost are near. */
const NEAR = 6

/** A uniform integer below `bound`; the bias of at most bound / 2^32 does not matter to a search. */
export function below(rng: Rng, bound: number): number {
  return Math.floor((rng.nextUint32() * bound) / 4294967296)
}

/** Metropolis; a temperature of 0 takes only what is not worse. */
export function accepts(rng: Rng, delta: number, temperature: number): boolean {
  if (delta <= 0) return true
  // exp(-30) is never drawn in practice, and the division is saved.
  if (delta > 30 * temperature) return false
  return rng.nextUint32() < 4294967296 * Math.exp(-delta / temperature)
}

/** A random task to a random place with room; returns the change of energy, NaN when there was no such move. */
export function proposeShift(state: AnnealState, rng: Rng, temperature: number): number {
  const { problem } = state
  const task = below(rng, problem.numTasks)
  const option = randomOption(state, rng, task)
  if (option < 0 || option === state.option[task] || !state.hasRoom(option)) return Number.NaN
  const delta = state.shiftDelta(task, option)
  if (accepts(rng, delta, temperature)) state.shift(task, option)
  return delta
}

/** A shift, or a swap with a task at the place drawn: always when that place is full, else every other time. */
export function proposeShiftOrSwap(state: AnnealState, rng: Rng, temperature: number): number {
  const { problem } = state
  const task = pickTask(state, rng)
  const option = randomOption(state, rng, task)
  if (option < 0 || option === state.option[task]) return Number.NaN
  const place = problem.place[option]!
  if (state.hasRoom(option) && (rng.nextUint32() & 1) === 0) {
    const delta = state.shiftDelta(task, option)
    if (accepts(rng, delta, temperature)) state.shift(task, option)
    return delta
  }
  const there = state.members[place]!
  if (there.length === 0) return Number.NaN
  const other = there[below(rng, there.length)]!
  const back = state.optionAt(other, state.placeOf(task))
  if (back < 0 || other === task || !state.canSwap(task, option, other, back)) return Number.NaN
  const delta = state.swapDelta(task, option, other, back)
  if (accepts(rng, delta, temperature)) {
    state.shift(task, option)
    state.shift(other, back)
  }
  return delta
}

/**
 * Gives a task another quality and takes along every descendant that would be weaker (or, downwards, every ancestor
 * that would be stronger), each to a random place with room.
 */
export function proposeRun(state: AnnealState, rng: Rng, temperature: number): number {
  const { problem } = state
  const task = below(rng, problem.numTasks)
  const option = randomOption(state, rng, task)
  if (option < 0 || option === state.option[task] || !state.hasRoom(option)) return Number.NaN
  const target = problem.quality[option]!
  const isUp = target > state.quality[task]!
  const run = isUp
    ? linked(state, task, problem.childStart, problem.children, (quality) => quality < target)
    : linked(state, task, problem.parentStart, problem.parents, (quality) => quality > target)
  if (run.length === 0) return Number.NaN
  const before = state.energy
  const moved = [task]
  const undo = [state.option[task]!]
  state.shift(task, option)
  const fits = run.every((next) => {
    const choice = randomOptionWith(state, rng, next, target, isUp)
    if (choice < 0) return false
    moved.push(next)
    undo.push(state.option[next]!)
    state.shift(next, choice)
    return true
  })
  const delta = fits ? state.energy - before : Infinity
  if (fits && accepts(rng, delta, temperature)) return delta
  for (let k = moved.length - 1; k >= 0; k--) state.shift(moved[k]!, undo[k]!)
  return fits ? delta : Number.NaN
}

/** Every tenth pick looks among the tasks without an agent first, so that the last of many is not overlooked. */
function pickTask(state: AnnealState, rng: Rng): number {
  const waiting = state.members[state.problem.numPlaces - 1]!
  if (waiting.length > 0 && below(rng, 10) === 0) return waiting[below(rng, waiting.length)]!
  return below(rng, state.problem.numTasks)
}

/**
 * "No agent" is drawn only where it has a price. Of many options, three in four draws stay near the present one in
 * cost: most others are far too dear to be taken.
 */
function randomOption({ problem, option }: AnnealState, rng: Rng, task: number): number {
  const row = problem.classOf[task]!
  const start = problem.start[row]!
  const count = problem.start[row + 1]! - start - (problem.mayStayUnassigned ? 0 : 1)
  if (count <= 2 * NEAR) return count === 0 ? -1 : start + below(rng, count)
  const draw = rng.nextUint32()
  if ((draw & 3) === 0) return start + below(rng, count)
  const near = option[task]! - NEAR + Math.floor(((draw >>> 2) * (2 * NEAR + 1)) / 2 ** 30)
  return Math.min(start + count - 1, Math.max(start, near))
}

/** A random option with room, at least (or at most) that good; -1 when a few draws find none. */
function randomOptionWith(state: AnnealState, rng: Rng, task: number, target: number, isUp: boolean): number {
  for (let draw = 0; draw < 8; draw++) {
    const option = randomOption(state, rng, task)
    if (option < 0) return -1
    const quality = state.problem.quality[option]!
    if ((isUp ? quality >= target : quality <= target) && state.hasRoom(option)) return option
  }
  return -1
}

/** Tasks reachable over edges whose quality breaks the rule; empty when there are none or too many. */
function linked(
  state: AnnealState,
  task: number,
  start: Int32Array,
  ends: Int32Array,
  breaks: (quality: number) => boolean,
): number[] {
  const found: number[] = []
  const open = [task]
  for (let from = open.pop(); from !== undefined; from = open.pop())
    for (let k = start[from]!; k < start[from + 1]!; k++) {
      const next = ends[k]!
      if (!breaks(state.quality[next]!) || found.includes(next)) continue
      found.push(next)
      open.push(next)
      if (found.length > MAX_RUN) return []
    }
  return found
}
