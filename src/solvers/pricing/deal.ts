/**
 * Deals the tasks of each group to its bays, the largest first and each to the bay with most room, so that slots and
 * tokens run out together; then exchanges gather the crumbs of room that are left. It does not choose groups.
 */
import { mustStop, type RunContext } from '../../solve/context.ts'
import type { Bays } from './bays.ts'
import { gatherRoom } from './gather-room.ts'
import type { Problem } from './problem.ts'

export interface Dealt {
  /** -1 for tasks that found no room, or that had no group. */
  readonly bayOf: Int32Array
  readonly leftOver: number[]
  /** What the bays have left. */
  readonly slots: Float64Array
  readonly room: Float64Array
}

export interface DealInput {
  /** All tasks, the largest first. */
  readonly order: Int32Array
  /** Group of each task, -1 for none. */
  readonly groupOf: Int32Array
  readonly context: RunContext
}

/** Of the tasks of a group: room is gathered for no more, nor after the time is over. */
const MOST_GATHERED = 0.05

export async function deal(
  { groups, tokens }: Problem,
  bays: Bays,
  { order, groupOf, context }: DealInput,
): Promise<Dealt> {
  const dealt: Dealt = {
    bayOf: new Int32Array(groupOf.length).fill(-1),
    leftOver: [],
    slots: bays.capacityTasks.slice(),
    room: bays.capacityTokens.slice(),
  }
  const start = new Int32Array(groups.count + 1)
  for (const group of groupOf) if (group >= 0) start[group + 1]! += 1
  for (let group = 0; group < groups.count; group++) start[group + 1]! += start[group]!
  const next = start.slice()
  const sorted = new Int32Array(start[groups.count]!)
  for (const task of order) {
    const group = groupOf[task]!
    if (group < 0) dealt.leftOver.push(task)
    else sorted[next[group]!++] = task
  }
  for (let group = 0; group < groups.count; group++) {
    const own = sorted.subarray(start[group]!, start[group + 1]!)
    const [first, end] = [bays.start[group]!, bays.start[group + 1]!]
    const over = dealGroup(own, dealt, { tokens, first, end })
    if (over.length === 0) continue
    await context.breathe()
    const mayGather = over.length <= MOST_GATHERED * own.length && !mustStop(context)
    const rest = mayGather ? gatherRoom(own, over, { tokens, first, end, ...dealt }) : over
    for (const task of rest) dealt.leftOver.push(task)
  }
  return dealt
}

const BUCKETS = 65_536

/** All tasks from the largest down; those whose sizes hardly differ come in their own order. */
export function largestFirst(tokens: Float64Array): Int32Array {
  let largest = 1
  for (const own of tokens) if (own > largest) largest = own
  const bucket = new Uint16Array(tokens.length)
  const scale = (BUCKETS - 1) / largest
  for (let task = 0; task < bucket.length; task++)
    bucket[task] = BUCKETS - 1 - Math.floor(tokens[task]! * scale)
  const next = new Int32Array(BUCKETS + 1)
  for (let task = 0; task < bucket.length; task++) next[bucket[task]! + 1]! += 1
  for (let b = 0; b < BUCKETS; b++) next[b + 1]! += next[b]!
  const order = new Int32Array(bucket.length)
  for (let task = 0; task < bucket.length; task++) order[next[bucket[task]!]!++] = task
  return order
}

/** Returns who found no room. */
function dealGroup(
  sorted: Int32Array,
  { bayOf, slots, room }: Dealt,
  { tokens, first, end }: { tokens: Float64Array; first: number; end: number },
): number[] {
  const over: number[] = []
  // A heap of the bays with a free slot, the one with most room on top.
  const heap = Int32Array.from({ length: end - first }, (_, k) => first + k)
  let size = heap.length
  const sink = (): void => {
    const own = heap[0]!
    const most = room[own]!
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= size) break
      if (child + 1 < size && room[heap[child + 1]!]! > room[heap[child]!]!) child++
      if (room[heap[child]!]! <= most) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = own
  }
  if (size > 0 && slots[first]! < 1) size = 0
  for (let k = 0; k < sorted.length; k++) {
    const task = sorted[k]!
    const bay = heap[0]!
    if (size === 0 || room[bay]! < tokens[task]!) {
      over.push(task)
      continue
    }
    bayOf[task] = bay
    slots[bay]! -= 1
    room[bay]! -= tokens[task]!
    if (slots[bay]! < 1) heap[0] = heap[--size]!
    sink()
  }
  return over
}
