import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Ising } from '../../formulation/ising.ts'
import { createRng } from '../../numeric/rng.ts'
import { transverseAnsatz } from '../statevector/ansatz.ts'
import { createReferenceSimulator } from '../statevector/reference-simulator.ts'
import { bestBeta, createClosedForm, energyAt, optimiseOneLayer } from './closed-form.ts'
import { isingHamiltonian } from './hamiltonian.ts'

function randomIsing(n: number, density: number, seed: number): Ising {
  const rng = createRng(seed)
  const edges: [number, number][] = []
  for (let a = 0; a < n; a++)
    for (let b = a + 1; b < n; b++) if (rng.nextFloat() < density) edges.push([a, b])
  return {
    numVariables: n,
    h: Float64Array.from({ length: n }, () => (rng.nextFloat() < 0.2 ? 0 : rng.nextNormal())),
    tails: Int32Array.from(edges, ([a]) => a),
    heads: Int32Array.from(edges, ([, b]) => b),
    J: Float64Array.from(edges, () => rng.nextNormal()),
    offset: rng.nextNormal(),
  }
}

test('equals the state vector to 1e-12 on random Ising models with fields, energy and every correlation', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 1e6 }),
      fc.double({ min: -4, max: 4, noNaN: true }),
      fc.double({ min: -4, max: 4, noNaN: true }),
      (n, density, seed, gamma, beta) => {
        const ising = randomIsing(n, density, seed)
        const form = createClosedForm(ising)
        const simulator = createReferenceSimulator(transverseAnsatz(isingHamiltonian(ising)))
        simulator.evolve({ gammas: [gamma], betas: [beta] })
        const scale = ising.J.reduce(
          (sum, J) => sum + Math.abs(J),
          ising.h.reduce((s, h) => s + Math.abs(h), 1),
        )
        expect(Math.abs(form.energy(gamma, beta) - simulator.expectation()) / scale).toBeLessThan(1e-12)
        const { single, pair } = form.correlations(gamma, beta)
        const weights = simulator.probabilities()
        const spin = (z: number, v: number): number => ((z >> v) & 1 ? 1 : -1)
        const mean = (f: (z: number) => number): number => weights.reduce((sum, p, z) => sum + p * f(z), 0)
        for (let v = 0; v < n; v++) expect(Math.abs(single[v]! - mean((z) => spin(z, v)))).toBeLessThan(1e-12)
        pair.forEach((value, e) => {
          const exact = mean((z) => spin(z, ising.tails[e]!) * spin(z, ising.heads[e]!))
          expect(Math.abs(value - exact)).toBeLessThan(1e-12)
        })
      },
    ),
    { numRuns: 150, seed: 11 },
  )
})

test('the best beta beats every beta of a fine grid', () => {
  const profile = createClosedForm(randomIsing(8, 0.5, 3)).profileAt(0.4)
  const { energy } = bestBeta(profile)
  for (let k = 0; k < 1000; k++)
    expect(energy).toBeLessThanOrEqual(energyAt(profile, (k / 1000) * Math.PI) + 1e-9)
})

test('a ring without fields gives three quarters of its cut, as Farhi, Goldstone and Gutmann found', () => {
  const n = 1000
  const tails = Int32Array.from({ length: n }, (_, k) => Math.min(k, (k + 1) % n))
  const heads = Int32Array.from({ length: n }, (_, k) => Math.max(k, (k + 1) % n))
  const order = Array.from(tails.keys()).sort((a, b) => tails[a]! - tails[b]! || heads[a]! - heads[b]!)
  const ising: Ising = {
    numVariables: n,
    h: new Float64Array(n),
    tails: Int32Array.from(order, (k) => tails[k]!),
    heads: Int32Array.from(order, (k) => heads[k]!),
    J: new Float64Array(n).fill(1),
    offset: 0,
  }
  const { energy } = optimiseOneLayer(createClosedForm(ising), ising)
  expect((n - energy) / 2 / n).toBeCloseTo(0.75, 6)
})

test('angles that are not finite are refused', () => {
  const form = createClosedForm(randomIsing(3, 1, 1))
  expect(() => form.energy(Number.NaN, 0)).toThrow(/gamma/)
  expect(() => form.energy(0, Number.POSITIVE_INFINITY)).toThrow(/beta/)
})
