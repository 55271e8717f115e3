// Installs dwave-samplers, the optional peer of the sampler benchmark, into a virtual environment of its own.
// The interpreter is QAAS_PYTHON, else python3. Run: node benchmarks/samplers/install-neal.mjs
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('./.venv/', import.meta.url))
const interpreter = process.env.QAAS_PYTHON ?? 'python3'
const steps = [
  [interpreter, ['-m', 'venv', folder]],
  [`${folder}bin/python`, ['-m', 'pip', 'install', '--quiet', 'dwave-samplers==1.8.0', 'dimod', 'numpy']],
  [
    `${folder}bin/python`,
    ['-c', 'import dwave.samplers, dimod; print("dwave-samplers with dimod", dimod.__version__)'],
  ],
]
for (const [command, args] of steps) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (error || status !== 0) {
    console.error(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`)
    process.exit(1)
  }
}
