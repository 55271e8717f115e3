import { describe, expect, test } from 'vitest'
import { createRng } from '../../numeric/rng.ts'
import { qaoaCircuit } from '../circuit/ansatz.ts'
import { type Circuit, gate, measureAll } from '../circuit/circuit.ts'
import { randomCircuit } from '../circuit/random.ts'
import { probabilitiesOf, simulate } from '../circuit/simulate.ts'
import { HERON_NAMES, heronDevice } from '../transpile/device.ts'
import { transpile } from '../transpile/transpile.ts'
import { densityProbabilities } from './density.ts'
import { type NoiseModel, noiseModelOf } from './model.ts'
import { noisyDistributions, noisyShots } from './noisy.ts'
import { trajectoryShots } from './trajectories.ts'

const FEZ = heronDevice('ibm_fez')
const QUIET = noiseModelOf(FEZ, { scale: 0 })
const LOUD = noiseModelOf(FEZ, { scale: 20, thermal: true })

const times = (count: number, ...operations: Circuit['operations'][number][]): Circuit => ({
  numQubits: Math.max(...operations.flatMap(({ qubits }) => qubits)) + 1,
  numBits: 0,
  operations: Array.from({ length: count }, () => operations).flat(),
})

describe('the density matrix', () => {
  test('without noise is the state vector', () => {
    for (const seed of [1, 2, 3]) {
      const circuit = randomCircuit(4, 30, createRng(seed))
      const exact = probabilitiesOf(simulate(circuit))
      densityProbabilities(circuit, QUIET).forEach((chance, k) => {
        expect(chance).toBeCloseTo(exact[k]!, 12)
      })
    }
  })

  test('loses fidelity per gate at the reported rate: after many pairs of X, p0 = 1/2 + (1 - 2 r)^n / 2', () => {
    const { singleQubitError } = noiseModelOf(FEZ)
    const p0 = densityProbabilities(times(200, gate('x', [], 0)), noiseModelOf(FEZ))[0]!
    expect(p0).toBeCloseTo(0.5 + (1 - 2 * singleQubitError) ** 200 / 2, 10)
  })

  test('two-qubit gates mix four levels at 4/3 of the reported rate', () => {
    const { twoQubitError } = noiseModelOf(FEZ)
    const p0 = densityProbabilities(times(50, gate('cz', [], 0, 1)), noiseModelOf(FEZ))[0]!
    expect(p0).toBeCloseTo(0.25 + 0.75 * (1 - (4 / 3) * twoQubitError) ** 50, 10)
  })

  test('an excited qubit that waits decays with T1', () => {
    const model: NoiseModel = { ...QUIET, thermal: { t1Us: 100, t2Us: 80, singleQubitNs: 0, twoQubitNs: 0 } }
    const slow: NoiseModel = { ...QUIET, thermal: { ...model.thermal!, twoQubitNs: 50_000 } }
    const waiting: Circuit = {
      numQubits: 3,
      numBits: 0,
      operations: [gate('x', [], 2), gate('cz', [], 0, 1), gate('x', [], 2)],
    }
    expect(densityProbabilities(waiting, model)[0]).toBeCloseTo(1, 12)
    // The second X ends at once; qubit 2 is then in |0> and stays there. Without it, it decays for 50 us.
    const excited = { ...waiting, operations: waiting.operations.slice(0, 2) }
    expect(densityProbabilities(excited, slow)[4]).toBeCloseTo(Math.exp(-0.5), 12)
  })

  test('too many qubits are refused with the memory', () => {
    expect(() => densityProbabilities(randomCircuit(11, 1, createRng(1)), QUIET)).toThrow('64 MiB')
  })
})

test('trajectories have the distribution of the density matrix', () => {
  const depolarising = noiseModelOf(FEZ, { scale: 20 })
  const circuit = transpile(randomCircuit(3, 25, createRng(5)), FEZ).circuit
  const used = [...new Set(circuit.operations.flatMap(({ qubits }) => qubits))]
  const small: Circuit = {
    numQubits: used.length,
    numBits: 0,
    operations: circuit.operations.map((operation) => ({
      ...operation,
      qubits: operation.qubits.map((q) => used.indexOf(q)),
    })),
  }
  const exact = densityProbabilities(small, depolarising)
  const shots = trajectoryShots(small, depolarising, {
    shots: 20_000,
    rng: createRng(1),
    shotsPerTrajectory: 4,
  })
  const share = new Float64Array(exact.length)
  for (const outcome of shots) share[outcome] = share[outcome]! + 1 / shots.length
  exact.forEach((chance, k) => {
    expect(Math.abs(share[k]! - chance)).toBeLessThan(0.015)
  })
})

test('samples follow the exact readings, reading errors included, over components and bits', () => {
  const circuit = measureAll(times(1, gate('h', [], 0), gate('cx', [], 0, 2), gate('x', [], 1)))
  const parts = noisyDistributions(circuit, LOUD)
  expect(parts.map(({ bits }) => bits)).toEqual([[0, 2], [1]])
  for (const { probabilities } of parts) expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
  const { bits, numBits } = noisyShots(circuit, LOUD, { shots: 20_000, rng: createRng(2) })
  const equal = Array.from({ length: 20_000 }, (_, s) =>
    Number(bits[s * numBits] === bits[s * numBits + 2]),
  ).reduce((a, b) => a + b)
  const expected = parts[0]!.probabilities[0]! + parts[0]!.probabilities[3]!
  expect(Math.abs(equal / 20_000 - expected)).toBeLessThan(0.015)
})

describe("the paper's twelve qubits on a noisy Heron, transpiled", () => {
  const tasks = [0, 1, 2, 3]
  const groups = tasks.map((task) => [0, 1, 2].map((k) => 3 * task + k))
  const validRate = (circuit: Circuit, name: string, thermal: boolean): number => {
    const device = heronDevice(name)
    const { circuit: physical } = transpile(measureAll(circuit), device)
    return noisyDistributions(physical, noiseModelOf(device, { thermal })).reduce(
      (rate, { probabilities }) => rate * (probabilities[1]! + probabilities[2]! + probabilities[4]!),
      1,
    )
  }
  const xy = qaoaCircuit({
    ising: {
      numQubits: 12,
      fields: Float64Array.from({ length: 12 }, (_, q) => 0.1 * (q % 3)),
      couplings: [],
    },
    groups,
    gammas: [0.6],
    betas: [0.5],
    mixer: 'xy-chain',
  })

  test.each(HERON_NAMES)('XY at p = 1 reads at least 80 % valid on %s', (name) => {
    expect(validRate(xy, name, false)).toBeGreaterThan(0.8)
  })

  test('with decay while waiting it is a little less', () => {
    const rate = validRate(xy, 'ibm_kingston', true)
    expect(rate).toBeLessThan(validRate(xy, 'ibm_kingston', false))
    expect(rate).toBeGreaterThan(0.75)
  })

  test('every qubit of the penalty ansatz is in the readings', () => {
    const couplings = groups.flatMap(([a, b, c]) =>
      [
        [a, b],
        [a, c],
        [b, c],
      ].map(([p, q]) => ({ first: p!, second: q!, value: 0.5 })),
    )
    const penalty = qaoaCircuit({
      ising: { numQubits: 12, fields: new Float64Array(12).fill(-0.5), couplings },
      gammas: [0.8837],
      betas: [-0.3409],
    })
    const rate = validRate(penalty, 'ibm_fez', false)
    expect(rate).toBeGreaterThan(0.33)
    expect(rate).toBeLessThan(0.81198 ** 4)
  })
})
