// Builds the whole project from a clone: WebAssembly kernels first, then the package in dist/.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
await import('../kernels/build.mjs')
const bundler = fileURLToPath(new URL('../node_modules/tsdown/dist/run.mjs', import.meta.url))
const { status } = spawnSync(process.execPath, [bundler, '--logLevel', 'error'], {
  cwd: root,
  stdio: 'inherit',
})
process.exitCode = status ?? 1
