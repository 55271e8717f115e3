// asc: --sharedMemory --maximumMemory 65536 --enable threads
// Exchanges of up to two for two at one bay: of all arrivals, departures and changes of places with another bay, the one,
// or the two together, that save most and fit. Sorted by size, so that the partner of each is found where the room ends.
// Reference: src/solvers/pricing/exchange-reference.ts, which ends in the same bits.
import {
  addLoad, addMoney, arrivals, bay, bayGroup, bind, costOf, elements, enter, entry, fits, fitStart, hasMoney, i32At,
  leave, list, listCount, listStart, moneyOf, noBay, numGroups, state, table, task,
} from './plan/arrays'

/** Elements of an exchange, at most; what a pair is looked for among them: so many nearest to the room there is. */
const MOST: i32 = 2048
const SCAN: i32 = 12

let count: i32 = 0
let numArrivals: i32 = 0

/** Tokens, cost, money, and as words who comes, who goes, the other bay, slots. */
@inline function element(e: i32): usize { return elements + <usize>e * 40 }
@inline function order(k: i32): usize { return elements + <usize>MOST * 40 + (<usize>k << 2) }
@inline function ordered(k: i32): usize { return element(load<i32>(order(k))) }
@inline function sizeOf(t: usize): f64 { return load<f64>(t) + load<f64>(t, 8) }
@inline function room(b: usize): f64 { return load<f64>(b, 24) - load<f64>(b, 16) }
@inline function slots(b: usize): f64 { return load<f64>(b, 8) - load<f64>(b) }
@inline function spare(b: i32): i32 { return i32At(listStart, b + 1) - i32At(listStart, b) - i32At(listCount, b) }
@inline function isLinked(t: usize): bool { return load<i32>(t, 36) != 0 }

/** The entry of the task in the group, 0 when it may not go there. */
@inline function target(t: usize, group: i32): usize {
  const at = i32At(table, load<i32>(t, 20) * (numGroups + 1) + group)
  return at < 0 || load<f64>(entry(at), 56) < sizeOf(t) ? 0 : entry(at)
}

/** What a task costs on a bay with the prices of its room and of money. */
@inline function priced(t: usize, at: usize, b: usize): f64 {
  const input = load<f64>(t), output = load<f64>(t, 8)
  const money: f64 = hasMoney ? moneyOf(at, input, output) : 0
  return costOf(at, input, output) + load<f64>(b, 40) + load<f64>(b, 56) * (input + output) + load<f64>(state, 24) * money
}

@inline function dearer(t: usize, to: usize, from: usize): f64 {
  return costOf(to, load<f64>(t), load<f64>(t, 8)) - costOf(from, load<f64>(t), load<f64>(t, 8))
}
@inline function spendsMore(t: usize, to: usize, from: usize): f64 {
  return hasMoney ? moneyOf(to, load<f64>(t), load<f64>(t, 8)) - moneyOf(from, load<f64>(t), load<f64>(t, 8)) : 0
}

function push(size: f64, cost: f64, money: f64, comes: i32, goes: i32, other: i32, slot: i32): void {
  if (count < MOST) {
    const e = element(count)
    store<f64>(e, size)
    store<f64>(e, cost, 8)
    store<f64>(e, money, 16)
    store<i32>(e, comes, 24)
    store<i32>(e, goes, 28)
    store<i32>(e, other, 32)
    store<i32>(e, slot, 36)
  }
  count++
}

/** Tasks that may come, whose priced cost rises by no more than the limit. */
function gatherArrivals(here: i32, limit: f64): void {
  const group = i32At(bayGroup, here)
  numArrivals = 0
  for (let k = i32At(fitStart, group), end = i32At(fitStart, group + 1); k < end && count <= MOST; k++) {
    const id = i32At(fits, k)
    const t = task(id)
    const from = load<i32>(t, 24)
    if (from == here || from == noBay || isLinked(t)) continue
    const at = target(t, group)
    if (at == 0) continue
    const now = entry(load<i32>(t, 32))
    const rise = priced(t, at, bay(here)) - priced(t, now, bay(from))
    if (rise > limit) continue
    const a = arrivals + (<usize>numArrivals << 5)
    numArrivals++
    const cost = dearer(t, at, now), money = spendsMore(t, at, now)
    store<f64>(a, rise)
    store<f64>(a, cost, 8)
    store<f64>(a, money, 16)
    store<i32>(a, id, 24)
    push(sizeOf(t), cost, money, id, -1, from, 1)
  }
}

/** Tasks that may go to a bay with room for them. */
function gatherDepartures(here: i32, limit: f64): void {
  for (let other: i32 = 0; other < noBay && count <= MOST; other++) {
    const b = bay(other)
    if (other == here || slots(b) < 1 || spare(other) < 2) continue
    const free = room(b), group = i32At(bayGroup, other)
    for (let k: i32 = 0, end = i32At(listCount, here); k < end; k++) {
      const id = i32At(list, i32At(listStart, here) + k)
      const t = task(id)
      if (sizeOf(t) > free || isLinked(t)) continue
      const at = target(t, group)
      if (at == 0) continue
      const now = entry(load<i32>(t, 32))
      if (priced(t, at, b) - priced(t, now, bay(here)) > limit) continue
      push(-sizeOf(t), dearer(t, at, now), spendsMore(t, at, now), -1, id, other, -1)
    }
  }
}

/** Changes of places that leave the other bay within its room. */
function gatherChanges(here: i32, limit: f64): void {
  for (let a: i32 = 0; a < numArrivals && count <= MOST; a++) {
    const arrival = arrivals + (<usize>a << 5)
    const comer = load<i32>(arrival, 24)
    const other = load<i32>(task(comer), 24)
    const b = bay(other), group = i32At(bayGroup, other), size = sizeOf(task(comer))
    const most = room(b) + size
    const rise = load<f64>(arrival)
    for (let k: i32 = 0, end = i32At(listCount, here); k < end; k++) {
      const id = i32At(list, i32At(listStart, here) + k)
      const t = task(id)
      if (sizeOf(t) > most || isLinked(t)) continue
      const at = target(t, group)
      if (at == 0) continue
      const now = entry(load<i32>(t, 32))
      if (rise + (priced(t, at, b) - priced(t, now, bay(here))) > limit) continue
      push(
        size - sizeOf(t),
        load<f64>(arrival, 8) + dearer(t, at, now),
        load<f64>(arrival, 16) + spendsMore(t, at, now),
        comer, id, other, 0,
      )
    }
  }
}

/** Shell's method: not stable, but always the same. */
function sortBySize(): void {
  for (let k: i32 = 0; k < count; k++) store<i32>(order(k), k)
  for (let gap: i32 = 701; gap > 0; gap = gap == 2 ? 1 : (gap * 4) / 9) {
    for (let k = gap; k < count; k++) {
      const e = load<i32>(order(k))
      const size = load<f64>(element(e))
      let at = k
      for (; at >= gap && load<f64>(ordered(at - gap)) > size; at -= gap)
        store<i32>(order(at), load<i32>(order(at - gap)))
      store<i32>(order(at), e)
    }
  }
}

/** True when two cannot happen together: the same task, or more than the bay they share can take. */
function clash(e: usize, f: usize): bool {
  const comes = load<i32>(e, 24), goes = load<i32>(e, 28), other = load<i32>(e, 32)
  if (e == f || (comes >= 0 && comes == load<i32>(f, 24)) || (goes >= 0 && goes == load<i32>(f, 28))) return true
  if (other != load<i32>(f, 32)) return false
  const b = bay(other)
  return -(load<f64>(e) + load<f64>(f)) > room(b) || <f64>-(load<i32>(e, 36) + load<i32>(f, 36)) > slots(b)
}

function depart(here: i32, e: usize): void {
  const comes = load<i32>(e, 24), goes = load<i32>(e, 28)
  if (comes >= 0) leave(comes)
  if (goes >= 0) leave(goes)
  const slot = <f64>load<i32>(e, 36), size = load<f64>(e)
  addLoad(bay(here), slot, size)
  addLoad(bay(load<i32>(e, 32)), -slot, -size)
}

function arrive(here: i32, id: i32, from: i32): void {
  if (id < 0) return
  const t = task(id)
  const group = i32At(bayGroup, here), input = load<f64>(t), output = load<f64>(t, 8)
  const at = i32At(table, load<i32>(t, 20) * (numGroups + 1) + group)
  if (hasMoney) {
    addMoney(i32At(bayGroup, from), -moneyOf(entry(load<i32>(t, 32)), input, output))
    addMoney(group, moneyOf(entry(at), input, output))
  }
  enter(id, here, at)
}

/**
 * The exchange at the bay that saves most is made, if it saves more than `least`; returns what it saves, or 0. Only what
 * raises priced costs by no more than `limit` is looked at, less when that is too much.
 */
export function exchange(p: usize, here: i32, limit: f64, least: f64): f64 {
  bind(p)
  for (let tries: i32 = 0; tries < 8; tries++, limit *= 0.5) {
    count = 0
    gatherArrivals(here, limit)
    gatherDepartures(here, limit)
    gatherChanges(here, limit)
    if (count <= MOST) break
  }
  // Among equals any are as good.
  count = min<i32>(count, MOST)
  sortBySize()
  const free = room(bay(here))
  const places = min<i32>(i32(min<f64>(slots(bay(here)), 2)), spare(here))
  const money: f64 = hasMoney ? load<f64>(state, 8) - load<f64>(state) : Infinity
  let best = -least
  let first: usize = 0, second: usize = 0
  let cheapest: f64 = 0
  for (let k: i32 = 0; k < count; k++) {
    const e = ordered(k)
    const cost = load<f64>(e, 8)
    if (cost < cheapest) cheapest = cost
    if (cost < best && load<f64>(e) <= free && load<i32>(e, 36) <= places && load<f64>(e, 16) <= money) {
      best = cost
      first = e
    }
  }
  let end = count
  for (let k: i32 = 0; k < count; k++) {
    const e = ordered(k)
    const rest = free - load<f64>(e)
    while (end > 0 && load<f64>(ordered(end - 1)) > rest) end--
    if (end == 0) break
    if (load<f64>(e, 8) + cheapest >= best) continue
    for (let m = end - 1, stop = max<i32>(0, end - SCAN); m >= stop; m--) {
      const f = ordered(m)
      const cost = load<f64>(e, 8) + load<f64>(f, 8)
      if (cost >= best || load<i32>(e, 36) + load<i32>(f, 36) > places) continue
      if (load<f64>(e, 16) + load<f64>(f, 16) > money || clash(e, f)) continue
      best = cost
      first = e
      second = f
    }
  }
  if (first == 0) return 0
  depart(here, first)
  if (second != 0) depart(here, second)
  for (let k = 0; k < 2; k++) {
    const e = k == 0 ? first : second
    if (e == 0) continue
    arrive(here, load<i32>(e, 24), load<i32>(e, 32))
    arrive(load<i32>(e, 32), load<i32>(e, 28), here)
  }
  store<f64>(state, load<f64>(state, 48) + best, 48)
  return -best
}
