import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allStates, implicitArbitrary } from '../../test/models.ts'
import { createRng } from '../numeric/rng.ts'
import { createBqm } from './bqm-builder.ts'
import { energyOf } from './energy.ts'
import { createImplicitBqm, createImplicitBqmBuilder } from './implicit-bqm.ts'
import { countCouplings, expand, flipDelta, implicitEnergyOf, residualsOf } from './implicit-energy.ts'

test('the implicit and the expanded model have the same energy in every state, and the count is right', () => {
  fc.assert(
    fc.property(implicitArbitrary(7), (implicit) => {
      const explicit = expand(implicit)
      expect(countCouplings(implicit)).toBe(explicit.numInteractions)
      for (const state of allStates(implicit.numVariables))
        expect(implicitEnergyOf(implicit, state)).toBeCloseTo(energyOf(explicit, state), 8)
    }),
  )
})

test('a flip changes the energy by what flipDelta says', () => {
  fc.assert(
    fc.property(implicitArbitrary(9), fc.integer(), (implicit, seed) => {
      const rng = createRng(seed)
      const state = Int8Array.from({ length: implicit.numVariables }, () => rng.nextInt(2))
      const before = implicitEnergyOf(implicit, state)
      const residuals = residualsOf(implicit, state)
      for (let v = 0; v < state.length; v++) {
        const delta = flipDelta(implicit, { state, residuals }, v)
        state[v] = 1 - state[v]!
        expect(implicitEnergyOf(implicit, state)).toBeCloseTo(before + delta, 8)
        state[v] = 1 - state[v]!
      }
    }),
  )
})

test('a row asking for exactly one of its variables is marked, no other is', () => {
  const builder = createImplicitBqmBuilder(3)
  builder.addSquaredRow({ variables: [2, 0], target: 1, weight: 2, label: 'one' })
  builder.addSquaredRow({ variables: [0, 1], target: 2, weight: 2 })
  builder.addSquaredRow({ variables: [0, 1], coefficients: [1, 2], target: 1, weight: 2 })
  builder.addSquaredRow({ variables: [], target: 1, weight: 2 })
  const { rows } = builder.build()
  expect([...rows.oneHot]).toEqual([1, 0, 0, 0])
  expect([...rows.variables.subarray(0, 2)]).toEqual([0, 2])
  expect(rows.labels).toEqual(['one', 1, 2, 3])
  expect([...rows.columnRows.subarray(rows.columnStart[0], rows.columnStart[1])]).toEqual([0, 1, 2])
})

test('rows that are not finite, weigh less than nothing or name no variable are refused', () => {
  const explicit = createBqm({ vartype: 'BINARY', linear: [0, 0] })
  const refused = expect.objectContaining({ code: 'invalid-model' })
  const build = (row: object) => () =>
    createImplicitBqm(explicit, [{ variables: [0], target: 1, weight: 1, ...row }])
  expect(build({ weight: -1 })).toThrow(refused)
  expect(build({ target: Number.NaN })).toThrow(refused)
  expect(build({ coefficients: [Infinity] })).toThrow(refused)
  expect(build({ variables: [2] })).toThrow(refused)
})

test('expanding is refused beyond the limit, before any memory is taken', () => {
  const builder = createImplicitBqmBuilder(1000)
  builder.addSquaredRow({ variables: Array.from({ length: 1000 }, (_, v) => v), target: 1, weight: 1 })
  expect(() => expand(builder.build(), 1000)).toThrow(expect.objectContaining({ code: 'too-large' }))
})
