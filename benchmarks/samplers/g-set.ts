/**
 * Gap to the best known cuts of the G-set within a time limit of CPU seconds on one thread, several seeds.
 * Run: node benchmarks/samplers/run.mjs --g-set [--seconds 60] [--seeds 3] [--sampler annealing] [--out FILE]
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { breathe } from '../../src/platform/host.ts'
import { annealing } from '../../src/samplers/annealing/index.ts'
import { tabu } from '../../src/samplers/tabu/index.ts'
import { sample } from '../../src/solve/sample.ts'
import { G_SET, gSet } from '../../test/qubo-instances.ts'

const { values } = parseArgs({
  options: {
    'g-set': { type: 'boolean' },
    seconds: { type: 'string', default: '60' },
    seeds: { type: 'string', default: '3' },
    sampler: { type: 'string', default: 'annealing' },
    problems: { type: 'string', default: G_SET.join(',') },
    out: { type: 'string' },
  },
})
const seconds = Number(values.seconds)
const rows: { problem: string; seed: number; cut: number; bestKnown: number; gap: number; cpu: number }[] = []

/** Milliseconds of CPU time of this process: other programs on the machine do not shorten a run. */
const cpuClock = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Rounds of 128 reads, each with twice the sweeps of the one before, until the time is up or the best known is reached. */
async function anneal(problem: ReturnType<typeof gSet>, seed: number, deadline: number): Promise<number> {
  let best = -Infinity
  for (
    let sweeps = 5000, round = 0;
    cpuClock() < deadline && best < problem.bestKnown;
    sweeps *= 2, round++
  ) {
    const set = await sample(problem.bqm, annealing({ numReads: 128, numSweeps: sweeps }), {
      seed: 1000 * seed + round,
      now: cpuClock,
      breathe,
      timeLimitMs: deadline - cpuClock(),
    })
    best = Math.max(best, problem.objectiveOf(set.energies[0]!))
  }
  return best
}

async function search(problem: ReturnType<typeof gSet>, seed: number, deadline: number): Promise<number> {
  const total = problem.objectiveOf(0)
  const energyThreshold = 2 * (total - problem.bestKnown)
  const set = await sample(problem.bqm, tabu({ numRestarts: Infinity, energyThreshold }), {
    seed,
    now: cpuClock,
    breathe,
    timeLimitMs: deadline - cpuClock(),
  })
  return problem.objectiveOf(set.energies[0]!)
}

for (const name of values.problems.split(',')) {
  const problem = gSet(name)
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    const began = cpuClock()
    const deadline = began + 1000 * seconds
    const cut = await (values.sampler === 'tabu' ? search : anneal)(problem, seed, deadline)
    const gap = 1 - cut / problem.bestKnown
    const cpu = (cpuClock() - began) / 1000
    rows.push({ problem: name, seed, cut, bestKnown: problem.bestKnown, gap, cpu })
    console.log(
      `${name} seed ${seed}: ${cut} of ${problem.bestKnown}, gap ${(100 * gap).toFixed(3)} %, ${cpu.toFixed(1)} CPU s`,
    )
  }
}
const mean = rows.reduce((sum, { gap }) => sum + gap, 0) / rows.length
const hits = rows.filter(({ gap }) => gap <= 0).length
console.log(
  `mean gap ${(100 * mean).toFixed(4)} % over ${rows.length} runs of at most ${seconds} CPU s (aim 0.1 %); best known reached in ${hits}`,
)
if (values.out)
  writeFileSync(values.out, `${JSON.stringify({ sampler: values.sampler, seconds, rows, mean })}\n`)
