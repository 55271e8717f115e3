/**
 * Answers that tasks still to come need. The store has every accepted one; memory keeps the latest up to a limit, so
 * that large answers of many tasks do not fill it. Answers being checked are kept here whatever their size.
 */
import type { RunContext } from './run-context.ts'

export class Outputs {
  readonly #max: number
  readonly #accepted = new Map<number, string>()
  readonly #unchecked = new Map<number, string>()
  #characters = 0

  /** `max` counts characters of JSON. */
  constructor(max: number) {
    this.#max = max
  }

  /** Of a task that is done, as JSON; undefined when it is in the store only. */
  get(task: number): string | undefined {
    return this.#accepted.get(task)
  }

  keep(task: number, result: string): void {
    this.drop(task)
    this.#accepted.set(task, result)
    this.#characters += result.length
  }

  drop(task: number): void {
    this.#characters -= this.#accepted.get(task)?.length ?? 0
    this.#accepted.delete(task)
  }

  /** Lets go of the oldest when there are too many; only when all of them are durable. */
  trim(): void {
    if (this.#characters <= this.#max) return
    // Half of it at once: finding the oldest of a map again and again would be slow.
    for (const task of this.#accepted.keys()) {
      if (this.#characters <= this.#max / 2) return
      this.drop(task)
    }
  }

  /** The answer being checked. */
  unchecked(task: number): string {
    return this.#unchecked.get(task) ?? 'null'
  }

  holdUnchecked(task: number, result: string): void {
    this.#unchecked.set(task, result)
  }

  dropUnchecked(task: number): void {
    this.#unchecked.delete(task)
  }

  clear(): void {
    this.#accepted.clear()
    this.#unchecked.clear()
    this.#characters = 0
  }
}

/** A store that fails is asked again after this. */
const RETRY_MS = 500

function parentsOf({ state }: RunContext, task: number): Int32Array {
  const { parents, parentStart } = state.instance.dependencies
  return parents.subarray(parentStart[task]!, parentStart[task + 1]!)
}

/** Whether the outputs of all parents of the task are in memory. */
export function parentsKnown(context: RunContext, task: number): boolean {
  const { outputs, recalled } = context
  const own = recalled.get(task)
  return parentsOf(context, task).every((parent) => outputs.get(parent) !== undefined || own?.has(parent))
}

/** Reads the outputs of the task's parents back from the store, then goes on in a later turn. */
export function recallParents(context: RunContext, task: number, then: () => void): void {
  const { store, runId, clock } = context
  context.recalling += 1
  const read = async (): Promise<Map<number, string>> => {
    const found = new Map<number, string>()
    for (const parent of parentsOf(context, task))
      found.set(parent, context.outputs.get(parent) ?? (await store.result(runId, parent)) ?? 'null')
    return found
  }
  const end = (found: ReadonlyMap<number, string> | undefined): void =>
    context.post(() => {
      context.recalling -= 1
      if (found) context.recalled.set(task, found)
      then()
    })
  read().then(end, () => clock.after(RETRY_MS, () => end(undefined)))
}

/** The output of a parent for one task, as JSON. */
export function parentOutput({ outputs, recalled }: RunContext, task: number, parent: number): string {
  return outputs.get(parent) ?? recalled.get(task)?.get(parent) ?? 'null'
}
