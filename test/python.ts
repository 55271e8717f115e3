/** The Python of the optional tests: `QAAS_PYTHON`, else the environment of the sampler benchmark, else python3. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Made by `node benchmarks/samplers/install-neal.mjs`. */
const ENVIRONMENT: string = fileURLToPath(new URL('../benchmarks/samplers/.venv/bin/python', import.meta.url))

export const PYTHON: string = process.env.QAAS_PYTHON ?? (existsSync(ENVIRONMENT) ? ENVIRONMENT : 'python3')

/** Whether that Python is there and has the module; without it the tests of it are skipped. */
export function hasPythonModule(name: string): boolean {
  return spawnSync(PYTHON, ['-c', `import ${name}`], { stdio: 'ignore' }).status === 0
}

/** What a script prints. @throws Error with what it wrote to standard error when it fails */
export function runPython(args: readonly string[], input = ''): string {
  const { stdout, stderr, status, error } = spawnSync(PYTHON, ['-W', 'ignore', ...args], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (error || status !== 0) throw error ?? new Error(stderr)
  return stdout
}
