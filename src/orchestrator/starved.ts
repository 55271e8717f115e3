/** Tasks (negative: judgements) that a budget could not pay for, by the account that was short, until more is free. */

/** Stands for the budget that all runs of a store share, among the account numbers of a run's ledger. */
export const SHARED = -1

interface Waiting {
  readonly tasks: Set<number>
  /** The least hold any of them asked for. */
  least: number
}

export class Starved {
  readonly #byAccount = new Map<number, Waiting>()
  readonly #accountOf = new Map<number, number>()

  get size(): number {
    return this.#accountOf.size
  }

  /** Whether any task waits for this account. */
  waitsFor(account: number): boolean {
    return this.#byAccount.has(account)
  }

  add(task: number, account: number, hold: number): void {
    this.delete(task)
    this.#accountOf.set(task, account)
    const waiting = this.#byAccount.get(account)
    if (waiting === undefined) this.#byAccount.set(account, { tasks: new Set([task]), least: hold })
    else {
      waiting.tasks.add(task)
      waiting.least = Math.min(waiting.least, hold)
    }
  }

  delete(task: number): void {
    const account = this.#accountOf.get(task)
    if (account === undefined) return
    this.#accountOf.delete(task)
    const { tasks } = this.#byAccount.get(account)!
    tasks.delete(task)
    if (tasks.size === 0) this.#byAccount.delete(account)
  }

  /** Takes out all that wait for an account which now has enough for the least of them. */
  takeFed(freeOf: (account: number) => number): readonly number[] {
    const fed: number[] = []
    for (const [account, { tasks, least }] of this.#byAccount) {
      if (freeOf(account) < least) continue
      fed.push(...tasks)
      for (const task of tasks) this.#accountOf.delete(task)
      this.#byAccount.delete(account)
    }
    return fed
  }

  takeAll(): readonly number[] {
    return this.takeFed(() => Infinity)
  }

  clear(): void {
    this.#byAccount.clear()
    this.#accountOf.clear()
  }
}
