/**
 * Lays a plan out in one block of memory for the search kernel and takes it back. The virtual last group, with one bay
 * and one entry, stands for having no agent.
 */

import type { Rng } from '../../numeric/rng.ts'
import {
  ARENA_START,
  type Arena,
  type Columns,
  carve,
  createArena,
  sizeOf,
} from '../../samplers/kernels/arena.ts'
import { fillThresholds, THRESHOLDS } from '../../samplers/kernels/thresholds.ts'
import type { Assignment } from './assignment.ts'
import type { Bays } from './bays.ts'
import { type Candidates, candidateTasks } from './candidates.ts'
import type { Cells } from './cells.ts'
import type { Problem } from './problem.ts'
import { createSearch, NUM_POINTERS } from './search-kernel.ts'
import {
  BAY,
  ELEMENT,
  ENTRY,
  type Exchange,
  POOL,
  type Search,
  type SearchArrays,
  type SearchSizes,
  STATE,
  TASK,
} from './search-layout.ts'

export interface SearchParts {
  readonly problem: Problem
  readonly bays: Bays
  readonly cells: Cells
  readonly candidates: Candidates
  readonly assignment: Assignment
  readonly rng: Rng
  readonly looks: number
  /** Lists the tasks of each group, for proposals about the bays that lose most. */
  readonly isFocused?: boolean
  /** See `AssignmentParts.churn`. */
  readonly churn?: { readonly origin: Int32Array; readonly usd: number }
}

export interface SearchArena {
  readonly arena: Arena
  readonly arrays: SearchArrays
  readonly sizes: SearchSizes
  readonly search: Search
  readonly exchange: Exchange
  /** Puts the tasks of the assignment where the search has them. */
  writeBack(assignment: Assignment): void
  /** Puts the tasks back where the assignment has them, which must be where the search once had them. */
  reload(): void
  /** True when no capacity and no budget is exceeded. */
  isWithin(): boolean
}

/** A number that no load reaches and that differences still make sense with. */
const NO_LIMIT = 1e300
/** Of the room for members of a bay beyond what it starts with. */
const SPARE = 16
/** Up to so many words every bay has room for all tasks. */
const ROOMY = 4e6

export function createSearchArena(parts: SearchParts): SearchArena {
  const { problem, bays, cells, candidates } = parts
  const { classes, groups, instance } = problem
  const numTasks = instance.tasks.count
  const numGroups = groups.count
  const numEntries = classes.groups.length
  const listSizes = listRoom(parts)
  const mayDrop = instance.policy.unassignedUsd !== Infinity
  const numCandidates = candidates.size.reduce((sum, size) => sum + size, mayDrop ? cells.count : 0)
  const fitting = parts.isFocused ? candidateTasks(candidates, cells, numGroups) : undefined
  const columns = {
    tasks: ['f64', 5 * numTasks],
    entries: ['f64', 8 * (numEntries + 1)],
    entryGroup: ['i32', numEntries + 1],
    table: ['i32', classes.count * (numGroups + 1)],
    bays: ['f64', 8 * (bays.count + 1)],
    bayGroup: ['i32', bays.count + 1],
    bayStart: ['i32', numGroups + 2],
    listStart: ['i32', bays.count + 2],
    listCount: ['i32', bays.count + 1],
    list: ['i32', listSizes.reduce((sum, size) => sum + size, 0)],
    candidateStart: ['i32', cells.count + 1],
    candidates: ['i32', numCandidates],
    linkStart: ['i32', numTasks + 1],
    links: ['i32', 2 * instance.dependencies.numEdges],
    pools: ['f64', 3 * numGroups],
    origin: ['i32', parts.churn ? numTasks : 0],
    random: ['u32', 4],
    logs: ['f32', THRESHOLDS],
    state: ['f64', STATE.doubles],
    rowStart: ['i32', classes.count + 1],
    fitStart: ['i32', numGroups + 2],
    fits: ['i32', fitting?.tasks.length ?? 0],
    worst: ['i32', bays.count],
    // Elements and, as words behind them, their order.
    elements: ['f64', fitting ? ELEMENT.most * (ELEMENT.doubles + 0.5) : 0],
    arrivals: ['f64', fitting ? 4 * numTasks : 0],
    pointers: ['u32', NUM_POINTERS],
  } satisfies Columns
  const arena = createArena(sizeOf(columns))
  const views = carve(arena, ARENA_START, columns)
  const arrays: SearchArrays = {
    ...views,
    taskWords: wordsOf(views.tasks),
    elementWords: wordsOf(views.elements),
    arrivalWords: wordsOf(views.arrivals),
  }
  const sizes: SearchSizes = {
    numTasks,
    numGroups,
    noBay: bays.count,
    looks: parts.looks,
    hasMoney: problem.hasBudget,
    hasPools: problem.groupBudget.some((usd) => usd !== Infinity),
    hasOrigin: parts.churn !== undefined,
  }
  fillThresholds(arrays.logs, 'Metropolis')
  arrays.rowStart.set(classes.start)
  arrays.random.set(parts.rng.fork(7).state())
  if (parts.churn) arrays.origin.set(parts.churn.origin)
  if (fitting) {
    arrays.fitStart.set(fitting.start)
    arrays.fits.set(fitting.tasks)
  }
  fillEntries(arrays, parts)
  fillBays(arrays, parts, listSizes)
  fillTasks(arrays, parts)
  return {
    arena,
    arrays,
    sizes,
    ...createSearch(arena, arrays, sizes),
    writeBack(assignment) {
      for (let task = 0; task < numTasks; task++) {
        const bay = arrays.taskWords[task * TASK.words + TASK.bay]!
        const to = bay === bays.count ? -1 : bay
        if (assignment.bayOf[task] !== to) assignment.shift(task, to)
      }
    },
    reload() {
      arrays.listCount.fill(0)
      fillBays(arrays, parts, listSizes)
      fillTasks(arrays, parts)
    },
    isWithin() {
      const exceeds = (values: Float64Array, at: number, limit: number): boolean =>
        values[at]! > values[limit]!
      for (let bay = 0; bay < bays.count; bay++) {
        const base = bay * BAY.doubles
        if (exceeds(arrays.bays, base + BAY.load, base + BAY.limit)) return false
        if (exceeds(arrays.bays, base + BAY.tokens, base + BAY.tokenLimit)) return false
      }
      return !exceeds(arrays.state, STATE.spent, STATE.limit)
    },
  }
}

function wordsOf({ buffer, byteOffset, length }: Float64Array): Int32Array {
  return new Int32Array(buffer, byteOffset, 2 * length)
}

/** How many members each bay's list can hold; a bay whose list is full takes no more by single moves. */
function listRoom({ bays, assignment, problem }: SearchParts): Int32Array {
  const numTasks = problem.instance.tasks.count
  if (bays.count * numTasks <= ROOMY) return new Int32Array(bays.count + 1).fill(numTasks)
  const usual = (4 * numTasks) / bays.count
  return Int32Array.from({ length: bays.count + 1 }, (_, bay) => {
    // Room to arrive at; nobody is listed there.
    if (bay === bays.count) return 1
    const wanted = Math.max(assignment.load[bay]!, Math.min(bays.capacityTasks[bay]!, usual))
    return Math.min(numTasks, Math.ceil(1.25 * wanted) + SPARE)
  })
}

function fillEntries(arrays: SearchArrays, { problem, cells, candidates, bays }: SearchParts): void {
  const { classes, lines, groups, instance } = problem
  const { entries, entryGroup, table } = arrays
  const columns = ['constant', 'perInput', 'perOutput', 'money', 'moneyPerInput', 'moneyPerOutput'] as const
  const last = classes.groups.length
  for (let at = 0; at < last; at++) {
    const base = at * ENTRY.doubles
    for (const name of columns) entries[base + ENTRY[name]] = lines[name][at]!
    entries[base + ENTRY.quality] = classes.quality[at]!
    entries[base + ENTRY.mostTokens] = groups.tokenLimit[classes.groups[at]!]!
    entryGroup[at] = classes.groups[at]!
  }
  const { unassignedUsd } = instance.policy
  // Where every task must have an agent, having none costs more than anything.
  entries[last * ENTRY.doubles] = unassignedUsd === Infinity ? 1e6 : unassignedUsd
  entries[last * ENTRY.doubles + ENTRY.quality] = Number.NaN
  entries[last * ENTRY.doubles + ENTRY.mostTokens] = Infinity
  entryGroup[last] = groups.count
  table.fill(-1)
  const width = groups.count + 1
  for (let row = 0; row < classes.count; row++)
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++)
      table[row * width + classes.groups[at]!] = at
  let used = 0
  for (let cell = 0; cell < cells.count; cell++) {
    const row = cells.classOf[cell]! * width
    for (let k = 0; k < candidates.size[cell]!; k++)
      arrays.candidates[used++] = table[row + candidates.group[cell * candidates.width + k]!]!
    if (unassignedUsd !== Infinity) arrays.candidates[used++] = last
    arrays.candidateStart[cell + 1] = used
  }
  arrays.bayStart.set(bays.start)
  arrays.bayStart[groups.count + 1] = bays.count + 1
}

const finite = (limit: number): number => (limit === Infinity ? NO_LIMIT : limit)

function fillBays(
  arrays: SearchArrays,
  { problem, bays, assignment }: SearchParts,
  listSizes: Int32Array,
): void {
  for (let bay = 0; bay < bays.count; bay++) {
    const base = bay * BAY.doubles
    arrays.bays[base + BAY.limit] = finite(bays.capacityTasks[bay]!)
    arrays.bays[base + BAY.tokenLimit] = finite(bays.capacityTokens[bay]!)
    arrays.bays[base + BAY.load] = assignment.load[bay]!
    arrays.bays[base + BAY.tokens] = assignment.tokenLoad[bay]!
    arrays.bayGroup[bay] = bays.groupOf[bay]!
  }
  const none = bays.count * BAY.doubles
  arrays.bays[none + BAY.limit] = NO_LIMIT
  arrays.bays[none + BAY.tokenLimit] = NO_LIMIT
  arrays.bayGroup[bays.count] = problem.groups.count
  listSizes.forEach((size, bay) => {
    arrays.listStart[bay + 1] = arrays.listStart[bay]! + size
  })
  for (let group = 0; group < problem.groups.count; group++) {
    arrays.pools[group * POOL.doubles] = assignment.groupMoney[group]!
    arrays.pools[group * POOL.doubles + POOL.limit] = finite(problem.groupBudget[group]!)
  }
}

function fillTasks(arrays: SearchArrays, { problem, bays, cells, assignment, churn }: SearchParts): void {
  const { classes, groups, instance } = problem
  const { tasks, dependencies, policy } = instance
  const { parentStart, parents, childStart, children } = dependencies
  const width = groups.count + 1
  let used = 0
  for (let task = 0; task < tasks.count; task++) {
    const row = classes.ofTask[task]!
    const bay = assignment.bayOf[task]! < 0 ? bays.count : assignment.bayOf[task]!
    const isLinked = classes.linked[row] === 1
    arrays.tasks[task * 5] = tasks.inputTokens[task]!
    arrays.tasks[task * 5 + 1] = tasks.outputTokens[task]!
    const base = task * TASK.words
    const { taskWords } = arrays
    taskWords[base + TASK.cell] = cells.ofTask[task]!
    taskWords[base + TASK.row] = row
    taskWords[base + TASK.bay] = bay
    taskWords[base + TASK.linked] = isLinked ? 1 : 0
    if (bay === bays.count) taskWords[base + TASK.entry] = classes.groups.length
    else {
      taskWords[base + TASK.entry] = arrays.table[row * width + bays.groupOf[bay]!]!
      taskWords[base + TASK.place] = arrays.listCount[bay]!
      arrays.list[arrays.listStart[bay]! + arrays.listCount[bay]!++] = task
    }
    if (isLinked) {
      for (let k = parentStart[task]!; k < parentStart[task + 1]!; k++) arrays.links[used++] = parents[k]!
      for (let k = childStart[task]!; k < childStart[task + 1]!; k++) arrays.links[used++] = ~children[k]!
    }
    arrays.linkStart[task + 1] = used
  }
  arrays.state[STATE.spent] = assignment.money()
  arrays.state[STATE.limit] = finite(problem.budget)
  arrays.state[STATE.penalty] = policy.dependency.mode === 'soft' ? policy.dependency.penaltyUsd : Infinity
  arrays.state[STATE.churn] = churn?.usd ?? 0
  arrays.state[STATE.objective] = assignment.objective()
}
