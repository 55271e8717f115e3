/** The last outcomes of a host by attempt, to be repeated when asked again; large answers only while there is room. */
import type { OutcomeMessage } from './agent-message.ts'

export class Remembered {
  readonly #outcomes = new Map<number, OutcomeMessage>()
  /** Keys in the order they came, in a ring: a map finds its oldest key only by stepping over all deleted ones. */
  readonly #keys: Float64Array
  /** Characters of each answer in the ring, roughly. */
  readonly #sizes: Float64Array
  readonly #maxCharacters: number
  /** How many have come, and the number of the oldest whose answer is still here. */
  #count = 0
  #oldest = 0
  #characters = 0

  constructor({ outcomes, characters }: { readonly outcomes: number; readonly characters: number }) {
    this.#keys = new Float64Array(outcomes).fill(Number.NaN)
    this.#sizes = new Float64Array(outcomes)
    this.#maxCharacters = characters
  }

  get(key: number): OutcomeMessage | undefined {
    return this.#outcomes.get(key)
  }

  /** A key is set once. */
  set(key: number, outcome: OutcomeMessage): void {
    const at = this.#count % this.#keys.length
    this.#outcomes.delete(this.#keys[at]!)
    this.#characters -= this.#sizes[at]!
    this.#keys[at] = key
    this.#sizes[at] = roughSize(outcome.reply?.output, this.#maxCharacters)
    this.#characters += this.#sizes[at]!
    this.#outcomes.set(key, outcome)
    this.#count += 1
    this.#oldest = Math.max(this.#oldest, this.#count - this.#keys.length)
    while (this.#characters > this.#maxCharacters && this.#oldest < this.#count - 1) this.#forgetAnswer()
  }

  /** The oldest answer goes; that the attempt was made, and what it used, stays. */
  #forgetAnswer(): void {
    const at = this.#oldest++ % this.#keys.length
    const key = this.#keys[at]!
    const known = this.#outcomes.get(key)
    this.#characters -= this.#sizes[at]!
    this.#sizes[at] = 0
    if (known?.reply === undefined) return
    const { reply, ...rest } = known
    this.#outcomes.set(key, {
      ...rest,
      failure: {
        reason: 'host-restarted',
        message: 'the answer was too large to be kept for asking twice',
        ...(reply.usage ? { usage: reply.usage } : {}),
      },
    })
  }
}

/** Characters in the texts of a value, at most about `limit`. */
function roughSize(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  let size = 8
  for (const part of Object.values(value)) {
    size += roughSize(part, limit - size)
    if (size > limit) break
  }
  return size
}
