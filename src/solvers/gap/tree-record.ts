/** Writes a search by prices of tasks down, node by node, so that a checker can walk it again. */

/** One node: what its prices became, and where it goes on. */
export interface RecordedNode {
  /** Task, price, task, price: in whole units. */
  prices?: number[]
  /** The same plans once more, with fewer pairs. */
  next?: number
  /** The task that is placed, and the node for each of its agents. */
  task?: number
  children?: [agent: number, node: number][]
}

/** Longer records are given up. */
const MOST_NUMBERS = 1e6

/** Prices at all nodes are about those at the root: together they get about so many units, 2^53 being too many. */
const ROOT_UNITS = 1e13

/** Finer units would be no whole number that a checker takes. */
const FINEST = 15

/** Units per dollar, a power of ten, for a record that begins at these prices. */
export function treeUnits(prices: Float64Array): number {
  const sum = prices.reduce((total, price) => total + price, 0)
  return 10 ** Math.max(0, Math.min(FINEST, Math.floor(Math.log10(ROOT_UNITS / Math.max(sum, 1e-9)))))
}

export class TreeRecord {
  readonly unitsPerUsd: number
  readonly #nodes: RecordedNode[] = [{}]
  #numbers = 0

  constructor(unitsPerUsd: number) {
    this.unitsPerUsd = unitsPerUsd
  }

  /** The nodes, the first one at the root; undefined when there are too many to be kept. */
  get nodes(): readonly RecordedNode[] | undefined {
    return this.#numbers > MOST_NUMBERS ? undefined : this.#nodes
  }

  /** @param taskOf the tasks the prices, in dollars, are of */
  prices(name: number, taskOf: Int32Array, prices: Float64Array): void {
    this.#numbers += 2 * taskOf.length
    if (this.#numbers > MOST_NUMBERS) return
    const list: number[] = []
    taskOf.forEach((task, k) => {
      list.push(task, Math.round(prices[k]! * this.unitsPerUsd))
    })
    this.#nodes[name]!.prices = list
  }

  /** @returns the name of the new node */
  next(name: number): number {
    const next = this.#add()
    this.#nodes[name]!.next = next
    return next
  }

  /** @returns the name of the new node */
  child(name: number, task: number, agent: number): number {
    const child = this.#add()
    const node = this.#nodes[name]!
    node.task = task
    node.children ??= []
    node.children.push([agent, child])
    return child
  }

  #add(): number {
    this.#numbers += 4
    return this.#nodes.push({}) - 1
  }
}
