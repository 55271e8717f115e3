/**
 * The budget that all runs of one store share. Its account lives in the store and changes in the same commit as the
 * events of a run, so it is always the exact sum of all runs. What is read here may be a moment old: the store
 * refuses a commit that would overspend, and the run then starts over from its log.
 */
import type { Account, Store } from '../store/store.ts'

export const SHARED_ACCOUNT = 'budget'
/** Where runs on simulated agents book: money that nobody pays has no limit and takes nothing from those that pay. */
const SIMULATED_ACCOUNT = 'budget of simulated runs'

/** The account that runs of this kind share. */
export function sharedAccountOf({ simulate }: { readonly simulate?: unknown }): string {
  return simulate === undefined ? SHARED_ACCOUNT : SIMULATED_ACCOUNT
}

/** Sets the limit of all runs together, in nano-dollars; Infinity takes it away. Lowering it stops new attempts only. */
export async function setSharedBudget(store: Store, limit: number): Promise<void> {
  await store.commit({ accounts: [{ account: SHARED_ACCOUNT, reserve: 0, settle: 0, limit }] })
}

export class SharedBudget {
  readonly #store: Store
  readonly #name: string
  #account: Account = { settled: 0, reserved: 0, limit: Infinity }

  constructor(store: Store, name: string) {
    this.#store = store
    this.#name = name
  }

  async refresh(): Promise<void> {
    this.#account = await this.#store.account(this.#name)
  }

  /** What is free beside `uncommitted`, the money this run has taken since its last commit. */
  free(uncommitted: number): number {
    const { settled, reserved, limit } = this.#account
    return limit - settled - reserved - uncommitted
  }

  /** What other runs hold and may give back, when this one holds `own`. */
  heldByOthers(own: number): number {
    return this.#account.reserved - own
  }
}
