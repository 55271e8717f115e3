// Installs llama.cpp's own server (Python package xllamacpp, prebuilt) beside this file: node test/peers/install.mjs
// The tests against it are skipped where it is absent.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const venv = fileURLToPath(new URL('.venv', import.meta.url))
const run = (program, ...args) => {
  const { status } = spawnSync(program, args, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
run('python3', '-m', 'venv', venv)
run(
  `${venv}/bin/pip`,
  'install',
  '--quiet',
  '--only-binary',
  ':all:',
  'xllamacpp==2026.10.11549',
  'gguf==0.19.0',
)
