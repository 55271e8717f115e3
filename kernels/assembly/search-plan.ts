// asc: --sharedMemory --maximumMemory 65536 --enable threads
// Metropolis over whole plans: a task moves to another bay, or changes places with a task of like size there. Loads pay
// when above capacity and earn a credit below it. All in float64.
// Reference: src/solvers/pricing/search-reference.ts, which ends in the same bits. `p` points to the addresses of the arrays.
import {
  entryGroup, table, bays, bayGroup, bayStart, listStart, listCount, list, candidateStart, candidates,
  linkStart, links, pools, origin, random, logs, state, rowStart, fitStart, fits, worst, numTasks, numGroups,
  noBay, looks, hasMoney, hasPools, hasOrigin, i32At, task, entry, bay, bind, costOf, moneyOf, leave, enter,
  addLoad, addMoney,
} from './plan/arrays'
import { loadRandom, next, storeRandom, threshold } from './spins/random'

/** -ln of a uniform deviate. */
@inline function minusLog(): f64 { return <f64>threshold(logs, next()) }

@inline function below(bound: i32): i32 { return i32((<u64>next() * <u64>bound) >>> 32) }

/** What a bay's load costs or earns beside its capacity changes by. */
@inline function loadDelta(b: usize, slots: f64, size: f64): f64 {
  const count = load<f64>(b), limit = load<f64>(b, 8), sum = load<f64>(b, 16), tokenLimit = load<f64>(b, 24)
  const now = count > limit ? load<f64>(b, 32) : load<f64>(b, 40)
  const then = count + slots > limit ? load<f64>(b, 32) : load<f64>(b, 40)
  const tokensNow = sum > tokenLimit ? load<f64>(b, 48) : load<f64>(b, 56)
  const tokensThen = sum + size > tokenLimit ? load<f64>(b, 48) : load<f64>(b, 56)
  return then * (count + slots - limit) - now * (count - limit) +
    (tokensThen * (sum + size - tokenLimit) - tokensNow * (sum - tokenLimit))
}

/** Edges that `quality` would break. Negative links are children. */
function broken(t: i32, quality: f64): i32 {
  let count: i32 = 0
  for (let k = i32At(linkStart, t), end = i32At(linkStart, t + 1); k < end; k++) {
    const link = i32At(links, k)
    const other = link < 0 ? ~link : link
    const theirs = load<f64>(entry(load<i32>(task(other), 32)), 48)
    if (link < 0 ? theirs < quality : theirs > quality) count++
  }
  return count
}

/** What the edges at a task cost when its quality changes; Infinity when a hard edge would break. */
function linkDelta(t: i32, from: f64, to: f64): f64 {
  const penalty = load<f64>(state, 32)
  const after = broken(t, to)
  if (penalty == Infinity) return after == 0 ? 0 : Infinity
  return penalty * (<f64>after - <f64>broken(t, from))
}

@inline function spendDelta(change: f64): f64 {
  const spent = load<f64>(state), limit = load<f64>(state, 8)
  const now = spent > limit ? load<f64>(state, 16) : load<f64>(state, 24)
  const then = spent + change > limit ? load<f64>(state, 16) : load<f64>(state, 24)
  return then * (spent + change - limit) - now * (spent - limit)
}

@inline function poolDelta(group: i32, change: f64): f64 {
  const p = pools + <usize>group * 24
  const spent = load<f64>(p), limit = load<f64>(p, 8)
  const now = max<f64>(0, spent - limit), then = max<f64>(0, spent + change - limit)
  return load<f64>(p, 16) * (then - now)
}

@inline function churn(t: i32, from: i32, to: i32): f64 {
  const home = i32At(origin, t)
  const usd = load<f64>(state, 40)
  return home < 0 ? 0 : (from == home ? usd : 0) - (to == home ? usd : 0)
}

/** Runs so many proposals; the temperature is multiplied by `cooling` after each. Returns how many were accepted. */
export function search(p: usize, proposals: i32, temperature: f64, cooling: f64): i32 {
  bind(p)
  loadRandom(random)
  let accepted: i32 = 0
  const wild = <u32>load<f64>(state, 56)
  const focus = <u32>load<f64>(state, 64)
  const numWorst = <i32>load<f64>(state, 72)
  for (let n: i32 = 0; n < proposals; n++, temperature *= cooling) {
    const r = next()
    const isFocused = numWorst > 0 && (r & 255) < focus
    let t: i32, to: i32, at: i32
    if (isFocused) {
      // Any task that fits one of the bays that lose most.
      to = i32At(worst, below(numWorst))
      const first = i32At(fitStart, i32At(bayGroup, to))
      const fitting = i32At(fitStart, i32At(bayGroup, to) + 1) - first
      if (fitting == 0) continue
      t = i32At(fits, first + below(fitting))
      at = i32At(table, load<i32>(task(t), 20) * (numGroups + 1) + i32At(bayGroup, to))
    } else {
      t = below(numTasks)
      const isWild = (next() & 255) < wild
      const row = load<i32>(task(t), 20), cell = load<i32>(task(t), 16)
      const first = isWild ? i32At(rowStart, row) : i32At(candidateStart, cell)
      const choices = (isWild ? i32At(rowStart, row + 1) : i32At(candidateStart, cell + 1)) - first
      const drawn = first + i32(((r >>> 16) * <u32>choices) >>> 16)
      at = isWild ? drawn : i32At(candidates, drawn)
      const begin = i32At(bayStart, i32At(entryGroup, at))
      to = begin + below(i32At(bayStart, i32At(entryGroup, at) + 1) - begin)
    }
    const own = task(t)
    const group = i32At(entryGroup, at)
    const from = load<i32>(own, 24)
    if (to == from) continue
    const input = load<f64>(own), output = load<f64>(own, 8)
    const size = input + output
    const target = entry(at)
    if (load<f64>(target, 56) < size) continue
    const current = load<i32>(own, 32)
    const source = entry(current)
    const isLinked = load<i32>(own, 36) != 0
    const fromGroup = i32At(bayGroup, from)
    const cost = costOf(target, input, output) - costOf(source, input, output)
    const churned = hasOrigin ? churn(t, from, to) : 0
    const money = hasMoney ? moneyOf(target, input, output) : 0
    const moneyNow = hasMoney ? moneyOf(source, input, output) : 0
    const cut = 12 * temperature
    // Alone: into the bay.
    const arrival = loadDelta(bay(to), 1, size)
    let delta = cost + churned + arrival + loadDelta(bay(from), -1, -size)
    if (hasMoney) {
      delta += spendDelta(money - moneyNow)
      if (hasPools) {
        if (fromGroup == group) delta += poolDelta(group, money - moneyNow)
        else {
          if (group < numGroups) delta += poolDelta(group, money)
          if (fromGroup < numGroups) delta += poolDelta(fromGroup, -moneyNow)
        }
      }
    }
    if (delta <= cut && i32At(listStart, to + 1) - i32At(listStart, to) > i32At(listCount, to)) {
      const edges = isLinked ? linkDelta(t, load<f64>(source, 48), load<f64>(target, 48)) : 0
      delta += edges
      if (delta <= 0 || (delta <= cut && delta <= temperature * minusLog())) {
        leave(t)
        addLoad(bay(from), -1, -size)
        enter(t, to, at)
        addLoad(bay(to), 1, size)
        if (hasMoney) { addMoney(fromGroup, -moneyNow); addMoney(group, money) }
        store<f64>(state, load<f64>(state, 48) + (cost + edges), 48)
        accepted++
        continue
      }
    }
    // Together: change places with the most alike of a few there.
    if (from == noBay || to == noBay || arrival <= 0) continue
    const count = i32At(listCount, to)
    if (count == 0) continue
    let other: i32 = -1
    let apart = Infinity
    // Where room is dear the exchange is to fill it.
    const aim = isFocused ? size + load<f64>(bay(to), 16) - load<f64>(bay(to), 24) : size
    for (let k: i32 = 0; k < looks; k++) {
      const o = i32At(list, i32At(listStart, to) + below(count))
      const d = Math.abs(load<f64>(task(o)) + load<f64>(task(o), 8) - aim)
      if (d < apart) { apart = d; other = o }
    }
    const its = task(other)
    const back = i32At(table, load<i32>(its, 20) * (numGroups + 1) + fromGroup)
    if (back < 0) continue
    const itsInput = load<f64>(its), itsOutput = load<f64>(its, 8)
    const itsSize = itsInput + itsOutput
    const home = entry(back)
    if (load<f64>(home, 56) < itsSize) continue
    const left = entry(load<i32>(its, 32))
    const costs = cost + (costOf(home, itsInput, itsOutput) - costOf(left, itsInput, itsOutput))
    delta = costs + churned + (hasOrigin ? churn(other, to, from) : 0) +
      loadDelta(bay(to), 0, size - itsSize) + loadDelta(bay(from), 0, itsSize - size)
    if (!(delta <= cut)) continue
    const itsMoney = hasMoney ? moneyOf(home, itsInput, itsOutput) : 0
    const itsMoneyNow = hasMoney ? moneyOf(left, itsInput, itsOutput) : 0
    if (hasMoney) {
      delta += spendDelta(money - moneyNow + (itsMoney - itsMoneyNow))
      if (hasPools && group != fromGroup)
        delta += poolDelta(group, money - itsMoneyNow) + poolDelta(fromGroup, itsMoney - moneyNow)
    }
    let edges: f64 = 0
    const isOtherLinked = load<i32>(its, 36) != 0
    if (isLinked && isOtherLinked && areLinked(t, other)) continue
    if (isLinked) edges += linkDelta(t, load<f64>(source, 48), load<f64>(target, 48))
    if (isOtherLinked) edges += linkDelta(other, load<f64>(left, 48), load<f64>(home, 48))
    delta += edges
    if (delta <= 0 || (delta <= cut && delta <= temperature * minusLog())) {
      leave(t)
      leave(other)
      enter(t, to, at)
      enter(other, from, back)
      addLoad(bay(from), 0, itsSize - size)
      addLoad(bay(to), 0, size - itsSize)
      if (hasMoney) { addMoney(fromGroup, itsMoney - moneyNow); addMoney(group, money - itsMoneyNow) }
      store<f64>(state, load<f64>(state, 48) + (costs + edges), 48)
      accepted++
    }
  }
  storeRandom(random)
  return accepted
}

/** Two ends of one edge are left to single moves. */
function areLinked(t: i32, other: i32): bool {
  for (let k = i32At(linkStart, t), end = i32At(linkStart, t + 1); k < end; k++) {
    const link = i32At(links, k)
    if ((link < 0 ? ~link : link) == other) return true
  }
  return false
}
