/** Between plans and points of the pooled model: counts from a plan, and a plan with single agents from counts. */
import type { Instance } from '../../model/instance.ts'
import { pairTokens } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'
import { FirstFit } from '../../numeric/first-fit.ts'
import { fillPlace, type Place } from '../places.ts'
import type { Choice, PooledModel } from './pooled-model.ts'

/** The point of a feasible plan. */
export function pointOf(model: PooledModel, plan: Plan): Float64Array {
  const point = new Float64Array(model.milp.numCols)
  const chosen = (choices: readonly Choice[], task: number): Choice => {
    const agent = plan.agentOf[task]!
    return choices.find(({ place }) => holds(model.places[place], agent))!
  }
  model.groups.forEach((group, g) => {
    group.members.forEach((tasks, p) => {
      for (const task of tasks) point[chosen(model.choices[g]![p]!, task).column]! += 1
    })
  })
  for (const { column, group, edge } of model.pricedEdges) {
    const list = model.choices[model.groups.indexOf(group)]!
    const [above, below] = edge.map((p) => chosen(list[p]!, group.members[p]![0]!).quality)
    point[column] = below! < above! ? 1 : 0
  }
  return point
}

function holds(place: Place | undefined, agent: number): boolean {
  if (place === undefined) return agent < 0
  return agent >= place.firstAgent && agent < place.firstAgent + place.numAgents
}

/** The plan of an integral point, or the pools whose tasks do not fit their agents one by one. */
export function planOf(
  instance: Instance,
  model: PooledModel,
  point: Float64Array,
): { readonly plan: Plan } | { readonly unpacked: readonly number[] } {
  const agentOf = new Int32Array(instance.tasks.count).fill(-1)
  const tasksOf: number[][] = model.places.map(() => [])
  model.groups.forEach((group, g) => {
    group.members.forEach((tasks, p) => {
      spread(model.choices[g]![p]!, point, tasks, tasksOf)
    })
  })
  const unpacked: number[] = []
  model.places.forEach((place, at) => {
    if (!fill(instance, place, tasksOf[at]!, agentOf)) unpacked.push(place.pool)
  })
  return unpacked.length > 0 ? { unpacked } : { plan: { agentOf } }
}

/** Gives the k-th copy the k-th place by quality, which keeps every dependency of every copy (see components). */
function spread(
  choices: readonly Choice[],
  point: Float64Array,
  tasks: Int32Array,
  tasksOf: readonly number[][],
): void {
  let next = 0
  // Positions that may stay without an agent (quality NaN) are never merged, so that their order does not matter.
  const byQuality = choices.some(({ place }) => place < 0)
    ? choices
    : [...choices].sort((a, b) => a.quality - b.quality || a.place - b.place)
  for (const { column, place } of byQuality)
    for (let count = Math.round(point[column]!); count > 0 && next < tasks.length; count--) {
      const task = tasks[next++]!
      if (place >= 0) tasksOf[place]!.push(task)
    }
}

/** Gives the tasks of a place to its agents; false when they do not fit (or were not made to fit). */
function fill(instance: Instance, place: Place, tasks: readonly number[], agentOf: Int32Array): boolean {
  if (place.mayNotPack) return pack(instance, place, tasks, agentOf)
  fillPlace(place, tasks, agentOf)
  return true
}

/** First fit decreasing; it fails only where packing is tight, and the solver then splits the pool. */
function pack(instance: Instance, place: Place, tasks: readonly number[], agentOf: Int32Array): boolean {
  const { firstAgent, numAgents } = place
  const maxTasks = place.capacityTasks / numAgents
  const bins = new FirstFit(numAgents, place.capacityTokens / numAgents)
  const counts = new Int32Array(numAgents)
  const size = (task: number): number => pairTokens(instance, task, place.pool)
  for (const task of [...tasks].sort((a, b) => size(b) - size(a) || a - b)) {
    const bin = bins.find(size(task))
    if (bin < 0) return false
    agentOf[task] = firstAgent + bin
    counts[bin]! += 1
    bins.set(bin, counts[bin]! + 1 > maxTasks ? Infinity : bins.load(bin) + size(task))
  }
  return true
}
