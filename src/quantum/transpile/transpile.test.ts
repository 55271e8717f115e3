import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRng } from '../../numeric/rng.ts'
import { qaoaCircuit } from '../circuit/ansatz.ts'
import { type Circuit, gate, measureAll, type Operation } from '../circuit/circuit.ts'
import { GATE_NAMES, type GateName } from '../circuit/gates.ts'
import { randomCircuit } from '../circuit/random.ts'
import { circuitStats } from '../circuit/stats.ts'
import { type Device, heronDevice, heronEdges } from './device.ts'
import { differenceFrom } from './equivalence.ts'
import { createGraph, type Graph, hopDistances, lineGraph } from './graph.ts'
import { deviceFromIbmProperties } from './ibm-properties.ts'
import { checkIsa } from './isa.ts'
import { routeOnLine } from './line.ts'
import { expandThreeQubitGates, lowerToCz } from './lower.ts'
import { type Chain, placeChains } from './place.ts'
import { sabreLayoutAndRoute, sabreRoute } from './sabre.ts'
import { cancelPairs, mergeSingleQubitGates } from './single-qubit.ts'
import { dropSwaps } from './swaps.ts'
import { transpile } from './transpile.ts'

const FEZ = heronDevice('ibm_fez')
const GATES = GATE_NAMES.filter((name) => name !== 'gphase')
const identity = (n: number): number[] => Array.from({ length: n }, (_, q) => q)

/** The same qubits, possibly other gates. */
function difference(before: Circuit, after: Circuit): number {
  const names = identity(before.numQubits)
  return differenceFrom(before, { circuit: after, initialLayout: names, finalLayout: names }, createRng(7))
}

/** A 3 x 3 grid, a ring with a tail, and the like: small devices with working couplings only. */
function smallDevice(name: string, graph: Graph): Device {
  return { ...FEZ, name, graph, readoutErrors: new Float64Array(graph.numNodes), places: [] }
}
const edge = (a: number, b: number): { a: number; b: number; error: number } => ({ a, b, error: 0.01 })
const GRID = createGraph(
  9,
  [0, 1, 3, 4, 6, 7].map((a) => edge(a, a + 1)).concat([0, 1, 2, 3, 4, 5].map((a) => edge(a, a + 3))),
)
const TREE = createGraph(10, [
  edge(0, 1),
  edge(1, 2),
  edge(1, 3),
  edge(3, 4),
  edge(4, 5),
  edge(4, 6),
  edge(6, 7),
  edge(7, 8),
  edge(7, 9),
])

/** One-hot penalty circuits: N groups of M, all pairs coupled within a group. */
function penaltyCircuit(tasks: number, choices: number, layers: number): Circuit {
  const fields = Float64Array.from({ length: tasks * choices }, (_, k) => -0.5 + 0.05 * Math.cos(k))
  const couplings = identity(tasks).flatMap((task) =>
    identity(choices).flatMap((a) =>
      identity(a).map((b) => ({ first: task * choices + b, second: task * choices + a, value: 0.5 })),
    ),
  )
  const angles = identity(layers)
  return qaoaCircuit({
    ising: { numQubits: tasks * choices, fields, couplings },
    gammas: angles.map((l) => 0.8 - 0.1 * l),
    betas: angles.map((l) => 0.3 + 0.1 * l),
  })
}

function xyCircuit(tasks: number, choices: number, layers: number): Circuit {
  return qaoaCircuit({
    ising: {
      numQubits: tasks * choices,
      fields: Float64Array.from({ length: tasks * choices }, (_, k) => 0.1 * k),
      couplings: [],
    },
    groups: identity(tasks).map((task) => identity(choices).map((k) => task * choices + k)),
    gammas: identity(layers).map(() => 0.7),
    betas: identity(layers).map(() => 0.4),
    mixer: 'xy-chain',
  })
}

describe('the heavy-hex map', () => {
  test('has 156 qubits, 176 couplings, and degrees 100 x 2, 48 x 3, 8 x 1', () => {
    const edges = heronEdges()
    expect(edges.length).toBe(176)
    const degrees = identity(156).map((q) => edges.filter((pair) => pair.includes(q)).length)
    const count = (degree: number): number => degrees.filter((d) => d === degree).length
    expect([count(1), count(2), count(3), count(0)]).toEqual([8, 100, 48, 0])
    expect(hopDistances(FEZ.graph).includes(255)).toBe(false)
  })

  test('faulty couplings, and those that always fail, are no edges', () => {
    const device = heronDevice('ibm_kingston', {
      faulty: [[1, 0]],
      edgeErrors: [
        { a: 1, b: 2, error: 1 },
        { a: 2, b: 3, error: 0.5 },
      ],
    })
    expect(device.graph.edges.length).toBe(174)
    expect(device.graph.edges.find(({ a }) => a === 2)!.error).toBe(0.5)
    expect(() => heronDevice('ibm_nowhere')).toThrow('there is no device "ibm_nowhere"')
  })
})

describe('passes keep the unitary to 1e-10', () => {
  test.each(GATES)('lowering %s to CZ, plain and fractional', (name) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const circuit = randomCircuit(3, 3, createRng(seed), [name as GateName, 'ry'])
      for (const fractional of [false, true]) {
        const lowered = lowerToCz(expandThreeQubitGates(circuit), { fractional })
        expect(difference(circuit, lowered)).toBeLessThan(1e-10)
        const merged = mergeSingleQubitGates(lowered)
        expect(difference(circuit, merged)).toBeLessThan(1e-10)
        for (const { gate: used } of merged.operations) expect(['cz', 'rz', 'sx', 'x', 'rzz']).toContain(used)
      }
    }
  })

  test('fractional angles are folded into [0, pi/2] for every angle of three turns', () => {
    for (let k = -60; k <= 60; k++) {
      const circuit = { numQubits: 2, numBits: 0, operations: [gate('rzz', [k * 0.15], 0, 1)] }
      const lowered = lowerToCz(circuit, { fractional: true })
      expect(difference(circuit, lowered)).toBeLessThan(1e-10)
      checkIsa(mergeSingleQubitGates(lowered), FEZ, { fractional: true })
    }
  })

  test('merging, cancelling and relabelling swaps, on random circuits of up to ten qubits', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2, max: 10 }), (seed, numQubits) => {
        const circuit = randomCircuit(numQubits, 40, createRng(seed), GATES)
        expect(difference(circuit, mergeSingleQubitGates(circuit))).toBeLessThan(1e-10)
        expect(difference(circuit, cancelPairs(circuit))).toBeLessThan(1e-10)
        const { circuit: flat, output } = dropSwaps(circuit)
        expect(circuitStats(flat).counts.swap ?? 0).toBe(0)
        const relabelled = { circuit: flat, initialLayout: identity(numQubits), finalLayout: output }
        expect(differenceFrom(circuit, relabelled, createRng(1))).toBeLessThan(1e-10)
      }),
      { numRuns: 40 },
    )
  })

  test('single-qubit runs become at most two sx, and special angles fewer', () => {
    const count = (...operations: Operation[]): number[] => {
      const { counts } = circuitStats(mergeSingleQubitGates({ numQubits: 1, numBits: 0, operations }))
      return [counts.sx ?? 0, counts.x ?? 0, counts.rz ?? 0]
    }
    expect(count(gate('h', [], 0))).toEqual([1, 0, 2])
    expect(count(gate('h', [], 0), gate('rz', [0.4], 0), gate('h', [], 0))).toEqual([2, 0, 3])
    expect(count(gate('y', [], 0))).toEqual([0, 1, 1])
    expect(count(gate('h', [], 0), gate('h', [], 0))).toEqual([0, 0, 0])
  })

  test('routing by SABRE on a grid and a tree, and on a chain, follows every qubit', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 3, max: 9 }), (seed, numLogical) => {
        const rng = createRng(seed)
        const circuit = expandThreeQubitGates(randomCircuit(numLogical, 25, rng, GATES))
        for (const graph of [GRID, TREE, lineGraph(numLogical)]) {
          const routed = sabreLayoutAndRoute(
            { operations: circuit.operations, numLogical, graph },
            { rng, trials: 1 },
          )
          const onNodes = { numQubits: graph.numNodes, numBits: 0, operations: routed.operations }
          for (const { gate: name, qubits } of routed.operations)
            if (qubits.length === 2 && name !== 'barrier')
              expect(graph.neighbours[qubits[0]!]).toContain(qubits[1])
          const relabelled = {
            circuit: onNodes,
            initialLayout: routed.layout,
            finalLayout: routed.finalLayout,
          }
          expect(differenceFrom(circuit, relabelled, createRng(2))).toBeLessThan(1e-10)
        }
      }),
      { numRuns: 15 },
    )
  })

  test('swap networks on a chain, for cliques and random couplings in several layers', () => {
    for (const [size, density] of [
      [3, 1],
      [4, 1],
      [5, 1],
      [6, 0.6],
      [8, 0.5],
      [10, 1],
    ] as const) {
      const rng = createRng(size)
      const couplings = identity(size)
        .flatMap((a) => identity(a).map((b) => ({ first: b, second: a, value: rng.nextNormal() })))
        .filter(() => rng.nextFloat() < density)
      const fields = identity(size).map(() => rng.nextNormal())
      const circuit = qaoaCircuit({
        ising: { numQubits: size, fields, couplings },
        gammas: [0.3, 0.5],
        betas: [0.2, 0.7],
      })
      const routed = routeOnLine(circuit.operations, size, rng)
      const onNodes = { numQubits: size, numBits: 0, operations: routed.operations }
      const relabelled = { circuit: onNodes, initialLayout: routed.layout, finalLayout: routed.finalLayout }
      expect(differenceFrom(circuit, relabelled, createRng(2)), `${size}`).toBeLessThan(1e-10)
    }
  })

  test('the whole pipeline, random circuits of up to ten qubits on devices of nine, ten and 156', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (seed, numQubits, fractional) => {
          const circuit = randomCircuit(numQubits, 20, createRng(seed), GATES)
          for (const device of [smallDevice('grid', GRID), smallDevice('tree', TREE), FEZ]) {
            const result = transpile(circuit, device, { fractional, trials: 1, seed })
            checkIsa(result.circuit, device, { fractional })
            expect(differenceFrom(circuit, result, createRng(3))).toBeLessThan(1e-10)
          }
        },
      ),
      { numRuns: 12 },
    )
  })
})

test('a qubit that only swaps touch is carried along', () => {
  const circuit = {
    numQubits: 3,
    numBits: 0,
    operations: [gate('cx', [], 0, 1), gate('swap', [], 1, 2), gate('h', [], 1)],
  }
  const result = transpile(circuit, FEZ)
  expect(result.finalLayout.includes(-1)).toBe(false)
  expect(differenceFrom(circuit, result, createRng(1))).toBeLessThan(1e-10)
})

describe('what the circuits of the paper cost', () => {
  test.each([
    [1, 28],
    [2, 56],
    [3, 84],
  ])('12 qubits, p = %i, penalty: %i CZ on a Heron where the paper needed 48, 96, 156', (layers, cz) => {
    const circuit = penaltyCircuit(4, 3, layers)
    const result = transpile(circuit, FEZ)
    expect(result.stats.counts.cz).toBe(cz)
    expect(result.stats.depth).toBeLessThan([0, 52, 101, 145][layers]!)
    expect(differenceFrom(circuit, result, createRng(1))).toBeLessThan(1e-10)
  })

  test('the XY ansatz takes 28 too, its W states included', () => {
    const result = transpile(measureAll(xyCircuit(4, 3, 1)), FEZ)
    expect(result.stats.counts.cz).toBe(28)
    expect(result.components.every(({ method }) => method === 'chain')).toBe(true)
    const unmeasured = xyCircuit(4, 3, 1)
    expect(differenceFrom(unmeasured, transpile(unmeasured, FEZ), createRng(1))).toBeLessThan(1e-10)
  })

  test('cliques cost no more than the swap network of their size', () => {
    for (const size of [3, 4, 5, 6, 8]) {
      const { cost } = routeOnLine(penaltyCircuit(1, size, 1).operations, size, createRng(1))
      // All pairs merged with a swap but those of the first and last of the network's layers.
      const network = (3 * size * (size - 1)) / 2 - (size - 1)
      expect(cost, `${size}`).toBeLessThanOrEqual(network)
    }
  })

  test('18 qubits land on six disjoint chains that avoid faulty couplings', () => {
    const faulty = heronEdges().filter((_, k) => k % 7 === 0)
    const device = heronDevice('ibm_fez', { faulty })
    const result = transpile(measureAll(penaltyCircuit(6, 3, 2)), device)
    checkIsa(result.circuit, device)
    expect(new Set(result.initialLayout).size).toBe(18)
    expect(result.stats.counts.cz).toBe(6 * 14)
  })
})

describe('placement', () => {
  const place = (count: number, device: Device): number[][] =>
    placeChains(Array<Chain>(count).fill({ size: 3, linkUse: [4, 3] }), {
      graph: device.graph,
      nodeErrors: device.readoutErrors,
      rng: createRng(1),
    })

  test('a single chain takes the path of least summed error', () => {
    const good = [
      { a: 44, b: 45, error: 1e-4 },
      { a: 45, b: 46, error: 2e-4 },
    ]
    expect(place(1, heronDevice('ibm_fez', { edgeErrors: good }))).toEqual([[44, 45, 46]])
  })

  test('forty-eight three-qubit tasks share a Heron without a swap', () => {
    const paths = place(48, FEZ)
    expect(new Set(paths.flat()).size).toBe(144)
  })

  test('more chains than qubits are refused in words', () => {
    expect(() => place(53, FEZ)).toThrow('no room was found for 53 chains of 3 qubits')
  })
})

describe("IBM's properties file", () => {
  const parameter = (name: string, value: number): object => ({ name, value, unit: '' })
  const qubit = (readout: number): object[] => [
    ...[parameter('T1', 200), parameter('T2', 100), parameter('readout_error', readout)],
    ...[
      parameter('prob_meas0_prep1', 0.02),
      parameter('prob_meas1_prep0', 0.01),
      parameter('readout_length', 1500),
    ],
  ]
  const gateEntry = (gate: string, qubits: number[], error: number): object => ({
    gate,
    qubits,
    parameters: [parameter('gate_error', error), parameter('gate_length', 50)],
  })
  const document = {
    backend_name: 'ibm_small',
    last_update_date: '2026-05-01T00:00:00Z',
    qubits: [qubit(0.01), qubit(0.03), qubit(0.02), qubit(0.01)],
    gates: [
      ...[0, 1, 2, 3].map((q) => gateEntry('sx', [q], 0.0002)),
      ...[
        gateEntry('cz', [0, 1], 0.01),
        gateEntry('cz', [1, 0], 0.012),
        gateEntry('cz', [1, 2], 1),
        gateEntry('cz', [2, 3], 0.004),
      ],
    ],
  }

  test('gives every coupling its own error and leaves the failed ones out', () => {
    const device = deviceFromIbmProperties(JSON.stringify(document))
    expect(device.graph.edges).toEqual([
      { a: 0, b: 1, error: 0.012 },
      { a: 2, b: 3, error: 0.004 },
    ])
    expect([...device.readoutErrors]).toEqual([0.01, 0.03, 0.02, 0.01])
    expect(device.calibration).toMatchObject({ date: '2026-05-01', t1Us: 200, singleQubitError: 0.0002 })
    const pair = { numQubits: 2, numBits: 0, operations: [gate('cz', [], 0, 1)] }
    expect([...transpile(pair, device).initialLayout].sort()).toEqual([2, 3])
  })

  test.each([
    ['{', 'the text is not JSON'],
    ['[]', 'not a JSON object'],
    ['{"qubits": 3}', 'qubits is not a list'],
    ['{"qubits": [[{"name": "T1"}]], "gates": []}', 'qubits[0][0] has no name or no finite value'],
    [JSON.stringify({ ...document, gates: [gateEntry('cz', [0, 9], 0.1)] }), 'qubit 9 is not one of 0 .. 3'],
    [JSON.stringify({ ...document, gates: [] }), 'there is no cz gate'],
  ])('%s is refused in words', (text, message) => {
    expect(() => deviceFromIbmProperties(text)).toThrow(message)
  })
})

describe('what no device runs as it is', () => {
  const check =
    (operation: Operation, fractional = false): (() => void) =>
    () =>
      checkIsa({ numQubits: 156, numBits: 0, operations: [operation] }, FEZ, { fractional })
  test.each([
    [gate('h', [], 0), false, 'ibm_fez does not run this gate'],
    [gate('cz', [], 0, 2), false, 'no working coupling of ibm_fez joins these qubits'],
    [gate('rzz', [0.3], 0, 1), false, 'does not run this gate'],
    [gate('rzz', [-0.3], 0, 1), true, 'must be in [0, pi/2]'],
    [gate('rz', [Number.NaN], 0), false, 'angle 0 (NaN) must be a finite number'],
  ])('%o', (operation, fractional, message) => {
    expect(check(operation, fractional)).toThrow(message)
  })

  test('a circuit wider than the device, and one that measures in the middle', () => {
    expect(() => transpile({ numQubits: 200, numBits: 0, operations: [] }, FEZ)).toThrow(
      'has 200 qubits, ibm_fez has 156',
    )
    const measured = measureAll(penaltyCircuit(1, 3, 1))
    expect(() =>
      transpile({ ...measured, operations: [...measured.operations, gate('x', [], 0)] }, FEZ),
    ).toThrow('used again after its measurement')
  })
})

test('SABRE from a given layout ends with the same qubits it was given', () => {
  const circuit = randomCircuit(5, 30, createRng(4), ['cx', 'rz', 'h'])
  const routed = sabreRoute(
    { operations: circuit.operations, numLogical: 5, graph: TREE, layout: [0, 2, 5, 8, 9] },
    hopDistances(TREE),
    createRng(1),
  )
  expect(new Set(routed.finalLayout).size).toBe(5)
})
