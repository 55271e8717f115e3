/** Circuits of every encoding, mixer and start against the simulators, amplitude by amplitude. */
import { describe, expect, test } from 'vitest'
import { createBqm } from '../../formulation/bqm-builder.ts'
import { vectorDistanceUpToPhase } from '../circuit/matrix.ts'
import { simulate } from '../circuit/simulate.ts'
import { circuitStats } from '../circuit/stats.ts'
import { createReferenceSimulator } from '../statevector/reference-simulator.ts'
import { type Encoding, type EncodingOptions, encode } from './encoding.ts'
import { createProblem } from './problem.ts'
import { circuitOf, digitsFrom, siteQubits } from './site-circuit.ts'

/** Groups of three, four and one, and a free variable; couplings between all of them. */
const mixed = createProblem(
  createBqm({
    vartype: 'BINARY',
    linear: [0.3, 0.1, 0.7, 0.2, 0.9, 0.4, -0.8, 0.6, 0.35],
    quadratic: [
      [0, 4, 0.5],
      [2, 3, -0.6],
      [1, 6, 0.25],
      [5, 8, -0.45],
      [2, 8, 0.15],
      [7, 8, 0.3],
      [0, 1, 9],
    ],
  }),
  [[0, 1, 2], [3, 4, 5, 6], [7]],
)
const angles = { gammas: [0.43, -0.37, 0.9], betas: [-0.5, 0.8, 1.9] }

/** Index of every basis state of the simulator among the states of the qubits. */
function placesOf(encoding: Encoding, qubits: readonly (readonly number[])[]): number[] {
  const { levels } = encoding.ansatz.cost
  const size = levels.reduce((product, count) => product * count, 1)
  return Array.from({ length: size }, (_, state) => {
    let [index, rest] = [0, state]
    qubits.forEach((site, s) => {
      const level = rest % levels[s]!
      rest = Math.floor(rest / levels[s]!)
      if (site.length === levels[s]) index += 2 ** site[level]!
      else index += site.reduce((sum, qubit, k) => sum + ((level >> k) & 1) * 2 ** qubit, 0)
    })
    return index
  })
}

function expectEqual(options: EncodingOptions): void {
  const encoding = encode(mixed, options)
  const { re, im } = simulate(circuitOf(mixed, encoding, angles))
  const simulator = createReferenceSimulator(encoding.ansatz)
  simulator.evolve(angles)
  const theirs = new Float64Array(2 * re.length)
  placesOf(encoding, siteQubits(mixed, encoding)).forEach((index, state) => {
    theirs.set([simulator.amplitudes.re[state]!, simulator.amplitudes.im[state]!], 2 * index)
  })
  const ours = Float64Array.from({ length: 2 * re.length }, (_, k) => (k % 2 === 0 ? re : im)[k >> 1]!)
  // Outside the subspace both are zero.
  expect(vectorDistanceUpToPhase(ours, theirs)).toBeLessThan(1e-10)
}

const warmStart = [0, 1, 0, 0.2, 0.1, 0.7, 0, 1, 0.9]

describe('three layers of the circuit are the state of the simulator, couplings and free variables included', () => {
  test.each([
    { encoding: 'one-hot' },
    { encoding: 'domain-wall' },
    { encoding: 'binary' },
    { encoding: 'subspace', mixer: 'xy-ring' },
    { encoding: 'subspace', mixer: 'xy-chain' },
    { encoding: 'subspace', mixer: 'xy-complete' },
    { encoding: 'one-hot', warmStart },
    { encoding: 'one-hot', warmStart, epsilon: 0.1 },
    { encoding: 'domain-wall', warmStart },
    { encoding: 'binary', warmStart },
    { encoding: 'subspace', mixer: 'xy-complete', warmStart },
  ] as const)('%j', (options) => expectEqual(options))
})

test('a code of two qubits takes one rzz for its own energies, codes of coupled tasks more', () => {
  const alone = createProblem(createBqm({ vartype: 'BINARY', linear: [0.3, 0.1, 0.7] }), [[0, 1, 2]])
  const encoding = encode(alone, { encoding: 'binary' })
  const circuit = circuitOf(alone, encoding, { gammas: [0.4], betas: [0.3] })
  expect(circuitStats(circuit).counts).toEqual({ h: 2, rzz: 1, rz: 2, rx: 2 })
})

test('readings of codes become digits', () => {
  expect([...digitsFrom([[0, 1], [2], [3, 4, 5]], [1, 0, 1, 0, 1, 1], 0)]).toEqual([1, 1, 6])
})

test('a warm start of a code of three qubits is refused with a way out', () => {
  const five = createProblem(createBqm({ vartype: 'BINARY', linear: [1, 2, 3, 4, 5] }), [[0, 1, 2, 3, 4]])
  const encoding = encode(five, { encoding: 'binary', warmStart: [1, 0, 0, 0, 0] })
  expect(() => circuitOf(five, encoding, { gammas: [1], betas: [1] })).toThrow(
    /code of 3 qubits .*\n.*subspace/,
  )
})
