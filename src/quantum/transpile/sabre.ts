/**
 * SABRE (Li, Ding, Xie, arXiv 1809.02573) with the look-ahead, decay and release valve of LightSABRE (arXiv
 * 2409.08368), on dependencies that know diagonal gates commute, and preferring swaps that merge with an rzz.
 */
import type { Rng } from '../../numeric/rng.ts'
import { shuffle } from '../../numeric/rng.ts'
import { type Graph, hopDistances } from './graph.ts'
import { czCost } from './lower.ts'
import { type Routed, Router, type RouterInput } from './router.ts'

const LOOKAHEAD = 20
const LOOKAHEAD_WEIGHT = 0.5
const DECAY = 0.001
const DECAY_RESET = 5
/** A merged swap costs one CZ instead of three; worth about this much of a hop. */
const MERGE_BONUS = 0.3

/** Routes from a given start: runs what can run, swaps towards the rest. Ties are broken by `rng`. */
export function sabreRoute(input: RouterInput, distances: Uint8Array, rng: Rng): Routed {
  const router = new Router(input)
  finishWithSabre(router, input.graph, { distances, rng })
  return router.result()
}

interface Steering {
  readonly distances: Uint8Array
  readonly rng: Rng
}

/** Drives `router` to its end. */
export function finishWithSabre(router: Router, graph: Graph, { distances, rng }: Steering): void {
  const decay = new Float64Array(graph.numNodes).fill(1)
  let [sinceReset, fruitless] = [0, 0]
  router.runReady()
  while (!router.done) {
    if (fruitless > 10 * graph.numNodes) release(router, graph, distances)
    else {
      const [a, b] = bestSwap(router, graph, { distances, rng, decay })
      router.swap(a, b)
      decay[a]! += DECAY
      decay[b]! += DECAY
      sinceReset += 1
    }
    const ran = router.runReady()
    fruitless = ran > 0 ? 0 : fruitless + 1
    if (ran > 0 || sinceReset >= DECAY_RESET) {
      decay.fill(1)
      sinceReset = 0
    }
  }
}

function bestSwap(
  router: Router,
  graph: Graph,
  { distances, rng, decay }: Steering & { readonly decay: Float64Array },
): [number, number] {
  const waiting = router.front()
  const front = createSpread(waiting, distances, graph.numNodes)
  const ahead = createSpread(router.lookahead(LOOKAHEAD), distances, graph.numNodes)
  let best: [number, number] = [0, 0]
  let bestScore = Infinity
  let ties = 0
  const active = new Set(waiting.flat())
  for (const node of active)
    for (const next of graph.neighbours[node]!) {
      if (active.has(next) && next < node) continue
      const bonus = router.canMerge(node, next) ? MERGE_BONUS : 0
      const score =
        Math.max(decay[node]!, decay[next]!) * (front(node, next) + LOOKAHEAD_WEIGHT * ahead(node, next)) -
        bonus
      if (score < bestScore - 1e-12) {
        best = [node, next]
        bestScore = score
        ties = 1
      } else if (score < bestScore + 1e-12) {
        ties += 1
        if (rng.nextInt(ties) === 0) best = [node, next]
      }
    }
  return best
}

/** The mean distance of `pairs` after a swap of two nodes; only the pairs that sit on them are looked at. */
function createSpread(
  pairs: readonly [number, number][],
  distances: Uint8Array,
  size: number,
): (a: number, b: number) => number {
  const partners = new Map<number, number[]>()
  let total = 0
  for (const [a, b] of pairs) {
    total += distances[a * size + b]!
    partners.set(a, [...(partners.get(a) ?? []), b])
    partners.set(b, [...(partners.get(b) ?? []), a])
  }
  /** What the pairs of `from` gain when it moves to `to`; a pair of just these two keeps its distance. */
  const gain = (from: number, to: number): number => {
    let sum = 0
    for (const other of partners.get(from) ?? [])
      if (other !== to) sum += distances[to * size + other]! - distances[from * size + other]!
    return sum
  }
  return (a, b) => (pairs.length === 0 ? 0 : (total + gain(a, b) + gain(b, a)) / pairs.length)
}

/** Brings the closest waiting pair together along a shortest way. */
function release(router: Router, graph: Graph, distances: Uint8Array): void {
  const size = graph.numNodes
  const apart = ([a, b]: readonly [number, number]): number => distances[a * size + b]!
  const [start, target] = router.front().reduce((best, pair) => (apart(pair) < apart(best) ? pair : best))
  let node = start
  while (distances[node * size + target]! > 1) {
    const next = graph.neighbours[node]!.find(
      (neighbour) => distances[neighbour * size + target]! < distances[node * size + target]!,
    )!
    router.swap(node, next)
    node = next
  }
}

export interface SabreSearch {
  readonly rng: Rng
  /** Starts tried, each improved by routing forward and backward. Default 8, fewer for thousands of gates. */
  readonly trials?: number
}

/** The best of several starts; layouts come from connected regions around random nodes. */
export function sabreLayoutAndRoute(
  input: Omit<RouterInput, 'layout'>,
  { rng, trials = defaultTrials(input.operations.length) }: SabreSearch,
): Routed & { readonly layout: Int32Array } {
  const distances = hopDistances(input.graph)
  const backwards = { ...input, operations: input.operations.toReversed() }
  let best: (Routed & { layout: Int32Array; cost: number }) | undefined
  for (let trial = 0; trial < trials; trial++) {
    let layout = regionLayout(input.graph, input.numLogical, rng)
    for (let round = 0; round < 3; round++) {
      const forward = sabreRoute({ ...input, layout }, distances, rng)
      const cost = forward.operations.reduce((sum, operation) => sum + czCost(operation), 0)
      if (best === undefined || cost < best.cost) best = { ...forward, layout, cost }
      layout = sabreRoute({ ...backwards, layout: forward.finalLayout }, distances, rng).finalLayout
    }
  }
  return best!
}

/** Long circuits take long to route, and differ less between starts. */
function defaultTrials(numOperations: number): number {
  return Math.max(2, Math.min(8, Math.floor(20_000 / numOperations)))
}

/** `count` nodes around a random one, handed out in random order. Only nodes that can be reached count. */
function regionLayout(graph: Graph, count: number, rng: Rng): Int32Array {
  for (let attempt = 0; attempt < 64; attempt++) {
    const region = [rng.nextInt(graph.numNodes)]
    const seen = new Set(region)
    for (let head = 0; head < region.length && region.length < count; head++)
      for (const next of graph.neighbours[region[head]!]!)
        if (!seen.has(next) && region.length < count) {
          seen.add(next)
          region.push(next)
        }
    if (region.length === count) return shuffle(Int32Array.from(region), rng)
  }
  throw new Error('no connected region is large enough')
}
