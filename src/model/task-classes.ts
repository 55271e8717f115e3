/** Groups tasks that no pool can tell apart; dependencies and names play no part in it. */
import type { Instance } from './instance.ts'

export interface TaskClasses {
  readonly count: number
  /** The class of each task. */
  readonly classOf: Int32Array
  /** The first task of each class; it stands for all of them in the formulas of a pair. */
  readonly representative: Int32Array
  /** How many tasks each class has. */
  readonly size: Int32Array
}

/** Several solvers ask about the same tasks, one after the other. */
const classified = new WeakMap<Instance['tasks'], TaskClasses>()

/** Two tasks are alike when every pool costs, fits and rates the same for both. Tasks with estimates stand alone. */
export function classifyTasks(instance: Instance): TaskClasses {
  const known = classified.get(instance.tasks)
  if (known) return known
  const classes = group(instance)
  classified.set(instance.tasks, classes)
  return classes
}

function group(instance: Instance): TaskClasses {
  const { tasks } = instance
  const classOf = new Int32Array(tasks.count)
  const representative = new Int32Array(tasks.count)
  const size = new Int32Array(tasks.count)
  const hash = hasher(instance)
  const mask = 2 ** Math.ceil(Math.log2(tasks.count + 1) + 1) - 1
  /** Class + 1 at its hash slot, 0 when free; linear probing. */
  const slots = new Int32Array(mask + 1)
  let count = 0
  for (let task = 0; task < tasks.count; task++) {
    const alone = hasEstimates(instance, task)
    let slot = hash(task) & mask
    while (!alone && slots[slot]! > 0 && !alike(instance, representative[slots[slot]! - 1]!, task))
      slot = (slot + 1) & mask
    const known = alone ? 0 : slots[slot]!
    const own = known > 0 ? known - 1 : count
    if (known === 0) {
      representative[count++] = task
      if (!alone) slots[slot] = count
    }
    classOf[task] = own
    size[own]! += 1
  }
  return { count, classOf, representative: representative.slice(0, count), size: size.slice(0, count) }
}

function hasEstimates({ tasks: { estimates } }: Instance, task: number): boolean {
  return estimates !== undefined && estimates.start[task + 1]! > estimates.start[task]!
}

function alike({ tasks }: Instance, a: number, b: number): boolean {
  return (
    tasks.requirement[a] === tasks.requirement[b] &&
    tasks.domain[a] === tasks.domain[b] &&
    tasks.minQuality[a] === tasks.minQuality[b] &&
    tasks.inputTokens[a] === tasks.inputTokens[b] &&
    tasks.outputTokens[a] === tasks.outputTokens[b] &&
    tasks.maxLatencyMs[a] === tasks.maxLatencyMs[b]
  )
}

/** A 32-bit hash of the columns that `alike` compares. */
function hasher({ tasks }: Instance): (task: number) => number {
  const number = new Float64Array(1)
  const words = new Int32Array(number.buffer)
  const mix = (hash: number, value: number): number => {
    number[0] = value + 0
    hash = Math.imul(hash ^ words[0]!, 0x85ebca6b)
    hash = Math.imul((hash ^ (hash >>> 15)) + words[1]!, 0xc2b2ae35)
    return hash ^ (hash >>> 13)
  }
  return (task) => {
    let hash = mix(tasks.requirement[task]! | 0, tasks.domain[task]!)
    hash = mix(hash, tasks.minQuality[task]!)
    hash = mix(hash, tasks.inputTokens[task]!)
    hash = mix(hash, tasks.outputTokens[task]!)
    return mix(hash, tasks.maxLatencyMs[task]!) >>> 0
  }
}
