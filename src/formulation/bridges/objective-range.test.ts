import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allStates, bqmArbitrary } from '../../../test/models.ts'
import { createBqm } from '../bqm-builder.ts'
import { energyOf } from '../energy.ts'
import { objectiveRange } from './objective-range.ts'

test('no state lies below the range, no state with one bit of every row above it', () => {
  let rowsHeld = 0
  fc.assert(
    fc.property(
      bqmArbitrary(10),
      fc.array(fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 4 }), { maxLength: 3 }),
      ({ document }, groups) => {
        const bqm = createBqm({ ...document, vartype: 'BINARY' })
        const n = bqm.numVariables
        const rows = groups.filter((group) => group.every((v) => v < n))
        const { lower, upper } = objectiveRange(bqm, rows)
        for (const state of allStates(n)) {
          const energy = energyOf(bqm, state)
          if (energy < lower - 1e-9) expect(energy).toBe(`at least ${lower}`)
          if (!rows.every((row) => row.reduce((sum, v) => sum + state[v]!, 0) === 1)) continue
          rowsHeld += rows.length
          if (energy > upper + 1e-9) expect(energy).toBe(`at most ${upper}`)
        }
      },
    ),
    { numRuns: 100 },
  )
  expect(rowsHeld).toBeGreaterThan(1000)
})
