/** Disjoint sets of the integers from 0, by parent pointers with path halving (Tarjan and van Leeuwen, 1984). */

export class UnionFind {
  readonly #above: Int32Array

  constructor(count: number) {
    this.#above = Int32Array.from({ length: count }, (_, one) => one)
  }

  /** The member that stands for the set of `one`; the same for all of the set. */
  find(one: number): number {
    const above = this.#above
    let at = one
    while (above[at] !== at) at = above[at] = above[above[at]!]!
    return at
  }

  /** Joins two sets, which then are stood for by the one of `b`; false when they were one already. */
  join(a: number, b: number): boolean {
    const [from, to] = [this.find(a), this.find(b)]
    if (from === to) return false
    this.#above[from] = to
    return true
  }
}
