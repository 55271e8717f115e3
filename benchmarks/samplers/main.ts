/**
 * Updates a second and time to equal energy of our annealing and neal's, in one run on the same models and schedules;
 * then two threads each, then the factory. Run: node benchmarks/samplers/run.mjs [--cases pm,gauss,tenth,dense,factory]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Bqm } from '../../src/formulation/bqm.ts'
import { createWorkerPool } from '../../src/platform/worker-pool.ts'
import { nealBetaRange } from '../../src/samplers/annealing/beta-range.ts'
import type { AnnealingOptions } from '../../src/samplers/annealing/index.ts'
import { toIsing } from '../../src/samplers/annealing/ising.ts'
import { factoryCase } from './factory.ts'
import { median, type OurRun, runOurs, timed } from './measure.ts'
import { type BenchmarkCase, CASES, modelOf, writeForNeal } from './models.ts'
import { findPython, type NealRun, runNeal } from './neal.ts'

const SEEDS = [1, 2, 3] as const

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: `${Object.keys(CASES).join(',')},factory` },
    out: { type: 'string' },
    'g-set': { type: 'boolean' },
  },
})
const python = findPython()
const folder = mkdtempSync(join(tmpdir(), 'qaas-neal-'))
const raw: Record<string, unknown> = { machine: cpus()[0]?.model, node: process.version, seeds: SEEDS }

console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}`)
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
if (values.out) writeFileSync(values.out, `${JSON.stringify(raw, null, 1)}\n`)

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
  const [kernel, call] = [median(runs.map((run) => run.kernelCpu)), median(runs.map((run) => run.callCpu))]
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

/** Wall-clock throughput of two threads of ours, and of two processes of neal at once. */
async function twoThreads(
  bqm: Bqm,
  subject: BenchmarkCase,
  { file, betaRange }: { file: string; betaRange: readonly [number, number] },
): Promise<unknown> {
  const pool = createWorkerPool(2)
  const options: AnnealingOptions = {
    numSweeps: subject.sweeps,
    numReads: 2 * subject.reads,
    betaRange,
    keep: 'last',
  }
  const rate = async (workers?: typeof pool, reads = 2 * subject.reads): Promise<number> => {
    const [run] = await runOurs(bqm, { ...options, numReads: reads }, [1], workers)
    const [idle] = await runOurs(bqm, { ...options, numReads: reads, numSweeps: 1 }, [1], workers)
    return (bqm.numVariables * subject.sweeps * reads) / (run!.callWall - idle!.callWall)
  }
  const one = await rate(undefined, subject.reads)
  const two = await rate(pool)
  await pool.close()
  const pair =
    python !== undefined &&
    (await timed(() =>
      Promise.all(
        [1, 2].map((seed) => runNeal(python, { file, sweeps: subject.sweeps, seeds: [seed], betaRange })),
      ),
    ))
  const nealRate =
    pair !== false &&
    (2 * bqm.numVariables * subject.sweeps) / Math.max(...pair.result.map(([run]) => run!.kernelWall))
  line('updates per wall second, two threads each', two / 1e6, nealRate ? nealRate / 1e6 : undefined, {
    unit: 'M',
  })
  console.log(
    `  ours on one thread ${(one / 1e6).toFixed(1)} M a wall second: two give ${(two / one).toFixed(2)}x`,
  )
  return { one, two, nealRate }
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
