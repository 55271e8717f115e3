import { afterAll, describe, expect, test } from 'vitest'
import { samplerConformance } from '../../../test/conformance/sampler.ts'
import { missingInstances, orLibrary } from '../../../test/qubo-instances.ts'
import { randomGlass } from '../../../test/spin-glass.ts'
import { createRng } from '../../numeric/rng.ts'
import { createWorkerPool } from '../../platform/worker-pool.ts'
import { sample } from '../../solve/sample.ts'
import { toIsing } from '../annealing/ising.ts'
import { tabu } from './index.ts'
import { prepareTabu, tabuRead } from './prepare.ts'

const pools = [createWorkerPool(1), createWorkerPool(2)]
afterAll(async () => {
  for (const pool of pools) await pool.close()
})

samplerConformance({
  name: 'tabu',
  create: () => tabu({ numReads: 3, numRestarts: 8, patience: 200 }),
  createEndless: () => tabu({ numRestarts: Infinity }),
  findsMinimum: true,
  workers: pools,
})

describe('tabu', () => {
  test.each([
    { numVariables: 1, degree: 0, weights: 'gauss', withFields: true },
    { numVariables: 6, degree: 2, weights: 'plus-minus' },
    { numVariables: 61, degree: 7, weights: 'integer', vartype: 'BINARY', withFields: true },
    { numVariables: 128, degree: 30, weights: 'gauss' },
  ] as const)(
    'the kernel ends in the same bits as its reference: $numVariables variables, $weights',
    (shape) => {
      const prepared = prepareTabu(toIsing(randomGlass(shape, 3)), 1)
      expect(prepared.arena.memory).toBeInstanceOf(WebAssembly.Memory)
      const plain = { ...prepared, arena: { buffer: new Uint8Array(prepared.arena.buffer).slice().buffer } }
      const rng = createRng(5)
      const start = Int8Array.from({ length: shape.numVariables }, () => (rng.nextUint32() & 1 ? 1 : -1))
      for (const version of [prepared, plain]) {
        const read = tabuRead(version, 0)
        read.place(start)
        read.state.random.set(createRng(9).state())
        for (let slice = 0; slice < 3; slice++)
          read.search({ tenure: 3, spread: 4, patience: 300, budget: 150 })
      }
      expect(Buffer.from(new Uint8Array(prepared.arena.buffer)).equals(Buffer.from(plain.arena.buffer))).toBe(
        true,
      )
    },
  )

  test('a read ends at the energy threshold', async () => {
    const bqm = randomGlass({ numVariables: 60, degree: 6, weights: 'plus-minus' }, 1)
    const { energies } = await sample(bqm, tabu({ numRestarts: 30 }))
    const ended = await sample(bqm, tabu({ numRestarts: 1_000_000, energyThreshold: energies[0]! }))
    expect(ended.energies[0]).toBe(energies[0])
    expect(ended.info.stopped).toBe(false)
  })

  test('a search never ends above where it began', async () => {
    const bqm = randomGlass({ numVariables: 80, degree: 6, weights: 'gauss' }, 4)
    const first = await sample(bqm, tabu({ numRestarts: 5 }))
    const options = { numRestarts: 0, patience: 1, initialStates: first.states.subarray(0, 80) }
    expect((await sample(bqm, tabu(options))).energies[0]).toBeLessThanOrEqual(first.energies[0]! + 1e-9)
  })

  test.skipIf(missingInstances)('all 50 OR-Library problems reach their best known value', async () => {
    for (const size of [50, 100, 250, 500, 1000])
      for (const { name, bqm, bestKnown, objectiveOf } of orLibrary(size)) {
        const sampler = tabu({ numRestarts: 200, energyThreshold: -bestKnown })
        const { energies } = await sample(bqm, sampler, { seed: 1 })
        expect(`${name} ${objectiveOf(energies[0]!)}`).toBe(`${name} ${bestKnown}`)
      }
  })
})
