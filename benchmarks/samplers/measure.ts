/** Clocks of the benchmark: CPU seconds of the process, and of sweeps alone, the way neal's are taken. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Bqm } from '../../src/formulation/bqm.ts'
import { breathe, now } from '../../src/platform/host.ts'
import { type AnnealingOptions, annealing } from '../../src/samplers/annealing/index.ts'
import type { Workers } from '../../src/solve/context.ts'
import { sample } from '../../src/solve/sample.ts'
import type { SampleSet } from '../../src/solve/sampler.ts'

export interface Timed<Result> {
  readonly result: Result
  readonly cpu: number
  readonly wall: number
  /** Seconds on a core of the main thread, and of the busiest other one: what the wall shows where nobody else runs. */
  readonly onCore: { readonly main: number; readonly other: number }
}

/** Nanoseconds on a core of every thread of this process, by its id; empty where the system does not say. */
function threadTimes(): Map<string, number> {
  const folder = '/proc/self/task'
  if (!existsSync(`${folder}/${process.pid}/schedstat`)) return new Map()
  return new Map(
    readdirSync(folder).map((id) => [
      id,
      Number(readFileSync(`${folder}/${id}/schedstat`, 'utf8').split(' ')[0]),
    ]),
  )
}

export async function timed<Result>(run: () => Promise<Result>): Promise<Timed<Result>> {
  const [cpu, wall, threads] = [process.cpuUsage(), now(), threadTimes()]
  const result = await run()
  const used = process.cpuUsage(cpu)
  const times = [...threadTimes()].map(([id, time]) => ({ id, took: time - (threads.get(id) ?? 0) }))
  const most = (isMain: boolean) =>
    Math.max(0, ...times.filter(({ id }) => (id === `${process.pid}`) === isMain).map(({ took }) => took)) /
    1e9
  return {
    result,
    cpu: (used.user + used.system) / 1e6,
    wall: (now() - wall) / 1000,
    onCore: { main: most(true), other: most(false) },
  }
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

const TIMES = 5

export interface Throughput {
  /** Updates a wall second, the best of several runs: other programs can only slow a run down. */
  readonly wall: number
  /** Updates a CPU second of all threads together, the median. */
  readonly cpu: number
  /** Updates a second on a core of the thread that had most to do, the median; 0 where the system does not say. */
  readonly busiest: number
}

/** Throughput of sweeps: runs minus the same runs with one sweep, which pays for all but the sweeps. */
export async function throughput(
  bqm: Bqm,
  options: AnnealingOptions,
  workers?: Workers,
): Promise<Throughput> {
  const call = (seed: number, numSweeps?: number) =>
    timed(() =>
      sample(bqm, annealing({ ...options, ...(numSweeps === undefined ? {} : { numSweeps }) }), {
        seed,
        now,
        breathe,
        ...(workers ? { workers } : {}),
      }),
    )
  // The first call also starts threads and compiles the kernel.
  await call(0, 1)
  const idle: Timed<SampleSet>[] = []
  const full: Timed<SampleSet>[] = []
  for (let seed = 1; seed <= TIMES; seed++) {
    idle.push(await call(seed, 1))
    full.push(await call(seed))
  }
  const updates = bqm.numVariables * (options.numSweeps! - 1) * options.numReads!
  const least = (runs: readonly Timed<SampleSet>[]) => Math.min(...runs.map(({ wall }) => wall))
  const middle = (of: (run: Timed<SampleSet>) => number) => median(full.map(of)) - median(idle.map(of))
  const busiest = middle(({ onCore }) => (workers ? onCore.other : onCore.main))
  return {
    wall: updates / (least(full) - least(idle)),
    cpu: updates / middle(({ cpu }) => cpu),
    busiest: busiest > 0 ? updates / busiest : 0,
  }
}

export interface OurRun {
  readonly seed: number
  readonly energy: number
  /** CPU seconds of the sweeps alone: the whole call minus the same call with one sweep. */
  readonly kernelCpu: number
  readonly callCpu: number
  readonly callWall: number
  readonly info: SampleSet['info']
}

export async function runOurs(
  bqm: Bqm,
  options: AnnealingOptions,
  seeds: readonly number[],
  workers?: Workers,
): Promise<OurRun[]> {
  const call = (seed: number, more: AnnealingOptions) =>
    timed(() =>
      sample(bqm, annealing({ ...options, ...more }), {
        seed,
        now,
        breathe,
        ...(workers ? { workers } : {}),
      }),
    )
  // The first call also compiles the kernel.
  await call(0, { numSweeps: 1 })
  const idle = median([
    (await call(0, { numSweeps: 1 })).cpu,
    (await call(1, { numSweeps: 1 })).cpu,
    (await call(2, { numSweeps: 1 })).cpu,
  ])
  const runs: OurRun[] = []
  for (const seed of seeds) {
    const { result, cpu, wall } = await call(seed, {})
    runs.push({
      seed,
      energy: result.energies[0]!,
      kernelCpu: cpu - idle,
      callCpu: cpu,
      callWall: wall,
      info: result.info,
    })
  }
  return runs
}
