/** Summation that loses nothing that matters; not a statistics module. */

/** A running sum with Neumaier's compensation (ZAMM 54, 1974): the error does not grow with the count. */
export class CompensatedSum {
  #sum = 0
  #compensation = 0

  add(value: number): void {
    const total = this.#sum + value
    this.#compensation +=
      Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - total + value : value - total + this.#sum
    this.#sum = total
  }

  get value(): number {
    return this.#sum + this.#compensation
  }
}
