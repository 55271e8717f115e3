import { describe, expect, test } from 'vitest'
import { samplerConformance } from '../../../test/conformance/sampler.ts'
import { randomGlass } from '../../../test/spin-glass.ts'
import { createBqm } from '../../formulation/bqm-builder.ts'
import { energyOf } from '../../formulation/energy.ts'
import { fromIsing, toIsing } from '../../formulation/ising.ts'
import { createRng } from '../../numeric/rng.ts'
import { sample } from '../../solve/sample.ts'
import { runRqaoa } from './rqaoa.ts'
import { qaoaSampler, rqaoaSampler } from './sampler.ts'

samplerConformance({
  name: 'qaoa',
  create: () => qaoaSampler({ layers: 2, shots: 300, restarts: 2, evaluations: 40 }),
  createEndless: () => qaoaSampler({ layers: 3, restarts: 100_000, evaluations: 1000 }),
})

samplerConformance({ name: 'rqaoa', create: () => rqaoaSampler({ cutoff: 4 }) })

describe('recursive QAOA', () => {
  test('finds the ground state of a ferromagnetic ring with its ties broken', async () => {
    const n = 40
    const bqm = createBqm({
      vartype: 'SPIN',
      linear: new Float64Array(n),
      quadratic: Array.from({ length: n }, (_, k): [number, number, number] => [k, (k + 1) % n, -1]),
    })
    const { energies } = await sample(bqm, rqaoaSampler())
    expect(energies[0]).toBe(-n)
  })

  test('runs on 300 spins and beats ten thousand random states by far', async () => {
    const bqm = randomGlass({ numVariables: 300, degree: 4, weights: 'plus-minus' }, 5)
    const { energies, info } = await sample(bqm, rqaoaSampler())
    const rng = createRng(1)
    let random = Number.POSITIVE_INFINITY
    for (let k = 0; k < 10_000; k++) {
      const state = Int8Array.from({ length: 300 }, () => (rng.nextUint32() & 1 ? 1 : -1))
      random = Math.min(random, energyOf(bqm, state))
    }
    expect(energies[0]).toBeLessThan(2 * random)
    expect(info.complete).toBe(true)
  })

  test('every step has fewer spins than the one before, down to the cutoff', async () => {
    const ising = toIsing(randomGlass({ numVariables: 60, degree: 5, weights: 'gauss', withFields: true }, 9))
    const run = await runRqaoa(ising, { cutoff: 8 }, { rng: createRng(2) })
    run.steps.forEach((step, k) => {
      if (k > 0) expect(step.spins).toBe(run.steps[k - 1]!.spins - run.steps[k - 1]!.fixed)
      expect(Math.abs(step.strongest)).toBeLessThanOrEqual(1 + 1e-12)
    })
    expect(energyOf(fromIsing(ising), run.spins)).toBeLessThan(run.steps[0]!.expectation)
  })
})

test('a component that does not fit in memory is refused with its size', async () => {
  const bqm = randomGlass({ numVariables: 60, degree: 6, weights: 'gauss' }, 2)
  await expect(sample(bqm, qaoaSampler())).rejects.toThrow(/coupled qubits .* EiB; the limit is 4 GiB/)
})
