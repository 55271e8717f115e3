import { describe, expect, test } from 'vitest'
import type { Bqm } from '../../formulation/bqm.ts'
import { createBqm } from '../../formulation/bqm-builder.ts'
import { createRng } from '../../numeric/rng.ts'
import { ENCODINGS, encode } from './encoding.ts'
import { createProblem, isValid, penalised, type QaoaProblem } from './problem.ts'
import { PAPER_PRESET, runQaoa } from './run.ts'
import { train } from './train.ts'
import { createTrainee } from './trainee.ts'

/** `tasks` groups of `models` with random costs; `coupled` adds couplings between groups and one free variable. */
function assignment(tasks: number, models: number, coupled = false): QaoaProblem {
  const rng = createRng(tasks * 31 + models)
  const n = tasks * models
  const quadratic: [number, number, number][] = []
  if (coupled)
    for (let u = 0; u < n; u++)
      for (let v = u + 1; v <= n; v++) if (rng.nextFloat() < 0.3) quadratic.push([u, v, rng.nextNormal() / 2])
  const linear = Float64Array.from({ length: coupled ? n + 1 : n }, () => rng.nextFloat())
  return createProblem(
    createBqm({ vartype: 'BINARY', linear, quadratic }),
    Array.from({ length: tasks }, (_, t) => Int32Array.from({ length: models }, (_, m) => t * models + m)),
  )
}

/** Least objective over all valid states, by trying them all. */
function bruteForce(problem: QaoaProblem): number {
  const n = problem.bqm.numVariables
  let least = Number.POSITIVE_INFINITY
  for (let z = 0; z < 2 ** n; z++) {
    const bits = Int8Array.from({ length: n }, (_, v) => (z >> v) & 1)
    if (isValid(problem, bits)) least = Math.min(least, energy(problem.bqm, bits))
  }
  return least
}

function energy(bqm: Bqm, bits: Int8Array): number {
  let sum = bqm.offset
  for (let v = 0; v < bqm.numVariables; v++) {
    if (!bits[v]) continue
    sum += bqm.linear[v]!
    for (let k = bqm.rowStart[v]!; k < bqm.rowStart[v + 1]!; k++)
      if (bqm.neighbours[k]! < v && bits[bqm.neighbours[k]!]) sum += bqm.biases[k]!
  }
  return sum
}

describe('encodings', () => {
  test.each(ENCODINGS)(
    '%s: valid states have the energy of the model and the least of them is the optimum',
    (name) => {
      const problem = assignment(3, 3, true)
      const encoding = encode(problem, { encoding: name })
      const trainee = createTrainee(encoding, { rng: createRng(1) })
      expect(trainee.optimum()).toBeCloseTo(bruteForce(problem), 9)
    },
  )

  test('qubit counts are those of the encodings', async () => {
    const problem = assignment(4, 3)
    const qubits = ENCODINGS.map((encoding) => encode(problem, { encoding }).numQubits)
    expect(qubits).toEqual([12, 12, 8, 8])
  })

  test('the default penalty makes every invalid state cost more than the best valid one', async () => {
    const problem = assignment(3, 3, true)
    const n = problem.bqm.numVariables
    const encoding = encode(problem, { encoding: 'one-hot' })
    const model = penalised(problem, encoding.penalty)
    const optimum = bruteForce(problem)
    for (let z = 0; z < 2 ** n; z++) {
      const bits = Int8Array.from({ length: n }, (_, v) => (z >> v) & 1)
      if (!isValid(problem, bits)) expect(energy(model, bits)).toBeGreaterThan(optimum)
    }
  })
})

describe('valid rates without noise, 12 qubits, angles trained for the valid rate', () => {
  test.each([
    [1, 0.43],
    [2, 0.94],
    [3, 0.99],
  ])('penalty and X mixer at p = %i reach %f', async (layers, least) => {
    const trainee = createTrainee(encode(assignment(4, 3), { encoding: 'one-hot' }), { rng: createRng(1) })
    const { value } = await train(
      trainee,
      { layers, objective: { kind: 'valid-rate' }, optimiser: 'l-bfgs', restarts: 12, evaluations: 150 },
      { rng: createRng(5) },
    )
    expect(1 - value).toBeGreaterThanOrEqual(least)
  })

  test.each(['xy-ring', 'xy-chain', 'xy-complete'] as const)('%s: every shot is valid', async (mixer) => {
    const run = await runQaoa(assignment(4, 3), { mixer, shots: 1000 }, { rng: createRng(2) })
    expect(run.decodings[0]!.validRate.value).toBe(1)
    expect(run.exactValidRate).toBe(1)
  })
})

test('the random baseline is reported beside: 4 x 3 one-hot gives about 1.98 % valid', async () => {
  const { random } = await runQaoa(
    assignment(4, 3),
    { shots: 100_000, evaluations: 20, restarts: 1 },
    { rng: createRng(3) },
  )
  const { low, high } = random.decodings[0]!.validRate
  expect(low).toBeLessThan(0.375 ** 4)
  expect(high).toBeGreaterThan(0.375 ** 4)
})

test('every decoding after repair is valid and refinement never makes the mean worse', async () => {
  const problem = assignment(4, 3, true)
  const run = await runQaoa(problem, { encoding: 'one-hot', shots: 500 }, { rng: createRng(4) })
  for (const decodings of [run.decodings, run.random.decodings]) {
    const [raw, , repaired, refined] = decodings
    expect(repaired!.validRate.value).toBe(1)
    expect(refined!.validRate.value).toBe(1)
    expect(refined!.meanEnergy!).toBeLessThanOrEqual(repaired!.meanEnergy! + 1e-12)
    if (raw!.best) expect(refined!.best!.energy).toBeLessThanOrEqual(raw!.best.energy + 1e-12)
    expect(refined!.best!.energy).toBeGreaterThanOrEqual(run.optimum! - 1e-9)
  }
})

test('150 qubits without couplings between tasks are a product, exact and finished', async () => {
  const problem = assignment(50, 3)
  const run = await runQaoa(problem, { encoding: 'one-hot', shots: 200, restarts: 2 }, { rng: createRng(6) })
  expect(run.encoding.numQubits).toBe(150)
  expect(run.componentStates).toEqual(new Array(50).fill(8))
  const cheapest = problem.groups.map((group) =>
    Math.min(...Array.from(group, (v) => problem.bqm.linear[v]!)),
  )
  expect(run.optimum).toBeCloseTo(
    cheapest.reduce((sum, cost) => sum + cost, 0),
    9,
  )
})

test('150 coupled qubits are refused with the figure before anything is allocated', async () => {
  const problem = assignment(50, 3, true)
  await expect(runQaoa(problem, { encoding: 'one-hot' }, { rng: createRng(1) })).rejects.toThrow(
    /151 coupled qubits/,
  )
})

test('the same seed gives the same run, and another seed another', async () => {
  const run = (seed: number) =>
    runQaoa(assignment(3, 3, true), { shots: 300, restarts: 2 }, { rng: createRng(seed) })
  const [a, b, c] = [await run(7), await run(7), await run(8)]
  expect(a.training.gammas).toEqual(b.training.gammas)
  expect(Array.from(a.shots.counts)).toEqual(Array.from(b.shots.counts))
  expect(a.training.gammas).not.toEqual(c.training.gammas)
})

test('splitting into components changes no expectation', async () => {
  const problem = assignment(4, 3)
  const angles = { gammas: [0.3, 0.8], betas: [-0.6, -0.2] }
  const values = [true, false].map((split) => {
    const trainee = createTrainee(encode(problem, { encoding: 'one-hot' }), { rng: createRng(1), split })
    trainee.simulator.evolve(angles)
    return [trainee.value({ kind: 'mean' }), trainee.value({ kind: 'valid-rate' })]
  })
  expect(values[0]![0]).toBeCloseTo(values[1]![0]!, 10)
  expect(values[0]![1]).toBeCloseTo(values[1]![1]!, 12)
})

test.each(['random', 'ramp', 'fixed', 'interp'] as const)(
  'start %s trains below the uniform mean and keeps its trace',
  async (start) => {
    const run = await runQaoa(
      assignment(3, 3, true),
      { layers: 2, start, optimiser: 'l-bfgs', evaluations: 60, restarts: 3, shots: 100 },
      { rng: createRng(9) },
    )
    const uniform = createTrainee(run.encoding, { rng: createRng(1) })
    uniform.simulator.evolve({ gammas: [0], betas: [0] })
    expect(run.expectation).toBeLessThan(uniform.value({ kind: 'mean' }))
    expect(run.training.runs.every(({ trace, evaluations }) => trace.length === evaluations)).toBe(true)
  },
)

test.each(ENCODINGS)(
  '%s: a warm start at the optimum raises the chance of measuring it',
  async (encoding) => {
    const problem = assignment(4, 3, true)
    const options = { encoding, shots: 4000, restarts: 3 }
    const cold = await runQaoa(problem, options, { rng: createRng(10) })
    const optimal = cold.decodings[3]!.best!.bits
    const warm = await runQaoa(problem, { ...options, warmStart: optimal }, { rng: createRng(10) })
    expect(warm.optimumRate!.low).toBeGreaterThan(cold.optimumRate!.high)
  },
)

test('every encoding knows the same optimum', async () => {
  const problem = assignment(4, 3, true)
  const optima: (number | undefined)[] = []
  for (const encoding of ENCODINGS)
    optima.push((await runQaoa(problem, { encoding, shots: 10, restarts: 1 }, { rng: createRng(1) })).optimum)
  for (const optimum of optima) expect(optimum).toBeCloseTo(optima[0]!, 9)
})

test('CVaR training gives a lower tail than training on the mean', async () => {
  const problem = assignment(4, 3, true)
  const encoding = encode(problem, {})
  const tail = async (objective: { kind: 'mean' } | { kind: 'cvar'; alpha: number }): Promise<number> => {
    const trainee = createTrainee(encoding, { rng: createRng(1) })
    const best = await train(
      trainee,
      { layers: 1, objective, optimiser: 'nelder-mead', restarts: 6, evaluations: 150 },
      { rng: createRng(2) },
    )
    trainee.simulator.evolve({ gammas: best.gammas.map((g) => g * trainee.scale), betas: best.betas })
    return trainee.value({ kind: 'cvar', alpha: 0.1 })
  }
  expect(await tail({ kind: 'cvar', alpha: 0.1 })).toBeLessThanOrEqual((await tail({ kind: 'mean' })) + 1e-9)
})

test('bad options are typed errors', async () => {
  const problem = assignment(2, 3)
  const context = { rng: createRng(1) }
  await expect(runQaoa(problem, { layers: 0 }, context)).rejects.toThrow(/layers \(0\)/)
  await expect(runQaoa(problem, { shots: 0 }, context)).rejects.toThrow(/shots \(0\)/)
  await expect(runQaoa(problem, { start: { gammas: [Number.NaN], betas: [0] } }, context)).rejects.toThrow(
    /NaN/,
  )
  await expect(runQaoa(problem, { mixer: 'x' }, context)).rejects.toThrow(/subspace/)
  await expect(runQaoa(problem, { objective: { kind: 'cvar', alpha: 0 } }, context)).rejects.toThrow(/alpha/)
  const empty = createBqm({ vartype: 'BINARY', linear: [] })
  expect(() => createProblem(empty)).toThrow(/empty/)
})

test("the paper's raw setting runs as a preset", async () => {
  const run = await runQaoa(
    assignment(2, 3),
    { ...PAPER_PRESET, layers: 2, shots: 500 },
    { rng: createRng(1) },
  )
  expect(run.training.evaluations).toBeLessThanOrEqual(640)
  expect(run.encoding.penalty).toBe(50)
})
