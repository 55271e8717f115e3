import { expect, test } from 'vitest'
import type { QaasError } from '../../errors.ts'
import { createRng } from '../../numeric/rng.ts'
import { qaoaCircuit } from '../circuit/ansatz.ts'
import { simulate } from '../circuit/simulate.ts'
import { chainEdges, ringEdges, type SiteMixer, transverseAnsatz, uniformStart } from './ansatz.ts'
import { createKernelSimulator } from './kernel-simulator.ts'
import { randomHamiltonian } from './random-hamiltonian.ts'
import { createReferenceSimulator } from './reference-simulator.ts'
import { digitsOf } from './simulator.ts'
import { energyOfLevels, type SiteHamiltonian } from './site-hamiltonian.ts'

const gammas = [0.4, -0.7]
const betas = [1.1, 0.3]

test('the energy table holds the energy of every state', () => {
  const hamiltonian = randomHamiltonian([2, 3, 1, 4, 2], createRng(3))
  const { energies } = createReferenceSimulator({
    cost: hamiltonian,
    mixers: [2, 3, 1, 4, 2].map((count) => ({ kind: 'reflect', weights: uniformStart(count) })),
    start: [2, 3, 1, 4, 2].map(uniformStart),
  })
  energies.forEach((energy, z) => {
    expect(energy).toBeCloseTo(energyOfLevels(hamiltonian, digitsOf(hamiltonian.levels, z)), 12)
  })
})

/** Qubit Hamiltonian of fields h Z and couplings J Z Z, with Z = +1 on bit 0. */
function isingSites(
  h: number[],
  couplings: { first: number; second: number; value: number }[],
): SiteHamiltonian {
  return {
    levels: new Int32Array(h.length).fill(2),
    offset: 0,
    fields: h.map((value) => Float64Array.of(value, -value)),
    couplings: couplings.map(({ first, second, value: J }) => ({
      low: first,
      high: second,
      energies: Float64Array.of(J, -J, -J, J),
    })),
  }
}

test('X-mixer layers equal the gate-by-gate circuit', () => {
  const fields = [0.3, -1.2, 0.5, 0, 2.1]
  const couplings = [
    { first: 0, second: 1, value: 0.7 },
    { first: 1, second: 4, value: -1.3 },
    { first: 2, second: 3, value: 0.4 },
    { first: 0, second: 4, value: 0.9 },
  ]
  const circuit = qaoaCircuit({ ising: { numQubits: 5, fields, couplings }, gammas, betas })
  const { re, im } = simulate(circuit)
  const simulator = createReferenceSimulator(transverseAnsatz(isingSites(fields, couplings)))
  simulator.evolve({ gammas, betas })
  simulator.probabilities().forEach((p, z) => {
    expect(p).toBeCloseTo(re[z]! ** 2 + im[z]! ** 2, 12)
  })
})

test.each(['xy-chain', 'xy-ring'] as const)(
  '%s layers in the subspace equal the circuit on all qubits',
  (mixer) => {
    const groups = [
      [0, 1, 2],
      [3, 4, 5, 6],
    ]
    const fields = [0.3, -1.2, 0.5, 0.4, 2.1, -0.6, 0.2]
    const couplings = [
      { first: 0, second: 3, value: 0.7 },
      { first: 1, second: 6, value: -1.3 },
      { first: 2, second: 5, value: 0.4 },
    ]
    const { re, im } = simulate(
      qaoaCircuit({ ising: { numQubits: 7, fields, couplings }, groups, gammas, betas, mixer }),
    )
    const levels = groups.map((group) => group.length)
    const edgesOf = mixer === 'xy-chain' ? chainEdges : ringEdges
    // Energy of the levels: the spins of a group are all +1 but the chosen one's.
    const spins = (digits: ArrayLike<number>): number[] =>
      groups.flatMap((group, g) => group.map((_, k) => (digits[g] === k ? -1 : 1)))
    const energy = (digits: ArrayLike<number>): number => {
      const s = spins(digits)
      return (
        fields.reduce((sum, h, q) => sum + h * s[q]!, 0) +
        couplings.reduce((sum, { first, second, value }) => sum + value * s[first]! * s[second]!, 0)
      )
    }
    const cost: SiteHamiltonian = {
      levels: Int32Array.from(levels),
      offset: 0,
      fields: levels.map((count) => new Float64Array(count)),
      couplings: [
        {
          low: 0,
          high: 1,
          energies: Float64Array.from({ length: 12 }, (_, k) => energy([k % 3, Math.floor(k / 3)])),
        },
      ],
    }
    const mixers: SiteMixer[] = levels.map((count) => ({ kind: 'edges', edges: edgesOf(count) }))
    const simulator = createReferenceSimulator({ cost, mixers, start: levels.map(uniformStart) })
    simulator.evolve({ gammas, betas })
    simulator.probabilities().forEach((p, z) => {
      const at = (1 << (z % 3)) | (1 << (3 + Math.floor(z / 3)))
      expect(p).toBeCloseTo(re[at]! ** 2 + im[at]! ** 2, 12)
    })
  },
)

test('angles that are not finite, no layer and an empty Hamiltonian are typed errors', () => {
  const ansatz = transverseAnsatz(randomHamiltonian([2, 2], createRng(1)))
  const simulator = createReferenceSimulator(ansatz)
  const codeOf = (run: () => void): string => {
    try {
      run()
      return 'none'
    } catch (error) {
      return (error as QaasError).code
    }
  }
  expect(codeOf(() => simulator.evolve({ gammas: [Number.NaN], betas: [0] }))).toBe('invalid-option')
  expect(codeOf(() => simulator.evolve({ gammas: [], betas: [] }))).toBe('invalid-option')
  expect(codeOf(() => simulator.evolve({ gammas: [1], betas: [] }))).toBe('invalid-option')
  const empty = { levels: new Int32Array(0), offset: 0, fields: [], couplings: [] }
  expect(codeOf(() => createReferenceSimulator(transverseAnsatz(empty)))).toBe('invalid-model')
  expect(codeOf(() => createKernelSimulator(transverseAnsatz(empty)))).toBe('invalid-model')
  const bad = { ...ansatz.cost, offset: Number.POSITIVE_INFINITY }
  expect(codeOf(() => createReferenceSimulator(transverseAnsatz(bad)))).toBe('invalid-model')
})
