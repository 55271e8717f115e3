/**
 * The knapsack of one agent: which tasks it would take at given prizes. Starting from the items of best prize a unit
 * of size, states grow over an expanding core of items about the break, dominated and hopeless ones dropped, so that
 * only a few items of many are ever decided.
 *
 * Source: Pisinger, "A minimal algorithm for the 0-1 knapsack problem", Operations Research 45 (1997).
 */

/** Lists of states that grow with the hardest knapsack and are used again. */
interface States {
  size: Float64Array
  prize: Float64Array
  /** Of the tree of changes, where the state's own begin; -1 for the break solution. */
  node: Int32Array
  count: number
}

const states = (capacity: number): States => ({
  size: new Float64Array(capacity),
  prize: new Float64Array(capacity),
  node: new Int32Array(capacity),
  count: 0,
})

/** What an agent may take. */
export interface KnapsackItems {
  readonly tasks: Int32Array
  /** What taking each of them costs. */
  readonly cost: Float64Array
  /** Whole numbers, >= 0 and at most the capacity. */
  readonly size: Float64Array
}

/** Items of one agent in an order that is kept from call to call, because prizes change little. */
export class Knapsack {
  readonly tasks: Int32Array
  readonly cost: Float64Array
  readonly size: Float64Array
  /** Of the last call, by item: 1 for those that are taken. */
  readonly taken: Uint8Array
  readonly #prize: Float64Array
  readonly #capacity: number
  readonly #worth: Float64Array
  /** Positions of items by falling prize a unit. */
  readonly #order: Int32Array
  #now: States = states(256)
  #next: States = states(256)
  #parent = new Int32Array(256)
  #changed = new Int32Array(256)
  #nodes = 0
  #bestNode = -1
  #best = 0

  #isSorted = false

  /** @param capacity Infinity where nothing limits the agent */
  constructor({ tasks, cost, size }: KnapsackItems, capacity: number) {
    this.tasks = tasks
    this.cost = cost
    this.size = size
    this.#capacity = capacity
    this.#prize = new Float64Array(tasks.length)
    this.#worth = new Float64Array(tasks.length)
    this.#order = Int32Array.from(tasks, (_, item) => item)
    this.taken = new Uint8Array(tasks.length)
  }

  /**
   * The most that a subset within the capacity is worth: sum of rewards - costs.
   * @param reward by task
   */
  solve(reward: Float64Array): number {
    const [prize, size, worth, order, taken] = [this.#prize, this.size, this.#worth, this.#order, this.taken]
    const count = order.length
    for (let item = 0; item < count; item++) {
      const own = reward[this.tasks[item]!]! - this.cost[item]!
      prize[item] = own
      worth[item] = own <= 0 ? own - 1 : size[item]! > 0 ? own / size[item]! : Infinity
    }
    if (!this.#isSorted) order.sort((a, b) => worth[b]! - worth[a]!)
    this.#isSorted = true
    sortNearlySorted(order, worth)
    taken.fill(0)
    let [at, sum, room] = [0, 0, this.#capacity]
    for (; at < count; at++) {
      const item = order[at]!
      if (prize[item]! <= 0 || size[item]! > room) break
      taken[item] = 1
      sum += prize[item]!
      room -= size[item]!
    }
    this.#best = sum
    if (at === count || prize[order[at]!]! <= 0) return sum
    this.#expand(at, { size: this.#capacity - room, prize: sum })
    for (let node = this.#bestNode; node >= 0; node = this.#parent[node]!) taken[this.#changed[node]!]! ^= 1
    return this.#best
  }

  /** From the break outwards: items after it may come in, items before it may go. */
  #expand(at: number, start: { readonly size: number; readonly prize: number }): void {
    const [order, worth, prize] = [this.#order, this.#worth, this.#prize]
    const count = order.length
    const now = this.#now
    now.size[0] = start.size
    now.prize[0] = start.prize
    now.node[0] = -1
    now.count = 1
    this.#nodes = 0
    this.#bestNode = -1
    let [before, after] = [at - 1, at]
    while (this.#now.count > 0) {
      const canGrow = after < count && prize[order[after]!]! > 0
      if (!canGrow && before < 0) break
      if (canGrow) {
        this.#decide(order[after]!, 1)
        after += 1
      }
      // What is left to come in, and to go out, at best.
      this.#prune(worth, before, after)
      if (before >= 0 && this.#now.count > 0) {
        this.#decide(order[before]!, -1)
        before -= 1
        this.#prune(worth, before, after)
      }
    }
  }

  /** Every state with and without the change, by rising size, dominated ones left out. */
  #decide(item: number, sign: number): void {
    const [now, next] = [this.#now, this.#next]
    const [bySize, byPrize] = [sign * this.size[item]!, sign * this.#prize[item]!]
    const most = 2 * now.count
    if (next.size.length < most) Object.assign(next, states(2 * most))
    if (this.#parent.length < this.#nodes + now.count) this.#growNodes(this.#nodes + now.count)
    let [kept, changed, filled, highest] = [0, 0, 0, -Infinity]
    while (kept < now.count || changed < now.count) {
      const keptSize = kept < now.count ? now.size[kept]! : Infinity
      const changedSize = changed < now.count ? now.size[changed]! + bySize : Infinity
      const changedPrize = changed < now.count ? now.prize[changed]! + byPrize : -Infinity
      const isKept = keptSize < changedSize || (keptSize === changedSize && now.prize[kept]! >= changedPrize)
      const value = isKept ? now.prize[kept]! : changedPrize
      if (value > highest) {
        highest = value
        next.size[filled] = isKept ? keptSize : changedSize
        next.prize[filled] = value
        next.node[filled] = isKept ? now.node[kept]! : this.#addNode(now.node[changed]!, item)
        filled += 1
      }
      if (isKept) kept += 1
      else changed += 1
    }
    next.count = filled
    this.#now = next
    this.#next = now
  }

  /** Notes the best state within the capacity and drops those that cannot become better. */
  #prune(worth: Float64Array, before: number, after: number): void {
    const [now, order, capacity] = [this.#now, this.#order, this.#capacity]
    for (let k = 0; k < now.count && now.size[k]! <= capacity; k++)
      if (now.prize[k]! > this.#best) {
        this.#best = now.prize[k]!
        this.#bestNode = now.node[k]!
      }
    const gain = after < order.length ? Math.max(0, worth[order[after]!]!) : 0
    const loss = before >= 0 ? worth[order[before]!]! : Infinity
    let filled = 0
    for (let k = 0; k < now.count; k++) {
      const over = now.size[k]! - capacity
      const atMost = now.prize[k]! - (over > 0 ? over * loss : over * gain)
      if (!(atMost > this.#best + 1e-12 * Math.abs(this.#best))) continue
      now.size[filled] = now.size[k]!
      now.prize[filled] = now.prize[k]!
      now.node[filled++] = now.node[k]!
    }
    now.count = filled
  }

  #addNode(parent: number, item: number): number {
    this.#parent[this.#nodes] = parent
    this.#changed[this.#nodes] = item
    return this.#nodes++
  }

  #growNodes(least: number): void {
    const grown = (values: Int32Array): Int32Array<ArrayBuffer> => {
      const copy = new Int32Array(2 * least)
      copy.set(values)
      return copy
    }
    this.#parent = grown(this.#parent)
    this.#changed = grown(this.#changed)
  }
}

/** Insertion sort by falling key: linear where little has changed. */
function sortNearlySorted(order: Int32Array, key: Float64Array): void {
  for (let at = 1; at < order.length; at++) {
    const item = order[at]!
    const own = key[item]!
    let to = at - 1
    while (to >= 0 && key[order[to]!]! < own) {
      order[to + 1] = order[to]!
      to -= 1
    }
    order[to + 1] = item
  }
}
