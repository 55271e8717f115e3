/**
 * Routes a circuit onto a chain: a swap network where all pairs meet (Weidenfeller et al., arXiv 2202.03459), cut short
 * where that helps and finished by SABRE. For the cliques of one-hot penalties this is what a device can do best.
 */
import type { Rng } from '../../numeric/rng.ts'
import type { Operation } from '../circuit/circuit.ts'
import { hopDistances, lineGraph } from './graph.ts'
import { czCost } from './lower.ts'
import { type Routed, Router } from './router.ts'
import { finishWithSabre } from './sabre.ts'

export interface LineRouting extends Routed {
  /** Place on the chain of each logical qubit at the start. */
  readonly layout: Int32Array
  /** CZ it comes to. */
  readonly cost: number
  /** CZ on each link of the chain. */
  readonly linkUse: Int32Array
}

/** Networks longer than this are not tried in all variants. */
const MAX_NETWORK = 40

/** The cheapest of plain SABRE and all swap networks, on a chain of just these qubits. */
export function routeOnLine(operations: readonly Operation[], numLogical: number, rng: Rng): LineRouting {
  const graph = lineGraph(numLogical)
  const distances = hopDistances(graph)
  const layout = chainOrder(operations, numLogical, rng)
  const finish = (prepare: (router: Router) => void): LineRouting => {
    const router = new Router({ operations, numLogical, graph, layout })
    prepare(router)
    finishWithSabre(router, graph, { distances, rng })
    return measured(router.result(), layout)
  }
  let best = finish(() => {})
  const keep = (candidate: LineRouting): void => {
    if (candidate.cost < best.cost) best = candidate
  }
  for (let trial = 0; trial < (numLogical > 3 ? 4 : 0); trial++) keep(finish(() => {}))
  if (best.cost === 0 || numLogical < 3 || numLogical > MAX_NETWORK) return best
  const stages = Array.from({ length: numLogical }, (_, k) => k + 1)
  for (const length of stages)
    for (const parity of [0, 1]) keep(finish((router) => runNetwork(router, numLogical, { length, parity })))
  return best
}

function measured(routed: Routed, layout: Int32Array): LineRouting {
  const linkUse = new Int32Array(Math.max(1, layout.length - 1))
  let cost = 0
  for (const operation of routed.operations) {
    const cz = czCost(operation)
    cost += cz
    if (cz > 0) linkUse[Math.min(...operation.qubits)]! += cz
  }
  return { ...routed, layout, cost, linkUse }
}

/**
 * Runs blocks of waiting pairs through the network: first the links of the other parity without a swap, then `length`
 * layers that alternate, each link running its pair and swapping. Repeats while whole blocks are waiting.
 */
function runNetwork(
  router: Router,
  size: number,
  { length, parity }: { readonly length: number; readonly parity: number },
): void {
  let start = parity
  for (let guard = 0; guard < 64 && !router.done; guard++) {
    router.runReady((a, b) => Math.min(a, b) % 2 !== start)
    if (router.done || router.front().length < size / 2) return
    let layer = start
    for (let k = 0; k < length && !router.done; k++, layer = 1 - layer) {
      const isLayer = (a: number, b: number): boolean => Math.min(a, b) % 2 === layer
      router.runReady(isLayer)
      if (router.done || allTogether(router)) break
      for (let link = layer; link + 1 < size; link += 2) router.swap(link, link + 1)
    }
    router.runReady()
    start = layer
  }
}

/** True when every waiting pair sits side by side: no swap is needed for this block. */
function allTogether(router: Router): boolean {
  return router.front().every(([a, b]) => Math.abs(a - b) === 1)
}

/** Places on a chain that keep interacting qubits close: best of several greedy chains, improved by exchanges. */
export function chainOrder(operations: readonly Operation[], numLogical: number, rng: Rng): Int32Array {
  const weight = new Map<number, Map<number, number>>()
  const add = (a: number, b: number): void => {
    const row = weight.get(a) ?? new Map<number, number>()
    row.set(b, (row.get(b) ?? 0) + 1)
    weight.set(a, row)
  }
  for (const { gate, qubits } of operations)
    if (qubits.length === 2 && gate !== 'barrier') {
      add(qubits[0]!, qubits[1]!)
      add(qubits[1]!, qubits[0]!)
    }
  const stretch = (places: ArrayLike<number>): number => {
    let sum = 0
    for (const [a, row] of weight)
      for (const [b, w] of row) sum += w * (Math.abs(places[a]! - places[b]!) - 1)
    return sum
  }
  let best: Int32Array = Int32Array.from({ length: numLogical }, (_, q) => q)
  let bestStretch = stretch(best)
  const starts = numLogical <= 24 ? numLogical : 8
  for (let k = 0; k < starts && bestStretch > 0; k++) {
    const places = greedyChain(weight, numLogical, numLogical <= 24 ? k : rng.nextInt(numLogical))
    improve(places, stretch)
    const found = stretch(places)
    if (found < bestStretch) {
      best = places
      bestStretch = found
    }
  }
  return best
}

/** Starts at one qubit and always appends the one most tied to the last ones. */
function greedyChain(
  weight: ReadonlyMap<number, ReadonlyMap<number, number>>,
  numLogical: number,
  start: number,
): Int32Array {
  const places = new Int32Array(numLogical).fill(-1)
  const pull = new Float64Array(numLogical)
  let last = start
  for (let place = 0; place < numLogical; place++) {
    places[last] = place
    for (let q = 0; q < numLogical; q++) pull[q]! /= 4
    for (const [q, w] of weight.get(last) ?? []) pull[q]! += w
    let next = -1
    for (let q = 0; q < numLogical; q++)
      if (places[q] === -1 && (next < 0 || pull[q]! > pull[next]!)) next = q
    last = next
  }
  return places
}

/** Exchanges two places while that shortens the chain. */
function improve(places: Int32Array, stretch: (places: ArrayLike<number>) => number): void {
  if (places.length > 24) return
  let current = stretch(places)
  for (let improved = true; improved && current > 0; ) {
    improved = false
    for (let a = 0; a < places.length; a++)
      for (let b = a + 1; b < places.length; b++) {
        const exchange = (): void => {
          const kept = places[a]!
          places[a] = places[b]!
          places[b] = kept
        }
        exchange()
        const found = stretch(places)
        if (found < current) {
          current = found
          improved = true
        } else exchange()
      }
  }
}
