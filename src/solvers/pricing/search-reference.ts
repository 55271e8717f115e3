/**
 * Metropolis over whole plans in TypeScript: reference and fallback of `kernels/assembly/search-plan.ts`, equal to it bit
 * for bit.
 */
import { xoshiro } from '../../samplers/kernels/random.ts'
import { thresholdOf } from '../../samplers/kernels/thresholds.ts'
import {
  BAY,
  ENTRY,
  POOL,
  type Search,
  type SearchArrays,
  type SearchSizes,
  STATE,
  TASK,
  TASK_DOUBLES,
} from './search-layout.ts'

export function referenceSearch(arrays: SearchArrays, sizes: SearchSizes): Search {
  const { tasks, taskWords, entries, entryGroup, table, bays, bayGroup, bayStart } = arrays
  const { listStart, listCount, list, candidateStart, candidates, linkStart, links, pools, origin } = arrays
  const { state, logs, rowStart, fitStart, fits, worst } = arrays
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
    const [wild, focus, numWorst] = [state[STATE.wild]!, state[STATE.focus]!, state[STATE.numWorst]!]
    let accepted = 0
    let temperature = start
    for (let n = 0; n < proposals; n++, temperature *= cooling) {
      const r = next()
      const isFocused = numWorst > 0 && (r & 255) < focus
      let [task, to, at] = [0, 0, 0]
      if (isFocused) {
        to = worst[below(numWorst)]!
        const first = fitStart[bayGroup[to]!]!
        const fitting = fitStart[bayGroup[to]! + 1]! - first
        if (fitting === 0) continue
        task = fits[first + below(fitting)]!
        at = table[word(task, 'row') * (numGroups + 1) + bayGroup[to]!]!
      } else {
        task = below(numTasks)
        const isWild = (next() & 255) < wild
        const [row, cell] = [word(task, 'row'), word(task, 'cell')]
        const first = isWild ? rowStart[row]! : candidateStart[cell]!
        const choices = (isWild ? rowStart[row + 1]! : candidateStart[cell + 1]!) - first
        const drawn = first + (((r >>> 16) * choices) >>> 16)
        at = isWild ? drawn : candidates[drawn]!
        const begin = bayStart[entryGroup[at]!]!
        to = begin + below(bayStart[entryGroup[at]! + 1]! - begin)
      }
      const group = entryGroup[at]!
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
      const aim = isFocused ? size + bays[to * 8 + BAY.tokens]! - bays[to * 8 + BAY.tokenLimit]! : size
      for (let k = 0; k < looks; k++) {
        const o = list[listStart[to]! + below(count)]!
        const d = Math.abs(tasks[o * TASK_DOUBLES]! + tasks[o * TASK_DOUBLES + 1]! - aim)
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
