import { expect, test } from 'vitest'
import { createCqmBuilder } from './cqm.ts'
import { evaluateCqm } from './evaluate-cqm.ts'
import { expressionValue } from './expression.ts'

/** min x y + 2 i^2 - s over x, y binary, i in 0..5, s spin; with one hard, one soft and one quadratic row. */
function example() {
  const builder = createCqmBuilder()
  const x = builder.addVariable({ type: 'BINARY', label: 'x' })
  const y = builder.addVariable({ type: 'BINARY', label: ['y', 1] })
  const i = builder.addVariable({ type: 'INTEGER', label: 'i', upper: 5 })
  const s = builder.addVariable({ type: 'SPIN', label: 's' })
  builder.setObjective({
    linear: [[s, -1]],
    quadratic: [
      [y, x, 1],
      [i, i, 2],
    ],
  })
  builder.addConstraint({ terms: { linear: [[i, 1]] }, sense: '>=', rhs: 1, label: 'at-least-one' })
  builder.addConstraint({
    terms: {
      linear: [
        [x, 1],
        [y, 1],
      ],
    },
    sense: '==',
    rhs: 0,
    soft: { weight: 3, penalty: 'quadratic' },
  })
  builder.addConstraint({ terms: { quadratic: [[i, x, 1]] }, sense: '<=', rhs: 2 })
  return builder.build()
}

test('objective, soft penalties and violations are those of the definition', () => {
  const cqm = example()
  expect(cqm.variables.labels).toEqual(['x', ['y', 1], 'i', 's'])
  expect(evaluateCqm(cqm, [1, 1, 1, -1])).toEqual({
    objective: 1 + 2 + 1,
    penalty: 12,
    feasible: true,
    violations: [{ kind: 'constraint', label: 'c1', amount: 2, soft: true }],
  })
  expect(evaluateCqm(cqm, [0, 0, 0, 1])).toMatchObject({
    feasible: false,
    violations: [{ kind: 'constraint', label: 'at-least-one', amount: 1, soft: false }],
  })
  expect(evaluateCqm(cqm, [1, 0, 3, 1]).violations).toContainEqual({
    kind: 'constraint',
    label: 'c2',
    amount: 1,
    soft: false,
  })
})

test('a value outside its domain is a violation', () => {
  const { feasible, violations } = evaluateCqm(example(), [0.5, 0, 6, 0])
  expect(feasible).toBe(false)
  expect(violations.filter((violation) => violation.kind === 'domain')).toEqual([
    { kind: 'domain', label: 'x', value: 0.5 },
    { kind: 'domain', label: 'i', value: 6 },
    { kind: 'domain', label: 's', value: 0 },
  ])
})

test('squares of binaries become linear, squares of spins constant, squares of integers stay', () => {
  const builder = createCqmBuilder()
  for (const type of ['BINARY', 'SPIN', 'INTEGER'] as const) builder.addVariable({ type })
  builder.setObjective({
    quadratic: [
      [0, 0, 2],
      [1, 1, 3],
      [2, 2, 5],
    ],
  })
  const { objective } = builder.build()
  expect(objective.offset).toBe(3)
  expect([...objective.linear]).toEqual([2, 0, 0])
  expect([...objective.tails, ...objective.heads, ...objective.quadratic]).toEqual([2, 2, 5])
  expect(expressionValue(objective, [1, -1, 3])).toBe(2 + 3 + 45)
})

test('impossible bounds, weights, numbers and labels are refused', () => {
  const refused = expect.objectContaining({ code: 'invalid-model' })
  const builder = createCqmBuilder()
  expect(() => builder.addVariable({ type: 'INTEGER', lower: 3, upper: 2 })).toThrow(refused)
  expect(() => builder.addVariable({ type: 'REAL', lower: Number.NaN })).toThrow(refused)
  builder.addVariable({ type: 'BINARY', label: 'a' })
  expect(() => builder.setObjective({ linear: [[1, 1]] })).toThrow(refused)
  expect(() => builder.setObjective({ linear: [[0, Number.NaN]] })).toThrow(refused)
  expect(() => builder.addConstraint({ terms: {}, sense: '<=', rhs: Number.NaN })).toThrow(refused)
  const soft = { weight: -1, penalty: 'linear' } as const
  expect(() => builder.addConstraint({ terms: {}, sense: '<=', rhs: 0, soft })).toThrow(refused)
  builder.addVariable({ type: 'BINARY', label: 'a' })
  expect(() => builder.build()).toThrow(refused)
})
