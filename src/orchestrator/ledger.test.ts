import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { createRng } from '../numeric/rng.ts'
import { Ledger } from './ledger.ts'

test('10,000 concurrent attempts race for one budget: never overspent, nothing lost, replay equal', async () => {
  const rng = createRng(42)
  const clock = createVirtualClock()
  const limit = 3_000_000
  const ledger = new Ledger()
  const scopes = (workflow: number) => [ledger.open('run', limit), ledger.open(`w${workflow}`, 500_000)]
  const log: (readonly ['reserve', number, number, number] | readonly ['settle', number, number])[] = []
  let charged = 0
  let refused = 0
  let disputed = 0
  for (let key = 0; key < 10_000; key++) {
    const workflow = rng.nextInt(10)
    const amount = rng.nextInt(2_000)
    // A tenth of the providers bill more than the attempt was limited to.
    const actual = rng.nextInt(10) === 0 ? amount + rng.nextInt(500) : rng.nextInt(amount + 1)
    clock.after(rng.nextFloat() * 1000, () => {
      if (!ledger.reserve(key, scopes(workflow), amount)) {
        refused += 1
        return
      }
      log.push(['reserve', key, workflow, amount])
      clock.after(rng.nextFloat() * 200, () => {
        charged += ledger.settle(key, actual)
        disputed += Math.max(0, actual - amount)
        log.push(['settle', key, actual])
      })
      const { settled, reserved } = ledger.view(0)
      expect(settled + reserved).toBeLessThanOrEqual(limit)
      expect(ledger.violations()).toEqual([])
    })
  }
  await clock.run(() => false)
  expect(refused).toBeGreaterThan(100)
  expect(ledger.view(0)).toMatchObject({ settled: charged, reserved: 0 })
  expect(ledger.disputed).toBe(disputed)
  expect(ledger.openHolds).toBe(0)

  const replayed = new Ledger()
  for (const entry of log) {
    if (entry[0] === 'settle') replayed.settle(entry[1], entry[2])
    else {
      const accounts = [replayed.open('run', limit), replayed.open(`w${entry[2]}`, 500_000)]
      expect(replayed.reserve(entry[1], accounts, entry[3])).toBe(true)
    }
  }
  expect(replayed.snapshot()).toEqual(ledger.snapshot())
})

test('a hold is taken in every account or in none', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100), { minLength: 1, maxLength: 5 }), fc.nat(120), (limits, amount) => {
      const ledger = new Ledger()
      const accounts = limits.map((limit, k) => ledger.open(`a${k}`, limit))
      const taken = ledger.reserve(1, accounts, amount)
      expect(taken).toBe(limits.every((limit) => amount <= limit))
      for (const account of accounts) expect(ledger.view(account).reserved).toBe(taken ? amount : 0)
    }),
  )
})

test('a hold is settled exactly once, and never what was not held', () => {
  const ledger = new Ledger()
  const account = ledger.open('run', 100)
  ledger.reserve(1, [account], 60)
  expect(() => ledger.reserve(1, [account], 1)).toThrow(/reserved twice/)
  expect(ledger.settle(1, 25)).toBe(25)
  expect(() => ledger.settle(1, 25)).toThrow(/settled twice/)
  expect(() => ledger.settle(2, 1)).toThrow(/never made/)
  expect(ledger.view(account)).toMatchObject({ settled: 25, reserved: 0 })
})

test('a lowered limit stops new holds and breaks no old one', () => {
  const ledger = new Ledger()
  const account = ledger.open('run', 100)
  ledger.reserve(1, [account], 60)
  ledger.setLimit(account, 50)
  expect(ledger.reserve(2, [account], 1)).toBe(false)
  ledger.settle(1, 60)
  expect(ledger.view(account).settled).toBe(60)
})
