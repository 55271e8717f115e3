/**
 * The least priced cost of every task on its own, summed. Tasks that may go to the same pools are taken in blocks of
 * similar size, and pools that are dearer over a whole block than another are left out of it: exact, and far fewer
 * than tasks x pools evaluations.
 */
import type { Instance } from '../model/instance.ts'
import { whyIneligible } from '../model/pair.ts'
import type { Prices } from './certificate.ts'
import {
  fits,
  hasOwnCosts,
  hasSlots,
  leftOutCost,
  lineOf,
  type PoolLine,
  pricedCost,
  valueAt,
} from './priced-cost.ts'

const BLOCK = 128

export interface SingleTasks {
  /** Sum over the tasks of the least priced cost, in whole units, rounded down task by task. */
  readonly units: bigint
  /** A task that no pool may do and that may not be left out either, or -1. */
  readonly stuck: number
}

export function sumSingleTasks(
  instance: Instance,
  prices: Prices,
  isSingle: (task: number) => boolean,
): SingleTasks {
  const total = createWholeSum()
  let stuck = -1
  const take = (task: number, least: number): void => {
    const value = Math.min(least, leftOutCost(instance, prices, task))
    if (value === Infinity) stuck = task
    else total.add(Math.floor(value))
  }
  for (const { members, single } of kinds(instance, prices, isSingle)) {
    if (single) {
      for (const task of members) take(task, leastOfAll(instance, prices, task))
      continue
    }
    const lines = linesOf(instance, prices, members[0]!)
    for (const block of blocks(instance, members)) {
      const few = survivors(instance, lines, block)
      for (const task of block) take(task, leastOf(instance, few, task))
    }
  }
  return { units: total.value(), stuck }
}

/** A sum of whole doubles that never loses a unit. */
function createWholeSum(): { add(value: number): void; value(): bigint } {
  let high = 0n
  let low = 0
  return {
    add(value) {
      low += value
      if (low > 2 ** 51) {
        high += BigInt(low)
        low = 0
      }
    },
    value: () => high + BigInt(low),
  }
}

interface Kind {
  readonly members: readonly number[]
  /** True when each member is priced by itself. */
  readonly single: boolean
}

/** Tasks that may go to the same pools, apart from their tokens. */
function kinds(instance: Instance, prices: Prices, isSingle: (task: number) => boolean): Iterable<Kind> {
  const { tasks } = instance
  const found = new Map<string, { members: number[]; single: boolean }>()
  for (let task = 0; task < tasks.count; task++) {
    if (!isSingle(task)) continue
    const single = hasOwnCosts(instance, prices, task)
    const key = single
      ? 'single'
      : `${tasks.requirement[task]} ${tasks.domain[task]} ${tasks.minQuality[task]} ${tasks.maxLatencyMs[task]}`
    const kind = found.get(key)
    if (kind) kind.members.push(task)
    else found.set(key, { members: [task], single })
  }
  return found.values()
}

/** The pools a task's kind may go to, whatever its tokens. */
export function linesOf(instance: Instance, prices: Prices, task: number): PoolLine[] {
  const lines: PoolLine[] = []
  for (let pool = 0; pool < instance.fleet.numPools; pool++) {
    if (!hasSlots(instance, pool)) continue
    const reason = whyIneligible(instance, task, pool)
    if (reason === undefined || reason === 'context') lines.push(lineOf(instance, prices, { task, pool }))
  }
  return lines
}

function leastOfAll(instance: Instance, prices: Prices, task: number): number {
  let least = Infinity
  for (let pool = 0; pool < instance.fleet.numPools; pool++)
    least = Math.min(least, pricedCost(instance, prices, { task, pool }))
  return least
}

function blocks({ tasks }: Instance, members: readonly number[]): Int32Array[] {
  const bySize = Int32Array.from(members).sort(
    (a, b) =>
      tasks.outputTokens[a]! - tasks.outputTokens[b]! || tasks.inputTokens[a]! - tasks.inputTokens[b]!,
  )
  // Stripes of similar output, cut into blocks of similar input.
  const stripe = BLOCK * Math.max(1, Math.round(Math.sqrt(members.length / BLOCK)))
  const found: Int32Array[] = []
  for (let at = 0; at < bySize.length; at += stripe) {
    const part = bySize
      .subarray(at, at + stripe)
      .sort((a, b) => tasks.inputTokens[a]! - tasks.inputTokens[b]!)
    for (let k = 0; k < part.length; k += BLOCK) found.push(part.subarray(k, k + BLOCK))
  }
  return found
}

/** Lines that are not dearer everywhere on the block's box of tokens than some other line everywhere. */
function survivors({ tasks }: Instance, lines: readonly PoolLine[], block: Int32Array): readonly PoolLine[] {
  if (block.length < 4 || lines.length < 8) return lines
  const box = { inLow: Infinity, inHigh: 0, outLow: Infinity, outHigh: 0, most: 0 }
  for (const task of block) {
    const [input, output] = [tasks.inputTokens[task]!, tasks.outputTokens[task]!]
    box.inLow = Math.min(box.inLow, input)
    box.inHigh = Math.max(box.inHigh, input)
    box.outLow = Math.min(box.outLow, output)
    box.outHigh = Math.max(box.outHigh, output)
    box.most = Math.max(box.most, input + output)
  }
  let ceiling = Infinity
  for (const line of lines)
    if (line.tokenLimit >= box.most && (line.mostUsd === Infinity || fits(line, box.inHigh, box.outHigh)))
      ceiling = Math.min(ceiling, valueAt(line, box.inHigh, box.outHigh))
  ceiling *= 1 + 2 ** -40
  return lines.filter((line) => valueAt(line, box.inLow, box.outLow) <= ceiling)
}

function leastOf({ tasks }: Instance, lines: readonly PoolLine[], task: number): number {
  const [input, output] = [tasks.inputTokens[task]!, tasks.outputTokens[task]!]
  let least = Infinity
  for (const line of lines) {
    const value = valueAt(line, input, output)
    if (value < least && fits(line, input, output)) least = value
  }
  return least
}
