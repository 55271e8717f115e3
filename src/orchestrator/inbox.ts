/** Work that waits for the next turn of a run, with when it came. */

export class Inbox {
  #actions: (() => void)[] = []
  #arrivals: number[] = []

  get size(): number {
    return this.#actions.length
  }

  push(action: () => void, at: number): void {
    this.#actions.push(action)
    this.#arrivals.push(at)
  }

  /** Takes out the oldest entries, at most `max`, and when the first of them came. */
  take(max: number): { readonly actions: readonly (() => void)[]; readonly since: number | undefined } {
    const since = this.#arrivals[0]
    const actions = this.#actions.splice(0, max)
    this.#arrivals.splice(0, max)
    return { actions, since }
  }
}
