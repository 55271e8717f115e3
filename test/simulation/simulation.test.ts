import { expect, test } from 'vitest'
import { simulate } from './simulate.ts'

/** `SEED=17 npx vitest run test/simulation` repeats one run; `SEEDS=5000` makes more. */
const one = process.env.SEED
const seeds = one === undefined ? Number(process.env.SEEDS ?? 100) : 1

test(`${one === undefined ? `${seeds} seeds` : `seed ${one}`} of faults break none of the nine invariants`, async () => {
  const failures: string[] = []
  let done = 0
  let tasks = 0
  let orchestrators = 0
  for (let k = 0; k < seeds; k++) {
    const seed = one === undefined ? k + 1 : Number(one)
    const result = await simulate(seed)
    done += result.done
    tasks += result.tasks
    orchestrators += result.orchestrators
    if (result.broken.length > 0)
      failures.push(`SEED=${seed} npx vitest run test/simulation: ${result.broken.slice(0, 5).join('; ')}`)
    if (failures.length >= 5) break
  }
  expect(failures).toEqual([])
  // The faults are real, and yet most work gets done.
  expect(orchestrators).toBeGreaterThan(seeds)
  expect(done / tasks).toBeGreaterThan(one === undefined ? 0.6 : 0)
}, 600_000)

test('a seed always gives the same run', async () => {
  expect(await simulate(7)).toEqual(await simulate(7))
})
