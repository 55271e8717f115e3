/** The peers of the benchmarks, where they are installed: what they call optimal is the enumerated optimum. */
import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { runPeer } from '../benchmarks/exact-peers.ts'
import { solve } from '../src/solve/solve.ts'
import { enumerationSolver } from '../src/solvers/enumeration/enumeration.ts'
import { randomInstance } from './arbitrary-instance.ts'

const python = process.env.QAAS_PYTHON ?? 'python3'
const has = (name: string): boolean =>
  spawnSync(python, ['-c', `import ${name}`], { stdio: 'ignore' }).status === 0

for (const [peer, name] of [
  ['cp-sat', 'ortools'],
  ['highs', 'highspy'],
] as const)
  test.skipIf(!has(name))(
    `${peer} agrees with enumeration (skipped where QAAS_PYTHON has no ${name})`,
    { timeout: 60_000 },
    async () => {
      let compared = 0
      for (let seed = 0; compared < 8; seed++) {
        const instance = randomInstance(seed)
        // Alike agents share a column of the program; what comes back may not fit them one by one.
        if (instance.fleet.numAgents > instance.fleet.numPools) continue
        const optimum = (await solve(instance, enumerationSolver())).bounds.primal
        if (optimum === undefined) continue
        const row = await runPeer(instance, { peer, seconds: 10, seed: 1 })
        expect(row.status, `seed ${seed}`).toBe('optimal')
        expect(row.objective, `seed ${seed}`).toBeCloseTo(optimum, 6)
        expect(row.bound, `seed ${seed}`).toBeCloseTo(optimum, 6)
        compared += 1
      }
    },
  )
