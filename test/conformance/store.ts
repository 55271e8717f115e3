/** The contract of the Store port; every adapter runs it. `open` opens the same store again when called twice. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Store } from '../../src/store/store.ts'

export interface StoreFixture {
  /** A fresh, empty store. */
  readonly create: () => Promise<Store>
  /** A second connection to the store made last, as another process has it; absent where there is none. */
  readonly reopen?: () => Promise<Store>
}

const lease = (task: number, fence: number, until = 1000) =>
  ({ kind: 'lease', task, fence, owner: 'a', until }) as const

export function storeConformance(name: string, { create, reopen }: StoreFixture): void {
  describe(`the store contract: ${name}`, () => {
    let store: Store
    beforeEach(async () => {
      store = await create()
    })
    afterEach(() => store.close())

    test('64 writers that enqueue the same tasks make each task once', async () => {
      const tasks = Array.from({ length: 50 }, (_, task) => ({ kind: 'enqueue', task }) as const)
      await Promise.all(Array.from({ length: 64 }, () => store.commit({ queue: 'q', tasks })))
      expect(await store.tasks('q')).toHaveLength(50)
    })

    test('no task is claimed twice by racing claimers, and fences start at 1', async () => {
      const tasks = Array.from({ length: 500 }, (_, task) => ({ kind: 'enqueue', task }) as const)
      await store.commit({ queue: 'q', tasks })
      const claims = await Promise.all(
        Array.from({ length: 80 }, (_, k) =>
          store.claim('q', { owner: `w${k}`, max: 7, now: 0, until: 100 }),
        ),
      )
      const all = claims.flat()
      expect(new Set(all.map(({ task }) => task)).size).toBe(500)
      expect(all.every(({ fence }) => fence === 1)).toBe(true)
    })

    test('claims take the highest priority first, then the lowest number, and skip tasks not yet due', async () => {
      await store.commit({
        queue: 'q',
        tasks: [
          { kind: 'enqueue', task: 1 },
          { kind: 'enqueue', task: 2, priority: 5 },
          { kind: 'enqueue', task: 3, priority: 9, notBefore: 50 },
          { kind: 'enqueue', task: 4, priority: 5 },
        ],
      })
      const claim = (now: number, max: number) => store.claim('q', { owner: 'w', max, now, until: 100 })
      expect((await claim(0, 2)).map(({ task }) => task)).toEqual([2, 4])
      expect((await claim(60, 9)).map(({ task }) => task)).toEqual([3, 1])
    })

    test('the fence strictly grows over lease, return, expiry and lease again', async () => {
      expect(await store.commit({ queue: 'q', tasks: [lease(1, 1)] })).toBe('ok')
      expect(await store.commit({ queue: 'q', tasks: [{ kind: 'return', task: 1, fence: 1 }] })).toBe('ok')
      expect(await store.commit({ queue: 'q', tasks: [lease(1, 1)] })).toBe('stale')
      expect(await store.commit({ queue: 'q', tasks: [lease(1, 2, 10)] })).toBe('ok')
      expect(await store.sweep('q', 20, 99)).toEqual([1])
      expect(await store.claim('q', { owner: 'w', max: 1, now: 0, until: 99 })).toEqual([
        { task: 1, fence: 3 },
      ])
    })

    test('a change of many alike steps is whole or refused, wherever the step that does not fit stands', async () => {
      const all = Array.from({ length: 200 }, (_, task) => task)
      const leases = all.map((task) => lease(task, 1))
      const done = all.map((task) => ({ kind: 'complete', task, fence: 1, result: `"${task}"` }) as const)
      // Tasks that are known already can be leased among new ones.
      await store.commit({ queue: 'q', tasks: [70, 130].map((task) => ({ kind: 'enqueue', task }) as const) })
      expect(await store.commit({ queue: 'q', tasks: [...leases, lease(40, 1)] })).toBe('stale')
      expect((await store.tasks('q')).map(({ status }) => status)).toEqual(['ready', 'ready'])
      expect(await store.commit({ queue: 'q', tasks: [...leases, ...done.slice(0, 150)] })).toBe('ok')
      expect(await store.commit({ queue: 'q', tasks: done.slice(100) })).toBe('duplicate')
      const twice = [...done.slice(150), done[160]!]
      expect(await store.commit({ queue: 'q', tasks: twice })).toBe('duplicate')
      const foreign = done.slice(150).map((step) => (step.task === 199 ? { ...step, fence: 2 } : step))
      expect(await store.commit({ queue: 'q', tasks: foreign })).toBe('stale')
      expect((await store.tasks('q')).filter(({ status }) => status === 'done')).toHaveLength(150)
      expect(await store.commit({ queue: 'q', tasks: done.slice(150) })).toBe('ok')
      for (const task of [0, 63, 64, 127, 149, 150, 199])
        expect(await store.result('q', task)).toBe(`"${task}"`)
    })

    test('an old fence can neither complete, return nor renew once the lease was swept', async () => {
      await store.commit({ queue: 'q', tasks: [lease(1, 1, 10)] })
      await store.sweep('q', 11, 99)
      for (const kind of ['complete', 'return'] as const)
        expect(await store.commit({ queue: 'q', tasks: [{ kind, task: 1, fence: 1 }] })).toBe('stale')
      expect(
        await store.commit({ queue: 'q', tasks: [{ kind: 'renew', task: 1, fence: 1, until: 99 }] }),
      ).toBe('stale')
    })

    test('renewing keeps a lease from being swept, and sweeping leaves live leases alone', async () => {
      await store.commit({ queue: 'q', tasks: [lease(1, 1, 10), lease(2, 1, 10)] })
      await store.commit({ queue: 'q', tasks: [{ kind: 'renew', task: 1, fence: 1, until: 50 }] })
      expect(await store.sweep('q', 20, 99)).toEqual([2])
    })

    test('completing twice is a duplicate and keeps the first result', async () => {
      await store.commit({ queue: 'q', tasks: [lease(1, 1)] })
      const complete = (result: string) =>
        store.commit({ queue: 'q', tasks: [{ kind: 'complete', task: 1, fence: 1, result }] })
      expect([await complete('one'), await complete('two')]).toEqual(['ok', 'duplicate'])
      expect(await store.result('q', 1)).toBe('one')
    })

    test('a closed task can no longer be leased, a done task no longer be closed', async () => {
      await store.commit({ queue: 'q', tasks: [{ kind: 'close', task: 1, fence: 0 }, lease(2, 1)] })
      expect(await store.commit({ queue: 'q', tasks: [lease(1, 1)] })).toBe('stale')
      await store.commit({ queue: 'q', tasks: [{ kind: 'complete', task: 2, fence: 1 }] })
      expect(await store.commit({ queue: 'q', tasks: [{ kind: 'close', task: 2, fence: 1 }] })).toBe('stale')
      expect((await store.tasks('q')).map(({ status }) => status)).toEqual(['closed', 'done'])
    })

    test('a change is written whole or not at all, whichever part is refused', async () => {
      await store.commit({ accounts: [{ account: 'a', reserve: 0, settle: 0, limit: 10 }] })
      const parts = {
        queue: 'q',
        append: { stream: 's', events: ['1'] },
        puts: [{ key: 'k', value: 'v' }],
        accounts: [{ account: 'a', reserve: 5, settle: 0 }],
        tasks: [lease(1, 1)],
      }
      const refused = [
        await store.commit({ ...parts, append: { stream: 's', events: ['1'], expect: 7 } }),
        await store.commit({ ...parts, puts: [{ key: 'k', value: 'v', expect: 3 }] }),
        await store.commit({ ...parts, accounts: [{ account: 'a', reserve: 11, settle: 0 }] }),
        await store.commit({ ...parts, tasks: [lease(1, 1), lease(2, 9)] }),
        await store.commit({ ...parts, leadership: { name: 'l', term: 1 } }),
      ]
      expect(refused).toEqual(['conflict', 'conflict', 'over-budget', 'stale', 'superseded'])
      expect(await store.length('s')).toBe(0)
      expect(await store.get('k')).toBeUndefined()
      expect((await store.account('a')).reserved).toBe(0)
      expect(await store.tasks('q')).toEqual([])
      expect(await store.commit(parts)).toBe('ok')
    })

    test('changes of one turn succeed or fail one by one', async () => {
      const outcomes = await Promise.all([
        store.commit({ append: { stream: 's', events: ['"a"'], expect: 0 } }),
        store.commit({ append: { stream: 's', events: ['"b"'], expect: 0 } }),
        store.commit({ append: { stream: 's', events: ['"c"'], expect: 1 } }),
      ])
      expect(outcomes).toEqual(['ok', 'conflict', 'ok'])
      expect(await store.read('s', 0)).toEqual(['"a"', '"c"'])
    })

    test('a stream is read in order from any position, and a reader resumes where it stopped', async () => {
      for (let k = 0; k < 20; k++)
        await store.commit({
          append: { stream: 's', events: [`{"n":${3 * k}}`, `{"n":${3 * k + 1}}`, `{"n":${3 * k + 2}}`] },
        })
      expect(await store.length('s')).toBe(60)
      const seen: string[] = []
      while (seen.length < 60) seen.push(...(await store.read('s', seen.length, 7)))
      expect(seen.map((text) => (JSON.parse(text) as { n: number }).n)).toEqual(
        Array.from({ length: 60 }, (_, n) => n),
      )
      expect(await store.read('s', 58)).toEqual(['{"n":58}', '{"n":59}'])
      expect(await store.read('other', 0)).toEqual([])
    })

    test('an account never holds more than its limit however many reserve at once', async () => {
      await store.commit({ accounts: [{ account: 'a', reserve: 0, settle: 0, limit: 100 }] })
      const outcomes = await Promise.all(
        Array.from({ length: 40 }, () =>
          store.commit({ accounts: [{ account: 'a', reserve: 7, settle: 0 }] }),
        ),
      )
      expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(14)
      await store.commit({ accounts: [{ account: 'a', reserve: -7, settle: 3 }] })
      expect(await store.account('a')).toEqual({ settled: 3, reserved: 91, limit: 100 })
    })

    test('two leaders never hold the same term, and the old term can no longer write', async () => {
      const elect = (holder: string, now: number) => store.elect('run', { holder, now, ttlMs: 10 })
      const first = await elect('one', 0)
      expect(first).toMatchObject({ elected: true, leader: { term: 1 } })
      expect(await elect('two', 5)).toMatchObject({ elected: false, leader: { holder: 'one' } })
      expect(await elect('one', 9)).toMatchObject({ elected: true, leader: { term: 1, until: 19 } })
      expect(await elect('two', 20)).toMatchObject({ elected: true, leader: { term: 2 } })
      const write = (term: number) =>
        store.commit({ leadership: { name: 'run', term }, append: { stream: 's', events: ['1'] } })
      expect([await write(1), await write(2)]).toEqual(['superseded', 'ok'])
    })

    test('a leadership from a clock that was set back since does not last', async () => {
      await store.elect('run', { holder: 'one', now: 3_600_000, ttlMs: 10 })
      expect(await store.elect('run', { holder: 'two', now: 5, ttlMs: 10 })).toMatchObject({
        elected: true,
        leader: { term: 2 },
      })
    })

    test('a dead leader is displaced by its term, a resigned one at once', async () => {
      await store.elect('run', { holder: 'one', now: 0, ttlMs: 1000 })
      expect(await store.elect('run', { holder: 'two', now: 1, ttlMs: 1000, replacing: 9 })).toMatchObject({
        elected: false,
      })
      expect(await store.elect('run', { holder: 'two', now: 1, ttlMs: 1000, replacing: 1 })).toMatchObject({
        elected: true,
        leader: { term: 2 },
      })
      await store.resign('run', 1)
      expect((await store.elect('run', { holder: 'three', now: 2, ttlMs: 1000 })).elected).toBe(false)
      expect(await store.leader('run')).toMatchObject({ term: 2, holder: 'two' })
      expect(await store.leader('nobody')).toBeUndefined()
      await store.resign('run', 2)
      expect(await store.elect('run', { holder: 'three', now: 2, ttlMs: 10 })).toMatchObject({
        leader: { term: 3 },
      })
    })

    test('keys hold text and bytes with a revision, and are listed by prefix', async () => {
      await store.commit({ puts: [{ key: 'run/a', value: 'x', expect: 0 }] })
      await store.commit({ puts: [{ key: 'run/a', value: Uint8Array.of(1, 2, 255), expect: 1 }] })
      await store.commit({
        puts: [
          { key: 'run/b', value: 'y' },
          { key: 'ruin', value: 'z' },
        ],
      })
      const pair = (await store.get('run/a'))!
      expect([...(pair.value as Uint8Array)]).toEqual([1, 2, 255])
      expect(pair.revision).toBe(2)
      expect(await store.keys('run/')).toEqual(['run/a', 'run/b'])
    })

    test.skipIf(reopen === undefined)('what one process wrote another reads at once', async () => {
      await store.commit({ queue: 'q', tasks: [lease(4, 1)], append: { stream: 's', events: ['1'] } })
      const other = await reopen!()
      expect(await other.read('s', 0)).toEqual(['1'])
      expect(await other.commit({ queue: 'q', tasks: [{ kind: 'complete', task: 4, fence: 1 }] })).toBe('ok')
      await other.close()
      expect((await store.tasks('q'))[0]!.status).toBe('done')
    })
  })
}
