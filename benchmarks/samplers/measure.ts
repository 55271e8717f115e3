/** Clocks of the benchmark: CPU seconds of the process, and of sweeps alone, the way neal's are taken. */
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
}

export async function timed<Result>(run: () => Promise<Result>): Promise<Timed<Result>> {
  const [cpu, wall] = [process.cpuUsage(), now()]
  const result = await run()
  const used = process.cpuUsage(cpu)
  return { result, cpu: (used.user + used.system) / 1e6, wall: (now() - wall) / 1000 }
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

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
