/**
 * Metropolis over whole plans: the TypeScript reference and fallback of `kernels/assembly/search-plan.ts`, equal to it
 * bit for bit. Laying out the arrays is the business of `search-arena.ts`.
 */

import { wasmBase64 } from '../../numeric/wasm/search-plan.ts'
import type { Arena } from '../../samplers/kernels/arena.ts'
import { xoshiro } from '../../samplers/kernels/random.ts'
import { thresholdOf } from '../../samplers/kernels/thresholds.ts'
import { instantiate } from '../../samplers/kernels/wasm.ts'

/** Doubles of a task: input, output tokens, then as pairs of words cell and class, bay and place, entry and linked. */
export const TASK_DOUBLES = 5
/** Words of a task. */
export const TASK = { words: 10, cell: 4, row: 5, bay: 6, place: 7, entry: 8, linked: 9 } as const
/** Doubles of an entry: cost, money as lines in the tokens; quality; most tokens of a task. */
export const ENTRY = {
  doubles: 8,
  constant: 0,
  perInput: 1,
  perOutput: 2,
  money: 3,
  moneyPerInput: 4,
  moneyPerOutput: 5,
  quality: 6,
  mostTokens: 7,
} as const
/** Doubles of a bay: loads, limits, prices per unit above the limit and credits per unit below it. */
export const BAY = {
  doubles: 8,
  load: 0,
  limit: 1,
  tokens: 2,
  tokenLimit: 3,
  over: 4,
  credit: 5,
  tokenOver: 6,
  tokenCredit: 7,
} as const
/** Doubles of a pool budget: spent, limit, price above. */
export const POOL = { doubles: 3, spent: 0, limit: 1, over: 2 } as const
/**
 * Doubles of the whole: money, its limit, price above, credit below; price of a broken edge, of a
 * move; cost so far; how many of 256 proposals look at any entry and not at a candidate. */
export const STATE = {
  doubles: 8,
  spent: 0,
  limit: 1,
  over: 2,
  credit: 3,
  penalty: 4,
  churn: 5,
  objective: 6,
  wild: 7,
} as const

export interface SearchArrays {
  readonly tasks: Float64Array
  readonly taskWords: Int32Array
  readonly entries: Float64Array
  readonly entryGroup: Int32Array
  /** Entry of a class (row) in a group (column, one more than there are groups), or -1. */
  readonly table: Int32Array
  readonly bays: Float64Array
  readonly bayGroup: Int32Array
  readonly bayStart: Int32Array
  /** Tasks of bay `b` are `list[listStart[b] .. listStart[b] + listCount[b])`. */
  readonly listStart: Int32Array
  readonly listCount: Int32Array
  readonly list: Int32Array
  readonly candidateStart: Int32Array
  /** Entries that tasks of a cell are moved to. */
  readonly candidates: Int32Array
  readonly linkStart: Int32Array
  /** Parents as they are, children as their complement. */
  readonly links: Int32Array
  readonly pools: Float64Array
  readonly origin: Int32Array
  readonly random: Uint32Array
  readonly logs: Float32Array
  readonly state: Float64Array
  /** First entry of each class. */
  readonly rowStart: Int32Array
  readonly pointers: Uint32Array
}

export interface SearchSizes {
  readonly numTasks: number
  readonly numGroups: number
  /** The bay that stands for none; the last. */
  readonly noBay: number
  /** Members of a bay looked at for a partner. */
  readonly looks: number
  readonly hasMoney: boolean
  readonly hasPools: boolean
  readonly hasOrigin: boolean
}

/** Runs so many proposals; the temperature is multiplied by `cooling` after each. Returns how many were accepted. */
export type Search = (proposals: number, temperature: number, cooling: number) => number

interface Exports {
  search(pointers: number, proposals: number, temperature: number, cooling: number): number
}

const ORDER = [
  'tasks',
  'entries',
  'entryGroup',
  'table',
  'bays',
  'bayGroup',
  'bayStart',
  'listStart',
  'listCount',
  'list',
  'candidateStart',
  'candidates',
  'linkStart',
  'links',
  'pools',
  'origin',
  'random',
  'logs',
  'state',
  'rowStart',
] as const

export const NUM_POINTERS: number = ORDER.length + 7

export function createSearch(arena: Arena, arrays: SearchArrays, sizes: SearchSizes): Search {
  const wasm = instantiate<Exports>(wasmBase64, arena)
  if (wasm === undefined) return referenceSearch(arrays, sizes)
  arrays.pointers.set([
    ...ORDER.map((name) => arrays[name].byteOffset),
    sizes.numTasks,
    sizes.numGroups,
    sizes.noBay,
    sizes.looks,
    Number(sizes.hasMoney),
    Number(sizes.hasPools),
    Number(sizes.hasOrigin),
  ])
  return (proposals, temperature, cooling) =>
    wasm.search(arrays.pointers.byteOffset, proposals, temperature, cooling)
}

/** The same in TypeScript. */
export function referenceSearch(arrays: SearchArrays, sizes: SearchSizes): Search {
  const { tasks, taskWords, entries, entryGroup, table, bays, bayGroup, bayStart } = arrays
  const { listStart, listCount, list, candidateStart, candidates, linkStart, links, pools, origin } = arrays
  const { state, logs, rowStart } = arrays
  const { numTasks, numGroups, noBay, looks, hasMoney, hasPools, hasOrigin } = sizes
  const next = xoshiro(arrays.random)
  const below = (bound: number): number => Math.floor((next() * bound) / 4294967296)
  const word = (task: number, name: Exclude<keyof typeof TASK, 'words'>): number =>
    taskWords[task * TASK.words + TASK[name]]!
  const line = (at: number, first: number, input: number, output: number): number =>
    entries[at * 8 + first]! + entries[at * 8 + first + 1]! * input + entries[at * 8 + first + 2]! * output
  const costOf = (at: number, input: number, output: number): number =>
    line(at, ENTRY.constant, input, output)
  const moneyOf = (at: number, input: number, output: number): number => line(at, ENTRY.money, input, output)
  const qualityOf = (at: number): number => entries[at * 8 + ENTRY.quality]!

  const loadDelta = (bay: number, slots: number, size: number): number => {
    const b = bay * 8
    const [count, limit] = [bays[b]!, bays[b + BAY.limit]!]
    const [sum, tokenLimit] = [bays[b + BAY.tokens]!, bays[b + BAY.tokenLimit]!]
    const price = (x: number): number => bays[b + (x > limit ? BAY.over : BAY.credit)]!
    const tokenPrice = (x: number): number => bays[b + (x > tokenLimit ? BAY.tokenOver : BAY.tokenCredit)]!
    return (
      price(count + slots) * (count + slots - limit) -
      price(count) * (count - limit) +
      (tokenPrice(sum + size) * (sum + size - tokenLimit) - tokenPrice(sum) * (sum - tokenLimit))
    )
  }

  const broken = (task: number, quality: number): number => {
    let count = 0
    for (let k = linkStart[task]!; k < linkStart[task + 1]!; k++) {
      const link = links[k]!
      const theirs = qualityOf(word(link < 0 ? ~link : link, 'entry'))
      if (link < 0 ? theirs < quality : theirs > quality) count++
    }
    return count
  }

  const linkDelta = (task: number, from: number, to: number): number => {
    const penalty = state[STATE.penalty]!
    const after = broken(task, to)
    if (penalty === Infinity) return after === 0 ? 0 : Infinity
    return penalty * (after - broken(task, from))
  }

  const spendDelta = (change: number): number => {
    const [spent, limit] = [state[STATE.spent]!, state[STATE.limit]!]
    const price = (x: number): number => state[x > limit ? STATE.over : STATE.credit]!
    return price(spent + change) * (spent + change - limit) - price(spent) * (spent - limit)
  }

  const poolDelta = (group: number, change: number): number => {
    const [spent, limit] = [pools[group * 3]!, pools[group * 3 + POOL.limit]!]
    return pools[group * 3 + POOL.over]! * (Math.max(0, spent + change - limit) - Math.max(0, spent - limit))
  }

  const churn = (task: number, from: number, to: number): number => {
    const home = origin[task]!
    const usd = state[STATE.churn]!
    return home < 0 ? 0 : (from === home ? usd : 0) - (to === home ? usd : 0)
  }

  const leave = (task: number): void => {
    const bay = word(task, 'bay')
    if (bay === noBay) return
    const last = list[listStart[bay]! + --listCount[bay]!]!
    list[listStart[bay]! + word(task, 'place')] = last
    taskWords[last * TASK.words + TASK.place] = word(task, 'place')
  }

  const enter = (task: number, bay: number, at: number): void => {
    taskWords[task * TASK.words + TASK.bay] = bay
    taskWords[task * TASK.words + TASK.entry] = at
    if (bay === noBay) return
    taskWords[task * TASK.words + TASK.place] = listCount[bay]!
    list[listStart[bay]! + listCount[bay]!++] = task
  }

  const addLoad = (bay: number, slots: number, size: number): void => {
    bays[bay * 8]! += slots
    bays[bay * 8 + BAY.tokens]! += size
  }

  const addMoney = (group: number, change: number): void => {
    state[STATE.spent]! += change
    if (hasPools && group < numGroups) pools[group * 3]! += change
  }

  const areLinked = (task: number, other: number): boolean => {
    for (let k = linkStart[task]!; k < linkStart[task + 1]!; k++)
      if ((links[k]! < 0 ? ~links[k]! : links[k]) === other) return true
    return false
  }

  return (proposals, start, cooling) => {
    const wild = state[STATE.wild]!
    let accepted = 0
    let temperature = start
    for (let n = 0; n < proposals; n++, temperature *= cooling) {
      const task = below(numTasks)
      const r = next()
      const cell = word(task, 'cell')
      const isWild = (next() & 255) < wild
      const row = word(task, 'row')
      const first = isWild ? rowStart[row]! : candidateStart[cell]!
      const choices = (isWild ? rowStart[row + 1]! : candidateStart[cell + 1]!) - first
      const drawn = first + (((r & 0xffff) * choices) >>> 16)
      const at = isWild ? drawn : candidates[drawn]!
      const group = entryGroup[at]!
      const begin = bayStart[group]!
      const to = begin + (((r >>> 17) * (bayStart[group + 1]! - begin)) >>> 15)
      const from = word(task, 'bay')
      if (to === from) continue
      const [input, output] = [tasks[task * TASK_DOUBLES]!, tasks[task * TASK_DOUBLES + 1]!]
      const size = input + output
      if (entries[at * 8 + ENTRY.mostTokens]! < size) continue
      const current = word(task, 'entry')
      const isLinked = word(task, 'linked') !== 0
      const fromGroup = bayGroup[from]!
      const cost = costOf(at, input, output) - costOf(current, input, output)
      const churned = hasOrigin ? churn(task, from, to) : 0
      const money = hasMoney ? moneyOf(at, input, output) : 0
      const moneyNow = hasMoney ? moneyOf(current, input, output) : 0
      const cut = 12 * temperature
      const accepts = (delta: number): boolean =>
        delta <= 0 || (delta <= cut && delta <= temperature * thresholdOf(next(), logs))
      const arrival = loadDelta(to, 1, size)
      let delta = cost + churned + arrival + loadDelta(from, -1, -size)
      if (hasMoney) {
        delta += spendDelta(money - moneyNow)
        if (hasPools) {
          if (fromGroup === group) delta += poolDelta(group, money - moneyNow)
          else {
            if (group < numGroups) delta += poolDelta(group, money)
            if (fromGroup < numGroups) delta += poolDelta(fromGroup, -moneyNow)
          }
        }
      }
      if (delta <= cut && listStart[to + 1]! - listStart[to]! > listCount[to]!) {
        const edges = isLinked ? linkDelta(task, qualityOf(current), qualityOf(at)) : 0
        delta += edges
        if (accepts(delta)) {
          leave(task)
          addLoad(from, -1, -size)
          enter(task, to, at)
          addLoad(to, 1, size)
          if (hasMoney) {
            addMoney(fromGroup, -moneyNow)
            addMoney(group, money)
          }
          state[STATE.objective]! += cost + edges
          accepted++
          continue
        }
      }
      if (from === noBay || to === noBay || arrival <= 0) continue
      const count = listCount[to]!
      if (count === 0) continue
      let other = -1
      let apart = Infinity
      for (let k = 0; k < looks; k++) {
        const o = list[listStart[to]! + below(count)]!
        const d = Math.abs(tasks[o * TASK_DOUBLES]! + tasks[o * TASK_DOUBLES + 1]! - size)
        if (d < apart) [apart, other] = [d, o]
      }
      const back = table[word(other, 'row') * (numGroups + 1) + fromGroup]!
      if (back < 0) continue
      const [itsInput, itsOutput] = [tasks[other * TASK_DOUBLES]!, tasks[other * TASK_DOUBLES + 1]!]
      const itsSize = itsInput + itsOutput
      if (entries[back * 8 + ENTRY.mostTokens]! < itsSize) continue
      const left = word(other, 'entry')
      const costs = cost + (costOf(back, itsInput, itsOutput) - costOf(left, itsInput, itsOutput))
      delta =
        costs +
        churned +
        (hasOrigin ? churn(other, to, from) : 0) +
        loadDelta(to, 0, size - itsSize) +
        loadDelta(from, 0, itsSize - size)
      if (!(delta <= cut)) continue
      const itsMoney = hasMoney ? moneyOf(back, itsInput, itsOutput) : 0
      const itsMoneyNow = hasMoney ? moneyOf(left, itsInput, itsOutput) : 0
      if (hasMoney) {
        delta += spendDelta(money - moneyNow + (itsMoney - itsMoneyNow))
        if (hasPools && group !== fromGroup)
          delta += poolDelta(group, money - itsMoneyNow) + poolDelta(fromGroup, itsMoney - moneyNow)
      }
      let edges = 0
      const isOtherLinked = word(other, 'linked') !== 0
      if (isLinked && isOtherLinked && areLinked(task, other)) continue
      if (isLinked) edges += linkDelta(task, qualityOf(current), qualityOf(at))
      if (isOtherLinked) edges += linkDelta(other, qualityOf(left), qualityOf(back))
      delta += edges
      if (!accepts(delta)) continue
      leave(task)
      leave(other)
      enter(task, to, at)
      enter(other, from, back)
      addLoad(from, 0, itsSize - size)
      addLoad(to, 0, size - itsSize)
      if (hasMoney) {
        addMoney(fromGroup, itsMoney - moneyNow)
        addMoney(group, money - itsMoneyNow)
      }
      state[STATE.objective]! += costs + edges
      accepted++
    }
    return accepted
  }
}
