// Bundles a benchmark of several threads together with the worker they run, and starts it; used by the run.mjs files.
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'

const worker = fileURLToPath(new URL('../src/platform/worker.ts', import.meta.url))

/**
 * @param {string} folder URL of the benchmark's folder, with a slash at its end; the bundle goes to .build/ below it
 * @param {readonly string[]} programs names of its programs, without ".ts"
 * @param {string} program the one to start
 */
export async function launch(folder, programs, program) {
  const here = fileURLToPath(folder)
  await import('../kernels/build.mjs')
  await build({
    config: false,
    entry: { ...Object.fromEntries(programs.map((name) => [name, `${here}${name}.ts`])), worker },
    outDir: `${here}.build`,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    dts: false,
    fixedExtension: true,
    hash: false,
    logLevel: 'error',
  })
  await import(new URL(`.build/${program}.mjs`, folder).href)
}
