import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allStates, bqmArbitrary } from '../../test/models.ts'
import { createBqm } from './bqm-builder.ts'
import { energyOf } from './energy.ts'
import { fromIsing, toIsing } from './ising.ts'
import { fromQubo, toQubo } from './qubo.ts'
import { toBinary, toBits, toSpin, toSpins } from './vartype.ts'

test('couplings that come twice, reversed or on the diagonal are merged, rows ascend', () => {
  const bqm = createBqm({
    vartype: 'BINARY',
    linear: [1, 0, 0],
    quadratic: [
      [2, 0, 3],
      [0, 2, -1],
      [1, 1, 5],
      [1, 0, 0],
    ],
    offset: 7,
  })
  expect(bqm.numInteractions).toBe(2)
  expect([...bqm.rowStart]).toEqual([0, 2, 3, 4])
  expect([...bqm.neighbours]).toEqual([1, 2, 0, 0])
  expect([...bqm.biases]).toEqual([0, 2, 0, 2])
  expect([...bqm.linear]).toEqual([1, 5, 0])
  const spin = createBqm({ vartype: 'SPIN', linear: [0], quadratic: [[0, 0, 5]] })
  expect(spin.offset).toBe(5)
})

test('a bias that is not finite, an index out of range and equal labels are refused', () => {
  const refused = { code: 'invalid-model' }
  expect(() => createBqm({ vartype: 'BINARY', linear: [Number.NaN] })).toThrow(
    expect.objectContaining(refused),
  )
  expect(() => createBqm({ vartype: 'BINARY', linear: [0], quadratic: [[0, 1, 1]] })).toThrow(
    expect.objectContaining(refused),
  )
  expect(() => createBqm({ vartype: 'BINARY', linear: [0, 0], labels: ['a', 'a'] })).toThrow(
    expect.objectContaining(refused),
  )
})

test('energy is the sum of the definition, in every state of random models', () => {
  fc.assert(
    fc.property(bqmArbitrary(5), ({ document, bqm }) => {
      for (const state of allStates(bqm.numVariables, bqm.vartype)) {
        let expected = document.offset ?? 0
        for (let v = 0; v < state.length; v++) expected += document.linear[v]! * state[v]!
        for (const [u, v, bias] of document.quadratic ?? []) expected += bias * state[u]! * state[v]!
        expect(energyOf(bqm, state)).toBeCloseTo(expected, 9)
      }
    }),
  )
})

test('BQM, Ising and QUBO agree in every state and their inverses give the model back', () => {
  fc.assert(
    fc.property(bqmArbitrary(5), ({ bqm }) => {
      const [binary, spin] = [toBinary(bqm), toSpin(bqm)]
      const back = [fromIsing(toIsing(bqm)), fromQubo(toQubo(bqm)), toSpin(binary), toBinary(spin)]
      for (const bits of allStates(bqm.numVariables, 'BINARY')) {
        const spins = toSpins(bits)
        expect([...toBits(spins)]).toEqual([...bits])
        const energy = energyOf(binary, bits)
        expect(energyOf(spin, spins)).toBeCloseTo(energy, 9)
        for (const model of back)
          expect(energyOf(model, model.vartype === 'SPIN' ? spins : bits)).toBeCloseTo(energy, 9)
      }
      for (const model of back) expect(model.numInteractions).toBe(bqm.numInteractions)
    }),
  )
})

test('a model of halves and quarters comes back from the other vartype bit for bit', () => {
  fc.assert(
    fc.property(bqmArbitrary(5, true), ({ bqm }) => {
      const there = bqm.vartype === 'BINARY' ? toBinary(toSpin(bqm)) : toSpin(toBinary(bqm))
      expect(there).toEqual(bqm)
    }),
  )
})
