/**
 * Makes room for tasks that find none although a group of bays has enough in all: exchanges of a larger task for a
 * smaller one move the room of one bay to another until the task fits. It keeps every bay within its capacities.
 */

export interface GatherInput {
  readonly tokens: Float64Array
  /** Bays `first .. end` are alike. */
  readonly first: number
  readonly end: number
  readonly bayOf: Int32Array
  readonly slots: Float64Array
  readonly room: Float64Array
}

/** Bays that give room to one task, at most. */
const MOST_GIVERS = 40

/** Places what it can of `over` among the bays of `placed`; returns the rest. */
export function gatherRoom(placed: ArrayLike<number>, over: readonly number[], input: GatherInput): number[] {
  const { tokens, first, end, bayOf, slots, room } = input
  // Members of each bay, the smallest first.
  const members = Array.from({ length: end - first }, (): number[] => [])
  for (let k = placed.length - 1; k >= 0; k--) {
    const bay = bayOf[placed[k]!]!
    if (bay >= 0) insert(members[bay - first]!, placed[k]!, tokens)
  }
  const rest: number[] = []
  for (const task of over) {
    const size = tokens[task]!
    let taker = -1
    for (let bay = first; bay < end; bay++)
      if (slots[bay]! >= 1 && (taker < 0 || room[bay]! > room[taker]!)) taker = bay
    if (taker < 0) {
      rest.push(task)
      continue
    }
    const givers = Array.from({ length: end - first }, (_, k) => first + k)
      .filter((bay) => bay !== taker && room[bay]! > 0)
      .sort((a, b) => room[b]! - room[a]! || a - b)
    for (const giver of givers.slice(0, MOST_GIVERS)) {
      if (room[taker]! >= size) break
      exchange(input, members, { taker, giver, wanted: size - room[taker]! })
    }
    if (room[taker]! < size) {
      rest.push(task)
      continue
    }
    bayOf[task] = taker
    slots[taker]! -= 1
    room[taker]! -= size
    insert(members[taker - first]!, task, tokens)
  }
  return rest
}

/** The exchange that brings the taker nearest to what it wants, by no more than the giver has. */
function exchange(
  { tokens, first, bayOf, room }: GatherInput,
  members: readonly number[][],
  { taker, giver, wanted }: { taker: number; giver: number; wanted: number },
): void {
  const [mine, theirs] = [members[taker - first]!, members[giver - first]!]
  let [best, i, j] = [0, -1, -1]
  for (let a = 0, b = 0; a < mine.length; a++) {
    const own = tokens[mine[a]!]!
    // The smallest of theirs that the giver can take `own` for.
    while (b < theirs.length && own - tokens[theirs[b]!]! > room[giver]!) b++
    if (b === theirs.length) break
    const gain = Math.min(wanted, own - tokens[theirs[b]!]!)
    if (gain > best) [best, i, j] = [gain, a, b]
  }
  if (best <= 0) return
  const [out, back] = [mine[i]!, theirs[j]!]
  const moved = tokens[out]! - tokens[back]!
  mine.splice(i, 1)
  theirs.splice(j, 1)
  insert(mine, back, tokens)
  insert(theirs, out, tokens)
  bayOf[out] = giver
  bayOf[back] = taker
  room[taker]! += moved
  room[giver]! -= moved
}

/** Into its place by size; from the end, where it mostly is. */
function insert(list: number[], task: number, tokens: Float64Array): void {
  let at = list.length
  list.push(task)
  for (; at > 0 && tokens[list[at - 1]!]! > tokens[task]!; at--) list[at] = list[at - 1]!
  list[at] = task
}
