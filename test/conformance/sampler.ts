/**
 * What every sampler must do, whatever it is; run against each of them with named, reasoned skips.
 * Minima come from enumeration of all states.
 */
import { expect } from 'vitest'
import type { Bqm } from '../../src/formulation/bqm.ts'
import { createBqm } from '../../src/formulation/bqm-builder.ts'
import { energyOf } from '../../src/formulation/energy.ts'
import { toBinary, toSpin } from '../../src/formulation/vartype.ts'
import type { Workers } from '../../src/solve/context.ts'
import { type SampleOptions, sample } from '../../src/solve/sample.ts'
import type { Sampler, SampleSet } from '../../src/solve/sampler.ts'
import { allStates } from '../models.ts'
import { randomGlass } from '../spin-glass.ts'
import { type Checks, type Skips, testClaims } from './claims.ts'

const CLAIMS = {
  energies: 'states are in the domain of the model, distinct, sorted, and have the energies reported',
  deterministic: 'the same seed gives the same sample set, another seed is allowed to differ',
  workers: 'the number of workers does not change the sample set',
  vartypes: 'a model and its form in the other vartype give states of equal energy',
  symmetry: 'without fields a state and its spin flip have the same energy, and the minimum is found',
  minimum: 'the enumerated minimum of tiny models is found',
  edges: 'models without variables, without couplings and with isolated variables are sampled',
  aborted: 'a run that is interrupted before it starts still returns a state, soon',
  deadline: 'a run returns soon after its deadline with a state',
} as const

export interface SamplerConformance {
  readonly name: string
  readonly create: () => Sampler
  /** A sampler of the same kind with work for minutes on a model of 20 variables, for `deadline`. */
  readonly createEndless?: () => Sampler
  readonly workers?: readonly Workers[]
  /** The largest tiny model it is compared on. Default 10. */
  readonly maxTiny?: number
  /** True when it finds the minimum of tiny models in practice without claiming to be exact. */
  readonly findsMinimum?: boolean
  readonly skip?: Skips<typeof CLAIMS>
}

export function samplerConformance(subject: SamplerConformance): void {
  testClaims(`sampler conformance: ${subject.name}`, CLAIMS, { checks: checks(subject), skip: subject.skip })
}

/** Everything but timings. */
const rows = ({ states, energies, numOccurrences }: SampleSet) => ({
  states: Array.from(states),
  energies: Array.from(energies),
  numOccurrences: Array.from(numOccurrences),
})

const minimumOf = (bqm: Bqm): number => {
  let least = Infinity
  for (const state of allStates(bqm.numVariables, bqm.vartype)) least = Math.min(least, energyOf(bqm, state))
  return least
}

function checks(subject: SamplerConformance): Checks<typeof CLAIMS> {
  const { create, createEndless, workers = [], maxTiny = 10 } = subject
  const small = (seed: number, symmetric = false): Bqm =>
    randomGlass(
      {
        numVariables: 2 + (seed % (maxTiny - 1)),
        degree: 1 + (seed % 4),
        weights: (['gauss', 'plus-minus', 'integer'] as const)[seed % 3]!,
        vartype: symmetric || seed % 2 ? 'SPIN' : 'BINARY',
        withFields: !symmetric,
      },
      seed,
    )
  const run = (bqm: Bqm, options: SampleOptions = {}): Promise<SampleSet> => sample(bqm, create(), options)
  return {
    async energies() {
      for (let seed = 0; seed < 12; seed++) expectSound(small(seed), await run(small(seed), { seed }))
    },
    async deterministic() {
      for (let seed = 0; seed < 6; seed++)
        expect(rows(await run(small(seed), { seed }))).toEqual(rows(await run(small(seed), { seed })))
    },
    ...(workers.length > 0
      ? {
          async workers() {
            const bqm = randomGlass({ numVariables: maxTiny, degree: 4, weights: 'gauss' }, 3)
            const alone = rows(await run(bqm, { seed: 4 }))
            for (const pool of workers)
              expect(rows(await run(bqm, { seed: 4, workers: pool }))).toEqual(alone)
          },
        }
      : {}),
    async vartypes() {
      for (let seed = 0; seed < 8; seed++) {
        const bqm = small(seed)
        const other = bqm.vartype === 'SPIN' ? toBinary(bqm) : toSpin(bqm)
        const set = await run(other, { seed })
        const back = set.states.map((x) => (bqm.vartype === 'SPIN' ? 2 * x - 1 : (x + 1) / 2))
        for (const [row, energy] of set.energies.entries())
          expect(energyOf(bqm, back, row * bqm.numVariables)).toBeCloseTo(energy, 6)
      }
    },
    async symmetry() {
      for (let seed = 0; seed < 6; seed++) {
        const bqm = small(seed, true)
        const set = await run(bqm, { seed })
        const flipped = set.states.map((spin) => -spin)
        for (const [row, energy] of set.energies.entries())
          expect(energyOf(bqm, flipped, row * bqm.numVariables)).toBeCloseTo(energy, 9)
        if (claimsMinimum(subject)) expect(set.energies[0]).toBeCloseTo(minimumOf(bqm), 6)
      }
    },
    ...(claimsMinimum(subject)
      ? {
          async minimum() {
            for (let seed = 0; seed < 12; seed++)
              expect((await run(small(seed), { seed })).energies[0]).toBeCloseTo(minimumOf(small(seed)), 6)
          },
        }
      : {}),
    async edges() {
      const models: Bqm[] = [
        createBqm({ vartype: 'BINARY', linear: [], offset: 2.5 }),
        createBqm({ vartype: 'SPIN', linear: [1] }),
        createBqm({ vartype: 'BINARY', linear: [0, 0, 0] }),
        createBqm({ vartype: 'BINARY', linear: [-1, 2, 0], quadratic: [[0, 1, 0]], offset: -3 }),
      ]
      for (const bqm of models) {
        const set = await run(bqm)
        expectSound(bqm, set)
        if (claimsMinimum(subject)) expect(set.energies[0]).toBeCloseTo(minimumOf(bqm), 9)
      }
    },
    async aborted() {
      const bqm = small(9)
      expectSound(bqm, await run(bqm, { signal: { aborted: true } }))
    },
    ...(createEndless
      ? {
          async deadline() {
            const bqm = randomGlass({ numVariables: 20, degree: 6, weights: 'gauss' }, 1)
            const began = performance.now()
            const set = await sample(bqm, createEndless(), { timeLimitMs: 150, now: () => performance.now() })
            expectSound(bqm, set)
            // Minutes of work end in seconds: a bound that holds on a busy machine too.
            expect(performance.now() - began).toBeLessThan(10_000)
          },
        }
      : {}),
  }
}

const claimsMinimum = ({ create, findsMinimum }: SamplerConformance): boolean =>
  findsMinimum === true || create().capabilities.exact

function expectSound(bqm: Bqm, set: SampleSet): void {
  const n = bqm.numVariables
  expect(set.vartype).toBe(bqm.vartype)
  expect(set.numVariables).toBe(n)
  expect(set.energies.length).toBeGreaterThan(0)
  expect(set.states.length).toBe(n * set.energies.length)
  expect(set.numOccurrences.every((count) => count >= 1)).toBe(true)
  const low = bqm.vartype === 'SPIN' ? -1 : 0
  expect(set.states.every((x) => x === low || x === 1)).toBe(true)
  const seen = new Set<string>()
  for (const [row, energy] of set.energies.entries()) {
    if (row > 0) expect(energy).toBeGreaterThanOrEqual(set.energies[row - 1]!)
    expect(energyOf(bqm, set.states, row * n)).toBeCloseTo(energy, 6)
    seen.add(set.states.subarray(row * n, (row + 1) * n).join())
  }
  expect(seen.size).toBe(set.energies.length)
  expect(() => JSON.stringify(set.info)).not.toThrow()
}
