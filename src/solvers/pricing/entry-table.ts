/** Finds the entry of a class for a group: its cost line, or that there is none. */
import type { Classes } from './classes.ts'
import type { Groups } from './groups.ts'

/** Entry of `Classes.groups`, or -1 when tasks of the class may not go to the group. */
export type EntryOf = (row: number, group: number) => number

/** Beyond this many cells the table would not fit beside the rest. */
const LARGEST_TABLE = 6e7

export function entryTable(classes: Classes, groups: Groups): EntryOf {
  if (classes.count * groups.count <= LARGEST_TABLE) {
    const table = new Int32Array(classes.count * groups.count).fill(-1)
    for (let row = 0; row < classes.count; row++)
      for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++)
        table[row * groups.count + classes.groups[at]!] = at
    return (row, group) => table[row * groups.count + group]!
  }
  const byClass = new Map<number, Map<number, number>>()
  return (row, group) => {
    let own = byClass.get(row)
    if (own === undefined) {
      own = new Map()
      for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) own.set(classes.groups[at]!, at)
      byClass.set(row, own)
    }
    return own.get(group) ?? -1
  }
}
