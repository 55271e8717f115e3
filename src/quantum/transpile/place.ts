/**
 * Packs chains of qubits into a device: disjoint paths of least summed error. First the cheapest free path for each,
 * then exchanges; when that leaves no room, packings that start in the tightest corners.
 */
import { QaasError } from '../../errors.ts'
import type { Rng } from '../../numeric/rng.ts'
import type { Graph } from './graph.ts'

export interface Chain {
  readonly size: number
  /** How much each link is used; weighs the error of the edge it lands on. */
  readonly linkUse: ArrayLike<number>
}

export interface PlaceOptions {
  readonly graph: Graph
  /** Added once per qubit used. */
  readonly nodeErrors: ArrayLike<number>
  /** Nodes that are taken already. */
  readonly taken?: Iterable<number>
  readonly rng: Rng
}

/** Partial paths kept per length; beyond it only the least erroneous go on. */
const BEAM = 20_000
const PACKING_ATTEMPTS = 300

/** A path for each chain, first link first. @throws QaasError `too-large` when they do not fit together */
export function placeChains(chains: readonly Chain[], options: PlaceOptions): number[][] {
  const { graph, rng } = options
  const taken = new Set(options.taken ?? [])
  const errors = edgeErrors(graph)
  const pathsOfSize = new Map<number, number[][]>()
  for (const { size } of chains)
    if (!pathsOfSize.has(size)) pathsOfSize.set(size, simplePaths(graph, size, { errors, taken }))
  const costOf = (chain: Chain, path: readonly number[]): number => {
    let cost = 0
    for (const [k, node] of path.entries()) {
      cost += options.nodeErrors[node] ?? 0
      if (k > 0) cost += (chain.linkUse[k - 1] ?? 0) * errors[path[k - 1]! * graph.numNodes + node]!
    }
    return cost
  }
  const order = [...chains.keys()].sort((a, b) => chains[b]!.size - chains[a]!.size)
  const ranked = new Map<Chain, number[][]>()
  for (const chain of new Set(chains)) {
    const costs = new Map(pathsOfSize.get(chain.size)!.map((path) => [path, costOf(chain, path)]))
    ranked.set(
      chain,
      [...costs.keys()].sort((a, b) => costs.get(a)! - costs.get(b)!),
    )
  }
  const candidates = chains.map((chain) => ranked.get(chain)!)
  const placed =
    placeCheapest(order, candidates, graph.numNodes) ??
    pack(order, chains, { pathsOfSize, graph, taken, rng })
  if (placed === undefined)
    throw new QaasError(
      'too-large',
      `no room was found for ${chains.length} chains of ${[...new Set(chains.map(({ size }) => size))].join(', ')} qubits on ${graph.numNodes - taken.size} free ones`,
      { advice: 'Maybe plan fewer tasks per circuit, or an encoding with fewer qubits.' },
    )
  exchange(placed, candidates, graph.numNodes)
  return placed
}

function edgeErrors({ numNodes, edges }: Graph): Float64Array {
  const errors = new Float64Array(numNodes * numNodes).fill(1)
  for (const { a, b, error } of edges) errors[a * numNodes + b] = errors[b * numNodes + a] = error
  return errors
}

/** All simple paths of `size` nodes in both directions, or the best of them when there are too many. */
function simplePaths(
  { numNodes, neighbours }: Graph,
  size: number,
  { errors, taken }: { readonly errors: Float64Array; readonly taken: ReadonlySet<number> },
): number[][] {
  const total = (path: readonly number[]): number =>
    path.reduce((sum, node, k) => sum + (k === 0 ? 0 : errors[path[k - 1]! * numNodes + node]!), 0)
  let paths = Array.from({ length: numNodes }, (_, node) => [node]).filter(([node]) => !taken.has(node!))
  for (let length = 1; length < size; length++) {
    paths = paths.flatMap((path) =>
      neighbours[path.at(-1)!]!.filter((next) => !path.includes(next) && !taken.has(next)).map((next) => [
        ...path,
        next,
      ]),
    )
    if (paths.length > BEAM) paths = paths.sort((a, b) => total(a) - total(b)).slice(0, BEAM)
  }
  return paths
}

type Candidates = readonly (readonly number[][])[]

function placeCheapest(
  order: readonly number[],
  candidates: Candidates,
  numNodes: number,
): number[][] | undefined {
  const used = new Uint8Array(numNodes)
  const placed: number[][] = []
  for (const chain of order) {
    const path = candidates[chain]!.find((nodes) => nodes.every((node) => !used[node]))
    if (path === undefined) return undefined
    for (const node of path) used[node] = 1
    placed[chain] = path
  }
  return placed
}

/** Lets each chain move to the cheapest path that is free, until none wants to. */
function exchange(placed: number[][], candidates: Candidates, numNodes: number): void {
  const used = new Uint8Array(numNodes)
  for (const path of placed) for (const node of path) used[node] = 1
  for (let round = 0, moved = true; moved && round < 8; round++) {
    moved = false
    for (const [chain, path] of placed.entries()) {
      for (const node of path) used[node] = 0
      const better = candidates[chain]!.find((nodes) => nodes.every((node) => !used[node])) ?? path
      for (const node of better) used[node] = 1
      if (better !== path) moved = true
      placed[chain] = better
    }
  }
}

interface Packing {
  readonly pathsOfSize: ReadonlyMap<number, readonly number[][]>
  readonly graph: Graph
  readonly taken: ReadonlySet<number>
  readonly rng: Rng
}

/** Fills the tightest corner first: around the free node with the fewest free neighbours. */
function pack(order: readonly number[], chains: readonly Chain[], packing: Packing): number[][] | undefined {
  for (let attempt = 0; attempt < PACKING_ATTEMPTS; attempt++) {
    const placed = packOnce(order, chains, packing)
    if (placed !== undefined) return placed
  }
  return undefined
}

function packOnce(
  order: readonly number[],
  chains: readonly Chain[],
  { pathsOfSize, graph, taken, rng }: Packing,
): number[][] | undefined {
  const free = new Uint8Array(graph.numNodes).fill(1)
  for (const node of taken) free[node] = 0
  const degree = (node: number): number => graph.neighbours[node]!.reduce((sum, next) => sum + free[next]!, 0)
  const placed: number[][] = []
  for (const chain of order) {
    const paths = pathsOfSize.get(chains[chain]!.size)!.filter((path) => path.every((node) => free[node]))
    if (paths.length === 0) return undefined
    const looseness = (path: readonly number[]): number =>
      path.reduce((sum, node) => sum + degree(node), 0) + Math.min(...path.map(degree)) * 4 + rng.nextFloat()
    let [best, least]: [number[], number] = [paths[0]!, Infinity]
    for (const path of paths) {
      const value = looseness(path)
      if (value < least) [best, least] = [path, value]
    }
    for (const node of best) free[node] = 0
    placed[chain] = best
  }
  return placed
}
