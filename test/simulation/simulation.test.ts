import { expect, test } from 'vitest'
import { simulate } from './simulate.ts'

/** `SEED=17 npx vitest run test/simulation` repeats one run; `SEEDS=50000` makes more, from `FROM` on. */
const { SEED, SEEDS = '2500', FROM = '1' } = process.env
const first = Number(SEED ?? FROM)
const seeds = SEED === undefined ? Number(SEEDS) : 1

test(`${SEED === undefined ? `${seeds} seeds` : `seed ${SEED}`} of faults break none of the nine invariants`, async () => {
  const failures: string[] = []
  let done = 0
  let tasks = 0
  let orchestrators = 0
  for (let seed = first; seed < first + seeds && failures.length < 5; seed++) {
    const result = await simulate(seed)
    done += result.done
    tasks += result.tasks
    orchestrators += result.orchestrators
    if (result.broken.length > 0)
      failures.push(`SEED=${seed} npx vitest run test/simulation: ${result.broken.slice(0, 5).join('; ')}`)
  }
  expect(failures).toEqual([])
  // The faults are real, and yet most work gets done.
  expect(orchestrators).toBeGreaterThan(seeds)
  expect(done / tasks).toBeGreaterThan(seeds > 100 ? 0.5 : 0)
}, 3_600_000)

test('a seed always gives the same run', async () => {
  expect(await simulate(7)).toEqual(await simulate(7))
})
