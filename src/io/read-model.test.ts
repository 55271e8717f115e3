import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { createBqm } from '../formulation/bqm-builder.ts'
import { MODEL_FORMATS, type ModelFormatName, writeModel } from '../formulation/files/formats.ts'
import { readModelFile } from './read-model.ts'

const folder = mkdtempSync(join(tmpdir(), 'qaas-models-'))
afterAll(() => rmSync(folder, { recursive: true }))

function saved(name: string, content: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const readable = (Object.keys(MODEL_FORMATS) as ModelFormatName[]).filter(
  (name) => MODEL_FORMATS[name].read !== undefined && MODEL_FORMATS[name].extensions.length > 0,
)
const cut = { vartype: 'SPIN', linear: [0, 0], quadratic: [[0, 1, 1]] as const, offset: -1 } as const
const qubo = { vartype: 'BINARY', linear: [1, -2], quadratic: [[0, 1, 3]] as const } as const

test.each(readable)('a packed %s file is read like the plain one', async (name) => {
  const bqm = createBqm(name === 'g-set' ? cut : name === 'lp' ? { ...qubo, labels: ['x', 'y'] } : qubo)
  const content = writeModel(name, { kind: 'bqm', bqm })
  const file = `model.${MODEL_FORMATS[name].extensions[0]}`
  const plain = await readModelFile(saved(file, Buffer.from(content)))
  const packed = await readModelFile(saved(`${file}.gz`, gzipSync(content)))
  expect(packed).toEqual(plain)
})

test.each(readable)('a gzip bomb called %s is refused before it is unpacked', async (name) => {
  const path = saved(`bomb.${MODEL_FORMATS[name].extensions[0]}.gz`, BOMB)
  await expect(readModelFile(path)).rejects.toMatchObject({
    code: 'too-large',
    message: expect.stringMatching(/unpacks to more than \d+ bytes from \d{5}\nMaybe .*gunzip/),
  })
})

/** 40 MiB of "0" in 40 kB. */
const BOMB = gzipSync(Buffer.alloc(40 << 20, '0'))

test('packed text is cut off at 32 times its size, packed bytes at 256 times, small files at 8 and 32 MiB', async () => {
  const path = saved('zeros.coo.gz', gzipSync(Buffer.alloc(9 << 20, '0 0 0\n')))
  await expect(readModelFile(path)).rejects.toThrow(/more than 8388608 bytes/)
  const bytes = saved('zeros.bqm.gz', gzipSync(Buffer.alloc(9 << 20)))
  await expect(readModelFile(bytes)).rejects.toThrow(/does not start with DIMODBQM/)
})
