/**
 * The kernel of the smoothed dual over blocks of four pools: its arrays and what it does, in WebAssembly where that
 * runs and by `smooth-reference.ts` elsewhere. Layout is the business of `smooth-layout.ts`.
 */
import { wasmBase64 } from '../../numeric/wasm/smooth-dual.ts'
import type { Arena } from '../../samplers/kernels/arena.ts'
import { instantiate } from '../../samplers/kernels/wasm.ts'
import { referenceKernel } from './smooth-reference.ts'

/** Arrays by position (an entry of a class, padded to blocks of four), by cell, by block of the support, by tree node. */
export interface SmoothArrays {
  readonly constant: Float64Array
  readonly perInput: Float64Array
  readonly perOutput: Float64Array
  /** Most tokens of a task. */
  readonly limit: Float64Array
  readonly levelOfBlock: Int32Array
  readonly money: Float64Array
  readonly moneyPerInput: Float64Array
  readonly moneyPerOutput: Float64Array
  /** A direction in price space, as lines in the tokens. */
  readonly slope: Float64Array
  readonly slopePerInput: Float64Array
  readonly slopePerOutput: Float64Array
  readonly sum0: Float64Array
  readonly sum1: Float64Array
  readonly sum2: Float64Array
  /** Eight sums for each pair of positions; see `MOMENT`. */
  readonly moments: Float64Array
  /** First and last block of each cell's class. */
  readonly cellBlocks: Int32Array
  /** 1 linked, 2 some pools are too small for some of the tasks. */
  readonly cellFlags: Int32Array
  readonly input: Float64Array
  readonly output: Float64Array
  readonly temperature: Float64Array
  readonly mass: Float64Array
  readonly least: Float64Array
  /** Support of cell `c`: `blocks[blockStart[c] .. blockStart[c + 1])`, four `shares` for each. */
  readonly blockStart: Int32Array
  readonly blocks: Int32Array
  readonly shares: Float64Array
  readonly heavyStart: Int32Array
  readonly heavy: Int32Array
  readonly scratch: Float64Array
  readonly levelCost: Float64Array
  readonly levelMass: Float64Array
  readonly treeStart: Int32Array
  readonly from: Int32Array
  readonly toParent: Int32Array
  readonly rowOf: Int32Array
  /** Row of `extra` that a node pays on top, or -1. */
  readonly extraOf: Int32Array
  readonly extra: Float64Array
  readonly below: Float64Array
  readonly message: Float64Array
  readonly beyond: Float64Array
  /** Curvature of the budget: true, and as if nothing took over. */
  readonly results: Float64Array
  /** Group of each position, negative for none. */
  readonly groupOf: Int32Array
  /** By row of prices, as are the sums: slots, tokens, money of each group, money in all. */
  readonly direction: Float64Array
  readonly sums: Float64Array
  readonly pointers: Uint32Array
}

export interface SmoothSizes {
  readonly numCells: number
  readonly numTrees: number
  readonly width: number
  /** Positions of the cells are `firstPosition .. positions`. */
  readonly firstPosition: number
  readonly positions: number
  /** Groups, the virtual one included. */
  readonly groups: number
  readonly hasMoney: boolean
}

/** Which of a pair's eight sums: of curvature, and of plain shares, each times 1, tokens, tokens squared, money squared. */
export const MOMENT = { each: 0, tokens: 1, tokensSquared: 2, moneySquared: 3, loose: 4 } as const

export interface SmoothKernel {
  /** Shares of all cells, of linked ones within their levels; returns the soft least cost of those that stand alone. */
  price(): number
  /** Of every stride-th tree; fills the likelihoods of levels. */
  trees(stride: number, penalty: number): number
  /** Shares of linked cells from the likelihoods of levels. */
  mix(): void
  /** What the shares take of each row, into `sums`. */
  loads(): void
  curve(): void
  /** The Hessian times `direction`, into `sums`. */
  product(): void
}

/** Arrays in the order in which the WebAssembly kernel expects their addresses. */
const ARRAYS = [
  'constant',
  'perInput',
  'perOutput',
  'limit',
  'levelOfBlock',
  'money',
  'moneyPerInput',
  'moneyPerOutput',
  'slope',
  'slopePerInput',
  'slopePerOutput',
  'sum0',
  'sum1',
  'sum2',
  'moments',
  'cellBlocks',
  'cellFlags',
  'input',
  'output',
  'temperature',
  'mass',
  'least',
  'blockStart',
  'blocks',
  'shares',
  'heavyStart',
  'heavy',
  'scratch',
  'levelCost',
  'levelMass',
  'treeStart',
  'from',
  'toParent',
  'rowOf',
  'below',
  'message',
  'beyond',
  'results',
  'groupOf',
  'direction',
  'sums',
  'extraOf',
  'extra',
] as const

export const SMOOTH_POINTERS: number = ARRAYS.length + 7

interface Exports {
  price(p: number): number
  trees(p: number, stride: number, penalty: number): number
  mix(p: number): void
  loads(p: number): void
  curve(p: number): void
  product(p: number): void
}

export function createSmoothKernel(arena: Arena, arrays: SmoothArrays, sizes: SmoothSizes): SmoothKernel {
  const wasm = instantiate<Exports>(wasmBase64, arena)
  if (wasm === undefined) return referenceKernel(arrays, sizes)
  arrays.pointers.set([
    ...ARRAYS.map((name) => arrays[name].byteOffset),
    sizes.numCells,
    sizes.numTrees,
    sizes.width,
    sizes.positions,
    sizes.groups,
    Number(sizes.hasMoney),
    sizes.firstPosition,
  ])
  return kernelAt(wasm, arrays.pointers.byteOffset)
}

/** The kernel of arrays whose addresses another thread has put at `p`; undefined where WebAssembly is missing. */
export function sharedKernel(arena: Arena, p: number): SmoothKernel | undefined {
  const wasm = instantiate<Exports>(wasmBase64, arena)
  return wasm && kernelAt(wasm, p)
}

function kernelAt(wasm: Exports, p: number): SmoothKernel {
  return {
    price: () => wasm.price(p),
    trees: (stride, penalty) => wasm.trees(p, stride, penalty),
    mix: () => wasm.mix(p),
    loads: () => wasm.loads(p),
    curve: () => wasm.curve(p),
    product: () => wasm.product(p),
  }
}
