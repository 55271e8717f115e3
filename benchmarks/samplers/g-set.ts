/**
 * Gap to the best known cuts of the G-set within a limit of CPU seconds on one thread, several seeds. A file of results
 * (CSV) grows run by run, and what it already holds is not run again.
 * Run: node benchmarks/samplers/run.mjs --g-set [--seconds 60] [--seeds 10] [--sampler annealing] [--out FILE.csv]
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
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
    seeds: { type: 'string', default: '10' },
    sampler: { type: 'string', default: 'annealing' },
    problems: { type: 'string', default: G_SET.join(',') },
    out: { type: 'string' },
  },
})
const seconds = Number(values.seconds)
interface Row {
  readonly problem: string
  readonly seed: number
  readonly cut: number
  readonly bestKnown: number
  readonly cpuSeconds: number
}

const rows: Row[] = values.out && existsSync(values.out) ? readRows(values.out) : []
if (values.out && rows.length === 0) writeFileSync(values.out, 'problem,seed,cut,bestKnown,cpuSeconds\n')

function readRows(file: string): Row[] {
  const [, ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((text) => {
    const [problem, ...numbers] = text.split(',')
    const [seed, cut, bestKnown, cpuSeconds] = numbers.map(Number) as [number, number, number, number]
    return { problem: problem!, seed, cut, bestKnown, cpuSeconds }
  })
}

const gapOf = ({ cut, bestKnown }: Row): number => 1 - cut / bestKnown

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

for (const problem of values.problems.split(',').map(gSet))
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    if (rows.some((row) => row.problem === problem.name && row.seed === seed)) continue
    const began = cpuClock()
    const cut = await (values.sampler === 'tabu' ? search : anneal)(problem, seed, began + 1000 * seconds)
    const cpuSeconds = Number(((cpuClock() - began) / 1000).toFixed(3))
    const row: Row = { problem: problem.name, seed, cut, bestKnown: problem.bestKnown, cpuSeconds }
    rows.push(row)
    if (values.out) appendFileSync(values.out, `${Object.values(row).join(',')}\n`)
    console.log(
      `${row.problem} seed ${seed}: ${cut} of ${row.bestKnown}, gap ${(100 * gapOf(row)).toFixed(3)} %, ${cpuSeconds} CPU s`,
    )
  }

for (const problem of new Set(rows.map((row) => row.problem))) {
  const runs = rows.filter((row) => row.problem === problem)
  const hits = runs.filter((row) => gapOf(row) <= 0)
  const middle = runs.map((row) => row.cpuSeconds).toSorted((a, b) => a - b)[runs.length >> 1]!
  console.log(
    `${problem}: best known ${hits.length} of ${runs.length} times, mean gap ${(100 * mean(runs)).toFixed(4)} %, median ${middle.toFixed(2)} CPU s`,
  )
}
const hits = rows.filter((row) => gapOf(row) <= 0).length
const longest = Math.max(...rows.map((row) => row.cpuSeconds))
console.log(
  `mean gap ${(100 * mean(rows)).toFixed(4)} % over ${rows.length} runs (aim 0.1 %), limit ${seconds} CPU s, longest ${longest.toFixed(1)}; best known reached in ${hits}`,
)

function mean(runs: readonly Row[]): number {
  return runs.reduce((sum, row) => sum + gapOf(row), 0) / runs.length
}
