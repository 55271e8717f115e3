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
  if (option < 0) return Number.NaN
  const place = randomPlace(state, rng, option)
  if (place === state.place[task] || !state.hasRoom(option, place)) return Number.NaN
  const delta = state.shiftDelta(task, option)
  if (accepts(rng, delta, temperature)) state.shift(task, option, place)
  return delta
}

/** A shift, or a swap with a task at the place drawn: always when that place is full, else every other time. */
export function proposeShiftOrSwap(
  state: AnnealState,
  rng: Rng,
  temperature: number,
  task: number = pickTask(state, rng),
): number {
  const option = randomOption(state, rng, task)
  if (option < 0) return Number.NaN
  const place = randomPlace(state, rng, option)
  const from = state.place[task]!
  if (place === from) return Number.NaN
  if (state.hasRoom(option, place) && (rng.nextUint32() & 1) === 0) {
    const delta = state.shiftDelta(task, option)
    if (accepts(rng, delta, temperature)) state.shift(task, option, place)
    return delta
  }
  const there = state.members[place]!
  if (there.length === 0) return Number.NaN
  const other = there[below(rng, there.length)]!
  const back = state.optionAt(other, state.problem.poolOfPlace[from]!)
  if (back < 0 || !state.canSwap(task, option, other, back)) return Number.NaN
  const delta = state.swapDelta(task, option, other, back)
  if (accepts(rng, delta, temperature)) {
    state.shift(task, option, place)
    state.shift(other, back, from)
  }
  return delta
}

/**
 * Gives a task another quality and takes along every descendant that would be weaker (or, downwards, every ancestor
 * that would be stronger), each to a random place with room.
 */
export function proposeRun(
  state: AnnealState,
  rng: Rng,
  temperature: number,
  task: number = below(rng, state.problem.numTasks),
): number {
  const { problem } = state
  const option = randomOption(state, rng, task)
  if (option < 0 || option === state.option[task]) return Number.NaN
  const place = randomPlace(state, rng, option)
  if (!state.hasRoom(option, place)) return Number.NaN
  const target = problem.quality[option]!
  const isUp = target > state.quality[task]!
  const run = isUp
    ? linked(state, task, problem.childStart, problem.children, (quality) => quality < target)
    : linked(state, task, problem.parentStart, problem.parents, (quality) => quality > target)
  if (run.length === 0) return Number.NaN
  const before = state.energy
  const undo: [task: number, option: number, place: number][] = []
  const move = (next: number, to: number, at: number): void => {
    undo.push([next, state.option[next]!, state.place[next]!])
    state.shift(next, to, at)
  }
  move(task, option, place)
  const fits = run.every((next) => {
    const found = randomFitting(state, rng, next, { target, isUp })
    if (found) move(next, found.option, found.place)
    return found !== undefined
  })
  const delta = fits ? state.energy - before : Number.NaN
  if (fits && accepts(rng, delta, temperature)) return delta
  for (const [next, to, at] of undo.reverse()) state.shift(next, to, at)
  return delta
}

/** Moves tried for each task that repair looks at. */
const REPAIRS = 40

/** Tries improving moves of just the tasks that break a promise: the last few of many are not found by chance. */
export function repair(state: AnnealState, rng: Rng): void {
  const { problem } = state
  const broken = problem.mayStayUnassigned ? [] : state.members[problem.numPlaces - 1]!.slice()
  if (problem.dependency === 'hard')
    for (let task = 0; task < problem.numTasks; task++)
      for (let k = problem.childStart[task]!; k < problem.childStart[task + 1]!; k++)
        if (state.quality[problem.children[k]!]! < state.quality[task]!)
          broken.push(task, problem.children[k]!)
  for (const task of broken)
    for (let attempt = 0; attempt < REPAIRS; attempt++) {
      proposeShiftOrSwap(state, rng, 0, task)
      if (problem.dependency === 'hard') proposeRun(state, rng, 0, task)
    }
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

/** Any place of the option's pool. */
function randomPlace({ problem }: AnnealState, rng: Rng, option: number): number {
  const { pool, firstPlace } = problem
  const first = firstPlace[pool[option]!]!
  const count = firstPlace[pool[option]! + 1]! - first
  return count === 1 ? first : first + below(rng, count)
}

/** A random option with room that is at least (or at most) that good; undefined when a few draws find none. */
function randomFitting(
  state: AnnealState,
  rng: Rng,
  task: number,
  { target, isUp }: { readonly target: number; readonly isUp: boolean },
): { readonly option: number; readonly place: number } | undefined {
  for (let draw = 0; draw < 8; draw++) {
    const option = randomOption(state, rng, task)
    if (option < 0) return undefined
    const quality = state.problem.quality[option]!
    const place = randomPlace(state, rng, option)
    if ((isUp ? quality >= target : quality <= target) && state.hasRoom(option, place))
      return { option, place }
  }
  return undefined
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
