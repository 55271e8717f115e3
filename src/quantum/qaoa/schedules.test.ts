import { expect, test } from 'vitest'
import { createRng } from '../../numeric/rng.ts'
import { transverseAnsatz } from '../statevector/ansatz.ts'
import { createReferenceSimulator } from '../statevector/reference-simulator.ts'
import { isingHamiltonian } from './hamiltonian.ts'
import { fixedSchedule, interpolated, linearRamp } from './schedules.ts'

/** Energy per spin of the tabulated angles on Sherrington-Kirkpatrick models, averaged. */
function fixedEnergy(layers: number, n: number, instances: number): number {
  const { gammas, betas } = fixedSchedule(layers)
  let sum = 0
  for (let seed = 0; seed < instances; seed++) {
    const rng = createRng(seed)
    const edges = Array.from({ length: n }, (_, a) =>
      Array.from({ length: n - a - 1 }, (_, k) => [a, a + 1 + k]),
    ).flat()
    const simulator = createReferenceSimulator(
      transverseAnsatz(
        isingHamiltonian({
          numVariables: n,
          h: new Float64Array(n),
          tails: Int32Array.from(edges, ([a]) => a!),
          heads: Int32Array.from(edges, ([, b]) => b!),
          J: Float64Array.from(edges, () => rng.nextNormal() / Math.sqrt(n)),
          offset: 0,
        }),
      ),
    )
    simulator.evolve({ gammas, betas })
    sum += simulator.expectation() / n / instances
  }
  return sum
}

test('the fixed angles reach the energies published for the infinite model, up to its finite size', () => {
  // Farhi et al. give -0.3033, -0.4075, -0.4726, -0.5157; at twelve spins the mean is a little higher.
  const published = [-0.3033, -0.4075, -0.4726, -0.5157]
  published.forEach((energy, p) => {
    const found = fixedEnergy(p + 1, 12, 40)
    expect(found).toBeGreaterThan(1.05 * energy)
    expect(found).toBeLessThan(0.85 * energy)
  })
})

test('more layers than the table has are refused', () => {
  expect(() => fixedSchedule(5)).toThrow(/1 to 4 layers, not 5/)
})

test('interpolation keeps the ends and is linear between, as in appendix B of Zhou et al.', () => {
  const { gammas } = interpolated({ gammas: Float64Array.of(1, 2), betas: Float64Array.of(0, 0) })
  expect(Array.from(gammas)).toEqual([1, 1.5, 2])
})

test('the ramp turns the phase on and the mixer off', () => {
  const { gammas, betas } = linearRamp(5)
  gammas.forEach((gamma, l) => {
    if (l > 0) expect(gamma).toBeGreaterThan(gammas[l - 1]!)
    if (l > 0) expect(Math.abs(betas[l]!)).toBeLessThan(Math.abs(betas[l - 1]!))
  })
})
