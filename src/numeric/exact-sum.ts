/**
 * A sum of products in twice the digits of doubles, and what it may still be off (Ogita, Rump and Oishi, "Accurate sum and
 * dot product", 2005, algorithm 5.3): for bounds that must hold after much has cancelled. Not for speed.
 */

/** The exact value is within `error` of `value`. */
export interface Approximate {
  readonly value: number
  readonly error: number
}

const EPSILON = 2 ** -53
const SPLIT = 2 ** 27 + 1

export class ExactSum {
  #sum: number
  #rest = 0
  /** Sum of the sizes of all terms: second-order errors are a tiny part of it. */
  #size: number
  #terms = 1
  #error = 0

  constructor(from: number) {
    this.#sum = from
    this.#size = Math.abs(from)
  }

  addProduct(a: number, b: number): void {
    const product = a * b
    if (!Number.isFinite(product)) {
      this.#sum += product
      return
    }
    const [high, low] = [split(a), split(b)]
    const lost = high[1] * low[1] - (product - high[0] * low[0] - high[1] * low[0] - high[0] * low[1])
    const total = this.#sum + product
    const back = total - this.#sum
    const rounded = this.#sum - (total - back) + (product - back)
    this.#sum = total
    if (Number.isFinite(total)) this.#rest += lost + rounded
    this.#size += Math.abs(product)
    this.#terms += 1
  }

  /** The true sum is off by at most that much more. */
  addError(error: number): void {
    this.#error += error
    this.#terms += 1
  }

  approximate(): Approximate {
    const value = this.#sum + this.#rest
    const n = this.#terms
    // Each product below the smallest normal number loses at most that.
    const tiny = n * Number.MIN_VALUE
    const second = 2 * n * n * EPSILON * EPSILON * this.#size
    return { value, error: (EPSILON * Math.abs(value) + second + tiny + this.#error) * (1 + 4 * n * EPSILON) }
  }
}

/** Two halves of a double whose products are exact; numbers that would overflow are split after scaling. */
function split(value: number): readonly [number, number] {
  if (Math.abs(value) > 2 ** 990) return [value, 0]
  const scaled = SPLIT * value
  const high = scaled - (scaled - value)
  return [high, value - high]
}
