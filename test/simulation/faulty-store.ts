/** A store whose medium fails now and then, before or after writing, and takes its time. */
import type { Clock } from '../../src/clock/clock.ts'
import { sleep } from '../../src/clock/clock.ts'
import { QaasError } from '../../src/errors.ts'
import type { Rng } from '../../src/numeric/rng.ts'
import type { Store } from '../../src/store/store.ts'

export interface StoreFaults {
  /** Chance that an operation fails; half of the failed commits have been written all the same. */
  readonly fail: number
  readonly maxDelayMs: number
}

export function createFaultyStore(
  store: Store,
  clock: Clock,
  {
    rng,
    faults,
    onWritten,
  }: { rng: Rng; faults: () => StoreFaults; onWritten: (done: readonly number[]) => void },
): Store {
  const failure = () => new QaasError('store', 'simulated failure of the medium')
  const trouble = async (): Promise<boolean> => {
    const { fail, maxDelayMs } = faults()
    await sleep(clock, rng.nextFloat() * maxDelayMs)
    return rng.nextFloat() < fail
  }
  return {
    ...store,
    async commit(change) {
      const fails = await trouble()
      if (fails && rng.nextFloat() < 0.5) throw failure()
      const outcome = await store.commit(change)
      if (fails) throw failure()
      if (outcome === 'ok')
        onWritten((change.tasks ?? []).filter(({ kind }) => kind === 'complete').map(({ task }) => task))
      return outcome
    },
    async read(stream, from, limit) {
      if (await trouble()) throw failure()
      return store.read(stream, from, limit)
    },
    async elect(name, options) {
      if (await trouble()) throw failure()
      return store.elect(name, options)
    },
  }
}
