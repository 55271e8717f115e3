import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { expect, test } from 'vitest'
import { storeConformance } from '../../test/conformance/store.ts'
import { realClock } from '../clock/real-clock.ts'
import { openSqliteStore } from './sqlite-store.ts'

let path = ''
const open = async () => openSqliteStore(path, { clock: realClock })
const fresh = () => {
  path = join(mkdtempSync(join(tmpdir(), 'qaas-store-')), 'state.db')
}

storeConformance('sqlite', {
  create: () => {
    fresh()
    return open()
  },
  reopen: open,
})

test('changes of one turn share one commit', async () => {
  fresh()
  const commits: number[] = []
  const store = openSqliteStore(path, {
    clock: realClock,
    onCommit: ({ changes }) => void commits.push(changes),
  })
  await Promise.all(
    Array.from({ length: 300 }, (_, k) => store.commit({ append: { stream: 's', events: [`${k}`] } })),
  )
  await store.close()
  expect(commits.filter((changes) => changes > 0)).toEqual([300])
})

test('a log row altered below SQLite is found by its checksum', async () => {
  fresh()
  const store = await open()
  for (const n of [1, 2, 3]) await store.commit({ append: { stream: 's', events: [`{"usd":${n}}`] } })
  await store.close()
  const database = new Database(path)
  database.exec(`update segment set body = '[{"usd":9}]' where first = 1`)
  database.close()
  const again = await open()
  await expect(again.read('s', 0)).rejects.toThrow(
    /damaged: events from 1 of "s" do not match their checksum/,
  )
  await again.close()
})

test('a lost log row is found', async () => {
  fresh()
  const store = await open()
  for (const n of [1, 2, 3]) await store.commit({ append: { stream: 's', events: [`${n}`] } })
  await store.close()
  const database = new Database(path)
  database.exec('delete from segment where first = 1')
  database.close()
  const again = await open()
  await expect(again.read('s', 0)).rejects.toThrow(/damaged: events 1 to 1 of "s" are missing/)
  await again.close()
})

test('a file with a torn page is refused with advice, not repaired by guessing', async () => {
  fresh()
  const store = await open()
  for (let n = 0; n < 200; n++)
    await store.commit({ append: { stream: 's', events: [JSON.stringify('x'.repeat(500))] } })
  await store.close()
  const bytes = readFileSync(path)
  for (let at = 8192; at < bytes.length; at += 4096) bytes.fill(0xa5, at, at + 64)
  writeFileSync(path, bytes)
  await expect(open()).rejects.toThrow(/damaged|malformed/)
})

test('a file that is no database, a missing folder and a newer version each have their own words', async () => {
  fresh()
  writeFileSync(path, 'not a database at all, but long enough to look like one '.repeat(99))
  await expect(open()).rejects.toThrow(/is damaged.*\nMaybe restore it/s)
  path = join(path, '..', 'no', 'such', 'state.db')
  await expect(open()).rejects.toThrow(/cannot be written.*\nMaybe its folder is missing/s)
  fresh()
  await (await open()).close()
  const database = new Database(path)
  database.exec('pragma user_version = 99')
  database.close()
  await expect(open()).rejects.toThrow(/newer QAAS \(version 99\)/)
})

test('a full medium refuses the commit, keeps what was committed and works again when there is room', async () => {
  fresh()
  const store = await open()
  await store.commit({ append: { stream: 's', events: ['1'] } })
  await store.close()
  const limited = new Database(path)
  const [{ page_count: pages }] = limited.prepare('pragma page_count').all() as [{ page_count: number }]
  limited.close()
  const full = openSqliteStore(path, { clock: realClock, maxPages: pages + 4 })
  const big = JSON.stringify('x'.repeat(200_000))
  await expect(full.commit({ append: { stream: 's', events: [big] } })).rejects.toThrow(/has no room left/)
  expect(await full.length('s')).toBe(1)
  await full.close()
  const roomy = await open()
  expect(await roomy.commit({ append: { stream: 's', events: [big] } })).toBe('ok')
  await roomy.close()
})
