/**
 * Lays classes, cells and trees out for the kernel of the smoothed dual: entries of a class in blocks of four, those of
 * one quality level apart from the next where tasks are linked, with one more for being left out.
 */
import {
  ARENA_START,
  type Arena,
  type Columns,
  carve,
  createArena,
  sizeOf,
} from '../../samplers/kernels/arena.ts'
import type { Cells } from './cells.ts'
import type { EdgeCharges } from './edge-prices.ts'
import type { Levels } from './levels.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'
import { SMOOTH_POINTERS, type SmoothArrays, type SmoothSizes } from './smooth-kernel.ts'
import { LIMITED, LINKED } from './smooth-reference.ts'

export interface SmoothLayout {
  readonly arena: Arena
  /** All cells; with several parts what each part has of its own is that of the first. */
  readonly arrays: SmoothArrays
  readonly sizes: SmoothSizes
  /** Successive cells with sums of their own, each for a thread. */
  readonly parts: readonly SmoothPart[]
  /** Words by which threads agree, and a result of each part. */
  readonly control: Int32Array
  readonly values: Float64Array
  /** Entry of `Classes.groups` at each position, `LEFT_OUT` or `PADDING`. */
  readonly entryOf: Int32Array
}

export interface SmoothPart {
  readonly arrays: SmoothArrays
  readonly sizes: SmoothSizes
  readonly firstCell: number
}

interface LayoutOptions {
  readonly levels: Levels
  readonly rows: Rows
  readonly charges?: EdgeCharges
  /** Default 1. */
  readonly parts?: number
}

/** Successive cells. */
interface Span {
  readonly first: number
  readonly cells: number
  /** Blocks of pools of their classes. */
  readonly blocks: number
}

export const LEFT_OUT = -1
export const PADDING = -2

const BLOCK = 4
const CONTROL_WORDS = 16

export function layOut(
  problem: Problem,
  cells: Cells,
  { levels, rows, charges, parts: numParts = 1 }: LayoutOptions,
): SmoothLayout {
  const { forest, instance } = problem
  const width = levels.count + 1
  const { entryOf, classStart, levelOfBlock } = positionsOf(problem, levels)
  const blocksOf = (c: number): number => (classStart[c + 1]! - classStart[c]!) / BLOCK
  const spans = splitCells(cells, numParts, blocksOf)
  const longest = classStart.reduce(
    (longest, end, c) => Math.max(longest, c > 0 ? end - classStart[c - 1]! : 0),
    0,
  )
  const numTrees = forest.trees.length - 1
  let largestTree = 0
  for (let t = 0; t < numTrees; t++)
    largestTree = Math.max(largestTree, forest.trees[t + 1]! - forest.trees[t]!)
  const linkedWidth = cells.linked.includes(1) ? cells.count * width : 0
  const positions = entryOf.length
  const byPosition = ['f64', positions] as const
  const byCell = ['f64', cells.count] as const
  const common = {
    constant: byPosition,
    perInput: byPosition,
    perOutput: byPosition,
    limit: byPosition,
    levelOfBlock: ['i32', positions / BLOCK],
    money: byPosition,
    moneyPerInput: byPosition,
    moneyPerOutput: byPosition,
    cellBlocks: ['i32', 2 * cells.count],
    cellFlags: ['i32', cells.count],
    input: byCell,
    output: byCell,
    temperature: byCell,
    mass: byCell,
    least: byCell,
    levelCost: ['f64', linkedWidth],
    levelMass: ['f64', linkedWidth],
    treeStart: ['i32', numTrees + 1],
    from: ['i32', forest.task.length],
    toParent: ['i32', forest.task.length],
    rowOf: ['i32', forest.task.length],
    extraOf: ['i32', forest.task.length],
    extra: ['f64', (charges?.ofTask.size ?? 0) * width],
    below: ['f64', largestTree * width],
    message: ['f64', largestTree * width],
    beyond: ['f64', width],
    groupOf: ['i32', positions],
    direction: ['f64', rows.count],
    control: ['i32', CONTROL_WORDS],
    values: ['f64', numParts],
    pointers: ['u32', SMOOTH_POINTERS],
  } satisfies Columns
  const own = spans.map(
    (span) =>
      ({
        slope: byPosition,
        slopePerInput: byPosition,
        slopePerOutput: byPosition,
        sum0: byPosition,
        sum1: byPosition,
        sum2: byPosition,
        moments: ['f64', 8 * positions],
        blockStart: ['i32', span.cells + 1],
        blocks: ['i32', span.blocks],
        shares: ['f64', BLOCK * span.blocks],
        heavyStart: ['i32', span.cells + 1],
        heavy: ['i32', span.blocks],
        scratch: ['f64', longest],
        results: ['f64', 2],
        sums: ['f64', rows.count],
        pointers: ['u32', SMOOTH_POINTERS],
      }) satisfies Columns,
  )
  const arena = createArena(sizeOf(common) + own.reduce((bytes, columns) => bytes + sizeOf(columns), 0))
  const { control, values, ...shared } = carve(arena, ARENA_START, common)
  let at = ARENA_START + sizeOf(common)
  const ownArrays = own.map((columns) => {
    const views = carve(arena, at, columns)
    at += sizeOf(columns)
    return views
  })
  const arrays: SmoothArrays = { ...ownArrays[0]!, ...shared }
  arrays.levelOfBlock.set(levelOfBlock)
  fillPositions(arrays, problem, entryOf)
  const limited = limitedClasses(problem)
  for (let c = 0; c < cells.count; c++) {
    const row = cells.classOf[c]!
    arrays.cellBlocks[2 * c] = classStart[row]! / BLOCK
    arrays.cellBlocks[2 * c + 1] = classStart[row + 1]! / BLOCK
    arrays.cellFlags[c] = (cells.linked[c] === 1 ? LINKED : 0) | (limited[row] === 1 ? LIMITED : 0)
    arrays.input[c] = cells.inputTokens[c]!
    arrays.output[c] = cells.outputTokens[c]!
    arrays.mass[c] = cells.linked[c] === 1 ? 0 : cells.start[c + 1]! - cells.start[c]!
  }
  arrays.treeStart.set(forest.trees)
  arrays.from.set(forest.from)
  arrays.toParent.set(forest.toParent)
  for (let node = 0; node < forest.task.length; node++) arrays.rowOf[node] = cells.ofTask[forest.task[node]!]!
  fillExtra(arrays, forest.task, { charges, width })
  const sizes = {
    numCells: cells.count,
    numTrees: instance.policy.dependency.mode === 'off' ? 0 : numTrees,
    width,
    firstPosition: 0,
    positions,
    groups: rows.width,
    hasMoney: problem.hasBudget,
  }
  const parts = spans.map((span, part) => ({
    arrays: { ...cellsOf(arrays, span, linkedWidth > 0 ? width : 0), ...ownArrays[part]! },
    sizes: { ...sizes, ...(numParts > 1 ? positionsIn(arrays.cellBlocks, span) : {}), numCells: span.cells },
    firstCell: span.first,
  }))
  return { arena, arrays, sizes, parts, control, values, entryOf }
}

/** Successive cells with about as many blocks of pools in each part. */
function splitCells(cells: Cells, parts: number, blocksOf: (row: number) => number): Span[] {
  const all = cells.classOf.reduce((sum, row) => sum + blocksOf(row), 0)
  const spans: Span[] = []
  for (let part = 0, c = 0, passed = 0; part < parts; part++) {
    const [first, before] = [c, passed]
    for (; c < cells.count && (part === parts - 1 || passed < (all * (part + 1)) / parts); c++)
      passed += blocksOf(cells.classOf[c]!)
    spans.push({ first, cells: c - first, blocks: passed - before })
  }
  return spans
}

/** Cells go by class, so that those of a part have few positions in common with others. */
function positionsIn(
  cellBlocks: Int32Array,
  { first, cells }: Span,
): Pick<SmoothSizes, 'firstPosition' | 'positions'> {
  let [from, to] = [Infinity, 0]
  for (let c = first; c < first + cells; c++) {
    from = Math.min(from, BLOCK * cellBlocks[2 * c]!)
    to = Math.max(to, BLOCK * cellBlocks[2 * c + 1]!)
  }
  return { firstPosition: Math.min(from, to), positions: to }
}

/** What all parts share, of the cells of one. */
function cellsOf(arrays: SmoothArrays, { first, cells }: Span, width: number): SmoothArrays {
  const own = <Column extends Int32Array | Float64Array>(column: Column, each = 1): Column =>
    column.subarray(first * each, (first + cells) * each) as Column
  return {
    ...arrays,
    cellBlocks: own(arrays.cellBlocks, 2),
    cellFlags: own(arrays.cellFlags),
    input: own(arrays.input),
    output: own(arrays.output),
    temperature: own(arrays.temperature),
    mass: own(arrays.mass),
    least: own(arrays.least),
    levelCost: own(arrays.levelCost, width),
    levelMass: own(arrays.levelMass, width),
  }
}

/** What single tasks cost on top of their cells, by level. */
function fillExtra(
  { extraOf, extra }: SmoothArrays,
  taskOf: Int32Array,
  { charges, width }: { charges: EdgeCharges | undefined; width: number },
): void {
  extraOf.fill(-1)
  if (charges === undefined) return
  let used = 0
  taskOf.forEach((task, node) => {
    const own = charges.ofTask.get(task)
    if (own === undefined) return
    extra.set(own, used * width)
    extraOf[node] = used++
  })
}

/** Positions of all classes, and the quality level of each block. */
function positionsOf(
  { classes, instance }: Problem,
  levels: Levels,
): { entryOf: Int32Array; classStart: Int32Array; levelOfBlock: Int32Array } {
  const mayDrop = instance.policy.unassignedUsd !== Infinity
  const entryOf: number[] = []
  const levelOfBlock: number[] = []
  const classStart = new Int32Array(classes.count + 1)
  const close = (level: number): void => {
    while (entryOf.length % BLOCK !== 0) entryOf.push(PADDING)
    while (levelOfBlock.length < entryOf.length / BLOCK) levelOfBlock.push(level)
  }
  for (let row = 0; row < classes.count; row++) {
    const isLinked = classes.linked[row] === 1
    let level = 0
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) {
      const own = isLinked ? levels.ofEntry[at]! : 0
      if (own !== level) close(level)
      level = own
      entryOf.push(at)
    }
    if (isLinked || !mayDrop) close(level)
    if (mayDrop) {
      entryOf.push(LEFT_OUT)
      close(isLinked ? levels.count : 0)
    }
    classStart[row + 1] = entryOf.length
  }
  return {
    entryOf: Int32Array.from(entryOf),
    classStart,
    levelOfBlock: Int32Array.from(levelOfBlock),
  }
}

function fillPositions(
  arrays: SmoothArrays,
  { lines, classes, groups, instance }: Problem,
  entryOf: Int32Array,
): void {
  entryOf.forEach((at, k) => {
    arrays.limit[k] = Infinity
    arrays.groupOf[k] = at < 0 ? -1 : classes.groups[at]!
    arrays.constant[k] = at === LEFT_OUT ? instance.policy.unassignedUsd : Infinity
    if (at < 0) return
    arrays.limit[k] = groups.tokenLimit[classes.groups[at]!]!
    arrays.money[k] = lines.money[at]!
    arrays.moneyPerInput[k] = lines.moneyPerInput[at]!
    arrays.moneyPerOutput[k] = lines.moneyPerOutput[at]!
  })
}

/** 1 for classes with a group on which not every size of task fits. */
function limitedClasses({ classes, groups, tokens }: Problem): Uint8Array {
  const most = new Float64Array(classes.count)
  tokens.forEach((own, task) => {
    const row = classes.ofTask[task]!
    if (own > most[row]!) most[row] = own
  })
  return Uint8Array.from(most, (largest, row) => {
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++)
      if (groups.tokenLimit[classes.groups[at]!]! < largest) return 1
    return 0
  })
}
