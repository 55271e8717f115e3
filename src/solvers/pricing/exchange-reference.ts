/**
 * Exchanges of up to two for two tasks at one bay in TypeScript: reference and fallback of
 * `kernels/assembly/exchange-plan.ts`, equal to it bit for bit.
 */
import {
  BAY,
  ELEMENT,
  ENTRY,
  type Exchange,
  POOL,
  type SearchArrays,
  type SearchSizes,
  STATE,
  TASK,
} from './search-layout.ts'

/** Partners looked at for an element: so many nearest to the room there is. */
const SCAN = 12
const NONE = -1

export function referenceExchange(arrays: SearchArrays, sizes: SearchSizes): Exchange {
  const { tasks, taskWords, entries, table, bays, bayGroup, listStart, listCount, list } = arrays
  const { fitStart, fits, elements, elementWords, arrivals, arrivalWords, state, pools } = arrays
  const { numGroups, noBay, hasMoney, hasPools } = sizes
  const order = elementWords.subarray(ELEMENT.most * ELEMENT.words)
  let count = 0
  let numArrivals = 0

  const word = (task: number, at: number): number => taskWords[task * TASK.words + at]!
  const input = (task: number): number => tasks[task * 5]!
  const output = (task: number): number => tasks[task * 5 + 1]!
  const sizeOf = (task: number): number => input(task) + output(task)
  const isLinked = (task: number): boolean => word(task, TASK.linked) !== 0
  const room = (bay: number): number => bays[bay * 8 + BAY.tokenLimit]! - bays[bay * 8 + BAY.tokens]!
  const slots = (bay: number): number => bays[bay * 8 + BAY.limit]! - bays[bay * 8]!
  const spare = (bay: number): number => listStart[bay + 1]! - listStart[bay]! - listCount[bay]!
  const line = (task: number, at: number, first: number): number =>
    entries[at * 8 + first]! +
    entries[at * 8 + first + 1]! * input(task) +
    entries[at * 8 + first + 2]! * output(task)
  const costOf = (task: number, at: number): number => line(task, at, ENTRY.constant)
  const moneyOf = (task: number, at: number): number => (hasMoney ? line(task, at, ENTRY.money) : 0)
  const entryIn = (task: number, group: number): number =>
    table[word(task, TASK.row) * (numGroups + 1) + group]!
  const target = (task: number, group: number): number => {
    const at = entryIn(task, group)
    return at < 0 || entries[at * 8 + ENTRY.mostTokens]! < sizeOf(task) ? NONE : at
  }
  const priced = (task: number, at: number, bay: number): number =>
    costOf(task, at) +
    bays[bay * 8 + BAY.credit]! +
    bays[bay * 8 + BAY.tokenCredit]! * sizeOf(task) +
    state[STATE.credit]! * moneyOf(task, at)

  const push = (
    [size, cost, money]: readonly [number, number, number],
    [comes, goes, other, slot]: readonly [number, number, number, number],
  ): void => {
    if (count < ELEMENT.most) {
      elements.set([size, cost, money], count * ELEMENT.doubles)
      elementWords.set([comes, goes, other, slot], count * ELEMENT.words + ELEMENT.comes)
    }
    count++
  }

  const gatherArrivals = (here: number, limit: number): void => {
    const group = bayGroup[here]!
    numArrivals = 0
    for (let k = fitStart[group]!; k < fitStart[group + 1]! && count <= ELEMENT.most; k++) {
      const task = fits[k]!
      const from = word(task, TASK.bay)
      if (from === here || from === noBay || isLinked(task)) continue
      const at = target(task, group)
      if (at === NONE) continue
      const now = word(task, TASK.entry)
      const rise = priced(task, at, here) - priced(task, now, from)
      if (rise > limit) continue
      const [cost, money] = [
        costOf(task, at) - costOf(task, now),
        moneyOf(task, at) - moneyOf(task, now),
      ] as const
      arrivals.set([rise, cost, money], numArrivals * 4)
      arrivalWords[numArrivals * 8 + 6] = task
      numArrivals++
      push([sizeOf(task), cost, money], [task, NONE, from, 1])
    }
  }

  const gatherDepartures = (here: number, limit: number): void => {
    for (let other = 0; other < noBay && count <= ELEMENT.most; other++) {
      if (other === here || slots(other) < 1 || spare(other) < 2) continue
      const free = room(other)
      for (let k = 0; k < listCount[here]!; k++) {
        const task = list[listStart[here]! + k]!
        if (sizeOf(task) > free || isLinked(task)) continue
        const at = target(task, bayGroup[other]!)
        if (at === NONE) continue
        const now = word(task, TASK.entry)
        if (priced(task, at, other) - priced(task, now, here) > limit) continue
        const [cost, money] = [
          costOf(task, at) - costOf(task, now),
          moneyOf(task, at) - moneyOf(task, now),
        ] as const
        push([-sizeOf(task), cost, money], [NONE, task, other, -1])
      }
    }
  }

  const gatherChanges = (here: number, limit: number): void => {
    for (let a = 0; a < numArrivals && count <= ELEMENT.most; a++) {
      const comer = arrivalWords[a * 8 + 6]!
      const other = word(comer, TASK.bay)
      const size = sizeOf(comer)
      const most = room(other) + size
      for (let k = 0; k < listCount[here]!; k++) {
        const task = list[listStart[here]! + k]!
        if (sizeOf(task) > most || isLinked(task)) continue
        const at = target(task, bayGroup[other]!)
        if (at === NONE) continue
        const now = word(task, TASK.entry)
        if (arrivals[a * 4]! + (priced(task, at, other) - priced(task, now, here)) > limit) continue
        push(
          [
            size - sizeOf(task),
            arrivals[a * 4 + 1]! + (costOf(task, at) - costOf(task, now)),
            arrivals[a * 4 + 2]! + (moneyOf(task, at) - moneyOf(task, now)),
          ],
          [comer, task, other, 0],
        )
      }
    }
  }

  const sizeAt = (e: number): number => elements[e * ELEMENT.doubles]!
  const costAt = (e: number): number => elements[e * ELEMENT.doubles + 1]!
  const moneyAt = (e: number): number => elements[e * ELEMENT.doubles + 2]!
  const wordAt = (e: number, at: number): number => elementWords[e * ELEMENT.words + at]!

  const sortBySize = (): void => {
    for (let k = 0; k < count; k++) order[k] = k
    for (let gap = 701; gap > 0; gap = gap === 2 ? 1 : Math.floor((gap * 4) / 9))
      for (let k = gap; k < count; k++) {
        const e = order[k]!
        let at = k
        for (; at >= gap && sizeAt(order[at - gap]!) > sizeAt(e); at -= gap) order[at] = order[at - gap]!
        order[at] = e
      }
  }

  const clash = (e: number, f: number): boolean => {
    const [comes, goes, other] = [
      wordAt(e, ELEMENT.comes),
      wordAt(e, ELEMENT.goes),
      wordAt(e, ELEMENT.other),
    ] as const
    if (e === f || (comes >= 0 && comes === wordAt(f, ELEMENT.comes))) return true
    if (goes >= 0 && goes === wordAt(f, ELEMENT.goes)) return true
    if (other !== wordAt(f, ELEMENT.other)) return false
    return (
      -(sizeAt(e) + sizeAt(f)) > room(other) ||
      -(wordAt(e, ELEMENT.slot) + wordAt(f, ELEMENT.slot)) > slots(other)
    )
  }

  const leave = (task: number): void => {
    if (task < 0) return
    const bay = word(task, TASK.bay)
    const last = list[listStart[bay]! + --listCount[bay]!]!
    list[listStart[bay]! + word(task, TASK.place)] = last
    taskWords[last * TASK.words + TASK.place] = word(task, TASK.place)
  }

  const addLoad = (bay: number, slot: number, size: number): void => {
    bays[bay * 8]! += slot
    bays[bay * 8 + BAY.tokens]! += size
  }

  const addMoney = (group: number, change: number): void => {
    state[STATE.spent]! += change
    if (hasPools && group < numGroups) pools[group * POOL.doubles]! += change
  }

  const depart = (here: number, e: number): void => {
    leave(wordAt(e, ELEMENT.comes))
    leave(wordAt(e, ELEMENT.goes))
    addLoad(here, wordAt(e, ELEMENT.slot), sizeAt(e))
    addLoad(wordAt(e, ELEMENT.other), -wordAt(e, ELEMENT.slot), -sizeAt(e))
  }

  const arrive = (here: number, task: number, from: number): void => {
    if (task < 0) return
    const at = entryIn(task, bayGroup[here]!)
    if (hasMoney) {
      addMoney(bayGroup[from]!, -moneyOf(task, word(task, TASK.entry)))
      addMoney(bayGroup[here]!, moneyOf(task, at))
    }
    const base = task * TASK.words
    taskWords[base + TASK.bay] = here
    taskWords[base + TASK.entry] = at
    taskWords[base + TASK.place] = listCount[here]!
    list[listStart[here]! + listCount[here]!++] = task
  }

  return (here, limit, least) => {
    for (let [tries, most] = [0, limit]; tries < 8; tries++, most *= 0.5) {
      count = 0
      gatherArrivals(here, most)
      gatherDepartures(here, most)
      gatherChanges(here, most)
      if (count <= ELEMENT.most) break
    }
    // Among equals any are as good.
    count = Math.min(count, ELEMENT.most)
    sortBySize()
    const free = room(here)
    const places = Math.min(Math.trunc(Math.min(slots(here), 2)), spare(here))
    const money = hasMoney ? state[STATE.limit]! - state[STATE.spent]! : Infinity
    let [best, first, second, cheapest] = [-least, NONE, NONE, 0]
    for (let k = 0; k < count; k++) {
      const e = order[k]!
      cheapest = Math.min(cheapest, costAt(e))
      if (costAt(e) >= best || sizeAt(e) > free || moneyAt(e) > money) continue
      if (wordAt(e, ELEMENT.slot) > places) continue
      best = costAt(e)
      first = e
    }
    for (let k = 0, end = count; k < count; k++) {
      const e = order[k]!
      const rest = free - sizeAt(e)
      while (end > 0 && sizeAt(order[end - 1]!) > rest) end--
      if (end === 0) break
      if (costAt(e) + cheapest >= best) continue
      for (let m = end - 1; m >= Math.max(0, end - SCAN); m--) {
        const f = order[m]!
        const cost = costAt(e) + costAt(f)
        if (cost >= best || wordAt(e, ELEMENT.slot) + wordAt(f, ELEMENT.slot) > places) continue
        if (moneyAt(e) + moneyAt(f) > money || clash(e, f)) continue
        ;[best, first, second] = [cost, e, f]
      }
    }
    if (first === NONE) return 0
    const made = second === NONE ? [first] : [first, second]
    for (const e of made) depart(here, e)
    for (const e of made) {
      arrive(here, wordAt(e, ELEMENT.comes), wordAt(e, ELEMENT.other))
      arrive(wordAt(e, ELEMENT.other), wordAt(e, ELEMENT.goes), here)
    }
    state[STATE.objective]! += best
    return -best
  }
}
