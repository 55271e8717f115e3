/** A work queue in memory: items are handed out against credits and come back unless acknowledged in time. */
import type { Clock, Timer } from '../clock/clock.ts'
import type { Delivery, WorkQueue } from './bus.ts'

const DUPLICATE_WINDOW_MS = 120_000

interface Item {
  readonly data: unknown
  attempts: number
}

interface Puller {
  readonly credits: number
  readonly timer: Timer
  readonly resolve: (deliveries: readonly Delivery[]) => void
}

export function createWorkQueue(clock: Clock, ackWaitMs: number): WorkQueue {
  const items: Item[] = []
  const pullers: Puller[] = []
  const seen = new Map<string, number>()

  const isDuplicate = (msgId: string | undefined): boolean => {
    if (msgId === undefined) return false
    for (const [id, at] of seen) {
      if (at > clock.now() - DUPLICATE_WINDOW_MS) break
      seen.delete(id)
    }
    if (seen.has(msgId)) return true
    seen.set(msgId, clock.now())
    return false
  }
  const deliver = (item: Item): Delivery => {
    item.attempts += 1
    let timer: Timer
    let settled = false
    const giveBack = (): void => {
      items.unshift(item)
      serve()
    }
    const settle = (then: () => void): void => {
      if (settled) return
      settled = true
      timer.cancel()
      then()
    }
    const startWait = (): void => {
      timer = clock.after(ackWaitMs, () => settle(giveBack))
    }
    startWait()
    return {
      data: item.data,
      attempt: item.attempts,
      ack: () => settle(() => {}),
      term: () => settle(() => {}),
      nak: (delayMs = 0) => settle(() => void clock.after(delayMs, giveBack)),
      progress() {
        if (settled) return
        timer.cancel()
        startWait()
      },
    }
  }
  const take = (credits: number): Delivery[] => items.splice(0, credits).map(deliver)
  const serve = (): void => {
    while (items.length > 0 && pullers.length > 0) {
      const puller = pullers.shift()!
      puller.timer.cancel()
      puller.resolve(take(puller.credits))
    }
  }

  return {
    push(pushed) {
      for (const { data, msgId } of pushed) if (!isDuplicate(msgId)) items.push({ data, attempts: 0 })
      serve()
    },
    pull(credits, waitMs) {
      if (items.length > 0) return Promise.resolve(take(credits))
      return new Promise((resolve) => {
        const timer = clock.after(waitMs, () => {
          pullers.splice(
            pullers.findIndex((puller) => puller.resolve === resolve),
            1,
          )
          resolve([])
        })
        pullers.push({ credits, timer, resolve })
      })
    },
    get waiting() {
      return items.length
    },
  }
}
