import { expect, test } from 'vitest'
import { createBqm } from '../../formulation/bqm-builder.ts'
import { createRng } from '../../numeric/rng.ts'
import { readNoisily } from './noisy.ts'
import { createProblem } from './problem.ts'
import { runQaoa } from './run.ts'

const rng = createRng(12)
const problem = createProblem(
  createBqm({ vartype: 'BINARY', linear: Float64Array.from({ length: 12 }, () => rng.nextFloat()) }),
  [0, 1, 2, 3].map((task) => [3 * task, 3 * task + 1, 3 * task + 2]),
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

test('binary codes are read from their qubits: all valid on any noise, two CZ a task and layer', async () => {
  const run = await runQaoa(problem, { encoding: 'binary', shots: 10, restarts: 1 }, { rng: createRng(3) })
  const noisy = readNoisily(problem, run, { device: 'ibm_fez', shots: 1000, rng: createRng(4) })
  expect(noisy.circuit.counts.cz).toBe(8)
  expect(noisy.decodings[0]!.validRate.value).toBe(1)
})
