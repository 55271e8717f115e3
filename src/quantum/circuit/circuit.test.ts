import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRng } from '../../numeric/rng.ts'
import { qaoaCircuit } from './ansatz.ts'
import { type Circuit, checkCircuit, gate, measure, measureAll } from './circuit.ts'
import { GATE_NAMES, type GateName, gateMatrix, gateShape } from './gates.ts'
import { distanceUpToPhase, matrixProduct } from './matrix.ts'
import { wState } from './one-hot.ts'
import { randomCircuit } from './random.ts'
import { inverseCircuit } from './rewire.ts'
import { probabilitiesOf, sampleCircuit, simulate } from './simulate.ts'
import { circuitStats, connectedQubits } from './stats.ts'
import { unitaryOf } from './unitary.ts'

const circuitOf = (numQubits: number, ...operations: Circuit['operations'][number][]): Circuit => ({
  numQubits,
  numBits: 0,
  operations,
})

describe('the gate table', () => {
  test('every gate is unitary', () => {
    for (const name of GATE_NAMES) {
      const shape = gateShape(name)
      const angles = Array.from({ length: shape.params }, (_, k) => 0.3 + 0.7 * k)
      const matrix = gateMatrix(name, angles)
      const adjoint = { size: matrix.size, data: new Float64Array(matrix.data.length) }
      for (let r = 0; r < matrix.size; r++)
        for (let c = 0; c < matrix.size; c++) {
          adjoint.data[2 * (c * matrix.size + r)] = matrix.data[2 * (r * matrix.size + c)]!
          adjoint.data[2 * (c * matrix.size + r) + 1] = -matrix.data[2 * (r * matrix.size + c) + 1]!
        }
      const product = matrixProduct(matrix, adjoint)
      product.data.forEach((value, k) => {
        const onDiagonal = k % 2 === 0 && (k / 2) % (matrix.size + 1) === 0
        expect(value, name).toBeCloseTo(onDiagonal ? 1 : 0, 12)
      })
    }
  })

  test('known identities hold: H Z H = X, sx sx = x, s = t t, rzz and rxx are each other under H', () => {
    const same = (a: Circuit, b: Circuit): void =>
      expect(distanceUpToPhase(unitaryOf(a), unitaryOf(b))).toBeLessThan(1e-14)
    same(circuitOf(1, gate('h', [], 0), gate('z', [], 0), gate('h', [], 0)), circuitOf(1, gate('x', [], 0)))
    same(circuitOf(1, gate('sx', [], 0), gate('sx', [], 0)), circuitOf(1, gate('x', [], 0)))
    same(circuitOf(1, gate('t', [], 0), gate('t', [], 0)), circuitOf(1, gate('s', [], 0)))
    const hadamards = [gate('h', [], 0), gate('h', [], 1)]
    same(
      circuitOf(2, ...hadamards, gate('rzz', [0.7], 0, 1), ...hadamards),
      circuitOf(2, gate('rxx', [0.7], 0, 1)),
    )
    same(
      circuitOf(2, gate('rxx', [0.4], 0, 1), gate('ryy', [0.4], 0, 1)),
      circuitOf(2, gate('xx_plus_yy', [0.8], 0, 1)),
    )
    same(
      circuitOf(2, gate('cx', [], 0, 1), gate('rz', [0.7], 1), gate('cx', [], 1, 0), gate('cx', [], 0, 1)),
      circuitOf(2, gate('rzz_swap', [0.7], 0, 1)),
    )
  })

  test('qubit 0 is the lowest bit and the first qubit of cx is the control', () => {
    const { re } = simulate(circuitOf(3, gate('x', [], 0), gate('cx', [], 0, 2)))
    expect([...re].indexOf(1)).toBe(0b101)
  })
})

describe('simulation', () => {
  test('a circuit followed by its inverse is the identity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: 1, max: 5 }), (seed, numQubits) => {
        const circuit = randomCircuit(numQubits, 25, createRng(seed))
        const both = {
          ...circuit,
          operations: [...circuit.operations, ...inverseCircuit(circuit).operations],
        }
        expect(probabilitiesOf(simulate(both))[0]).toBeCloseTo(1, 12)
      }),
      { numRuns: 60 },
    )
  })

  test('samples follow the amplitudes and land in the bits that measure them', () => {
    const bell = circuitOf(2, gate('h', [], 0), gate('cx', [], 0, 1))
    const counts = sampleCircuit(measureAll(bell), 4000, createRng(3))
    expect([...counts.keys()].sort()).toEqual([0, 3])
    expect(counts.get(0)! / 4000).toBeCloseTo(0.5, 1)
    const crossed = { numQubits: 2, numBits: 4, operations: [gate('x', [], 0), measure(0, 3)] }
    expect([...sampleCircuit(crossed, 5, createRng(1))]).toEqual([[8, 5]])
  })

  test('use after measurement and reset in mid-circuit are refused', () => {
    const again = { numQubits: 1, numBits: 1, operations: [measure(0, 0), gate('x', [], 0)] }
    expect(() => simulate(again)).toThrow('qubit 0 is used again after its measurement')
    const reset = circuitOf(1, gate('x', [], 0), { gate: 'reset', params: [], qubits: [0] })
    expect(() => simulate(reset)).toThrow('mid-circuit')
  })

  test('too many qubits are refused before allocation, with the memory they would take', () => {
    expect(() => simulate(circuitOf(60))).toThrow('a state of 60 qubits takes 17179869184 GiB')
    expect(() => unitaryOf(circuitOf(40))).toThrow('the matrix of 40 qubits')
  })

  test('malformed operations are named with what is wrong', () => {
    const bad =
      (...operations: Circuit['operations'][number][]): (() => void) =>
      () =>
        checkCircuit(circuitOf(2, ...operations))
    expect(bad(gate('rx', [Number.NaN], 0))).toThrow(
      'operation 0 (rx): angle 0 (NaN) must be a finite number',
    )
    expect(bad(gate('x', [], 0), gate('cx', [], 1, 1))).toThrow('operation 1 (cx): a qubit is named twice')
    expect(bad(gate('x', [], 2))).toThrow('qubit 2 is not one of 0 .. 1')
    expect(bad(gate('x', [1], 0))).toThrow('takes 0 angles, has 1')
    expect(bad(gate('frob' as GateName, [], 0))).toThrow('there is no such gate')
    expect(bad(measure(0, 0))).toThrow('bit 0 is not one of')
  })
})

describe('the QAOA ansatz', () => {
  test('the prepared state is one-hot with the weights asked for, in 2M - 3 two-qubit gates', () => {
    for (const size of [1, 2, 3, 4, 5, 6]) {
      const group = Array.from({ length: size }, (_, k) => k)
      const circuit = circuitOf(size, ...wState(group))
      const chances = probabilitiesOf(simulate(circuit))
      for (const k of group) expect(chances[1 << k]).toBeCloseTo(1 / size, 12)
      expect(circuitStats(circuit).twoQubitGates).toBe(Math.max(0, 2 * size - 3))
    }
    const weighted = probabilitiesOf(simulate(circuitOf(3, ...wState([0, 1, 2], [0.2, 0.5, 0.3]))))
    expect([weighted[1], weighted[2], weighted[4]].map((v) => Number(v!.toFixed(12)))).toEqual([
      0.2, 0.5, 0.3,
    ])
  })

  test('p = 1 of one field and coupling equals the closed form of arXiv 2012.03421', () => {
    const [h0, h1, coupling, gamma, beta] = [0.3, -0.8, 0.6, 0.7, 0.4]
    const circuit = qaoaCircuit({
      ising: { numQubits: 2, fields: [h0, h1], couplings: [{ first: 0, second: 1, value: coupling }] },
      gammas: [gamma],
      betas: [beta],
    })
    const chances = probabilitiesOf(simulate(circuit))
    const z = (bit: number): number => chances.reduce((sum, p, s) => sum + ((s >> bit) & 1 ? -p : p), 0)
    const expected = (h: number): number =>
      Math.sin(2 * beta) * Math.sin(2 * gamma * h) * Math.cos(2 * gamma * coupling)
    expect(z(0)).toBeCloseTo(expected(h0), 12)
    expect(z(1)).toBeCloseTo(expected(h1), 12)
  })

  test('the best pure-penalty p = 1 angles give 0.81198 valid per three-choice task', () => {
    const couplings = [
      [0, 1],
      [0, 2],
      [1, 2],
    ].map(([first, second]) => ({ first: first!, second: second!, value: 0.5 }))
    const chances = probabilitiesOf(
      simulate(
        qaoaCircuit({
          ising: { numQubits: 3, fields: [-0.5, -0.5, -0.5], couplings },
          gammas: [0.8837],
          betas: [-0.3409],
        }),
      ),
    )
    expect(chances[1]! + chances[2]! + chances[4]!).toBeCloseTo(0.81198, 4)
  })

  test('xy mixers keep every group one-hot', () => {
    for (const mixer of ['xy-chain', 'xy-ring', 'xy-complete'] as const) {
      const circuit = qaoaCircuit({
        ising: {
          numQubits: 7,
          fields: [1, 2, 3, 4, 5, 6, 7],
          couplings: [{ first: 0, second: 5, value: 1.5 }],
        },
        groups: [
          [0, 1, 2],
          [3, 4, 5, 6],
        ],
        gammas: [0.4, 0.2],
        betas: [0.5, 0.9],
        mixer,
      })
      const valid = probabilitiesOf(simulate(circuit)).reduce((sum, p, state) => {
        const ones = [state & 7, state >> 3].map((bits) => bits.toString(2).replaceAll('0', '').length)
        return sum + (ones[0] === 1 && ones[1] === 1 ? p : 0)
      }, 0)
      expect(valid).toBeCloseTo(1, 12)
    }
  })

  test('no layers, NaN angles, an empty Hamiltonian and missing groups are typed errors', () => {
    const ising = { numQubits: 2, fields: [1, 1], couplings: [] }
    expect(() => qaoaCircuit({ ising, gammas: [], betas: [] })).toThrow('p = 0')
    expect(() => qaoaCircuit({ ising, gammas: [Number.NaN], betas: [1] })).toThrow('gamma of layer 0 (NaN)')
    expect(() => qaoaCircuit({ ising, gammas: [1], betas: [1, 2] })).toThrow('1 gammas and 2 betas')
    expect(() => qaoaCircuit({ ising, gammas: [1], betas: [1], mixer: 'xy-ring' })).toThrow('one-hot groups')
    expect(() =>
      qaoaCircuit({ ising: { numQubits: 0, fields: [], couplings: [] }, gammas: [1], betas: [1] }),
    ).toThrow('it has no qubits')
  })
})

test('depth, counts and components are those of a hand count', () => {
  const circuit = circuitOf(
    5,
    gate('h', [], 0),
    gate('cx', [], 0, 1),
    gate('cx', [], 2, 3),
    gate('rz', [1], 1),
    gate('cx', [], 1, 0),
    { gate: 'barrier', params: [], qubits: [0, 4] },
  )
  const stats = circuitStats(circuit)
  expect(stats).toMatchObject({
    gates: 5,
    twoQubitGates: 3,
    depth: 4,
    twoQubitDepth: 2,
    usedQubits: [0, 1, 2, 3],
  })
  expect(connectedQubits(circuit)).toEqual([
    [0, 1],
    [2, 3],
  ])
})
