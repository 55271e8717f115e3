/**
 * Budgets of a run in nano-dollars. A hold reserves its worst case in every scope it belongs to, or in none; it is
 * settled exactly once. At every instant, in every account: settled + reserved <= limit.
 */
import { QaasError } from '../errors.ts'

interface Account {
  readonly name: string
  limit: number
  settled: number
  reserved: number
}

interface Hold {
  readonly amount: number
  readonly accounts: readonly number[]
}

export interface AccountView {
  readonly name: string
  readonly limit: number
  readonly settled: number
  readonly reserved: number
}

export class Ledger {
  readonly #accounts: Account[] = []
  readonly #byName = new Map<string, number>()
  readonly #holds = new Map<number, Hold>()
  #disputed = 0

  /** The number of the account; made when new. `limit` may be Infinity. */
  open(name: string, limit: number): number {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    this.#byName.set(name, this.#accounts.length)
    return this.#accounts.push({ name, limit, settled: 0, reserved: 0 }) - 1
  }

  /** A limit may be lowered below what is spent: then nothing more can be reserved. */
  setLimit(account: number, limit: number): void {
    this.#accounts[account]!.limit = limit
  }

  /** The first of the accounts that `amount` does not fit into now. */
  firstShort(accounts: readonly number[], amount: number): number | undefined {
    for (const index of accounts) {
      const { settled, reserved, limit } = this.#accounts[index]!
      if (settled + reserved + amount > limit) return index
    }
    return undefined
  }

  /** What can still be reserved; negative after a limit was lowered below what is spent. */
  free(account: number): number {
    const { settled, reserved, limit } = this.#accounts[account]!
    return limit - settled - reserved
  }

  /** Reserves in all accounts or none. @throws QaasError `internal` when `key` already holds something */
  reserve(key: number, accounts: readonly number[], amount: number): boolean {
    if (this.#holds.has(key)) throw new QaasError('internal', `hold ${key} is reserved twice`)
    if (!Number.isSafeInteger(amount) || amount < 0)
      throw new QaasError('internal', `hold ${key} of ${amount} nano-dollars`)
    if (this.firstShort(accounts, amount) !== undefined) return false
    for (const index of accounts) this.#accounts[index]!.reserved += amount
    this.#holds.set(key, { amount, accounts })
    return true
  }

  /**
   * Ends a hold at what it really cost. A bill above the hold is charged up to the hold; the rest is disputed, not
   * spent: the attempt was limited to it. Returns what was charged.
   * @throws QaasError `internal` when the hold does not exist or was settled before
   */
  settle(key: number, actual: number): number {
    const hold = this.#holds.get(key)
    if (hold === undefined) throw new QaasError('internal', `hold ${key} is settled twice or was never made`)
    this.#holds.delete(key)
    const charged = Math.min(actual, hold.amount)
    this.#disputed += actual - charged
    for (const index of hold.accounts) {
      const account = this.#accounts[index]!
      account.reserved -= hold.amount
      account.settled += charged
    }
    return charged
  }

  has(key: number): boolean {
    return this.#holds.has(key)
  }

  amount(key: number): number {
    return this.#holds.get(key)?.amount ?? 0
  }

  view(account: number): AccountView {
    return { ...this.#accounts[account]! }
  }

  /** Every account that was used and every hold, in a form that is equal for equal ledgers. */
  snapshot(): {
    accounts: readonly AccountView[]
    holds: readonly (readonly [number, number])[]
    disputed: number
  } {
    const holds = [...this.#holds].map(([key, { amount }]) => [key, amount] as const)
    return {
      accounts: this.#accounts
        .filter(({ settled, reserved }) => settled !== 0 || reserved !== 0)
        .map((account) => ({ ...account }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      holds: holds.sort((a, b) => a[0] - b[0]),
      disputed: this.#disputed,
    }
  }

  /** Nano-dollars that were billed beyond the agreed worst case. */
  get disputed(): number {
    return this.#disputed
  }

  get openHolds(): number {
    return this.#holds.size
  }

  /** Accounts whose promise is broken; always empty. A lowered limit is not a broken promise. */
  violations(): string[] {
    return this.#accounts
      .filter(({ settled, reserved, limit }) => settled + reserved > limit && reserved > 0)
      .map(({ name, settled, reserved, limit }) => `${name}: ${settled} + ${reserved} > ${limit}`)
  }
}
