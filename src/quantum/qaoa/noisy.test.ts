import { expect, test } from 'vitest'
import { createBqm } from '../../formulation/bqm-builder.ts'
import { createRng } from '../../numeric/rng.ts'
import { probabilitiesOf, simulate } from '../circuit/simulate.ts'
import { encode } from './encoding.ts'
import { circuitOf, readNoisily } from './noisy.ts'
import { createProblem } from './problem.ts'
import { runQaoa } from './run.ts'
import { createTrainee } from './trainee.ts'

const rng = createRng(12)
const problem = createProblem(
  createBqm({ vartype: 'BINARY', linear: Float64Array.from({ length: 12 }, () => rng.nextFloat()) }),
  [0, 1, 2, 3].map((task) => [3 * task, 3 * task + 1, 3 * task + 2]),
)

test.each(['one-hot', 'domain-wall'] as const)(
  '%s: the circuit has the distribution of the simulator',
  (name) => {
    const pair = createProblem(
      createBqm({
        vartype: 'BINARY',
        linear: [0.3, 0.1, 0.7, 0.2, 0.9, 0.4],
        quadratic: [
          [0, 4, 0.5],
          [2, 3, -0.6],
        ],
      }),
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    )
    const encoding = encode(pair, { encoding: name })
    const angles = { gammas: [0.13, 0.07], betas: [-0.5, -0.2] }
    const trainee = createTrainee(encoding, { rng: createRng(1), normalise: false })
    trainee.simulator.evolve(angles)
    const exact = trainee.simulator.components[0]!.simulator.probabilities()
    probabilitiesOf(simulate(circuitOf(pair, encoding, angles))).forEach((p, z) => {
      expect(p).toBeCloseTo(exact[z]!, 10)
    })
  },
)

test('XY at p = 1 keeps over 80 % valid on the noise of a Heron device, and mitigation adds what readings lost', async () => {
  const run = await runQaoa(problem, { mixer: 'xy-chain', shots: 100 }, { rng: createRng(3) })
  const noisy = readNoisily(problem, run, { device: 'ibm_fez', shots: 4000, rng: createRng(4) })
  const raw = noisy.decodings[0]!.validRate
  expect(raw.low).toBeGreaterThan(0.78)
  expect(noisy.mitigatedValidRate!).toBeGreaterThan(raw.value)
  expect(noisy.mitigatedValidRate!).toBeLessThan(1)
  expect(noisy.decodings[2]!.validRate.value).toBe(1)
})

test('binary codes are refused with a way out', async () => {
  const run = await runQaoa(problem, { encoding: 'binary', shots: 10, restarts: 1 }, { rng: createRng(3) })
  expect(() => readNoisily(problem, run, { device: 'ibm_fez', shots: 10, rng: createRng(4) })).toThrow(
    /binary codes/,
  )
})
