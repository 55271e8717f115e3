// asc: --sharedMemory --maximumMemory 65536 --enable threads
// Metropolis on a model of one-hot groups, free binaries, couplings and squared rows kept as residuals. Moves: another member
// of a group is chosen (a pair flip), two groups swap their rows, a free binary flips. All in float64.
// Reference: src/samplers/kernels/anneal-rows.ts, which ends in the same bits. `p` points to the addresses of the arrays.
import { loadRandom, next, storeRandom, threshold } from './spins/random'

let numGroups: i32 = 0
let numFree: i32 = 0
let groupStart: usize = 0
let members: usize = 0
let groupOf: usize = 0
let keyRow: usize = 0
let freeVariables: usize = 0
let pairStart: usize = 0
let pairTargets: usize = 0
let pairBiases: usize = 0
let columnStart: usize = 0
let columnRows: usize = 0
let columnCoefficients: usize = 0
let weight: usize = 0
let slackMax: usize = 0
let slackUnit: usize = 0
let memberStart: usize = 0
let temperatures: usize = 0
let table: usize = 0
let fields: usize = 0
let residuals: usize = 0
let choice: usize = 0
let state: usize = 0
let rowMembers: usize = 0
let rowCount: usize = 0
let positions: usize = 0
let random: usize = 0
let energies: usize = 0
let best: usize = 0

@inline function i32At(base: usize, i: i32): i32 { return load<i32>(base + (<usize>i << 2)) }
@inline function f64At(base: usize, i: i32): f64 { return load<f64>(base + (<usize>i << 3)) }

function bind(p: usize): void {
  numGroups = load<i32>(p); numFree = load<i32>(p, 4)
  groupStart = load<u32>(p, 8); members = load<u32>(p, 12); groupOf = load<u32>(p, 16); keyRow = load<u32>(p, 20)
  freeVariables = load<u32>(p, 24)
  pairStart = load<u32>(p, 28); pairTargets = load<u32>(p, 32); pairBiases = load<u32>(p, 36)
  columnStart = load<u32>(p, 40); columnRows = load<u32>(p, 44); columnCoefficients = load<u32>(p, 48)
  weight = load<u32>(p, 52); slackMax = load<u32>(p, 56); slackUnit = load<u32>(p, 60); memberStart = load<u32>(p, 64)
  temperatures = load<u32>(p, 68); table = load<u32>(p, 72)
  fields = load<u32>(p, 76); residuals = load<u32>(p, 80); choice = load<u32>(p, 84); state = load<u32>(p, 88)
  rowMembers = load<u32>(p, 92); rowCount = load<u32>(p, 96); positions = load<u32>(p, 100)
  random = load<u32>(p, 104); energies = load<u32>(p, 108); best = load<u32>(p, 112)
}

/** -ln of a uniform deviate. */
@inline function minusLog(): f64 { return <f64>threshold(table, next()) }

/** Penalty of row r at residual x, its slack at the best value it can have. */
@inline function penalty(r: i32, x: f64): f64 {
  const most = f64At(slackMax, r)
  if (most > 0 && x < 0) {
    const unit = f64At(slackUnit, r)
    x += x <= -most ? most : Math.floor(-x / unit + 0.5) * unit
  }
  return f64At(weight, r) * x * x
}

/** Change of the row penalties when u goes from 1 to 0 and v from 0 to 1; -1 for neither. */
function rowDelta(u: i32, v: i32): f64 {
  let delta: f64 = 0
  let i = u < 0 ? 0 : i32At(columnStart, u), iEnd = u < 0 ? 0 : i32At(columnStart, u + 1)
  let j = v < 0 ? 0 : i32At(columnStart, v), jEnd = v < 0 ? 0 : i32At(columnStart, v + 1)
  while (i < iEnd || j < jEnd) {
    const ri = i < iEnd ? i32At(columnRows, i) : i32.MAX_VALUE
    const rj = j < jEnd ? i32At(columnRows, j) : i32.MAX_VALUE
    const r = min(ri, rj)
    let change: f64 = 0
    if (ri == r) { change -= f64At(columnCoefficients, i); i++ }
    if (rj == r) { change += f64At(columnCoefficients, j); j++ }
    const x = f64At(residuals, r)
    delta += penalty(r, x + change) - penalty(r, x)
  }
  return delta
}

function setVariable(v: i32, step: f64): void {
  store<u8>(state + <usize>v, step > 0 ? 1 : 0)
  for (let k = i32At(pairStart, v), end = i32At(pairStart, v + 1); k < end; k++) {
    const at = fields + (<usize>i32At(pairTargets, k) << 3)
    store<f64>(at, load<f64>(at) + step * f64At(pairBiases, k))
  }
  for (let k = i32At(columnStart, v), end = i32At(columnStart, v + 1); k < end; k++) {
    const r = i32At(columnRows, k)
    const at = residuals + (<usize>r << 3)
    store<f64>(at, load<f64>(at) + step * f64At(columnCoefficients, k))
    const list = rowMembers + (<usize>i32At(memberStart, r) << 3)
    const count = i32At(rowCount, r)
    if (step > 0) {
      // The list of variables at 1 in the row, each with the column entry that knows its place.
      store<i32>(list + (<usize>count << 3), v)
      store<i32>(list + (<usize>count << 3), k, 4)
      store<i32>(positions + (<usize>k << 2), count)
      store<i32>(rowCount + (<usize>r << 2), count + 1)
    } else {
      const place = i32At(positions, k)
      const last = count - 1
      const moved = load<i32>(list + (<usize>last << 3)), entry = load<i32>(list + (<usize>last << 3), 4)
      store<i32>(list + (<usize>place << 3), moved)
      store<i32>(list + (<usize>place << 3), entry, 4)
      store<i32>(positions + (<usize>entry << 2), place)
      store<i32>(rowCount + (<usize>r << 2), last)
    }
  }
}

@inline function move(g: i32, u: i32, v: i32): void {
  setVariable(u, -1)
  setVariable(v, 1)
  store<i32>(choice + (<usize>g << 2), v)
}

/** A member of group h whose key row is r, or -1. */
function memberIn(h: i32, r: i32): i32 {
  let low = i32At(groupStart, h), high = i32At(groupStart, h + 1)
  while (low < high) {
    const middle = (low + high) >>> 1
    if (i32At(keyRow, i32At(members, middle)) < r) low = middle + 1
    else high = middle
  }
  if (low >= i32At(groupStart, h + 1)) return -1
  const found = i32At(members, low)
  return i32At(keyRow, found) == r ? found : -1
}

/**
 * Group g cannot move from u to v because v's key row is full: another group of that row leaves it, for u's key row or for
 * anywhere, and g takes the room; when the row is overfull, the other only leaves. Returns the energy change.
 */
function swap(g: i32, u: i32, v: i32, temperature: f64): f64 {
  const row = i32At(keyRow, v)
  const back = i32At(keyRow, u)
  if (row < 0 || row == back) return 0
  const count = i32At(rowCount, row)
  if (count == 0) return 0
  const draw = next()
  const y = load<i32>(rowMembers + (<usize>i32At(memberStart, row) << 3) + (<usize>(draw % <u32>count) << 3))
  const h = i32At(groupOf, y)
  if (h < 0 || h == g) return 0
  // What the first draw leaves over decides where the other group goes.
  const pick = draw / <u32>count
  const first = i32At(groupStart, h)
  const z = back >= 0 && (pick & 1) == 1 ? memberIn(h, back)
    : i32At(members, first + i32((pick >>> 1) % <u32>(i32At(groupStart, h + 1) - first)))
  if (z < 0 || z == y) return 0
  const leave = f64At(fields, z) - f64At(fields, y)
  const isOverfull = f64At(residuals, row) > 0
  const change = f64At(fields, v) - f64At(fields, u)
  if (!isOverfull && change + leave > 12 * temperature) return 0
  const threshold = temperature * minusLog()
  if (isOverfull) {
    const relief = leave + rowDelta(y, z)
    if (relief > threshold) return 0
    move(h, y, z)
    return relief
  }
  if (change + leave > threshold) return 0
  const before = change + rowDelta(u, v)
  move(g, u, v)
  const delta = before + (f64At(fields, z) - f64At(fields, y) + rowDelta(y, z))
  if (delta <= threshold) {
    move(h, y, z)
    return delta
  }
  move(g, v, u)
  return 0
}

/** Sweeps `from .. to` of the schedule. */
export function sweep(p: usize, n: i32, from: i32, to: i32): void {
  bind(p)
  loadRandom(random)
  let energy = load<f64>(energies), bestEnergy = load<f64>(energies, 8)
  for (let s = from; s < to; s++) {
    const temperature = f64At(temperatures, s)
    const cut = 12 * temperature
    for (let g: i32 = 0; g < numGroups; g++) {
      const end = i32At(groupStart, g + 1)
      for (let m = i32At(groupStart, g); m < end; m++) {
        const v = i32At(members, m)
        const u = i32At(choice, g)
        if (u == v) continue
        const change = f64At(fields, v) - f64At(fields, u)
        const rows = rowDelta(u, v)
        const delta = change + rows
        if (delta <= 0 || (delta <= cut && delta <= temperature * minusLog())) {
          move(g, u, v)
          energy += delta
        } else if (rows > cut) {
          energy += swap(g, u, v, temperature)
        }
      }
    }
    for (let i: i32 = 0; i < numFree; i++) {
      const v = i32At(freeVariables, i)
      const isSet = load<u8>(state + <usize>v) == 1
      const delta = isSet ? -f64At(fields, v) + rowDelta(v, -1) : f64At(fields, v) + rowDelta(-1, v)
      if (delta <= 0 || (delta <= cut && delta <= temperature * minusLog())) {
        setVariable(v, isSet ? -1 : 1)
        energy += delta
      }
    }
    if (energy < bestEnergy - 1e-12) {
      bestEnergy = energy
      memory.copy(best, state, <usize>n)
    }
  }
  storeRandom(random)
  store<f64>(energies, energy); store<f64>(energies, bestEnergy, 8)
}
