/**
 * Where everything lies in the memory of the site-state kernel: the state record, mixer steps, energies, phases,
 * starts, block sums, scratch of each thread, and the two arrays of the state. Offsets are in bytes.
 */
import type { Ansatz } from './ansatz.ts'
import { crossTable, energyTable } from './energy-table.ts'
import { type Program, STEP_KINDS, type Step } from './kernel-program.ts'
import { dimensionOf, restrict } from './site-hamiltonian.ts'

/** Buffers (2 x 32 KiB), lane tables (4 x 16 KiB) and a spare block (4 KiB); see the kernel. */
const SCRATCH_BYTES = 2 * 32768 + 4 * 16384 + 4096
const STEP_WORDS = 12
/** The stub runtime keeps its own few bytes at the bottom. */
const FIRST_FREE = 4096

export interface StepList {
  readonly at: number
  readonly steps: readonly Step[]
}

export interface Layout {
  readonly record: number
  readonly blockSteps: StepList
  readonly stripSteps: readonly StepList[]
  /** The record of each strip. */
  readonly strips: readonly number[]
  /** Floats from one block to the next, and left free after every `nearSize` blocks. */
  readonly blockStride: number
  readonly farPad: number
  readonly nearSize: number
  readonly energies: number
  readonly numEnergies: number
  readonly phaseRe: number
  readonly phaseIm: number
  /** First entry of each table in the energies and phases. */
  readonly tables: {
    readonly slowNear: number
    readonly slowFar: number
    readonly fastNear: number
    readonly fastFar: number
    readonly block: number
  }
  readonly startLow: readonly [number, number]
  readonly startBlock: readonly [number, number]
  /** Phases inside a block times `startLow`. */
  readonly folded: readonly [number, number]
  readonly blockWeight: number
  readonly blockEnergy: number
  readonly weights: number
  /** Counters that threads share; see `kernel-passes.ts`. */
  readonly control: number
  readonly scratch: readonly number[]
  readonly re: number
  readonly im: number
  readonly bytes: number
}

/** Two words for each of up to 32 passes of a layer. */
const CONTROL_BYTES = 256

/** Lays out the memory for `threads` threads. */
export function layOut({ cost }: Ansatz, program: Program, threads: number): Layout {
  let top = FIRST_FREE
  const take = (bytes: number, alignment = 64): number => {
    const at = Math.ceil(top / alignment) * alignment
    top = at + bytes
    return at
  }
  const stepList = (steps: readonly Step[]): StepList => ({ at: take(steps.length * STEP_WORDS * 4), steps })
  const sizeOf = (sites: readonly number[]): number =>
    dimensionOf(Int32Array.from(sites, (site) => cost.levels[site]!))
  const [slow, fast, near, far] = [program.slow, program.fast, program.near, program.far].map(sizeOf) as [
    number,
    number,
    number,
    number,
  ]
  const slowNear = program.lowSize
  const slowFar = slowNear + near * slow
  const fastNear = slowFar + far * slow
  const fastFar = fastNear + near * fast
  const block = fastFar + far * fast
  const numEnergies = block + program.blocks
  // An odd number of cache lines (16 floats) from block to block spreads the rows of a strip over all cache sets.
  const lines = Math.ceil(program.lowSize / 16)
  const blockStride = 16 * (lines % 2 === 0 ? lines + 1 : lines)
  const farPad = program.strips.length === 2 && near % 2 === 0 ? 16 : 0
  const stateBytes = 4 * (program.blocks * blockStride + far * farPad)
  const paddedBlocks = Math.ceil(program.blocks / 4) * 4
  return {
    record: take(256),
    blockSteps: stepList(program.steps),
    stripSteps: program.strips.map((strip) => stepList(strip.steps)),
    strips: program.strips.map(() => take(64)),
    blockStride,
    farPad,
    nearSize: near,
    weights: take(4 * cost.levels.reduce((sum, count) => sum + count, 0)),
    control: take(CONTROL_BYTES),
    // Phases are computed in pairs: room for a partner of the last.
    energies: take(8 * (numEnergies + 1)),
    numEnergies,
    phaseRe: take(4 * (numEnergies + 1)),
    phaseIm: take(4 * (numEnergies + 1)),
    tables: { slowNear, slowFar, fastNear, fastFar, block },
    startLow: [take(4 * program.lowSize), take(4 * program.lowSize)],
    startBlock: [take(4 * paddedBlocks), take(4 * paddedBlocks)],
    folded: [take(4 * program.lowSize), take(4 * program.lowSize)],
    blockWeight: take(8 * paddedBlocks),
    blockEnergy: take(8 * paddedBlocks),
    scratch: Array.from({ length: threads }, () => take(SCRATCH_BYTES, 4096)),
    // Half a page apart, so that equal indices of the two arrays do not fall on the same cache sets.
    re: take(stateBytes, 4096),
    im: take(stateBytes + 2048, 4096) + 2048,
    bytes: top,
  }
}

/** Index in the state's arrays of the first amplitude of a block. */
export function blockStart({ blockStride, farPad, nearSize }: Layout, block: number): number {
  return block * blockStride + Math.floor(block / nearSize) * farPad
}

/** Writes what does not depend on the angles: record, steps, energies and the product start. */
export function writeConstants(
  buffer: ArrayBuffer,
  { ansatz, program, layout }: { ansatz: Ansatz; program: Program; layout: Layout },
): void {
  const { tables } = layout
  const words = new Int32Array(buffer, layout.record, 25)
  const sizeOf = (sites: readonly number[]): number =>
    dimensionOf(Int32Array.from(sites, (site) => ansatz.cost.levels[site]!))
  words.set([layout.re, layout.im, program.lowSize, program.blocks])
  words.set([sizeOf(program.slow), sizeOf(program.fast), sizeOf(program.near)], 4)
  words.set([layout.energies, layout.phaseRe, layout.phaseIm], 7)
  words.set([tables.slowNear, tables.slowFar, tables.fastNear, tables.fastFar, tables.block], 10)
  words.set([layout.blockWeight, layout.blockEnergy, ...layout.startLow, ...layout.startBlock], 15)
  words.set([4 * layout.blockStride, 4 * layout.farPad, ...layout.folded], 21)
  program.strips.forEach(({ inner, rows, width }, k) => {
    // Rows of the far strip are whole groups of near blocks apart, pads included; so are the fibres of the near one.
    const apart = (blocks: number): number =>
      4 *
      (blocks * layout.blockStride +
        (blocks % layout.nearSize === 0 ? layout.farPad * (blocks / layout.nearSize) : 0))
    const { at, steps } = layout.stripSteps[k]!
    new Int32Array(buffer, layout.strips[k]!, 7).set([
      inner,
      rows,
      width,
      apart(inner),
      apart(inner * rows),
      at,
      steps.length,
    ])
  })
  writeEnergies(new Float64Array(buffer, layout.energies, layout.numEnergies), ansatz, program, tables)
  const low = [...program.fast, ...program.slow]
  const high = [...program.near, ...program.far]
  for (const [at, sites] of [
    [layout.startLow, low],
    [layout.startBlock, high],
  ] as const) {
    const { re, im } = gaugedStart(ansatz, sites)
    new Float32Array(buffer, at[0], re.length).set(re)
    new Float32Array(buffer, at[1], im.length).set(im)
  }
  let weightsAt = layout.weights
  for (const { at, steps } of [layout.blockSteps, ...layout.stripSteps])
    steps.forEach((step, k) => {
      const entry = new Int32Array(buffer, at + k * STEP_WORDS * 4, STEP_WORDS)
      entry.set([STEP_KINDS[step.kind], step.inner, step.levels, step.outer, ...(step.edge ?? [0, 0])])
      if (step.kind !== 'reflect') return
      new Float32Array(buffer, weightsAt, step.levels).set(step.weights!)
      entry[8] = weightsAt
      weightsAt += 4 * step.levels
    })
}

function writeEnergies(
  energies: Float64Array,
  { cost }: Ansatz,
  program: Program,
  tables: Layout['tables'],
): void {
  const low = [...program.fast, ...program.slow]
  const high = [...program.near, ...program.far]
  energies.set(energyTable(restrict(cost, low)), 0)
  energies.set(crossTable(cost, program.slow, program.near), tables.slowNear)
  energies.set(crossTable(cost, program.slow, program.far), tables.slowFar)
  energies.set(crossTable(cost, program.fast, program.near), tables.fastNear)
  energies.set(crossTable(cost, program.fast, program.far), tables.fastFar)
  energies.set(energyTable({ ...restrict(cost, high), offset: cost.offset }), tables.block)
}

/**
 * Tensor product of the sites' starts in the kernel's gauge: a basis state of b ones on X-mixed bits carries i^b, which
 * makes the X mixer real.
 */
function gaugedStart(
  { cost, mixers, start }: Ansatz,
  sites: readonly number[],
): { re: Float64Array; im: Float64Array } {
  let re = Float64Array.of(1)
  let im = Float64Array.of(0)
  for (const site of sites) {
    const levels = cost.levels[site]!
    const size = re.length
    const next = { re: new Float64Array(size * levels), im: new Float64Array(size * levels) }
    for (let level = 0; level < levels; level++) {
      const quarter = mixers[site]!.kind === 'x' ? popcount(level) % 4 : 0
      const c = [1, 0, -1, 0][quarter]! * start[site]![level]!
      const s = [0, 1, 0, -1][quarter]! * start[site]![level]!
      for (let z = 0; z < size; z++) {
        next.re[level * size + z] = c * re[z]! - s * im[z]!
        next.im[level * size + z] = c * im[z]! + s * re[z]!
      }
    }
    re = next.re
    im = next.im
  }
  return { re, im }
}

function popcount(value: number): number {
  let count = 0
  for (; value > 0; value >>>= 1) count += value & 1
  return count
}

/** Writes the numbers of every mixer step for the angle `beta`. */
export function writeBeta(buffer: ArrayBuffer, layout: Layout, beta: number): void {
  for (const { at, steps } of [layout.blockSteps, ...layout.stripSteps])
    steps.forEach((step, k) => {
      new Float32Array(buffer, at + (k * STEP_WORDS + 6) * 4, 2).set(stepNumbers(step, beta))
    })
}

function stepNumbers({ kind, levels }: Step, beta: number): [number, number] {
  const c = Math.cos(beta)
  const s = Math.sin(beta)
  if (kind === 'x' || kind === 'edge') return [c, s]
  if (kind === 'xx' || kind === 'xx-lanes' || kind === 'four-bits') return [-s * s, s * c]
  const share = kind === 'uniform3' ? 3 : 1
  // cos(a) - 1 as -2 sin^2(a / 2) keeps its digits near zero.
  const half = Math.sin((beta * levels) / 2)
  return [(-2 * half * half) / share, -Math.sin(beta * levels) / share]
}
