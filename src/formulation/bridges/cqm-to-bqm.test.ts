import { expect, test } from 'vitest'
import { allStates } from '../../../test/models.ts'
import { factory } from '../../generators/factory.ts'
import { createCqmBuilder } from '../cqm.ts'
import { energyOf } from '../energy.ts'
import { evaluateCqm } from '../evaluate-cqm.ts'
import { countCouplings, expand, implicitEnergyOf } from '../implicit-energy.ts'
import { binaryBits, binaryCoefficients } from './binary-coefficients.ts'
import { cqmToBqm } from './cqm-to-bqm.ts'
import { instanceToCqm } from './instance-to-cqm.ts'

test('slack coefficients are dimod’s and reach every value of the range and none beyond', () => {
  expect(binaryCoefficients(25)).toEqual([1, 2, 4, 8, 10])
  expect(binaryCoefficients(2)).toEqual([1, 1])
  expect(binaryCoefficients(1)).toEqual([1])
  expect(binaryCoefficients(0)).toEqual([])
  for (let range = 0; range <= 70; range++) {
    const coefficients = binaryCoefficients(range)
    expect(coefficients.reduce((sum, c) => sum + c, 0)).toBe(range)
    for (let value = 0; value <= range; value++)
      expect(binaryBits(range, value).reduce((sum, bit, k) => sum + bit * coefficients[k]!, 0)).toBe(value)
  }
})

test('the factory’s BQM counts 40,712 variables and 19,538,946 couplings, without building them', () => {
  const { cqm } = instanceToCqm(factory(), { dependencies: 'products' })
  const { bqm, lagrangeMultiplier } = cqmToBqm(cqm)
  expect(lagrangeMultiplier).toBe(1000)
  expect(bqm.numVariables).toBe(40_712)
  expect(countCouplings(bqm)).toBe(19_538_946)
  expect(bqm.explicit.numInteractions).toBe(62_740)
})

/** max 3a + 4b - a c with a in 0..7, b in 0..3, c a spin; a + b <= 5, a - b >= -1, a + c = 2. */
function widgets() {
  const builder = createCqmBuilder()
  const c = builder.addVariable({ type: 'SPIN', label: 'c' })
  const a = builder.addVariable({ type: 'INTEGER', label: 'a', upper: 7 })
  const b = builder.addVariable({ type: 'INTEGER', label: 'b', upper: 3 })
  const [plus, minus] = [[a, 1] as const, [b, -1] as const]
  builder.setObjective({
    linear: [
      [a, -3],
      [b, -4],
    ],
    quadratic: [[a, c, 1]],
    offset: 0.5,
  })
  builder.addConstraint({ terms: { linear: [plus, [b, 1]] }, sense: '<=', rhs: 5, label: 'sum' })
  builder.addConstraint({ terms: { linear: [plus, minus] }, sense: '>=', rhs: -1, label: 'lead' })
  builder.addConstraint({ terms: { linear: [plus, [c, 1]] }, sense: '==', rhs: 2, label: 'pair' })
  builder.addConstraint({ terms: { linear: [plus] }, sense: '<=', rhs: 7, label: 'always' })
  return builder.build()
}

test('labels, dropped constraints and decoding are dimod’s', () => {
  const { bqm, dropped, decode } = cqmToBqm(widgets())
  expect(bqm.explicit.labels?.slice(0, 6)).toEqual([
    ['a', 1],
    ['a', 2],
    ['a', 4, 'msb'],
    ['b', 1],
    ['b', 2, 'msb'],
    'c',
  ])
  expect(bqm.explicit.labels?.slice(6)).toEqual([
    'slack_sum_0',
    'slack_sum_1',
    'slack_sum_2',
    'slack_lead_0',
    'slack_lead_1',
    'slack_lead_2',
    'slack_lead_3',
  ])
  expect(dropped).toEqual(['always'])
  expect([...decode([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0])]).toEqual([1, 3, 2])
})

test('minimised over slacks, a feasible state costs its objective, an infeasible one more than the optimum', () => {
  const cqm = widgets()
  const { bqm, decode } = cqmToBqm(cqm, { lagrangeMultiplier: 100 })
  const explicit = expand(bqm)
  const least = new Map<string, number>()
  for (const state of allStates(bqm.numVariables)) {
    const energy = implicitEnergyOf(bqm, state)
    expect(energyOf(explicit, state)).toBeCloseTo(energy, 8)
    const key = [...decode(state)].join()
    least.set(key, Math.min(energy, least.get(key) ?? Infinity))
  }
  const judged = [...least].map(([key, energy]) => ({
    energy,
    ...evaluateCqm(cqm, key.split(',').map(Number)),
  }))
  const optimum = Math.min(...judged.filter((one) => one.feasible).map((one) => one.objective))
  for (const { energy, feasible, objective } of judged)
    if (feasible) expect(energy).toBeCloseTo(objective, 8)
    else expect(energy).toBeGreaterThan(optimum)
})

test('what dimod refuses is refused with the reason', () => {
  const build = (change: (builder: ReturnType<typeof createCqmBuilder>) => void) => () => {
    const builder = createCqmBuilder()
    change(builder)
    return cqmToBqm(builder.build())
  }
  const unsupported = expect.objectContaining({ code: 'unsupported' })
  expect(build((b) => b.addVariable({ type: 'REAL' }))).toThrow(unsupported)
  expect(build((b) => b.addVariable({ type: 'INTEGER', lower: 1, upper: 9 }))).toThrow(unsupported)
  expect(build((b) => b.addVariable({ type: 'INTEGER', upper: 1 }))).toThrow(unsupported)
  const never = build((b) => {
    b.addConstraint({ terms: { linear: [[b.addVariable({ type: 'BINARY' }), 1]] }, sense: '>=', rhs: 2 })
  })
  expect(never).toThrow(expect.objectContaining({ code: 'invalid-model' }))
})
