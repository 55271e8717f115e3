/**
 * Metropolis on one-hot groups, free binaries, couplings and squared rows kept as residuals: the TypeScript reference
 * and fallback of `kernels/assembly/anneal-rows.ts`, equal to it bit for bit.
 */
import { wasmBase64 } from '../../numeric/wasm/anneal-rows.ts'
import type { Arena } from './arena.ts'
import { xoshiro } from './random.ts'
import type { Sweep } from './spin-sweep.ts'
import { thresholdOf } from './thresholds.ts'
import { instantiate } from './wasm.ts'

/** The model. Variables are those of the implicit BQM without the slacks, which each row sets to their best value. */
export interface RowsModel {
  readonly numGroups: number
  readonly numFree: number
  /** Groups of which exactly one variable is 1, by rising key row within a group. */
  readonly groupStart: Int32Array
  readonly members: Int32Array
  /** Group of each variable, -1 for free ones. */
  readonly groupOf: Int32Array
  /** The row that a swap keeps in balance (an agent's capacity), or -1. */
  readonly keyRow: Int32Array
  readonly freeVariables: Int32Array
  /** Couplings between different groups. */
  readonly pairStart: Int32Array
  readonly pairTargets: Int32Array
  readonly pairBiases: Float64Array
  /** Rows of each variable, ascending; group rows are left out, they always hold. */
  readonly columnStart: Int32Array
  readonly columnRows: Int32Array
  readonly columnCoefficients: Float64Array
  readonly weight: Float64Array
  /** The row's slack takes multiples of `slackUnit` from 0 to `slackMax`; 0 and 1 without slack. */
  readonly slackMax: Float64Array
  readonly slackUnit: Float64Array
  /** Where the list of each row's variables at 1 begins in `rowMembers`, in pairs. */
  readonly memberStart: Int32Array
  readonly temperatures: Float64Array
  readonly thresholds: Float32Array
}

/** The state of one read. */
export interface RowsState {
  /** Linear bias plus the couplings to variables at 1. */
  readonly fields: Float64Array
  /** Row sums without slack, minus targets. */
  readonly residuals: Float64Array
  readonly choice: Int32Array
  readonly state: Uint8Array
  /** Pairs of a variable at 1 and its column entry. */
  readonly rowMembers: Int32Array
  readonly rowCount: Int32Array
  /** Place of each column entry in its row's list. */
  readonly positions: Int32Array
  readonly random: Uint32Array
  /** Energy now and the lowest at the end of any sweep. */
  readonly energies: Float64Array
  readonly best: Uint8Array
  /** Addresses for the WebAssembly kernel. */
  readonly pointers: Uint32Array
}

interface Exports {
  sweep(pointers: number, n: number, from: number, to: number): void
}

/** Arrays in the order in which the WebAssembly kernel expects their addresses. */
const MODEL_ORDER = [
  'groupStart',
  'members',
  'groupOf',
  'keyRow',
  'freeVariables',
  'pairStart',
  'pairTargets',
  'pairBiases',
  'columnStart',
  'columnRows',
  'columnCoefficients',
  'weight',
  'slackMax',
  'slackUnit',
  'memberStart',
  'temperatures',
  'thresholds',
] as const
const STATE_ORDER = [
  'fields',
  'residuals',
  'choice',
  'state',
  'rowMembers',
  'rowCount',
  'positions',
  'random',
  'energies',
  'best',
] as const

export const NUM_POINTERS: number = 2 + MODEL_ORDER.length + STATE_ORDER.length

export function rowsSweep(arena: Arena, model: RowsModel, state: RowsState): Sweep {
  const wasm = instantiate<Exports>(wasmBase64, arena)
  state.pointers.set([
    model.numGroups,
    model.numFree,
    ...MODEL_ORDER.map((name) => model[name].byteOffset),
    ...STATE_ORDER.map((name) => state[name].byteOffset),
  ])
  if (wasm === undefined) return (from, to) => sweepRows(model, state, from, to)
  return (from, to) => wasm.sweep(state.pointers.byteOffset, state.state.length, from, to)
}

/** Sets variable v, which must have the other value: its couplings, its rows and their lists. */
export function setVariable(model: RowsModel, read: RowsState, v: number, step: 1 | -1): void {
  const { fields, residuals, state, rowMembers, rowCount, positions } = read
  state[v] = step > 0 ? 1 : 0
  for (let k = model.pairStart[v]!; k < model.pairStart[v + 1]!; k++)
    fields[model.pairTargets[k]!]! += step * model.pairBiases[k]!
  for (let k = model.columnStart[v]!; k < model.columnStart[v + 1]!; k++) {
    const r = model.columnRows[k]!
    residuals[r]! += step * model.columnCoefficients[k]!
    const list = 2 * model.memberStart[r]!
    if (step > 0) {
      const place = rowCount[r]!++
      rowMembers[list + 2 * place] = v
      rowMembers[list + 2 * place + 1] = k
      positions[k] = place
    } else {
      const last = --rowCount[r]!
      const place = positions[k]!
      const entry = rowMembers[list + 2 * last + 1]!
      rowMembers[list + 2 * place] = rowMembers[list + 2 * last]!
      rowMembers[list + 2 * place + 1] = entry
      positions[entry] = place
    }
  }
}

/** Penalty of row r at residual x, its slack at the best value it can have. */
export function rowPenalty({ weight, slackMax, slackUnit }: RowsModel, r: number, x: number): number {
  const most = slackMax[r]!
  if (most > 0 && x < 0) {
    const unit = slackUnit[r]!
    x += x <= -most ? most : Math.floor(-x / unit + 0.5) * unit
  }
  return weight[r]! * x * x
}

/** Change of the row penalties when u goes from 1 to 0 and v from 0 to 1; -1 for neither. */
export function rowDelta(model: RowsModel, residuals: Float64Array, u: number, v: number): number {
  const { columnStart, columnRows, columnCoefficients } = model
  let delta = 0
  let i = u < 0 ? 0 : columnStart[u]!
  let j = v < 0 ? 0 : columnStart[v]!
  const iEnd = u < 0 ? 0 : columnStart[u + 1]!
  const jEnd = v < 0 ? 0 : columnStart[v + 1]!
  while (i < iEnd || j < jEnd) {
    const ri = i < iEnd ? columnRows[i]! : 0x7fffffff
    const rj = j < jEnd ? columnRows[j]! : 0x7fffffff
    const r = Math.min(ri, rj)
    let change = 0
    if (ri === r) change -= columnCoefficients[i++]!
    if (rj === r) change += columnCoefficients[j++]!
    const x = residuals[r]!
    delta += rowPenalty(model, r, x + change) - rowPenalty(model, r, x)
  }
  return delta
}

export function sweepRows(model: RowsModel, read: RowsState, from: number, to: number): void {
  const { groupStart, members, freeVariables, temperatures } = model
  const { fields, residuals, choice, state, energies } = read
  const words = xoshiro(read.random)
  const deviate = (): number => thresholdOf(words(), model.thresholds)
  let energy = energies[0]!
  for (let s = from; s < to; s++) {
    const temperature = temperatures[s]!
    const cut = 12 * temperature
    const accepts = (delta: number): boolean =>
      delta <= 0 || (delta <= cut && delta <= temperature * deviate())
    for (let g = 0; g < model.numGroups; g++)
      for (let m = groupStart[g]!; m < groupStart[g + 1]!; m++) {
        const v = members[m]!
        const u = choice[g]!
        if (u === v) continue
        const rows = rowDelta(model, residuals, u, v)
        const delta = fields[v]! - fields[u]! + rows
        if (accepts(delta)) {
          choose(model, read, { group: g, from: u, to: v })
          energy += delta
        } else if (rows > cut) {
          energy += swap(model, read, { group: g, from: u, to: v }, { temperature, words, deviate })
        }
      }
    for (let i = 0; i < model.numFree; i++) {
      const v = freeVariables[i]!
      const isSet = state[v] === 1
      const delta = isSet
        ? -fields[v]! + rowDelta(model, residuals, v, -1)
        : fields[v]! + rowDelta(model, residuals, -1, v)
      if (!accepts(delta)) continue
      setVariable(model, read, v, isSet ? -1 : 1)
      energy += delta
    }
    if (energy < energies[1]! - 1e-12) {
      energies[1] = energy
      read.best.set(state)
    }
  }
  energies[0] = energy
}

interface Move {
  readonly group: number
  readonly from: number
  readonly to: number
}

/** A pair flip: the group's chosen variable goes to 0, another to 1. */
function choose(model: RowsModel, read: RowsState, { group, from, to }: Move): void {
  setVariable(model, read, from, -1)
  setVariable(model, read, to, 1)
  read.choice[group] = to
}

/**
 * A group cannot move because the row it would go to is full: another group of that row leaves it, for the row the
 * first comes from or for anywhere, and the first takes the room; when the row is overfull, the other only leaves.
 */
function swap(
  model: RowsModel,
  read: RowsState,
  move: Move,
  { temperature, words, deviate }: { temperature: number; words: () => number; deviate: () => number },
): number {
  const { keyRow, groupOf, groupStart, members } = model
  const { fields, residuals, rowMembers, rowCount } = read
  const { from: u, to: v } = move
  const row = keyRow[v]!
  const back = keyRow[u]!
  if (row < 0 || row === back || rowCount[row] === 0) return 0
  const count = rowCount[row]!
  const draw = words()
  const y = rowMembers[2 * model.memberStart[row]! + 2 * (draw % count)]!
  const h = groupOf[y]!
  if (h < 0 || h === move.group) return 0
  // What the first draw leaves over decides where the other group goes.
  const pick = Math.floor(draw / count)
  const start = groupStart[h]!
  const z =
    back >= 0 && (pick & 1) === 1
      ? memberIn(model, h, back)
      : members[start + ((pick >>> 1) % (groupStart[h + 1]! - start))]!
  if (z < 0 || z === y) return 0
  const leave = fields[z]! - fields[y]!
  const isOverfull = residuals[row]! > 0
  const change = fields[v]! - fields[u]!
  if (!isOverfull && change + leave > 12 * temperature) return 0
  const threshold = temperature * deviate()
  if (isOverfull) {
    const relief = leave + rowDelta(model, residuals, y, z)
    if (relief > threshold) return 0
    choose(model, read, { group: h, from: y, to: z })
    return relief
  }
  if (change + leave > threshold) return 0
  const first = change + rowDelta(model, residuals, u, v)
  choose(model, read, move)
  const delta = first + (fields[z]! - fields[y]! + rowDelta(model, residuals, y, z))
  if (delta <= threshold) {
    choose(model, read, { group: h, from: y, to: z })
    return delta
  }
  choose(model, read, { group: move.group, from: v, to: u })
  return 0
}

/** A member of group h whose key row is r, or -1. */
function memberIn({ groupStart, members, keyRow }: RowsModel, h: number, r: number): number {
  let low = groupStart[h]!
  let high = groupStart[h + 1]!
  while (low < high) {
    const middle = (low + high) >>> 1
    if (keyRow[members[middle]!]! < r) low = middle + 1
    else high = middle
  }
  if (low >= groupStart[h + 1]!) return -1
  const found = members[low]!
  return keyRow[found] === r ? found : -1
}
