/**
 * From a circuit of any gates to one a device runs as it is: three-qubit gates expanded, swaps relabelled, each
 * connected component laid out on its own, gates lowered to the basis, single-qubit runs merged.
 */
import { QaasError } from '../../errors.ts'
import { createRng, type Rng } from '../../numeric/rng.ts'
import { type Circuit, checkCircuit, type Operation } from '../circuit/circuit.ts'
import { restrict } from '../circuit/rewire.ts'
import { checkMeasuredLast } from '../circuit/simulate.ts'
import { type CircuitStats, circuitStats, connectedQubits } from '../circuit/stats.ts'
import type { Device } from './device.ts'
import { createGraph, type Graph, subgraph } from './graph.ts'
import { routeOnLine } from './line.ts'
import { czCost, expandThreeQubitGates, lowerToCz } from './lower.ts'
import { placeChains } from './place.ts'
import type { Routed } from './router.ts'
import { sabreLayoutAndRoute } from './sabre.ts'
import { cancelPairs, mergeSingleQubitGates } from './single-qubit.ts'
import { dropSwaps } from './swaps.ts'

export interface TranspileOptions {
  /** Default 1; decides ties in layout and routing. */
  readonly seed?: number
  /** Use the device's fractional rzz (angles in [0, pi/2]) instead of two CZ. Default false. */
  readonly fractional?: boolean
  /** Starts that SABRE tries for components that are no chains. Default 8, fewer for thousands of gates. */
  readonly trials?: number
}

export interface Transpiled {
  /** On the device's qubits, in its basis, only between neighbours. */
  readonly circuit: Circuit
  /** Device qubit of each qubit of the original, before the first and after the last gate. */
  readonly initialLayout: Int32Array
  readonly finalLayout: Int32Array
  readonly stats: CircuitStats
  /** How each connected component was laid out. */
  readonly components: readonly { readonly qubits: readonly number[]; readonly method: 'chain' | 'sabre' }[]
}

/**
 * Lays `circuit` onto `device`.
 * @throws QaasError `too-large` when it does not fit, `unsupported` when it measures or resets in mid-circuit
 */
export function transpile(circuit: Circuit, device: Device, options: TranspileOptions = {}): Transpiled {
  checkCircuit(circuit)
  checkMeasuredLast(circuit)
  if (circuit.numQubits > device.graph.numNodes)
    throw new QaasError(
      'too-large',
      `the circuit has ${circuit.numQubits} qubits, ${device.name} has ${device.graph.numNodes}`,
    )
  const rng = createRng(options.seed ?? 1)
  const { circuit: flat, output } = dropSwaps(expandThreeQubitGates(circuit))
  const plans = componentsOf(flat, circuit).map((qubits) =>
    planComponent(flat, qubits, { device, rng, options }),
  )
  const laid = layOutSomehow(plans, { device, rng, options })
  const initialLayout = new Int32Array(circuit.numQubits).fill(-1)
  const inner = new Int32Array(circuit.numQubits).fill(-1)
  for (const { qubits, layout, finalLayout } of laid)
    for (const [k, qubit] of qubits.entries()) {
      initialLayout[qubit] = layout[k]!
      inner[qubit] = finalLayout[k]!
    }
  const finalLayout = Int32Array.from(output, (qubit) => inner[qubit]!)
  const reads = circuit.operations.filter(({ gate }) => gate === 'measure')
  const routed: Circuit = {
    numQubits: device.graph.numNodes,
    numBits: circuit.numBits,
    operations: [
      ...laid.flatMap(({ operations }) => operations),
      ...reads.map((read) => ({ ...read, qubits: [finalLayout[read.qubits[0]!]!] })),
    ],
    ...(circuit.bitRegisters ? { bitRegisters: circuit.bitRegisters } : {}),
  }
  const lowered = lowerToCz(routed, { fractional: options.fractional ?? false })
  const merged = mergeSingleQubitGates(cancelPairs(mergeSingleQubitGates(lowered)))
  return {
    circuit: merged,
    initialLayout,
    finalLayout,
    stats: circuitStats(merged),
    components: laid.map(({ qubits, method }) => ({ qubits, method })),
  }
}

/** Connected qubits of the circuit without swaps, and alone those that only swaps touched: they carry a state too. */
function componentsOf(flat: Circuit, original: Circuit): number[][] {
  const connected = connectedQubits(flat)
  const seen = new Set(connected.flat())
  const alone = connectedQubits(original).flat()
  return [...connected, ...alone.filter((qubit) => !seen.has(qubit)).map((qubit) => [qubit])]
}

interface Setting {
  readonly device: Device
  readonly rng: Rng
  readonly options: TranspileOptions
}

/** A component routed on a chain of its own, if that can be the best, with what it would cost. */
interface Plan {
  readonly qubits: readonly number[]
  readonly operations: readonly Operation[]
  readonly chain: ReturnType<typeof routeOnLine>
  /** True when a chain cannot be beaten: no swap, or too few qubits for anything else. */
  readonly settled: boolean
}

/** Chains longer than this are left to SABRE on the whole device. */
const MAX_CHAIN = 60

function planComponent(flat: Circuit, qubits: readonly number[], { rng }: Setting): Plan {
  const operations = restrict(flat, qubits).operations.filter(({ gate }) => gate !== 'measure')
  const chain = routeOnLine(operations, qubits.length, rng)
  const swapFree = chain.cost === operations.reduce((sum, operation) => sum + czCost(operation), 0)
  return { qubits, operations, chain, settled: swapFree || qubits.length <= 3 }
}

interface Laid extends Routed {
  readonly qubits: readonly number[]
  readonly layout: ArrayLike<number>
  readonly method: 'chain' | 'sabre'
}

/** Chains first; on a device where these do not fit, every component where SABRE finds room. */
function layOutSomehow(plans: readonly Plan[], setting: Setting): Laid[] {
  try {
    return layOut(plans, setting)
  } catch (error) {
    if (!(QaasError.isInstance(error) && error.code === 'too-large')) throw error
    return layOut(plans, setting, 'freely')
  }
}

function layOut(plans: readonly Plan[], setting: Setting, how: 'cheapest' | 'freely' = 'cheapest'): Laid[] {
  const { device, rng } = setting
  const taken = new Set<number>()
  const laid: Laid[] = []
  const chains: Plan[] = []
  for (const plan of plans.toSorted((a, b) => b.qubits.length - a.qubits.length)) {
    const mustRoute = plan.qubits.length > MAX_CHAIN || (how === 'freely' && plan.qubits.length > 1)
    const free = plan.settled && !mustRoute ? undefined : routeFreely(plan, taken, { ...setting, mustRoute })
    if (free === undefined) chains.push(plan)
    else {
      laid.push(free)
      for (const operation of free.operations) for (const node of operation.qubits) taken.add(node)
      for (let k = 0; k < plan.qubits.length; k++) taken.add(free.layout[k]!)
    }
  }
  const shapes = shareShapes(chains)
  const paths = placeChains(shapes, { graph: device.graph, nodeErrors: device.readoutErrors, taken, rng })
  return [...laid, ...chains.map((plan, k) => onPath(plan, paths[k]!))]
}

/** Chains with the same link use as one object, so that their paths are ranked once. */
function shareShapes(chains: readonly Plan[]): { size: number; linkUse: Int32Array }[] {
  const shapes = new Map<string, { size: number; linkUse: Int32Array }>()
  return chains.map(({ qubits, chain }) => {
    const key = `${qubits.length}:${chain.linkUse.join()}`
    const shape = shapes.get(key) ?? { size: qubits.length, linkUse: chain.linkUse }
    shapes.set(key, shape)
    return shape
  })
}

function onPath({ qubits, chain }: Plan, path: readonly number[]): Laid {
  return {
    qubits,
    method: 'chain',
    layout: Array.from(chain.layout, (place) => path[place]!),
    finalLayout: chain.finalLayout.map((place) => path[place]!),
    operations: chain.operations.map((operation) => ({
      ...operation,
      qubits: operation.qubits.map((place) => path[place]!),
    })),
  }
}

/** SABRE on the largest free part of the device; undefined when the chain is at least as good. */
function routeFreely(
  plan: Plan,
  taken: ReadonlySet<number>,
  { device, rng, options, mustRoute }: Setting & { readonly mustRoute: boolean },
): Laid | undefined {
  const size = plan.qubits.length
  const nodes = largestPart(device.graph, taken)
  if (nodes.length < size) {
    if (mustRoute)
      throw new QaasError('too-large', `${device.name} has no ${size} connected working qubits left`)
    return undefined
  }
  const graph = subgraph(device.graph, nodes)
  const routed = sabreLayoutAndRoute(
    { operations: plan.operations, numLogical: size, graph },
    { rng, ...(options.trials === undefined ? {} : { trials: options.trials }) },
  )
  const cost = routed.operations.reduce((sum, operation) => sum + czCost(operation), 0)
  if (!mustRoute && cost >= plan.chain.cost) return undefined
  return {
    qubits: plan.qubits,
    method: 'sabre',
    layout: routed.layout.map((node) => nodes[node]!),
    finalLayout: routed.finalLayout.map((node) => nodes[node]!),
    operations: routed.operations.map((operation) => ({
      ...operation,
      qubits: operation.qubits.map((node) => nodes[node]!),
    })),
  }
}

/** The largest connected set of nodes that are not taken. */
function largestPart(graph: Graph, taken: ReadonlySet<number>): number[] {
  const open = createGraph(
    graph.numNodes,
    graph.edges.filter(({ a, b }) => !taken.has(a) && !taken.has(b)),
  )
  const seen = new Set(taken)
  let best: number[] = []
  for (let start = 0; start < graph.numNodes; start++) {
    if (seen.has(start)) continue
    const part = [start]
    seen.add(start)
    for (const node of part)
      for (const next of open.neighbours[node]!)
        if (!seen.has(next)) {
          seen.add(next)
          part.push(next)
        }
    if (part.length > best.length) best = part
  }
  return best
}
