/**
 * Updates a second and time to equal energy of our annealing and neal's, in one run on the same models and schedules, one
 * thread each and then two. Raw results go to benchmarks/results/samplers/ unless --out says otherwise.
 * Run: node benchmarks/samplers/run.mjs [--cases pm,gauss,tenth,dense,factory] [--out FILE]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { Bqm } from '../../src/formulation/bqm.ts'
import { createWorkerPool } from '../../src/platform/worker-pool.ts'
import { nealBetaRange } from '../../src/samplers/annealing/beta-range.ts'
import type { AnnealingOptions } from '../../src/samplers/annealing/index.ts'
import { toIsing } from '../../src/samplers/annealing/ising.ts'
import { factoryCase } from './factory.ts'
import { median, type OurRun, runOurs, throughput } from './measure.ts'
import { type BenchmarkCase, CASES, modelOf, writeForNeal } from './models.ts'
import { findPython, type NealRun, runNeal } from './neal.ts'

const SEEDS = [1, 2, 3] as const
const REPEATED = 20
/** The bundle lies two folders below benchmarks/. */
const RESULTS = fileURLToPath(new URL('../../results/samplers/against-neal.json', import.meta.url))

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: `${Object.keys(CASES).join(',')},factory` },
    out: { type: 'string' },
    'g-set': { type: 'boolean' },
  },
})
const isWhole = values.cases.split(',').length > Object.keys(CASES).length
const out = values.out ?? (isWhole ? RESULTS : undefined)
const python = findPython()
const folder = mkdtempSync(join(tmpdir(), 'qaas-neal-'))
const raw: Record<string, unknown> = {
  machine: `${cpus().length} x ${cpus()[0]?.model}`,
  node: process.version,
  load: loadavg().map((load) => Math.round(10 * load) / 10),
  seeds: SEEDS,
}

console.log(`${raw.machine}, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}`)
console.log(
  python
    ? 'neal: dwave-samplers in Python'
    : 'neal: not installed (node benchmarks/samplers/install-neal.mjs), ours alone',
)
for (const name of values.cases.split(',')) {
  if (name === 'factory') raw[name] = await factoryCase(python, folder)
  else if (CASES[name]) raw[name] = await glassCase(CASES[name])
  else throw new Error(`there is no case "${name}"`)
}
rmSync(folder, { recursive: true })
if (out) writeFileSync(out, `${JSON.stringify(raw, null, 1)}\n`)

async function glassCase(subject: BenchmarkCase): Promise<unknown> {
  const bqm = modelOf(subject)
  const betaRange = nealBetaRange(toIsing(bqm))
  const file = join(folder, 'model.bin')
  if (python) writeForNeal(file, bqm)
  console.log(
    `\n${subject.title}; neal's schedule ${betaRange.map((beta) => beta.toPrecision(3)).join(' .. ')}`,
  )

  const same: AnnealingOptions = {
    numSweeps: subject.sweeps,
    numReads: subject.reads,
    betaRange,
    keep: 'last',
  }
  const ours = await runOurs(bqm, same, SEEDS)
  const neal = python
    ? await runNeal(python, { file, sweeps: subject.sweeps, seeds: SEEDS, betaRange })
    : undefined
  const updates = bqm.numVariables * subject.sweeps
  const ourRate = (updates * subject.reads) / median(ours.map((run) => run.kernelCpu))
  const nealRate = neal && updates / median(neal.map((run) => run.kernelCpu))
  line(`updates per CPU second, kernel ${ours[0]!.info.kernel}`, ourRate / 1e6, nealRate && nealRate / 1e6, {
    unit: 'M',
    aim: subject.aim,
  })
  const toEnergy = neal && (await timeToEnergy(bqm, neal, subject))
  const two = await twoThreads(bqm, subject, { file, betaRange })
  return { title: subject.title, betaRange, ours, neal, ourRate, nealRate, toEnergy, two }
}

/**
 * CPU time of the fewest sweeps of ours whose median energy is no worse than neal's median: kernel against kernel, and
 * whole call against whole call (neal's is given its beta range, which saves it a loop over all couplings).
 */
async function timeToEnergy(bqm: Bqm, neal: readonly NealRun[], subject: BenchmarkCase): Promise<unknown> {
  const target = median(neal.map((run) => run.energy))
  const nealCpu = median(neal.map((run) => run.kernelCpu))
  let runs: OurRun[] = []
  let sweeps = 2
  for (; sweeps <= 4 * subject.sweeps; sweeps = Math.ceil(sweeps * 1.4)) {
    runs = await runOurs(bqm, { numSweeps: sweeps }, SEEDS)
    if (median(runs.map((run) => run.energy)) <= target) break
  }
  // A read's sweeps take a few milliseconds of a whole call: many reads lift them above the noise.
  const repeated = await runOurs(
    bqm,
    {
      numSweeps: sweeps,
      numReads: REPEATED,
      kernel: runs[0]!.info.kernel as Exclude<AnnealingOptions['kernel'], undefined>,
    },
    SEEDS,
  )
  const kernel = median(repeated.map((run) => run.kernelCpu)) / REPEATED
  const call = median(runs.map((run) => run.callCpu))
  const nealCall = median(neal.map((run) => run.callCpu))
  const aim = subject.aimToEnergy ? { aim: subject.aimToEnergy } : {}
  const form = { unit: 's', inverse: true }
  line(`CPU s to energy ${target.toPrecision(7)} (${sweeps} sweeps), kernels`, kernel, nealCpu, {
    ...form,
    ...aim,
  })
  line('the same, whole calls', call, nealCall, form)
  return { target, sweeps, kernel, call, nealCpu, nealCall }
}

/**
 * Two threads of ours against one on the same reads, and two processes of neal at once. Wall-clock figures are the best of
 * several runs; time on a core of the busier thread is what the wall clock would show where nobody else wants the cores.
 */
async function twoThreads(
  bqm: Bqm,
  { sweeps, reads }: BenchmarkCase,
  { file, betaRange }: { file: string; betaRange: readonly [number, number] },
): Promise<unknown> {
  const pool = createWorkerPool(2)
  const options: AnnealingOptions = { numSweeps: sweeps, betaRange, keep: 'last' }
  const one = await throughput(bqm, { ...options, numReads: 2 * reads })
  const two = await throughput(bqm, { ...options, numReads: 2 * reads }, pool)
  await pool.close()
  const neal = python === undefined ? undefined : await nealTwice(python, { file, sweeps, betaRange })
  const nealWall = neal && (2 * bqm.numVariables * sweeps) / neal.wall
  line('two threads: updates a wall second', two.wall / 1e6, nealWall && nealWall / 1e6, { unit: 'M' })
  console.log(
    `  two threads of ours against one on the same reads: ${(two.wall / one.wall).toFixed(2)}x by the wall; ${(two.busiest / one.busiest).toFixed(2)}x by the time on a core of the busier thread; ${(two.cpu / one.cpu).toFixed(2)}x the updates a CPU second`,
  )
  return { one, two, neal, nealWall }
}

/** Least wall seconds of the sweeps of two neal processes that run at once, of three tries. */
async function nealTwice(
  interpreter: string,
  run: { file: string; sweeps: number; betaRange: readonly [number, number] },
): Promise<{ readonly wall: number; readonly walls: readonly number[] }> {
  const walls: number[] = []
  for (let time = 0; time < 3; time++) {
    const pair = await Promise.all([1, 2].map((seed) => runNeal(interpreter, { ...run, seeds: [seed] })))
    walls.push(Math.max(...pair.map(([only]) => only!.kernelWall)))
  }
  return { wall: Math.min(...walls), walls }
}

function line(
  what: string,
  ours: number,
  neal: number | undefined,
  { unit, aim, inverse = false }: { unit: string; aim?: number; inverse?: boolean },
): void {
  const number = (value: number): string =>
    `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`
  const ratio = neal === undefined ? undefined : inverse ? neal / ours : ours / neal
  const verdict =
    aim === undefined || ratio === undefined ? '' : ` (aim ${aim}x: ${ratio >= aim ? 'reached' : 'missed'})`
  console.log(
    `  ${what}: ours ${number(ours)}${neal === undefined ? '' : `, neal ${number(neal)}: ${ratio!.toPrecision(3)}x${verdict}`}`,
  )
}
