import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allStates } from '../../../test/models.ts'
import { createBqmBuilder } from '../bqm-builder.ts'
import { createCqmBuilder } from '../cqm.ts'
import { energyOf } from '../energy.ts'
import { evaluateCqm } from '../evaluate-cqm.ts'
import { type AffineForm, linearOverBits, substitute, valuesAt } from './affine.ts'

const quarter = fc.integer({ min: -12, max: 12 }).map((x) => x / 4)

/** CQMs of integers whose forms share bits, with a quadratic objective and a linear row. */
const models = fc.integer({ min: 1, max: 4 }).chain((count) => {
  const at = fc.nat(count - 1)
  const form: fc.Arbitrary<AffineForm> = fc.uniqueArray(fc.nat(7), { maxLength: 4 }).chain((bits) =>
    fc.record({
      offset: quarter,
      bits: fc.constant(bits),
      coefficients: fc.array(quarter, { minLength: bits.length, maxLength: bits.length }),
    }),
  )
  return fc.record({
    forms: fc.array(form, { minLength: count, maxLength: count }),
    linear: fc.array(fc.tuple(at, quarter), { maxLength: 5 }),
    quadratic: fc.array(fc.tuple(at, at, quarter), { maxLength: 5 }),
    offset: quarter,
  })
})

test('an expression over bits has the value of the expression at the decoded sample, in every state', () => {
  fc.assert(
    fc.property(models, ({ forms, ...terms }) => {
      const builder = createCqmBuilder()
      for (const _ of forms) builder.addVariable({ type: 'REAL', lower: -1e6, upper: 1e6 })
      builder.setObjective(terms)
      builder.addConstraint({ terms: { linear: terms.linear, offset: terms.offset }, sense: '<=', rhs: 0 })
      const cqm = builder.build()
      const bits = createBqmBuilder('BINARY', 8)
      substitute(cqm.objective, forms, bits)
      const bqm = bits.build()
      const row = linearOverBits(cqm.constraints[0]!.lhs, forms)
      for (const state of allStates(8)) {
        const sample = valuesAt(cqm, forms, state)
        const { objective } = evaluateCqm(cqm, sample)
        if (Math.abs(energyOf(bqm, state) - objective) > 1e-9) expect(energyOf(bqm, state)).toBe(objective)
        const left = terms.linear.reduce((sum, [v, a]) => sum + a * sample[v]!, terms.offset)
        const overBits = row.coefficients.reduce((sum, a, k) => sum + a * state[row.bits[k]!]!, row.offset)
        if (Math.abs(overBits - left) > 1e-9) expect(overBits).toBe(left)
      }
    }),
    { numRuns: 60 },
  )
})
