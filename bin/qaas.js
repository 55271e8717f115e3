#!/usr/bin/env node
// Starts the command line; in a fresh clone it first builds the package once.
import { existsSync } from 'node:fs'

// From the first moment on; a command that listens itself has the say. It stays, so that no signal falls between two.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    if (process.listenerCount(signal) > 1) return
    process.stderr.write('interrupted\n')
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })

const cli = new URL('../dist/cli.mjs', import.meta.url)
if (!existsSync(cli)) {
  process.stderr.write('qaas: first run from a clone, building once ...\n')
  await import('../scripts/build.mjs')
}
const { main } = await import(cli.href)
await main(process.argv.slice(2))
