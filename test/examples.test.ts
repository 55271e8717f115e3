/** The examples of the documentation, run as the documentation says. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../', import.meta.url))

test.each([
  ['plan-a-team.ts', /^optimal \{[\s\S]*\[ 'haiku-0', 'opus' \]\n$/],
  [
    'plan-again.ts',
    /^proven 0\.7200 0\.7200\none more task slot in pool "haiku" would save up to \$0\.04\noptimal 0\.6800 0 moved\n36 placed for 0\.72\n$/,
  ],
])('examples/%s prints what it should', (name, output) => {
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', `examples/${name}`], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(stderr).not.toMatch(/error/i)
  expect(stdout).toMatch(output)
})
