/**
 * The least money that token capacities allow when a token's price depends on the agent alone: exact for fractional
 * tasks, so a lower bound for whole ones. Capacities in tasks and dependencies are not counted.
 */

export interface LeastSpendInput {
  /** Tokens of each class of tasks. */
  readonly demand: Float64Array
  /** Of each agent: dollars per token, tokens it takes, and which classes (bit set as text) it may serve. */
  readonly price: Float64Array
  readonly capacity: Float64Array
  readonly eligible: readonly (readonly number[])[]
}

/**
 * Fills agents by rising price, each as full as the others allow. The amounts agents can deliver form a
 * polymatroid, so greedy is optimal (Edmonds 1970); agents serving the same classes share one node, which keeps
 * the augmenting-path network at classes x distinct eligibilities whatever the number of agents.
 * Returns Infinity when the demand does not fit at all.
 */
export function leastSpendUsd({ demand, price, capacity, eligible }: LeastSpendInput): number {
  const groups = new Map<string, number>()
  const classesOf: (readonly number[])[] = []
  const groupOf = eligible.map((classes) => {
    const key = classes.join()
    if (!groups.has(key)) {
      groups.set(key, groups.size)
      classesOf.push(classes)
    }
    return groups.get(key)!
  })
  const network = createNetwork(demand, classesOf)
  const order = Array.from(price.keys()).sort((a, b) => price[a]! - price[b]!)
  const full = new Uint8Array(classesOf.length)
  let spent = 0
  for (const agent of order) {
    const group = groupOf[agent]!
    if (full[group]) continue
    const delivered = network.push(group, capacity[agent]!)
    spent += delivered * price[agent]!
    if (delivered < capacity[agent]!) full[group] = 1
  }
  return network.unserved() > 1e-6 ? Infinity : spent
}

/** A bipartite flow of tokens from groups of agents to classes of tasks, grown by augmenting paths. */
function createNetwork(
  demand: Float64Array,
  classesOf: readonly (readonly number[])[],
): { push(group: number, tokens: number): number; unserved(): number } {
  const numClasses = demand.length
  const numGroups = classesOf.length
  const left = demand.slice()
  /** Tokens of class `c` served by group `g` at `g * numClasses + c`. */
  const flow = new Float64Array(numGroups * numClasses)
  const fromGroup = new Int32Array(numClasses)
  const fromClass = new Int32Array(numGroups)

  /** Breadth first from `group` to a class with demand left; returns it or -1. */
  const findOpenClass = (group: number): number => {
    fromGroup.fill(-1)
    fromClass.fill(-1)
    const queue = [group]
    for (let at = 0; at < queue.length; at++) {
      for (const c of classesOf[queue[at]!]!) {
        if (fromGroup[c]! >= 0) continue
        fromGroup[c] = queue[at]!
        if (left[c]! > 0) return c
        for (let g = 0; g < numGroups; g++) {
          if (g === group || fromClass[g]! >= 0 || flow[g * numClasses + c]! <= 0) continue
          fromClass[g] = c
          queue.push(g)
        }
      }
    }
    return -1
  }
  /** The classes of the path just found, last first, each with the group that will serve it. */
  const pathTo = (open: number, group: number): [number, number][] => {
    const path: [number, number][] = []
    for (let c = open; ; c = fromClass[fromGroup[c]!]!) {
      path.push([fromGroup[c]!, c])
      if (fromGroup[c] === group) return path
    }
  }
  return {
    push(group, tokens) {
      let rest = tokens
      while (rest > 0) {
        const open = findOpenClass(group)
        if (open < 0) break
        const path = pathTo(open, group)
        let amount = Math.min(rest, left[open]!)
        for (let k = 1; k < path.length; k++)
          amount = Math.min(amount, flow[path[k - 1]![0] * numClasses + path[k]![1]]!)
        path.forEach(([g, c], k) => {
          flow[g * numClasses + c]! += amount
          if (k > 0) flow[path[k - 1]![0] * numClasses + c]! -= amount
        })
        left[open]! -= amount
        rest -= amount
      }
      return tokens - rest
    },
    unserved: () => left.reduce((sum, tokens) => sum + tokens, 0),
  }
}
