// Bundles the benchmark with its worker and runs it. Run: node benchmarks/samplers/run.mjs [--cases pm,gauss,...]
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'

const here = fileURLToPath(new URL('./', import.meta.url))
await import('../../kernels/build.mjs')
await build({
  config: false,
  entry: {
    main: `${here}main.ts`,
    'g-set': `${here}g-set.ts`,
    worker: fileURLToPath(new URL('../../src/platform/worker.ts', import.meta.url)),
  },
  outDir: `${here}.build`,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  dts: false,
  fixedExtension: true,
  hash: false,
  logLevel: 'error',
})
const program = process.argv.includes('--g-set') ? 'g-set' : 'main'
await import(`./.build/${program}.mjs`)
