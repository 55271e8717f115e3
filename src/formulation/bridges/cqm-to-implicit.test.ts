import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allStates } from '../../../test/models.ts'
import { type Cqm, createCqmBuilder, type VariableType } from '../cqm.ts'
import { evaluateCqm } from '../evaluate-cqm.ts'
import { implicitEnergyOf } from '../implicit-energy.ts'
import { type CqmToImplicitOptions, cqmToImplicitBqm } from './cqm-to-implicit.ts'

const tenth = (limit: number): fc.Arbitrary<number> =>
  fc.integer({ min: -limit, max: limit }).map((value) => value / 10)

/** Small CQMs of bits, spins and integers with hard and soft rows; coefficients and limits have one decimal. */
const cqms: fc.Arbitrary<Cqm> = fc
  .array(fc.constantFrom<VariableType>('BINARY', 'BINARY', 'SPIN', 'INTEGER'), { minLength: 1, maxLength: 4 })
  .chain((types) => {
    const at = fc.nat(types.length - 1)
    const terms = fc.record({
      linear: fc.array(fc.tuple(at, tenth(30)), { maxLength: 4 }),
      offset: tenth(10),
    })
    const products = fc.array(fc.tuple(at, at, tenth(20)), { maxLength: 3 })
    const softness = fc.record({
      weight: fc.nat(20).map((w) => w / 4),
      penalty: fc.constantFrom('linear' as const, 'quadratic' as const),
    })
    const rows = fc.array(
      fc.record({
        terms: fc.record({
          linear: fc.array(fc.tuple(at, fc.constantFrom(-1, 0.5, 1, 1.5, 2)), { maxLength: 3 }),
        }),
        sense: fc.constantFrom('<=' as const, '>=' as const, '==' as const),
        rhs: fc.integer({ min: -4, max: 6 }).map((value) => value / 2),
        soft: fc.option(softness, { nil: undefined }),
      }),
      { maxLength: 3 },
    )
    return fc.tuple(terms, products, rows).map(([objective, quadratic, constraints]) => {
      const builder = createCqmBuilder()
      for (const type of types)
        builder.addVariable(type === 'INTEGER' ? { type, lower: -1, upper: 2 } : { type })
      builder.setObjective({ ...objective, quadratic })
      for (const { soft, ...row } of constraints) builder.addConstraint(soft ? { ...row, soft } : row)
      return builder.build()
    })
  })

/** Least energy of the states that decode to each sample, by sample. */
function leastEnergies(cqm: Cqm, options: CqmToImplicitOptions) {
  const bridge = cqmToImplicitBqm(cqm, options)
  const least = new Map<string, number>()
  for (const state of allStates(bridge.bqm.numVariables)) {
    const key = [...bridge.decode(state)].join()
    least.set(key, Math.min(implicitEnergyOf(bridge.bqm, state), least.get(key) ?? Infinity))
  }
  return { bridge, least }
}

for (const encoding of ['binary', 'unary', 'domain-wall'] as const)
  test(`${encoding}: feasible states cost objective plus soft penalties, infeasible ones more than the optimum`, () => {
    let proven = 0
    fc.assert(
      fc.property(cqms, (cqm) => {
        const { bqm } = cqmToImplicitBqm(cqm, { encoding })
        if (bqm.numVariables > 12) return
        const { bridge, least } = leastEnergies(cqm, { encoding })
        const judged = [...least].map(([key, energy]) => {
          const sample = key.split(',').map(Number)
          const encoded = bridge.encode(sample)
          expect([...bridge.decode(encoded)].join()).toBe(key)
          expect(implicitEnergyOf(bridge.bqm, encoded)).toBeCloseTo(energy, 6)
          return { energy, ...evaluateCqm(cqm, sample) }
        })
        const total = ({ objective, penalty }: (typeof judged)[number]) => objective + penalty
        const optimum = Math.min(...judged.filter((one) => one.feasible).map(total))
        for (const one of judged) {
          proven++
          if (one.feasible) expect(one.energy).toBeCloseTo(total(one), 6)
          else if (optimum < Infinity) expect(one.energy).toBeGreaterThan(optimum)
        }
      }),
      { numRuns: 200 },
    )
    expect(proven).toBeGreaterThan(500)
  })

/** A budget of 1.25 over prices 0.45, 0.40 and 0.85 that dimod's truncation would get wrong. */
function budget(rhs = 1.25, prices: readonly number[] = [0.45, 0.4, 0.85]): Cqm {
  const builder = createCqmBuilder()
  const linear = prices.map(
    (price, k) => [builder.addVariable({ type: 'BINARY', label: `item${k}` }), price] as const,
  )
  builder.setObjective({ linear: prices.map((_, v) => [v, -1] as const) })
  builder.addConstraint({ terms: { linear }, sense: '<=', rhs, label: 'budget' })
  return builder.build()
}

test('fractional budgets are scaled to whole units, and slacks carry the row’s label', () => {
  const { bqm, rows } = cqmToImplicitBqm(budget())
  expect(rows[0]).toMatchObject({
    label: 'budget',
    method: 'slack',
    unit: 0.05,
    tightenedBy: 0,
    slackBits: 5,
  })
  expect(bqm.explicit.labels?.at(-1)).toEqual(['slack', 'budget', 4])
  expect([...bqm.rows.coefficients]).toEqual([9, 8, 17, 1, 2, 4, 8, 10])
  expect(bqm.rows.labels).toEqual(['budget'])
})

test('limits that are no short decimals are tightened, never loosened, and it is said by how much', () => {
  const cqm = budget(1.7, [Math.PI / 4, Math.E / 4, Math.SQRT1_2])
  const { bridge, least } = leastEnergies(cqm, { maxSlackBits: 6 })
  const row = bridge.rows[0]!
  expect(row.tightenedBy).toBeGreaterThan(0)
  expect(row.tightenedBy).toBeLessThan(0.15)
  const optimum = Math.min(...least.values())
  expect(optimum).toBeCloseTo(-2, 9)
  for (const [key, energy] of least)
    if (!evaluateCqm(cqm, key.split(',').map(Number)).feasible) expect(energy).toBeGreaterThan(optimum)
})

test('an unbalanced inequality needs no bits and costs weight (-h + h^2 / 2) at h to spare', () => {
  const cqm = budget()
  const { bqm, rows, decode } = cqmToImplicitBqm(cqm, { inequality: 'unbalanced', penalty: 3 })
  expect(bqm.numVariables).toBe(3)
  expect(rows[0]!.why).toMatch(/prove nothing/)
  for (const state of allStates(3)) {
    const sample = decode(state)
    const spare = Math.round((1.25 - (0.45 * sample[0]! + 0.4 * sample[1]! + 0.85 * sample[2]!)) / 0.05)
    const { objective } = evaluateCqm(cqm, sample)
    expect(implicitEnergyOf(bqm, state)).toBeCloseTo(objective + 3 * (-spare + spare ** 2 / 2), 8)
  }
})

test('at most one of several needs no slack bit', () => {
  const builder = createCqmBuilder()
  const linear = [0, 1, 2].map(() => [builder.addVariable({ type: 'BINARY' }), 1] as const)
  builder.addConstraint({ terms: { linear }, sense: '<=', rhs: 1 })
  const { bqm, rows } = cqmToImplicitBqm(builder.build(), { penalty: 4 })
  expect(rows[0]).toMatchObject({ method: 'half-step', slackBits: 0 })
  for (const state of allStates(3)) {
    const count = state.reduce((sum, bit) => sum + bit, 0)
    expect(implicitEnergyOf(bqm, state)).toBeCloseTo((4 * count * (count - 1)) / 2, 9)
  }
})

test('weights are what the rule says, and say why', () => {
  const given = cqmToImplicitBqm(budget(), { penalty: 7 })
  expect(given.rows[0]).toMatchObject({ weight: 7, why: 'given: 7 per squared unit' })
  const bound = cqmToImplicitBqm(budget())
  expect(bound.range).toEqual({ lower: -3, upper: 0 })
  expect(bound.rows[0]!.weight).toBeCloseTo(3, 4)
  expect(bound.rows[0]!.why).toMatch(/objective range 3/)
  const known = cqmToImplicitBqm(budget(), { knownObjective: -2 })
  expect(known.rows[0]!.weight).toBeCloseTo(1, 4)
  const refused = expect.objectContaining({ code: 'invalid-option' })
  expect(() => cqmToImplicitBqm(budget(), { penalty: -1 })).toThrow(refused)
})

test('real variables, endless integers and quadratic constraints are refused with the reason', () => {
  const unsupported = expect.objectContaining({ code: 'unsupported' })
  const refuse = (type: VariableType, quadratic = false, encoding: 'binary' | 'unary' = 'binary') => {
    const builder = createCqmBuilder()
    const v = builder.addVariable(type === 'INTEGER' ? { type, upper: quadratic ? 3 : Infinity } : { type })
    const w = builder.addVariable({ type: 'BINARY' })
    if (quadratic) builder.addConstraint({ terms: { quadratic: [[v, w, 1]] }, sense: '<=', rhs: 1 })
    return () => cqmToImplicitBqm(builder.build(), { encoding })
  }
  expect(refuse('REAL')).toThrow(unsupported)
  expect(refuse('INTEGER')).toThrow(unsupported)
  expect(refuse('INTEGER', false, 'unary')).toThrow(unsupported)
  expect(refuse('INTEGER', true)).toThrow(unsupported)
})
