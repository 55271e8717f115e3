import { expect, test } from 'vitest'
import { createRng } from '../../numeric/rng.ts'
import {
  type Ansatz,
  chainEdges,
  ringEdges,
  type SiteMixer,
  transverseAnsatz,
  uniformStart,
} from './ansatz.ts'
import { createKernelSimulator } from './kernel-simulator.ts'
import { randomHamiltonian } from './random-hamiltonian.ts'
import { createReferenceSimulator } from './reference-simulator.ts'

const angles = { gammas: [0.31, -1.7, 40.5], betas: [0.4, 2.2, -0.9] }

function largestDifference(ansatz: Ansatz): number {
  const reference = createReferenceSimulator(ansatz)
  const kernel = createKernelSimulator(ansatz)!
  reference.evolve(angles)
  kernel.evolve(angles)
  const [exact, close] = [reference.probabilities(), kernel.probabilities()]
  const scale = exact.reduce((max, p) => Math.max(max, p), 0)
  expect(kernel.norm()).toBeCloseTo(1, 5)
  const spread = reference.energies.reduce((max, e) => Math.max(max, Math.abs(e)), 0)
  expect(Math.abs(kernel.expectation() - reference.expectation()) / spread).toBeLessThan(2e-6)
  return exact.reduce((max, p, z) => Math.max(max, Math.abs(p - close[z]!) / scale), 0)
}

const mixed = (levels: readonly number[], mixerOf: (levels: number, site: number) => SiteMixer): Ansatz => ({
  cost: randomHamiltonian(levels, createRng(levels.length)),
  mixers: levels.map(mixerOf),
  start: levels.map(uniformStart),
})

test.each([8, 9, 12, 13, 15, 18, 20])(
  'on %i qubits the kernel agrees with the float64 reference',
  (qubits) => {
    const cost = randomHamiltonian(new Array(qubits).fill(2), createRng(qubits))
    expect(largestDifference(transverseAnsatz(cost))).toBeLessThan(2e-4)
  },
)

test.each([
  ['twelve groups of three', new Array(10).fill(3)],
  ['groups of many sizes', [3, 5, 2, 4, 7, 3, 2, 3]],
  ['one group as large as a strip', [5, 300, 3, 2]],
  ['a single level among them', [3, 1, 6, 6, 6, 1, 5]],
])('complete, ring and chain mixers agree on %s', (_, levels) => {
  const complete = mixed(levels, (count) => ({ kind: 'reflect', weights: uniformStart(count) }))
  expect(largestDifference(complete)).toBeLessThan(2e-4)
  const ring = mixed(levels, (count) => ({ kind: 'edges', edges: ringEdges(Math.min(count, 9)) }))
  expect(largestDifference(ring)).toBeLessThan(2e-4)
  const chain = mixed(levels, (count) => ({ kind: 'edges', edges: chainEdges(Math.min(count, 9)) }))
  expect(largestDifference(chain)).toBeLessThan(2e-4)
})

test('two qubits below groups are worked on in place', () => {
  const levels = [2, 2, 3, 5, 2, 4, 3, 2, 3]
  const ansatz = mixed(levels, (count, site) =>
    count === 2 || site === 5 ? { kind: 'x' } : { kind: 'reflect', weights: uniformStart(count) },
  )
  expect(largestDifference(ansatz)).toBeLessThan(2e-4)
})

test('binary codes, one-hot groups and weighted starts live in one state', () => {
  const levels = [4, 3, 8, 2, 5, 4, 3]
  const ansatz = mixed(levels, (count, site) =>
    count % 2 === 0 ? { kind: 'x' } : { kind: 'reflect', weights: weightsFor(count, site) },
  )
  const start = ansatz.start.map((even, site) =>
    even.length % 2 === 0 ? even : weightsFor(even.length, site),
  )
  expect(largestDifference({ ...ansatz, start })).toBeLessThan(2e-4)
})

function weightsFor(count: number, seed: number): Float64Array {
  const rng = createRng(seed)
  const raw = Float64Array.from({ length: count }, () => 0.1 + rng.nextFloat())
  const norm = Math.hypot(...raw)
  return raw.map((value) => value / norm)
}

test('the kernel samples its own distribution', () => {
  const ansatz = transverseAnsatz(randomHamiltonian(new Array(9).fill(2), createRng(5)))
  const kernel = createKernelSimulator(ansatz)!
  kernel.evolve(angles)
  const shots = 200_000
  const counts = new Float64Array(kernel.dimension)
  for (const z of kernel.sample(shots, createRng(2))) counts[z]! += 1
  const expected = kernel.probabilities()
  let chiSquared = 0
  for (let z = 0; z < counts.length; z++)
    chiSquared += (counts[z]! - shots * expected[z]!) ** 2 / (shots * expected[z]!)
  // 511 degrees of freedom: five standard deviations above the mean is 671.
  expect(chiSquared).toBeLessThan(671)
})

test('too many qubits are refused with the figure before allocation', () => {
  const cost = randomHamiltonian(new Array(60).fill(2), createRng(1))
  expect(() => createKernelSimulator(transverseAnsatz(cost))).toThrow(/60 coupled qubits .* 8\.3 EiB/)
})
