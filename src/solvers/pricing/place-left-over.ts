/**
 * Places the few tasks that found no room where they belong: the largest first, in the cheapest group that has enough
 * room in all, gathered from several of its bays where no single one has it.
 */
import { mustStop, type RunContext } from '../../solve/context.ts'
import type { Bays } from './bays.ts'
import type { Dealt } from './deal.ts'
import { gatherRoom } from './gather-room.ts'
import { qualityRange } from './place-trees.ts'
import { cheapestEntry } from './priced-choice.ts'
import type { PricedLines } from './priced-lines.ts'
import type { Problem } from './problem.ts'

export interface LeftOverInput {
  readonly problem: Problem
  readonly bays: Bays
  readonly priced: PricedLines
  readonly dealt: Dealt
  /** Entry of each task, followed. */
  readonly entry: Int32Array
  readonly context: RunContext
}

/** Groups tried for one task beyond those with a bay that has room for it. */
const MOST_GATHERED = 6

/** Returns how many found no room, or came too late. */
export async function placeLeftOver(input: LeftOverInput): Promise<number> {
  const { dealt, context } = input
  const members = membersOf(input)
  let missing = 0
  for (const [done, task] of dealt.leftOver.entries()) {
    if ((done & 15) === 15) {
      await context.breathe()
      if (mustStop(context)) return missing + dealt.leftOver.length - done
    }
    if (!placeOne(input, members, task)) missing++
  }
  return missing
}

function placeOne(
  { problem, bays, priced, dealt, entry }: LeftOverInput,
  members: (group: number) => number[],
  task: number,
): boolean {
  const { classes, tokens } = problem
  const { slots, room, bayOf } = dealt
  const size = tokens[task]!
  const [least, most] = qualityRange(problem, entry, task)
  const find = (mayGo: (group: number) => boolean): number =>
    cheapestEntry(problem, priced, {
      task,
      fits: (at) =>
        classes.quality[at]! >= least && classes.quality[at]! <= most && mayGo(classes.groups[at]!),
    })
  const bayIn = (group: number): number => {
    for (let bay = bays.start[group]!; bay < bays.start[group + 1]!; bay++)
      if (slots[bay]! >= 1 && room[bay]! >= size) return bay
    return -1
  }
  const failed = new Set<number>()
  const hasRoom = (group: number): boolean => {
    if (failed.has(group)) return false
    let [free, sum] = [false, 0]
    for (let bay = bays.start[group]!; bay < bays.start[group + 1]!; bay++) {
      if (slots[bay]! >= 1) free = true
      sum += room[bay]!
    }
    return free && sum >= size
  }
  while (failed.size < MOST_GATHERED) {
    const at = find(hasRoom)
    if (at < 0) break
    const group = classes.groups[at]!
    const range = { first: bays.start[group]!, end: bays.start[group + 1]! }
    const bay = bayIn(group)
    if (bay >= 0) {
      bayOf[task] = bay
      slots[bay]! -= 1
      room[bay]! -= size
    } else if (gatherRoom(members(group), [task], { tokens, ...range, ...dealt }).length > 0) {
      failed.add(group)
      continue
    }
    members(group).push(task)
    entry[task] = at
    return true
  }
  return false
}

/** The tasks of a group; looked for once, when the first group is asked for. */
function membersOf({ problem, bays, dealt: { bayOf } }: LeftOverInput): (group: number) => number[] {
  let lists: number[][] | undefined
  return (group) => {
    if (lists === undefined) {
      lists = Array.from({ length: problem.groups.count }, () => [])
      for (let task = 0; task < bayOf.length; task++)
        if (bayOf[task]! >= 0) lists[bays.groupOf[bayOf[task]!]!]!.push(task)
    }
    return lists[group]!
  }
}
