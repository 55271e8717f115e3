/** The contract of the Bus port; every adapter runs it. */
import { describe, expect, test } from 'vitest'
import type { Bus, Delivery } from '../../src/bus/bus.ts'

/** Pattern, subject, whether it matches: the table a NATS server agrees with. */
const MATCHES: readonly (readonly [string, string, boolean])[] = [
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', 'a.b', false],
  ['a.b', 'a.b', true],
  ['a.b', 'a', false],
  ['a.b', 'a.b.c', false],
  ['*', 'a', true],
  ['*', 'a.b', false],
  ['a.*', 'a.b', true],
  ['a.*', 'a', false],
  ['a.*', 'a.b.c', false],
  ['a.*', 'b.b', false],
  ['*.b', 'a.b', true],
  ['*.b', 'a.c', false],
  ['*.*', 'a.b', true],
  ['*.*', 'a', false],
  ['*.*', 'a.b.c', false],
  ['a.*.c', 'a.b.c', true],
  ['a.*.c', 'a.b.d', false],
  ['a.*.c', 'a.c', false],
  ['>', 'a', true],
  ['>', 'a.b.c', true],
  ['a.>', 'a.b', true],
  ['a.>', 'a.b.c.d', true],
  ['a.>', 'a', false],
  ['a.>', 'b.a', false],
  ['*.>', 'a.b', true],
  ['*.>', 'a', false],
  ['a.*.>', 'a.b.c', true],
  ['a.*.>', 'a.b', false],
]

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export function busConformance(name: string, create: () => Bus): void {
  describe(`the bus contract: ${name}`, () => {
    test.each(MATCHES)('pattern %s against subject %s: %s', async (pattern, subject, matches) => {
      const bus = create()
      let got = 0
      bus.subscribe(pattern, () => void (got += 1))
      bus.publish(subject, null)
      await pause(5)
      expect(got).toBe(matches ? 1 : 0)
    })

    test('a request is answered, one to nobody fails at once, one to the silent fails in time', async () => {
      const bus = create()
      bus.subscribe('double', ({ data, reply }) => bus.publish(reply!, (data as number) * 2) as undefined)
      bus.subscribe('silent', () => undefined)
      expect(await bus.request('double', 21, { timeoutMs: 1000 })).toBe(42)
      const nobody = bus.request('nobody', 1, { timeoutMs: 60_000 })
      await expect(nobody).rejects.toMatchObject({ data: { reason: 'no-responders' } })
      await expect(bus.request('silent', 1, { timeoutMs: 20 })).rejects.toMatchObject({
        data: { reason: 'timeout' },
      })
    })

    test('a queue group gets each message once, shared among its members; others get all', async () => {
      const bus = create()
      const got = { one: 0, two: 0, plain: 0 }
      bus.subscribe('s', () => void (got.one += 1), { queueGroup: 'g' })
      bus.subscribe('s', () => void (got.two += 1), { queueGroup: 'g' })
      bus.subscribe('s', () => void (got.plain += 1))
      for (let k = 0; k < 10; k++) bus.publish('s', k)
      await pause(5)
      expect(got.plain).toBe(10)
      expect(got.one + got.two).toBe(10)
      expect(Math.min(got.one, got.two)).toBeGreaterThan(0)
    })

    test('a slow consumer holds at most its credits, loses only its own overflow, and delays nobody', async () => {
      const bus = create()
      let running = 0
      let most = 0
      const slow = bus.subscribe(
        's',
        async () => {
          most = Math.max(most, ++running)
          await pause(30)
          running -= 1
        },
        { maxInFlight: 2, maxWaiting: 3 },
      )
      let fast = 0
      bus.subscribe('s', () => void (fast += 1))
      for (let k = 0; k < 20; k++) bus.publish('s', k)
      await pause(10)
      expect(fast).toBe(20)
      expect(most).toBe(2)
      expect(slow.dropped).toBeGreaterThan(0)
    })

    test('messages of one publisher on one subject keep their order where the bus says so', async () => {
      const bus = create()
      if (!bus.capabilities.ordered) return
      const got: unknown[] = []
      bus.subscribe('s', ({ data }) => void got.push(data))
      for (let k = 0; k < 100; k++) bus.publish('s', k)
      await pause(5)
      expect(got).toEqual(Array.from({ length: 100 }, (_, k) => k))
    })

    test('after unsubscribing nothing more arrives', async () => {
      const bus = create()
      let got = 0
      const subscription = bus.subscribe('s', () => void (got += 1))
      bus.publish('s', 1)
      await pause(5)
      subscription.unsubscribe()
      bus.publish('s', 2)
      await pause(5)
      expect(got).toBe(1)
    })

    test('10,000 subscribed subjects do not disturb one request', async () => {
      const bus = create()
      for (let k = 0; k < 10_000; k++)
        bus.subscribe(`agent.${k}.run`, ({ reply }) => bus.publish(reply!, k) as undefined)
      expect(await bus.request('agent.7777.run', null, { timeoutMs: 1000 })).toBe(7777)
    })

    test('malformed subjects and patterns are refused by name', () => {
      const bus = create()
      for (const subject of ['', '.', 'a..b', 'a b', 'a.*', 'a.>', 'é', Array(17).fill('a').join('.')])
        expect(() => bus.publish(subject, 1)).toThrow(/subject/)
      for (const pattern of ['', 'a.>.b', 'a*', '>a', 'a..b'])
        expect(() => bus.subscribe(pattern, () => undefined)).toThrow(/pattern/)
    })

    test('a work queue hands out by credits, again after a nak or a missed ack, and never after an ack', async () => {
      const queue = create().work('w', { ackWaitMs: 30 })
      queue.push([1, 2, 3].map((data) => ({ data })))
      const [one, two] = (await queue.pull(2, 0)) as [Delivery, Delivery]
      expect([one.data, two.data, queue.waiting]).toEqual([1, 2, 1])
      one.ack()
      two.nak(5)
      const [three] = (await queue.pull(1, 0)) as [Delivery]
      three.term()
      const [again] = (await queue.pull(5, 100)) as [Delivery]
      expect([again.data, again.attempt]).toEqual([2, 2])
      const [missed] = (await queue.pull(5, 200)) as [Delivery]
      expect([missed.data, missed.attempt]).toEqual([2, 3])
      missed.ack()
      expect(await queue.pull(5, 60)).toEqual([])
    })

    test('a work queue absorbs an item pushed twice under one id, and wakes whoever waits', async () => {
      const queue = create().work('w')
      const waiting = queue.pull(10, 1000)
      queue.push([
        { data: 'x', msgId: 'm1' },
        { data: 'x', msgId: 'm1' },
      ])
      expect(await waiting).toHaveLength(1)
      expect(await queue.pull(10, 5)).toEqual([])
    })

    test('presence tells who is there, who comes, who leaves and who falls silent', async () => {
      const bus = create()
      bus.announce('early', { n: 1 }, 10_000)
      const log: string[] = []
      bus.presence(({ id, present }) => void log.push(`${present ? '+' : '-'}${id}`))
      await pause(5)
      bus.announce('late', {}, 10_000)
      bus.announce('late', {}, 10_000)
      bus.announce('silent', {}, 10)
      bus.announce('early', {}, 0)
      await pause(40)
      expect(log).toEqual(['+early', '+late', '+silent', '-early', '-silent'])
    })
  })
}
