import { describe, expect, test } from 'vitest'
import { type GlassShape, randomGlass } from '../../../test/spin-glass.ts'
import { createRng } from '../../numeric/rng.ts'
import type { SweepRule } from '../kernels/spin-sweep.ts'
import { equalMagnitude, toIsing } from './ising.ts'
import { type ReadsRequest, run } from './job.ts'
import { prepareMulti } from './multi-runner.ts'
import type { Prepared } from './runner.ts'
import { prepareDense, prepareSparse } from './spin-runner.ts'

/** From infinite temperature down to where most spins are frozen. */
const betas = Float64Array.from({ length: 40 }, (_, sweep) => (sweep === 0 ? 0 : 0.05 * 1.12 ** sweep))

const rules: SweepRule[] = [
  { randomOrder: false, criterion: 'Metropolis' },
  { randomOrder: true, criterion: 'Metropolis' },
  { randomOrder: false, criterion: 'Gibbs' },
  { randomOrder: true, criterion: 'Gibbs' },
]

const port = { post: () => {}, aborted: () => false, now: () => 0 }

const request = (prepared: Prepared, numReads: number): ReadsRequest => ({
  prepared,
  slot: 0,
  first: 0,
  step: 1,
  numRuns: prepared.kind === 'multi-spin' ? 1 : numReads,
  numReads,
  seeds: Uint32Array.from({ length: 4 * numReads }, (_, i) => createRng(i).nextUint32()),
  keep: 'best',
  wantsIncumbents: false,
  remainingMs: Infinity,
})

/** The same model in plain memory, where only the TypeScript reference can run. */
function withoutWasm(prepared: Prepared): Prepared {
  return { ...prepared, arena: { buffer: new Uint8Array(prepared.arena.buffer).slice().buffer } }
}

async function expectSameBits(prepared: Prepared, numReads = 3): Promise<void> {
  expect(prepared.arena.memory).toBeInstanceOf(WebAssembly.Memory)
  const reference = withoutWasm(prepared)
  const [fast, slow] = [
    await run(request(prepared, numReads), port),
    await run(request(reference, numReads), port),
  ]
  expect(fast.states).toEqual(slow.states)
  // Fields, spins, energies and random words too: every byte of the memory.
  const bytes = (of: Prepared) => Buffer.from(new Uint8Array(of.arena.buffer))
  expect(bytes(prepared).equals(bytes(reference))).toBe(true)
}

const shapes: GlassShape[] = [
  { numVariables: 1, degree: 0, weights: 'gauss', withFields: true },
  { numVariables: 7, degree: 3, weights: 'gauss', withFields: true },
  { numVariables: 64, degree: 5, weights: 'plus-minus' },
  { numVariables: 101, degree: 9, weights: 'gauss', withFields: true, vartype: 'BINARY' },
  { numVariables: 130, degree: 60, weights: 'integer', vartype: 'BINARY' },
]

describe.each(shapes)('on $numVariables variables of degree $degree, $weights', (shape) => {
  const ising = toIsing(randomGlass(shape, 5))
  test.each(rules)('the sparse kernel ends in the same bits as its reference: %j', async (rule) => {
    await expectSameBits(prepareSparse(ising, { betas, rule, slots: 1 }))
  })
  test.each(rules)('the dense kernel ends in the same bits as its reference: %j', async (rule) => {
    await expectSameBits(prepareDense(ising, { betas, rule, slots: 1 }))
  })
})

const equalShapes: GlassShape[] = [
  { numVariables: 3, degree: 1, weights: 'plus-minus', withFields: true },
  { numVariables: 50, degree: 6, weights: 'plus-minus' },
  { numVariables: 60, degree: 14, weights: 'plus-minus', withFields: true },
  { numVariables: 80, degree: 70, weights: 'plus-minus' },
]

describe.each(equalShapes)('on $numVariables variables of degree $degree, equal magnitudes', (shape) => {
  const ising = toIsing(randomGlass(shape, 6))
  test.each(rules)('the multi-spin kernel ends in the same bits as its reference: %j', async (rule) => {
    await expectSameBits(prepareMulti(ising, equalMagnitude(ising), { betas, rule, slots: 1 }), 100)
  })
})

test('degrees of 250 do not overflow the counters of the multi-spin kernel', async () => {
  const ising = toIsing(randomGlass({ numVariables: 256, degree: 250, weights: 'plus-minus' }, 8))
  await expectSameBits(prepareMulti(ising, 1, { betas: betas.slice(0, 6), rule: rules[0]!, slots: 1 }), 2)
})
