/** What everything in one simulation shares: its time, its chance, its work, and when faults happen. */
import type { VirtualClock } from '../../src/clock/virtual-clock.ts'
import type { Rng } from '../../src/numeric/rng.ts'
import type { Workload } from './workload.ts'

/** Faults happen until then; what is left must end in bounded time without them. */
export const FAULTS_UNTIL_MS = 30_000
export const LEASE_MS = 2_000
export const CONCURRENCY = 2
export const RUN_ID = 'sim'

export interface World {
  readonly clock: VirtualClock
  readonly rng: Rng
  readonly workload: Workload
  /** Nano-dollars that providers really billed, written down where nobody else looks. */
  billedNano: number
  /** True once the run has ended as far as its orchestrator says. */
  over: boolean
  faulty(): boolean
}
