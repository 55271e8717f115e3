/** Prepares and runs one read at a time on the implicit-row kernel. States are 0/1 without slacks (always 0 here). */
import type { ImplicitBqm } from '../../formulation/implicit-bqm.ts'
import {
  NUM_POINTERS,
  type RowsModel,
  type RowsState,
  rowDelta,
  rowPenalty,
  rowsSweep,
  setVariable,
} from '../kernels/anneal-rows.ts'
import { ARENA_START, type Columns, carve, createArena, sizeOf } from '../kernels/arena.ts'
import { xoshiro } from '../kernels/random.ts'
import type { SweepRule } from '../kernels/spin-sweep.ts'
import { fillThresholds, THRESHOLDS } from '../kernels/thresholds.ts'
import type { RowsStructure } from './rows-structure.ts'
import { FINAL_DESCENT, type Prepared, type RowsSize, type Runner } from './runner.ts'

/** The only one the kernel has: group by group, free variable by free variable. */
const RULE: SweepRule = { randomOrder: false, criterion: 'Metropolis' }

const modelColumns = (n: number, sweeps: number, size: RowsSize) =>
  ({
    groupStart: ['i32', size.groups + 1],
    members: ['i32', size.members],
    groupOf: ['i32', n],
    keyRow: ['i32', n],
    freeVariables: ['i32', size.free],
    pairStart: ['i32', n + 1],
    pairTargets: ['i32', size.pairs],
    pairBiases: ['f64', size.pairs],
    columnStart: ['i32', n + 1],
    columnRows: ['i32', size.terms],
    columnCoefficients: ['f64', size.terms],
    weight: ['f64', size.rows],
    slackMax: ['f64', size.rows],
    slackUnit: ['f64', size.rows],
    memberStart: ['i32', size.rows],
    temperatures: ['f64', sweeps],
    thresholds: ['f32', THRESHOLDS],
    linear: ['f64', n],
    target: ['f64', size.rows],
  }) satisfies Columns

const stateColumns = (n: number, size: RowsSize) =>
  ({
    fields: ['f64', n],
    residuals: ['f64', size.rows],
    choice: ['i32', size.groups],
    state: ['u8', n],
    rowMembers: ['i32', 2 * size.terms],
    rowCount: ['i32', size.rows],
    positions: ['i32', size.terms],
    random: ['u32', 4],
    energies: ['f64', 2],
    best: ['u8', n],
    pointers: ['u32', NUM_POINTERS],
  }) satisfies Columns

/** The model in an arena, without temperatures; see `fillRowTemperatures`. */
export function prepareRows(
  model: ImplicitBqm,
  structure: RowsStructure,
  { sweeps, slots }: { sweeps: number; slots: number },
): Prepared {
  const n = model.numVariables
  const { groups, groupOf } = structure
  const kept = keptTerms(model, structure)
  const pairs = keptPairs(model, groupOf)
  const free = Array.from({ length: n }, (_, v) => v).filter((v) => groupOf[v] === -1)
  const rows: RowsSize = {
    groups: groups.length,
    members: groups.reduce((sum, members) => sum + members.length, 0),
    free: free.length,
    pairs: pairs.targets.length,
    rows: model.rows.count,
    terms: kept.rows.length,
  }
  const total = sweeps + FINAL_DESCENT
  const columns = modelColumns(n, total, rows)
  const arena = createArena(sizeOf(columns) + slots * sizeOf(stateColumns(n, rows)))
  const views = carve(arena, ARENA_START, columns)
  views.linear.set(model.explicit.linear)
  views.target.set(model.rows.target)
  views.groupOf.set(groupOf)
  views.freeVariables.set(free)
  views.pairStart.set(pairs.start)
  views.pairTargets.set(pairs.targets)
  views.pairBiases.set(pairs.biases)
  views.columnStart.set(kept.start)
  views.columnRows.set(kept.rows)
  views.columnCoefficients.set(kept.coefficients)
  views.weight.set(model.rows.weight.map((weight, r) => (structure.isGroupRow[r] ? 0 : weight)))
  views.slackMax.set(structure.slacks.map((slack) => slack?.max ?? 0))
  views.slackUnit.set(structure.slacks.map((slack) => slack?.unit ?? 1))
  const counts = new Int32Array(model.rows.count)
  for (const r of kept.rows) counts[r]! += 1
  for (let r = 1; r < counts.length; r++) views.memberStart[r] = views.memberStart[r - 1]! + counts[r - 1]!
  for (let v = 0; v < n; v++) views.keyRow[v] = keyRowOf(structure, kept, v)
  let at = 0
  groups.forEach((members, g) => {
    const sorted = Int32Array.from(members).sort((a, b) => views.keyRow[a]! - views.keyRow[b]! || a - b)
    views.members.set(sorted, at)
    at += members.length
    views.groupStart[g + 1] = at
  })
  fillThresholds(views.thresholds, RULE.criterion)
  return { kind: 'rows', arena, rule: RULE, n, entries: 0, sweeps: total, unit: 0, rows }
}

interface Terms {
  readonly start: Int32Array
  readonly rows: number[]
  readonly coefficients: number[]
}

/** Terms of the rows by variable, without one-hot rows, slacks and rows of weight 0. */
function keptTerms({ rows, numVariables }: ImplicitBqm, { isGroupRow, groupOf }: RowsStructure): Terms {
  const start = new Int32Array(numVariables + 1)
  const kept: number[] = []
  const coefficients: number[] = []
  for (let v = 0; v < numVariables; v++) {
    for (let k = rows.columnStart[v]!; k < rows.columnStart[v + 1]! && groupOf[v] !== -2; k++) {
      const r = rows.columnRows[k]!
      if (isGroupRow[r] || rows.weight[r] === 0) continue
      kept.push(r)
      coefficients.push(rows.columnCoefficients[k]!)
    }
    start[v + 1] = kept.length
  }
  return { start, rows: kept, coefficients }
}

/** Couplings without those inside a group, where both ends are never 1. */
function keptPairs({ explicit, numVariables }: ImplicitBqm, groupOf: Int32Array) {
  const start = new Int32Array(numVariables + 1)
  const targets: number[] = []
  const biases: number[] = []
  for (let v = 0; v < numVariables; v++) {
    for (let k = explicit.rowStart[v]!; k < explicit.rowStart[v + 1]!; k++) {
      const u = explicit.neighbours[k]!
      if (groupOf[v]! >= 0 && groupOf[u] === groupOf[v]) continue
      targets.push(u)
      biases.push(explicit.biases[k]!)
    }
    start[v + 1] = targets.length
  }
  return { start, targets, biases }
}

/** The first row with slack among a variable's rows: for a plan, the capacity of its agent. */
function keyRowOf({ slacks }: RowsStructure, { start, rows }: Terms, v: number): number {
  for (let k = start[v]!; k < start[v + 1]!; k++) if (slacks[rows[k]!] !== undefined) return rows[k]!
  return -1
}

interface Views {
  readonly model: RowsModel & { readonly linear: Float64Array; readonly target: Float64Array }
  readonly read: RowsState
}

function viewsOf({ arena, n, sweeps, rows }: Prepared, slot: number): Views {
  const size = rows!
  const columns = modelColumns(n, sweeps, size)
  const state = stateColumns(n, size)
  return {
    model: { numGroups: size.groups, numFree: size.free, ...carve(arena, ARENA_START, columns) },
    read: carve(arena, ARENA_START + sizeOf(columns) + slot * sizeOf(state), state),
  }
}

export function rowsRunner(prepared: Prepared, slot: number): Runner {
  const { model, read } = viewsOf(prepared, slot)
  const copy = (from: Uint8Array, out: Int8Array): void => out.set(from)
  return {
    lanes: 1,
    begin: (words, given) => begin({ model, read }, words, given),
    sweep: rowsSweep(prepared.arena, model, read),
    bestEnergy: () => read.energies[1]!,
    write: (out, keep) => copy(keep === 'best' ? read.best : read.state, out),
    writeBest: (out) => copy(read.best, out),
  }
}

/** A random member of every group and random free bits; those given (above 0) come first. */
function begin({ model, read }: Views, words: Uint32Array, given?: Int8Array): void {
  const next = xoshiro(words)
  read.fields.set(model.linear)
  read.residuals.set(model.target.map((target) => -target))
  read.state.fill(0)
  read.rowCount.fill(0)
  for (let g = 0; g < model.numGroups; g++) {
    const from = model.groupStart[g]!
    const to = model.groupStart[g + 1]!
    let chosen = from + (next() % (to - from))
    for (let m = from; given !== undefined && m < to; m++) if (given[model.members[m]!]! > 0) chosen = m
    read.choice[g] = model.members[chosen]!
    setVariable(model, read, model.members[chosen]!, 1)
  }
  for (const v of model.freeVariables) {
    const isSet = given === undefined ? (next() & 1) === 1 : given[v]! > 0
    if (isSet) setVariable(model, read, v, 1)
  }
  read.random.set(words)
  read.energies.fill(energyNow({ model, read }))
  read.best.set(read.state)
}

/** Energy without the offset: each coupling is in the fields of both of its ends. */
function energyNow({ model, read }: Views): number {
  let energy = 0
  for (let v = 0; v < read.state.length; v++)
    if (read.state[v] === 1) energy += 0.5 * (model.linear[v]! + read.fields[v]!)
  for (let r = 0; r < read.residuals.length; r++) energy += rowPenalty(model, r, read.residuals[r]!)
  return energy
}

/** Sets the temperature of every sweep, the final descent included. */
export function fillRowTemperatures(prepared: Prepared, betas: Float64Array): void {
  const { temperatures } = viewsOf(prepared, 0).model
  temperatures.fill(0)
  for (let sweep = 0; sweep < betas.length; sweep++) temperatures[sweep] = 1 / betas[sweep]!
}

/**
 * Costs of the pair flips and flips that cost something, in a state reached by descent from a random one. Uses
 * state 0 of the arena.
 */
export function uphillMoves(prepared: Prepared, words: Uint32Array): Float64Array {
  const views = viewsOf(prepared, 0)
  const { model, read } = views
  begin(views, words)
  model.temperatures.fill(0)
  rowsSweep(prepared.arena, model, read)(0, Math.min(prepared.sweeps, 4))
  const deltas: number[] = []
  const add = (delta: number): void => {
    if (delta > 1e-12) deltas.push(delta)
  }
  for (let g = 0; g < model.numGroups; g++)
    for (let m = model.groupStart[g]!; m < model.groupStart[g + 1]!; m++) {
      const [u, v] = [read.choice[g]!, model.members[m]!]
      if (u !== v) add(read.fields[v]! - read.fields[u]! + rowDelta(model, read.residuals, u, v))
    }
  for (const v of model.freeVariables)
    add(
      read.state[v] === 1
        ? -read.fields[v]! + rowDelta(model, read.residuals, v, -1)
        : read.fields[v]! + rowDelta(model, read.residuals, -1, v),
    )
  return Float64Array.from(deltas)
}
