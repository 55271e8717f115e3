/** Prepares and runs one read at a time on the sparse and the dense kernel. */
import { denseSweep } from '../kernels/anneal-dense.ts'
import { packSpins, type SpinState, type Sweep, sparseSweep } from '../kernels/anneal-sparse.ts'
import { ARENA_START, type Columns, carve, createArena, sizeOf } from '../kernels/arena.ts'
import { fillLogTable, LOG_CELLS } from '../kernels/log-table.ts'
import { type Ising, unitScale } from './ising.ts'
import { FINAL_DESCENT, fillTemperatures, type Prepared, type Runner, startSpins } from './runner.ts'

type Size = Pick<Prepared, 'n' | 'entries' | 'sweeps'>

const common = ({ n, sweeps }: Size) =>
  ({
    h: ['f32', n],
    table: ['f32', LOG_CELLS],
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

export function prepareSparse(ising: Ising, betas: Float64Array, slots: number): Prepared {
  const size = { n: ising.n, entries: ising.J.length, sweeps: betas.length + FINAL_DESCENT }
  const columns = sparseColumns(size)
  const arena = createArena(sizeOf(columns) + slots * sizeOf(stateColumns(size.n, size.n)))
  const views = carve(arena, ARENA_START, columns)
  const scale = unitScale(ising)
  setScaled(views.h, ising.h, scale)
  views.rowStart.set(ising.rowStart)
  for (let k = 0; k < size.entries; k++) views.targets[k] = ising.neighbours[k]! * 4
  setScaled(views.weights, ising.J, scale)
  fillLogTable(views.table)
  fillTemperatures(views.temperatures, betas, scale)
  return { kind: 'sparse', arena, ...size, unit: 1 / scale }
}

export function prepareDense(ising: Ising, betas: Float64Array, slots: number): Prepared {
  const stride = Math.ceil(ising.n / 8) * 8
  const size = { n: ising.n, entries: stride, sweeps: betas.length + FINAL_DESCENT }
  const columns = denseColumns(size)
  const arena = createArena(sizeOf(columns) + slots * sizeOf(stateColumns(size.n, stride)))
  const views = carve(arena, ARENA_START, columns)
  const scale = unitScale(ising)
  setScaled(views.h, ising.h, scale)
  for (let v = 0; v < size.n; v++)
    for (let k = ising.rowStart[v]!; k < ising.rowStart[v + 1]!; k++)
      views.rows[v * stride + ising.neighbours[k]!] = ising.J[k]! * scale
  fillLogTable(views.table)
  fillTemperatures(views.temperatures, betas, scale)
  return { kind: 'dense', arena, ...size, unit: 1 / scale }
}

function setScaled(out: Float32Array, values: Float64Array, scale: number): void {
  for (let i = 0; i < values.length; i++) out[i] = values[i]! * scale
}

/** A runner on state `slot` of a prepared model; one thread a slot. */
export function spinRunner(prepared: Prepared, slot: number): Runner {
  return prepared.kind === 'dense' ? denseRunner(prepared, slot) : sparseRunner(prepared, slot)
}

function sparseRunner(prepared: Prepared, slot: number): Runner {
  const { arena, n } = prepared
  const columns = sparseColumns(prepared)
  const model = { n, ...carve(arena, ARENA_START, columns) }
  const state = stateAt(prepared, { after: columns, fields: n, slot })
  return runnerOf(
    model.h,
    { state, unit: prepared.unit },
    {
      sweep: sparseSweep(arena, model, state),
      addRow(v, change) {
        for (let k = model.rowStart[v]!; k < model.rowStart[v + 1]!; k++)
          state.fields[model.targets[k]! >> 2]! += change * model.weights[k]!
      },
    },
  )
}

function denseRunner(prepared: Prepared, slot: number): Runner {
  const { arena, n, entries: stride } = prepared
  const columns = denseColumns(prepared)
  const model = { n, stride, ...carve(arena, ARENA_START, columns) }
  const state = stateAt(prepared, { after: columns, fields: stride, slot })
  return runnerOf(
    model.h,
    { state, unit: prepared.unit },
    {
      sweep: denseSweep(arena, model, state),
      addRow(v, change) {
        for (let u = 0; u < n; u++) state.fields[u]! += change * model.rows[v * stride + u]!
      },
    },
  )
}

function stateAt(
  { arena, n }: Prepared,
  { after, fields, slot }: { after: Columns; fields: number; slot: number },
): SpinState {
  const columns = stateColumns(n, fields)
  return carve(arena, ARENA_START + sizeOf(after) + slot * sizeOf(columns), columns)
}

function runnerOf(
  h: Float32Array,
  { state, unit }: { readonly state: SpinState; readonly unit: number },
  kernel: { readonly sweep: Sweep; readonly addRow: (v: number, change: number) => void },
): Runner {
  const { fields, spins, random, energies, best } = state
  const n = spins.length
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
      for (let v = 0; v < n; v++) kernel.addRow(v, spins[v]!)
      let energy = 0
      for (let v = 0; v < n; v++) energy += 0.5 * spins[v]! * (h[v]! + fields[v]!)
      energies.fill(energy)
      packSpins(spins, best)
    },
    sweep: kernel.sweep,
    bestEnergy: () => energies[1]! * unit,
    write: (out, keep) => (keep === 'best' ? readBest(out) : out.set(spins)),
    writeBest: readBest,
  }
}
