#!/usr/bin/env node
// Starts the command line; in a fresh clone it first builds the package once.
import { existsSync } from 'node:fs'

const cli = new URL('../dist/cli.mjs', import.meta.url)
if (!existsSync(cli)) {
  process.stderr.write('qaas: first run from a clone, building once ...\n')
  await import('../scripts/build.mjs')
}
const { main } = await import(cli.href)
await main(process.argv.slice(2))
