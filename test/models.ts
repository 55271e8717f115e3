/** Random small models and all their states, for the tests of formulations. */
import fc from 'fast-check'
import type { Bqm, Vartype } from '../src/formulation/bqm.ts'
import { type BqmDocument, createBqm } from '../src/formulation/bqm-builder.ts'
import { createImplicitBqm, type ImplicitBqm } from '../src/formulation/implicit-bqm.ts'

/** Every state of `n` variables, by rising bits with variable 0 as the lowest. */
export function* allStates(n: number, vartype: Vartype = 'BINARY'): Generator<Int8Array> {
  for (let word = 0; word < 2 ** n; word++)
    yield Int8Array.from({ length: n }, (_, v) => ((word >>> v) & 1 ? 1 : vartype === 'SPIN' ? -1 : 0))
}

/** Multiples of 1/4 in a small range, so that sums are exact; or any such multiple of 0.1. */
const bias = (exact: boolean): fc.Arbitrary<number> =>
  fc.integer({ min: -40, max: 40 }).map((value) => (exact ? value / 4 : value / 10))

/** BQMs of up to `maxVariables`, with the terms they were built from. */
export function bqmArbitrary(
  maxVariables: number,
  exact = false,
): fc.Arbitrary<{ document: BqmDocument; bqm: Bqm }> {
  return fc
    .integer({ min: 0, max: maxVariables })
    .chain((n) =>
      fc.record({
        vartype: fc.constantFrom<Vartype>('BINARY', 'SPIN'),
        linear: fc.array(bias(exact), { minLength: n, maxLength: n }),
        quadratic:
          n === 0
            ? fc.constant([])
            : fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1), bias(exact)), { maxLength: n * 2 }),
        offset: bias(exact),
      }),
    )
    .map((document) => ({ document, bqm: createBqm(document) }))
}

/** Implicit BQMs of up to `maxVariables` with a few rows. */
export function implicitArbitrary(maxVariables: number): fc.Arbitrary<ImplicitBqm> {
  return bqmArbitrary(maxVariables)
    .filter(({ bqm }) => bqm.numVariables > 0)
    .chain(({ document }) => {
      const explicit = createBqm({ ...document, vartype: 'BINARY' })
      const row = fc
        .array(fc.tuple(fc.nat(explicit.numVariables - 1), bias(false)), { maxLength: explicit.numVariables })
        .chain((terms) =>
          fc.record({
            variables: fc.constant(terms.map(([v]) => v)),
            coefficients: fc.constant(terms.map(([, a]) => a)),
            target: bias(false),
            weight: fc.nat(30).map((value) => value / 10),
          }),
        )
      return fc.array(row, { maxLength: 4 }).map((rows) => createImplicitBqm(explicit, rows))
    })
}
