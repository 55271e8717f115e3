import { chmodSync, linkSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli, scratchFolder } from '../../test/e2e/run-cli.ts'
import { writeTextFile } from '../io/write-file.ts'
import { checkOutputs } from './output-files.ts'

const folder = scratchFolder()
const file = (name: string, text = 'old'): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

test('an output that is an input or another output is refused, by whatever name', async () => {
  const instance = file('a.yaml')
  symlinkSync(instance, join(folder, 'link.yaml'))
  const over = (out: string, html?: string) =>
    checkOutputs({ inputs: { 'the instance': instance }, outputs: { '--out': out, '--html': html } })
  await expect(over(instance)).rejects.toThrow('--out would write over the instance')
  await expect(over(join(folder, 'link.yaml'))).rejects.toThrow('--out would write over the instance')
  await expect(over(join(folder, '.', 'x.json'), join(folder, 'x.json'))).rejects.toThrow(
    '--html would write over --out',
  )
  await over(join(folder, 'x.json'), join(folder, 'x.html'))
})

test('what is written through a link lands behind it, with the mode it had', async () => {
  const target = file('target.json')
  chmodSync(target, 0o640)
  symlinkSync(target, join(folder, 'link.json'))
  await writeTextFile(join(folder, 'link.json'), 'new')
  expect(lstatSync(join(folder, 'link.json')).isSymbolicLink()).toBe(true)
  expect(readFileSync(target, 'utf8')).toBe('new')
  expect(statSync(target).mode & 0o777).toBe(0o640)
})

test('a file under a second name keeps its old content there', async () => {
  const first = file('first.json')
  linkSync(first, join(folder, 'second.json'))
  await writeTextFile(first, 'new')
  expect(readFileSync(join(folder, 'second.json'), 'utf8')).toBe('old')
})

test('without a plan the file of an older one stays as it is', async () => {
  const instance = file(
    'none.yaml',
    'version: 1\nagents: [{ id: a, quality: 0.1 }]\ntasks: [{ id: t, minQuality: 0.9 }]\n',
  )
  const kept = file('kept.json')
  const { code, stderr } = await runCli(['plan', instance, '-o', kept])
  expect(code).toBe(1)
  expect(stderr).toContain('is not written: there is no plan')
  expect(readFileSync(kept, 'utf8')).toBe('old')
})

test('a command named like a member of every object is unknown', async () => {
  for (const name of ['toString', '__proto__', 'constructor']) {
    const { code, stderr } = await runCli([name])
    expect(code).toBe(2)
    expect(stderr).toContain(`there is no command "${name}"`)
  }
})
