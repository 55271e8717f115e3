/** Prepares and runs one read at a time on the sparse and the dense kernel. */
import { denseRows } from '../kernels/anneal-dense.ts'
import { sparseRows } from '../kernels/anneal-sparse.ts'
import { ARENA_START, type Columns, carve, createArena, sizeOf } from '../kernels/arena.ts'
import { packSpins, type SpinModel, type SpinRows, type SpinState, spinSweep } from '../kernels/spin-sweep.ts'
import { fillThresholds, THRESHOLDS } from '../kernels/thresholds.ts'
import { type Ising, unitScale } from './ising.ts'
import {
  FINAL_DESCENT,
  fillTemperatures,
  type Preparation,
  type Prepared,
  type Runner,
  startSpins,
} from './runner.ts'

type Size = Pick<Prepared, 'n' | 'entries' | 'sweeps'>

const common = ({ n, sweeps }: Size) =>
  ({
    h: ['f32', n],
    thresholds: ['f32', THRESHOLDS],
    temperatures: ['f32', sweeps],
  }) satisfies Columns

const sparseColumns = (size: Size) =>
  ({
    ...common(size),
    rowStart: ['i32', size.n + 1],
    targets: ['i32', size.entries],
    weights: ['f32', size.entries],
  }) satisfies Columns

const denseColumns = (size: Size) =>
  ({ ...common(size), rows: ['f32', size.n * size.entries] }) satisfies Columns

const stateColumns = (n: number, fields: number) =>
  ({
    fields: ['f32', fields],
    spins: ['f32', n],
    random: ['u32', 4],
    energies: ['f64', 2],
    best: ['u8', Math.ceil(n / 4)],
  }) satisfies Columns

/** Bytes of a dense model; for the choice of a kernel. */
export function denseBytes(n: number): number {
  return n * Math.ceil(n / 8) * 8 * 4
}

export function prepareSparse(ising: Ising, preparation: Preparation): Prepared {
  const { n } = ising
  const size = { n, entries: ising.J.length, sweeps: preparation.betas.length + FINAL_DESCENT }
  const columns = sparseColumns(size)
  const arena = createArena(sizeOf(columns) + preparation.slots * sizeOf(stateColumns(n, n)))
  const views = carve(arena, ARENA_START, columns)
  const scale = fillCommon(views, ising, preparation)
  views.rowStart.set(ising.rowStart)
  for (let k = 0; k < size.entries; k++) views.targets[k] = ising.neighbours[k]! * 4
  setScaled(views.weights, ising.J, scale)
  return { kind: 'sparse', arena, rule: preparation.rule, ...size, unit: 1 / scale }
}

export function prepareDense(ising: Ising, preparation: Preparation): Prepared {
  const { n } = ising
  const stride = Math.ceil(n / 8) * 8
  const size = { n, entries: stride, sweeps: preparation.betas.length + FINAL_DESCENT }
  const columns = denseColumns(size)
  const arena = createArena(sizeOf(columns) + preparation.slots * sizeOf(stateColumns(n, stride)))
  const views = carve(arena, ARENA_START, columns)
  const scale = fillCommon(views, ising, preparation)
  for (let v = 0; v < n; v++)
    for (let k = ising.rowStart[v]!; k < ising.rowStart[v + 1]!; k++)
      views.rows[v * stride + ising.neighbours[k]!] = ising.J[k]! * scale
  return { kind: 'dense', arena, rule: preparation.rule, ...size, unit: 1 / scale }
}

type Fillable = Omit<SpinModel, 'n'> & { readonly h: Float32Array }

/** Fields, thresholds and temperatures; returns the scale of the couplings. */
function fillCommon(
  { h, thresholds, temperatures }: Fillable,
  ising: Ising,
  { betas, rule }: Preparation,
): number {
  const scale = unitScale(ising)
  setScaled(h, ising.h, scale)
  fillThresholds(thresholds, rule.criterion)
  fillTemperatures(temperatures, betas, scale)
  return scale
}

function setScaled(out: Float32Array, values: Float64Array, scale: number): void {
  for (let i = 0; i < values.length; i++) out[i] = values[i]! * scale
}

/** A runner on state `slot` of a prepared model; one thread a slot. */
export function spinRunner(prepared: Prepared, slot: number): Runner {
  const { arena, n, entries } = prepared
  if (prepared.kind === 'dense') {
    const columns = denseColumns(prepared)
    const model = { stride: entries, ...carve(arena, ARENA_START, columns) }
    const state = stateAt(prepared, { after: columns, fields: entries, slot })
    return runnerOf(prepared, { model, state, rows: denseRows(model, state.fields) })
  }
  const columns = sparseColumns(prepared)
  const model = carve(arena, ARENA_START, columns)
  const state = stateAt(prepared, { after: columns, fields: n, slot })
  return runnerOf(prepared, { model, state, rows: sparseRows(model, state.fields) })
}

function stateAt(
  { arena, n }: Prepared,
  { after, fields, slot }: { after: Columns; fields: number; slot: number },
): SpinState {
  const columns = stateColumns(n, fields)
  return carve(arena, ARENA_START + sizeOf(after) + slot * sizeOf(columns), columns)
}

function runnerOf(
  { arena, n, rule, unit }: Prepared,
  { model, state, rows }: { model: Fillable; state: SpinState; rows: SpinRows },
): Runner {
  const { fields, spins, random, energies, best } = state
  const { h } = model
  const readBest = (out: Int8Array): void => {
    for (let v = 0; v < n; v++) out[v] = (best[v >> 2]! >> (v & 3)) & 1 ? -1 : 1
  }
  return {
    lanes: 1,
    begin(words, given) {
      spins.set(startSpins(words, n, given))
      random.set(words)
      fields.fill(0)
      fields.set(h)
      for (let v = 0; v < n; v++) rows.addRow(v, spins[v]!)
      let energy = 0
      for (let v = 0; v < n; v++) energy += 0.5 * spins[v]! * (h[v]! + fields[v]!)
      energies.fill(energy)
      packSpins(spins, best)
    },
    sweep: spinSweep(arena, { model: { ...model, n }, state, rule }, rows),
    bestEnergy: () => energies[1]! * unit,
    write: (out, keep) => (keep === 'best' ? readBest(out) : out.set(spins)),
    writeBest: readBest,
  }
}
