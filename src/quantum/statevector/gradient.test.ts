import { expect, test } from 'vitest'
import { createRng } from '../../numeric/rng.ts'
import { type Ansatz, ringEdges, type SiteMixer, uniformStart } from './ansatz.ts'
import { gradientOf } from './gradient.ts'
import { randomHamiltonian } from './random-hamiltonian.ts'
import { createReferenceSimulator } from './reference-simulator.ts'

const levels = [2, 3, 4, 5, 2]
const kinds: [string, (count: number) => SiteMixer][] = [
  ['complete', (count) => ({ kind: 'reflect', weights: uniformStart(count) })],
  ['ring', (count) => ({ kind: 'edges', edges: ringEdges(count) })],
  [
    'X and ring together',
    (count) => (count % 2 === 0 ? { kind: 'x' } : { kind: 'edges', edges: ringEdges(count) }),
  ],
]

test.each(kinds)('the adjoint gradient of %s mixers equals central differences', (_, mixerOf) => {
  const ansatz: Ansatz = {
    cost: randomHamiltonian(levels, createRng(4)),
    mixers: levels.map(mixerOf),
    start: levels.map(uniformStart),
  }
  const simulator = createReferenceSimulator(ansatz)
  const point = [0.3, -0.8, 0.5, 0.9, -0.2, 1.4]
  const valueAt = (x: number[]): number => {
    simulator.evolve({ gammas: x.slice(0, 3), betas: x.slice(3) })
    return simulator.expectation()
  }
  const { value, gammas, betas } = gradientOf(simulator, ansatz, {
    gammas: point.slice(0, 3),
    betas: point.slice(3),
  })
  expect(value).toBeCloseTo(valueAt(point), 12)
  const h = 1e-5
  point.forEach((_, k) => {
    const moved = (by: number): number => valueAt(point.map((x, i) => (i === k ? x + by : x)))
    expect([...gammas, ...betas][k]).toBeCloseTo((moved(h) - moved(-h)) / (2 * h), 7)
  })
})
