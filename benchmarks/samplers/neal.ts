/** Runs neal in Python processes, where it is installed; see install-neal.mjs. */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

// The bundle lies in .build/, one folder below the sources.
const HERE = fileURLToPath(new URL('../', import.meta.url))

/** A Python that has dwave-samplers, or undefined. */
export function findPython(): string | undefined {
  const candidates = [process.env.QAAS_PYTHON, `${HERE}.venv/bin/python`, 'python3']
  return candidates.find(
    (python) =>
      python !== undefined &&
      (python === 'python3' || existsSync(python)) &&
      spawnSync(python, ['-c', 'import dwave.samplers, dimod'], { stdio: 'ignore' }).status === 0,
  )
}

export interface NealRun {
  readonly seed: number
  readonly energy: number
  /** CPU seconds of the sweeps alone. */
  readonly kernelCpu: number
  /** neal's own clock around its kernel. */
  readonly kernelWall: number
  /** CPU seconds of the whole call, preparation in Python included. */
  readonly callCpu: number
  readonly callWall: number
  /** Variables at 1 in the best state; only of large BINARY models. */
  readonly ones?: readonly number[]
}

export async function runNeal(
  python: string,
  {
    file,
    sweeps,
    reads = 1,
    seeds,
    betaRange,
  }: {
    file: string
    sweeps: number
    reads?: number
    seeds: readonly number[]
    betaRange: readonly [number, number]
  },
): Promise<NealRun[]> {
  const args = [`${HERE}neal.py`, file, String(sweeps), String(reads), seeds.join(','), betaRange.join(',')]
  const { stdout } = await promisify(execFile)(python, args, { maxBuffer: 2 ** 28 })
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as NealRun)
}
