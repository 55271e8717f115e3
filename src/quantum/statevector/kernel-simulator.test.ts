/** The WebAssembly kernel against the float64 reference: every kind of mixer step, within a few rounding errors of float32. */
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
import { createProgram, STEP_KINDS } from './kernel-program.ts'
import { createKernelSimulator } from './kernel-simulator.ts'
import { randomHamiltonian } from './random-hamiltonian.ts'
import { createReferenceSimulator } from './reference-simulator.ts'

const angles = { gammas: [0.31, -1.7, 40.5], betas: [0.4, 2.2, -0.9] }

/** Three layers with phases of up to a thousand radians: probabilities, mean energy and norm against float64. */
function expectAgreement(ansatz: Ansatz): void {
  const reference = createReferenceSimulator(ansatz)
  const kernel = createKernelSimulator(ansatz)!
  reference.evolve(angles)
  kernel.evolve(angles)
  const [exact, close] = [reference.probabilities(), kernel.probabilities()]
  const scale = exact.reduce((max, p) => Math.max(max, p), 0)
  const difference = exact.reduce((max, p, z) => Math.max(max, Math.abs(p - close[z]!)), 0)
  expect(difference / scale).toBeLessThan(1e-6)
  expect(Math.abs(kernel.norm() - 1)).toBeLessThan(1e-6)
  const spread = reference.energies.reduce((max, e) => Math.max(max, Math.abs(e)), 0)
  expect(Math.abs(kernel.expectation() - reference.expectation()) / spread).toBeLessThan(3e-8)
}

const mixed = (levels: readonly number[], mixerOf: (levels: number, site: number) => SiteMixer): Ansatz => ({
  cost: randomHamiltonian(levels, createRng(levels.length)),
  mixers: levels.map(mixerOf),
  start: levels.map(uniformStart),
})
const complete = (count: number): SiteMixer => ({ kind: 'reflect', weights: uniformStart(count) })
const ring = (count: number): SiteMixer => ({ kind: 'edges', edges: ringEdges(Math.min(count, 9)) })
const chain = (count: number): SiteMixer => ({ kind: 'edges', edges: chainEdges(Math.min(count, 9)) })
/** X where the levels are codes of whole qubits, complete elsewhere. */
const codes = (count: number): SiteMixer => (Math.log2(count) % 1 === 0 ? { kind: 'x' } : complete(count))

function weightsFor(count: number, seed: number): Float64Array {
  const rng = createRng(seed)
  const raw = Float64Array.from({ length: count }, () => 0.1 + rng.nextFloat())
  const norm = Math.hypot(...raw)
  return raw.map((value) => value / norm)
}

const qubits = (count: number): Ansatz =>
  transverseAnsatz(randomHamiltonian(new Array(count).fill(2), createRng(count)))

const LEVELS: Readonly<Record<string, readonly number[]>> = {
  'ten groups of three': new Array(10).fill(3),
  'groups of many sizes': [3, 5, 2, 4, 7, 3, 2, 3],
  'one group as large as a strip': [5, 300, 3, 2],
  'a single level among them': [3, 1, 6, 6, 6, 1, 5],
  'two qubits below groups': [2, 2, 3, 5, 2, 4, 3, 2, 3],
  'three qubits below groups': [2, 2, 2, 3, 3, 3, 3],
  'four qubits below groups': [2, 2, 2, 2, 3, 3, 2, 5],
  'a code of three bits above two qubits': [2, 2, 8, 2, 3, 3, 2, 5],
}

const weighted = ((): Ansatz => {
  const levels = [4, 3, 8, 2, 5, 4, 3]
  const ansatz = mixed(levels, (count, site) =>
    count % 2 === 0 ? { kind: 'x' } : { kind: 'reflect', weights: weightsFor(count, site) },
  )
  const start = ansatz.start.map((even, site) =>
    even.length % 2 === 0 ? even : weightsFor(even.length, site),
  )
  return { ...ansatz, start }
})()

const CASES: readonly (readonly [string, Ansatz])[] = [
  ...[8, 9, 12, 13, 14, 15, 18, 20].map((count) => [`${count} qubits`, qubits(count)] as const),
  ...Object.entries(LEVELS).flatMap(([name, levels]) =>
    Object.entries({ complete, ring, chain, codes }).map(
      ([mixer, mixerOf]) => [`${name}, mixer: ${mixer}`, mixed(levels, mixerOf)] as const,
    ),
  ),
  ['weighted starts and mixers beside binary codes', weighted],
]

test.each(CASES)('%s: the kernel agrees with the float64 reference', (_, ansatz) => {
  expectAgreement(ansatz)
})

test('these cases go through every kind of mixer step the kernel has, in blocks and in strips', () => {
  const inBlocks = new Set<string>()
  const inStrips = new Set<string>()
  for (const [, ansatz] of CASES) {
    const { steps, strips } = createProgram(ansatz)!
    for (const { kind } of steps) inBlocks.add(kind)
    for (const { kind } of strips.flatMap((strip) => strip.steps)) inStrips.add(kind)
  }
  expect([...inBlocks].sort()).toEqual(Object.keys(STEP_KINDS).sort())
  // Two bits inside a vector, and four of them, are a matter of blocks.
  expect([...inStrips, 'xx-lanes', 'four-bits'].sort()).toEqual(Object.keys(STEP_KINDS).sort())
})

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
