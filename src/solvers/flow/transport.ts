/**
 * The transportation problem, exactly: whole units from classes to groups at least cost, by successive shortest
 * paths with potentials (Edmonds and Karp, JACM 19, 1972). Costs are whole numbers below 2^50, so that sums of
 * them are exact in doubles.
 */

export interface Transport {
  readonly numClasses: number
  readonly numGroups: number
  /** Whole units each class must send. */
  readonly supply: Float64Array
  /** Whole units each group can take; Infinity allowed. */
  readonly capacity: Float64Array
  /** Cost of a unit of class `c` in group `g` at `c * numGroups + g`; Infinity where it may not go. */
  readonly costs: Float64Array
}

export interface TransportResult {
  /** False when `supply` cannot all be sent; `flow` is then as much as could be sent. */
  readonly complete: boolean
  readonly flow: Float64Array
  /** Price of a unit of each group's capacity: optimal, at least 0, and 0 where capacity is left over. */
  readonly prices: Float64Array
}

export function solveTransport(problem: Transport): TransportResult {
  const { numClasses, numGroups, supply, capacity, costs } = problem
  const flow = new Float64Array(numClasses * numGroups)
  const room = capacity.slice()
  const left = supply.slice()
  const search = createSearch(problem, flow, room)
  let complete = true
  for (let source = 0; source < numClasses; source++) {
    while (left[source]! > 0) {
      const end = search.shortestPath(source)
      if (end < 0) {
        complete = false
        break
      }
      left[source]! -= search.augment(source, end, left[source]!)
    }
  }
  return { complete, flow, prices: search.prices(costs) }
}

interface Search {
  /** The last group of a cheapest path with room, or -1; shifts the potentials. */
  shortestPath(source: number): number
  augment(source: number, end: number, most: number): number
  prices(costs: Float64Array): Float64Array
}

function createSearch(
  { numClasses, numGroups, costs }: Transport,
  flow: Float64Array,
  room: Float64Array,
): Search {
  const classPotential = new Float64Array(numClasses)
  const groupPotential = new Float64Array(numGroups)
  let sinkPotential = 0
  const classDistance = new Float64Array(numClasses)
  const groupDistance = new Float64Array(numGroups)
  const classDone = new Uint8Array(numClasses)
  const groupDone = new Uint8Array(numGroups)
  const classBefore = new Int32Array(numClasses)
  const groupBefore = new Int32Array(numGroups)
  for (let c = 0; c < numClasses; c++) {
    let least = Infinity
    for (let g = 0; g < numGroups; g++) least = Math.min(least, costs[c * numGroups + g]!)
    classPotential[c] = least === Infinity ? 0 : -least
  }

  const relaxGroups = (c: number): void => {
    const base = classDistance[c]! + classPotential[c]!
    for (let g = 0; g < numGroups; g++) {
      if (groupDone[g] === 1) continue
      const through = base + costs[c * numGroups + g]! - groupPotential[g]!
      if (through < groupDistance[g]!) {
        groupDistance[g] = through
        groupBefore[g] = c
      }
    }
  }
  const relaxClasses = (g: number): void => {
    const base = groupDistance[g]! + groupPotential[g]!
    for (let c = 0; c < numClasses; c++) {
      if (classDone[c] === 1 || flow[c * numGroups + g] === 0) continue
      const through = base - costs[c * numGroups + g]! - classPotential[c]!
      if (through < classDistance[c]!) {
        classDistance[c] = through
        classBefore[c] = g
      }
    }
  }
  const nearest = (distance: Float64Array, done: Uint8Array): number => {
    let best = -1
    for (let k = 0; k < distance.length; k++)
      if (done[k] === 0 && distance[k] !== Infinity && (best < 0 || distance[k]! < distance[best]!)) best = k
    return best
  }

  return {
    shortestPath(source) {
      classDistance.fill(Infinity)
      groupDistance.fill(Infinity)
      classDone.fill(0)
      groupDone.fill(0)
      classDistance[source] = 0
      let end = -1
      let sinkDistance = Infinity
      for (;;) {
        const c = nearest(classDistance, classDone)
        const g = nearest(groupDistance, groupDone)
        const [atClass, atGroup] = [
          c < 0 ? Infinity : classDistance[c]!,
          g < 0 ? Infinity : groupDistance[g]!,
        ]
        if (Math.min(atClass, atGroup) >= sinkDistance) break
        if (atClass <= atGroup) {
          classDone[c] = 1
          relaxGroups(c)
        } else {
          groupDone[g] = 1
          const toSink = atGroup + groupPotential[g]! - sinkPotential
          if (room[g]! > 0 && toSink < sinkDistance) {
            sinkDistance = toSink
            end = g
          }
          relaxClasses(g)
        }
      }
      if (end < 0) return -1
      for (let c = 0; c < numClasses; c++) classPotential[c]! += Math.min(classDistance[c]!, sinkDistance)
      for (let g = 0; g < numGroups; g++) groupPotential[g]! += Math.min(groupDistance[g]!, sinkDistance)
      sinkPotential += sinkDistance
      return end
    },
    augment(source, end, most) {
      let amount = Math.min(most, room[end]!)
      for (let g = end, c = groupBefore[g]!; c !== source; c = groupBefore[g]!) {
        g = classBefore[c]!
        amount = Math.min(amount, flow[c * numGroups + g]!)
      }
      room[end]! -= amount
      for (let g = end; ; ) {
        const c = groupBefore[g]!
        flow[c * numGroups + g]! += amount
        if (c === source) return amount
        g = classBefore[c]!
        flow[c * numGroups + g]! -= amount
      }
    },
    prices: () => Float64Array.from(groupPotential, (potential) => Math.max(0, sinkPotential - potential)),
  }
}
