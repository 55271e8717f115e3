/** Bundles one TypeScript file into one that node starts at once, for tests that need many processes of their own. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsdown'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Bundle {
  /** What to give to node. */
  readonly file: string
  remove(): void
}

/** Lies inside the repository, so that packages are found from it. */
export async function bundle(entry: string): Promise<Bundle> {
  // The folder of runs is ignored by git and by the linter.
  mkdirSync(join(ROOT, '.qaas'), { recursive: true })
  const folder = mkdtempSync(join(ROOT, '.qaas', 'test-'))
  await build({
    config: false,
    entry: { main: entry },
    outDir: folder,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    fixedExtension: true,
    hash: false,
    dts: false,
    clean: false,
    logLevel: 'error',
    external: ['@opentelemetry/sdk-trace-node'],
  })
  return {
    file: join(folder, 'main.mjs'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

export const harnessFile = (name: string): string => join(ROOT, 'test', 'harness', basename(name))
