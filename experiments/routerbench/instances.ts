/** Builds planning instances from real outcomes: quality is learned on one half, tasks are drawn from the other. */
import { createInstance, type Instance, type Rng } from '../../src/index.ts'
import { shuffle } from '../../src/numeric/rng.ts'
import type { Prompt, RouterBench } from './data.ts'

/** Shares of tasks whose floor is each rung of their data set's accuracy ladder, from the lowest to the highest. */
const FLOOR_SHARES = [0.4, 0.3, 0.15, 0.1, 0.05] as const

export interface Split {
  /** Learned accuracy of each language model, by data set. */
  readonly accuracy: ReadonlyMap<string, readonly number[]>
  readonly heldBack: readonly Prompt[]
}

/** Learns on a random half and keeps back the prompts of the other that every language model has answered. */
export function splitHalves({ prompts }: RouterBench, rng: Rng): Split {
  const order = shuffle(Int32Array.from(prompts.keys()), rng)
  const half = order.length >> 1
  const learned = [...order.subarray(0, half)].map((k) => prompts[k]!)
  const heldBack = [...order.subarray(half)].map((k) => prompts[k]!)
  return {
    accuracy: accuracies(learned),
    heldBack: heldBack.filter(({ scores, costsUsd }) => [...scores, ...costsUsd].every(Number.isFinite)),
  }
}

function accuracies(prompts: readonly Prompt[]): Map<string, readonly number[]> {
  const byDataset = new Map<string, Prompt[]>()
  for (const prompt of prompts)
    byDataset.set(prompt.dataset, [...(byDataset.get(prompt.dataset) ?? []), prompt])
  return new Map(
    [...byDataset].map(([dataset, group]) => [
      dataset,
      group[0]!.scores.map((_, model) =>
        mean(group.map(({ scores }) => scores[model]!).filter(Number.isFinite)),
      ),
    ]),
  )
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** `numTasks` held-back prompts, each with a floor from its ladder; every agent takes `slack` x its fair share. */
export function drawInstance(
  { languageModels }: RouterBench,
  { accuracy, heldBack }: Split,
  { numTasks, slack, rng }: { readonly numTasks: number; readonly slack: number; readonly rng: Rng },
): { readonly instance: Instance; readonly prompts: readonly Prompt[] } {
  const picked = shuffle(Int32Array.from(heldBack.keys()), rng).subarray(0, numTasks)
  const prompts = [...picked].map((k) => heldBack[k]!)
  const datasets = [...accuracy.keys()]
  const instance = createInstance({
    version: 1,
    name: `routerbench, slack ${slack}`,
    agents: languageModels.map((id, model) => ({
      id,
      quality: {
        default: 0,
        ...Object.fromEntries(datasets.map((name) => [name, accuracy.get(name)![model]!])),
      },
      capacity: { tasks: Math.ceil((slack * prompts.length) / languageModels.length) },
    })),
    tasks: prompts.map(({ id, dataset, costsUsd }) => ({
      id,
      domain: dataset,
      minQuality: drawFloor(accuracy.get(dataset)!, rng),
      estimates: Object.fromEntries(
        languageModels.map((name, model) => [name, { costUsd: costsUsd[model]! }]),
      ),
    })),
  })
  return { instance, prompts }
}

/** A rung of the ladder: five evenly spaced ranks of the sorted accuracies, drawn with `FLOOR_SHARES`. */
function drawFloor(accuracy: readonly number[], rng: Rng): number {
  const ladder = [...accuracy].sort((a, b) => a - b)
  let left = rng.nextFloat()
  const rung = FLOOR_SHARES.findIndex((share) => (left -= share) < 0)
  const rank = Math.round(((rung < 0 ? 4 : rung) / 4) * (ladder.length - 1))
  return ladder[rank]!
}
