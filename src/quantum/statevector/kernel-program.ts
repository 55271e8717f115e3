/**
 * Cuts an ansatz into the passes of the kernel: one over blocks of the lowest sites, then one per strip of higher
 * sites, each with its list of mixer steps. Sizes and order only; memory is `kernel-layout.ts`.
 */
import type { Ansatz, SiteMixer } from './ansatz.ts'
import { dimensionOf } from './site-hamiltonian.ts'

/** Amplitudes of an interleaved block, of one worked on in place, and floats of a tile: 16 KiB that stay in the L1 cache. */
const MAX_BLOCK = 1024
const MAX_BLOCK_IN_PLACE = 4096
const TILE_FLOATS = 4096
/** Rows of a strip: 256 rows of 16 floats, a cache line each. */
const MAX_ROWS = 256

export const STEP_KINDS = {
  x: 0,
  xx: 1,
  reflect: 2,
  edge: 3,
  uniform3: 4,
  'xx-lanes': 5,
  'four-bits': 6,
} as const
export type StepKind = keyof typeof STEP_KINDS

/** One mixer step inside a buffer: `outer` times an axis of `levels` rows that are `inner` rows apart. */
export interface Step {
  readonly kind: StepKind
  readonly inner: number
  readonly levels: number
  readonly outer: number
  readonly edge?: readonly [number, number]
  readonly weights?: Float64Array
}

export interface Strip {
  readonly firstSite: number
  /** Blocks below the strip's sites. */
  readonly inner: number
  readonly rows: number
  readonly outer: number
  /** Amplitudes of a row in a tile; the last tile of a block takes what is left. */
  readonly width: number
  readonly tiles: number
  readonly steps: readonly Step[]
}

export interface Program {
  /** True when the two lowest bits are qubits under X: blocks are then worked on where they lie. */
  readonly inPlace: boolean
  /** Sites inside a block, in two halves: `fast` below `slow`. */
  readonly fast: readonly number[]
  readonly slow: readonly number[]
  /** The sites above, in two halves: `near` below `far`. */
  readonly near: readonly number[]
  readonly far: readonly number[]
  readonly lowSize: number
  readonly blocks: number
  readonly steps: readonly Step[]
  readonly strips: readonly Strip[]
}

/** The program of an ansatz, or undefined when it does not suit the kernel: too small, or a site of over 1024 levels. */
export function createProgram(ansatz: Ansatz): Program | undefined {
  const { levels } = ansatz.cost
  const dimension = dimensionOf(levels)
  const inPlace = startsWithTwoBits(ansatz)
  const blockLimit = inPlace ? Math.min(MAX_BLOCK_IN_PLACE, dimension) : Math.min(MAX_BLOCK, dimension / 4)
  const numLow = countWithin(levels, 0, blockLimit)
  const lowSize = dimensionOf(levels.subarray(0, numLow))
  if (lowSize < 4 || dimension < 256 || levels.some((count) => count > MAX_BLOCK)) return undefined
  const sites = Array.from(levels, (_, site) => site)
  const steps = inPlace ? inVectors(stepsOf(ansatz, 0, numLow), lowSize) : stepsOf(ansatz, 0, numLow)
  // The lower half holds whole groups of the amplitudes that its first step mixes.
  const half = Math.max(
    inPlace ? reaching(levels, steps[0]!.levels) : 0,
    countWithin(levels, 0, Math.sqrt(lowSize) * 1.001),
  )
  const high = sites.slice(numLow)
  const strips = stripsOf(ansatz, numLow)
  const even = numLow + countWithin(levels, numLow, Math.sqrt(dimension / lowSize) * 1.001)
  // With two strips the halves are the strips, so that each strip has rows at one distance.
  const split = strips.length === 2 ? strips[1]!.firstSite : even
  return {
    inPlace,
    fast: sites.slice(0, half),
    slow: sites.slice(half, numLow),
    near: high.filter((site) => site < split),
    far: high.filter((site) => site >= split),
    lowSize,
    blocks: dimension / lowSize,
    steps,
    strips,
  }
}

/**
 * Steps of a block worked on in place, whose two lowest bits lie inside a vector: they have a kind of their own, or are
 * mixed with the two above them and the phase in one step.
 */
function inVectors([lanes, next, ...rest]: readonly Step[], lowSize: number): Step[] {
  if (next?.kind === 'xx' && next.inner === 4)
    return [{ ...next, kind: 'four-bits', inner: 1, levels: 16 }, ...rest]
  return [{ ...lanes!, kind: 'xx-lanes', outer: lowSize / 4 }, ...(next ? [next] : []), ...rest]
}

/** How many sites from the first have a product of levels of at least `size`. */
function reaching(levels: Int32Array, size: number): number {
  let count = 0
  for (let product = 1; product < size; count++) product *= levels[count]!
  return count
}

function startsWithTwoBits({ cost: { levels }, mixers }: Ansatz): boolean {
  return levels[0] === 2 && levels[1] === 2 && mixers[0]!.kind === 'x' && mixers[1]!.kind === 'x'
}

/** How many sites from `first` have a product of levels of at most `limit`. */
function countWithin(levels: Int32Array, first: number, limit: number): number {
  let product = 1
  let count = 0
  while (first + count < levels.length && product * levels[first + count]! <= limit)
    product *= levels[first + count++]!
  return count
}

/** Strips of nearly equal numbers of rows over the sites from `first`. */
function stripsOf(ansatz: Ansatz, numLow: number): Strip[] {
  const { levels } = ansatz.cost
  const lowSize = dimensionOf(levels.subarray(0, numLow))
  const strips: Strip[] = []
  let first = numLow
  while (first < levels.length) {
    const inner = dimensionOf(levels.subarray(numLow, first))
    const rest = dimensionOf(levels.subarray(first))
    const passes = Math.ceil(Math.log(rest) / Math.log(MAX_ROWS) - 1e-9)
    const limit = Math.min(MAX_ROWS, Math.max(rest ** (1 / passes) * 1.999, 1))
    const count = Math.max(1, countWithin(levels, first, limit))
    const rows = dimensionOf(levels.subarray(first, first + count))
    const width = Math.max(4, Math.floor(TILE_FLOATS / rows / 4) * 4)
    const outer = rest / rows
    strips.push({
      firstSite: first,
      inner,
      rows,
      outer,
      width,
      tiles: outer * inner * Math.max(1, Math.floor(lowSize / width)),
      steps: stepsOf(ansatz, first, first + count),
    })
    first += count
  }
  return strips
}

/** Mixer steps of sites [from, to), with strides counted in rows of the buffer that holds just these sites. */
function stepsOf({ cost, mixers }: Ansatz, from: number, to: number): Step[] {
  const axes: Step[] = []
  const rows = dimensionOf(cost.levels.subarray(from, to))
  let inner = 1
  for (let site = from; site < to; site++) {
    const levels = cost.levels[site]!
    axes.push(...siteSteps(mixers[site]!, levels).map((step) => place(step, inner, rows)))
    inner *= levels
  }
  return pairBits(axes)
}

type SiteStep = Pick<Step, 'kind' | 'levels' | 'edge' | 'weights'> & { readonly inside: number }

function siteSteps(mixer: SiteMixer, levels: number): SiteStep[] {
  if (levels === 1) return []
  if (mixer.kind === 'x')
    return Array.from({ length: Math.log2(levels) }, (_, bit) => ({ kind: 'x', levels: 2, inside: 2 ** bit }))
  if (mixer.kind === 'edges') return mixer.edges.map((edge) => ({ kind: 'edge', levels, edge, inside: 1 }))
  const { weights } = mixer
  const even = levels === 3 && weights.every((weight) => weight === weights[0])
  return [{ kind: even ? 'uniform3' : 'reflect', levels, weights, inside: 1 }]
}

function place({ inside, ...step }: SiteStep, inner: number, rows: number): Step {
  const stride = inner * inside
  return { ...step, inner: stride, outer: rows / (stride * step.levels) }
}

/** Joins X on two neighbouring bits into one step of 12 operations instead of 24. */
function pairBits(steps: readonly Step[]): Step[] {
  const joined: Step[] = []
  for (let k = 0; k < steps.length; k++) {
    const [a, b] = [steps[k]!, steps[k + 1]]
    if (a.kind === 'x' && b?.kind === 'x' && b.inner === a.inner * 2) {
      joined.push({ kind: 'xx', inner: a.inner, levels: 4, outer: b.outer })
      k++
    } else joined.push(a)
  }
  return joined
}
