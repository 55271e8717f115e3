/**
 * CPU seconds until each of the 50 OR-Library problems is at its best known value, tabu on one thread.
 * Run: node benchmarks/samplers/run.mjs --or-library [--seeds 3] [--out FILE.csv]
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { breathe } from '../../src/platform/host.ts'
import { tabu } from '../../src/samplers/tabu/index.ts'
import { sample } from '../../src/solve/sample.ts'
import { orLibrary, type PublishedProblem } from '../../test/qubo-instances.ts'

const { values } = parseArgs({
  options: {
    'or-library': { type: 'boolean' },
    seeds: { type: 'string', default: '3' },
    out: { type: 'string' },
  },
})
/** What the issue allows a problem. */
const LIMIT_SECONDS = 1

const cpuClock = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Until the best known value or ten times the limit. */
async function search({ bqm, bestKnown, objectiveOf }: PublishedProblem, seed: number) {
  const began = cpuClock()
  const set = await sample(bqm, tabu({ numRestarts: Infinity, energyThreshold: -bestKnown }), {
    seed,
    now: cpuClock,
    breathe,
    timeLimitMs: 10_000 * LIMIT_SECONDS,
  })
  return { value: objectiveOf(set.energies[0]!), cpuSeconds: (cpuClock() - began) / 1000 }
}

const lines = ['problem,seed,value,bestKnown,cpuSeconds']
let missed = 0
for (const size of [50, 100, 250, 500, 1000]) {
  const seconds: number[] = []
  for (const problem of orLibrary(size))
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const { value, cpuSeconds } = await search(problem, seed)
      seconds.push(cpuSeconds)
      if (value !== problem.bestKnown || cpuSeconds > LIMIT_SECONDS) missed++
      lines.push([problem.name, seed, value, problem.bestKnown, cpuSeconds.toFixed(3)].join(','))
    }
  const mean = seconds.reduce((sum, one) => sum + one, 0) / seconds.length
  console.log(
    `${size} variables: mean ${mean.toFixed(3)} CPU s, slowest ${Math.max(...seconds).toFixed(3)} of ${seconds.length} runs`,
  )
}
console.log(`${missed} of ${lines.length - 1} runs missed the best known value within ${LIMIT_SECONDS} CPU s`)
if (values.out) writeFileSync(values.out, `${lines.join('\n')}\n`)
