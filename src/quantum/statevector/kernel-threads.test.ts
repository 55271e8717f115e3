import { afterAll, expect, test } from 'vitest'
import { createRng } from '../../numeric/rng.ts'
import { createWorkerPool } from '../../platform/worker-pool.ts'
import { transverseAnsatz, uniformStart } from './ansatz.ts'
import { createKernelSimulator } from './kernel-simulator.ts'
import { randomHamiltonian } from './random-hamiltonian.ts'

const pools = [1, 2, 3].map((size) => createWorkerPool(size))
afterAll(() => Promise.all(pools.map((pool) => pool.close())))

const angles = { gammas: [0.3, -0.8], betas: [0.5, 1.1] }

test.each([
  ['17 qubits', transverseAnsatz(randomHamiltonian(new Array(17).fill(2), createRng(1)))],
  [
    'ten groups of three',
    {
      cost: randomHamiltonian(new Array(10).fill(3), createRng(2)),
      mixers: Array.from({ length: 10 }, () => ({ kind: 'reflect' as const, weights: uniformStart(3) })),
      start: Array.from({ length: 10 }, () => uniformStart(3)),
    },
  ],
])('%s: the same bits with no, one, two and three workers', async (_, ansatz) => {
  const alone = createKernelSimulator(ansatz)!
  alone.evolve(angles)
  const expected = { expectation: alone.expectation(), probabilities: alone.probabilities() }
  for (const pool of pools) {
    // Two threads are asked for whatever the pool has: one worker runs them one after the other.
    const shared = createKernelSimulator(ansatz, 2)!
    await shared.evolveTogether(angles, pool)
    expect(shared.expectation()).toBe(expected.expectation)
    expect(shared.probabilities()).toEqual(expected.probabilities)
  }
})

test('two simulations that share a pool of two both end', async () => {
  const ansatz = transverseAnsatz(randomHamiltonian(new Array(16).fill(2), createRng(3)))
  const simulators = [createKernelSimulator(ansatz, 2)!, createKernelSimulator(ansatz, 2)!]
  await Promise.all(simulators.map((simulator) => simulator.evolveTogether(angles, pools[1]!)))
  expect(simulators[0]!.expectation()).toBe(simulators[1]!.expectation())
})
