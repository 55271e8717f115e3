/** Tells an attempt to stop. Lighter than an AbortController, of which a fleet would need thousands a second. */

export class Cancellation {
  #cancelled = false
  #listeners: (() => void)[] | undefined

  get cancelled(): boolean {
    return this.#cancelled
  }

  cancel(): void {
    if (this.#cancelled) return
    this.#cancelled = true
    for (const listener of this.#listeners ?? []) listener()
  }

  /** Calls `listener` once on cancelling, at once when that has happened. */
  onCancel(listener: () => void): void {
    if (this.#cancelled) listener()
    else if (this.#listeners) this.#listeners.push(listener)
    else this.#listeners = [listener]
  }

  /** The same as an AbortSignal, for APIs that want one. */
  toSignal(): AbortSignal {
    const controller = new AbortController()
    this.onCancel(() => controller.abort())
    return controller.signal
  }
}
