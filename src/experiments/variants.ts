/**
 * The ways to put a routing instance on qubits that the experiments compare: the paper's own, and what a better choice
 * of objective, of variables or of mixer gives on the same instance. Bits become assignments the same way in all.
 */
import { createBqmBuilder } from '../formulation/bqm-builder.ts'
import type { Instance } from '../model/instance.ts'
import { pairMoneyUsd, pairQuality } from '../model/pair.ts'
import { createProblem, type QaoaProblem } from '../quantum/qaoa/problem.ts'
import { PAPER_PRESET, type QaoaOptions } from '../quantum/qaoa/run.ts'

/**
 * `raw`: all pairs, quality floor at lambdaQ x 10, penalty 50, mean energy: the paper's setting.
 * `balanced`: all pairs, floor priced just above any saving, objective far below the penalty, trained for valid reads.
 * `presolved`: pairs below the floor removed where a task has another, tasks with one choice fixed; else `balanced`.
 * `xy`: all pairs, one-hot kept by an XY chain from W states; no penalty.
 * `binary`: all pairs, two qubits a task whose spare code repeats a model; no penalty, every reading is valid.
 */
export const VARIANTS = ['raw', 'balanced', 'presolved', 'xy', 'binary'] as const
export type VariantName = (typeof VARIANTS)[number]

export interface Variant {
  readonly name: VariantName
  readonly problem: QaoaProblem
  readonly options: QaoaOptions
  /** Task and pool of each variable. */
  readonly pairs: readonly { readonly task: number; readonly pool: number }[]
  /** Pool of each task, -1 where the variables decide. */
  readonly fixed: Int32Array
}

/** The paper's price of a pair below the quality floor, before lambda. */
const MISMATCH = 10
/** Above every possible saving, which is at most 1 in normalised cost. */
const FLOOR_PRICE = 1.2

export interface VariantOptions {
  readonly layers: number
  readonly shots: number
  readonly lambdaQ?: number
  readonly lambdaA?: number
  /** Changes to the variant's own way of running. */
  readonly qaoa?: QaoaOptions
}

export function createVariant(
  instance: Instance,
  name: VariantName,
  { layers, shots, lambdaQ = 40, lambdaA = 50, qaoa = {} }: VariantOptions,
): Variant {
  const { tasks, fleet } = instance
  const fixed = new Int32Array(tasks.count).fill(-1)
  const pairs: { task: number; pool: number }[] = []
  const groups: number[][] = []
  const isGood = (task: number, pool: number): boolean =>
    pairQuality(instance, task, pool) >= tasks.minQuality[task]!
  for (let task = 0; task < tasks.count; task++) {
    const all = Array.from({ length: fleet.numPools }, (_, pool) => pool)
    const good = all.filter((pool) => isGood(task, pool))
    const kept = name === 'presolved' && good.length > 0 ? good : all
    if (kept.length === 1) fixed[task] = kept[0]!
    else {
      groups.push(kept.map((_, k) => pairs.length + k))
      pairs.push(...kept.map((pool) => ({ task, pool })))
    }
  }
  const scaleUsd =
    Math.max(...allPairs(instance).map(({ task, pool }) => pairMoneyUsd(instance, task, pool))) || 1
  const builder = createBqmBuilder('BINARY', pairs.length)
  for (const [v, { task, pool }] of pairs.entries()) {
    builder.addLinear(v, pairMoneyUsd(instance, task, pool) / scaleUsd)
    if (!isGood(task, pool)) builder.addLinear(v, name === 'raw' ? lambdaQ * MISMATCH : FLOOR_PRICE)
  }
  return {
    name,
    problem: createProblem(builder.build(), groups),
    options: { ...optionsOf(name, lambdaA), ...qaoa, layers, shots },
    pairs,
    fixed,
  }
}

function optionsOf(name: VariantName, lambdaA: number): QaoaOptions {
  if (name === 'raw') return { ...PAPER_PRESET, penalty: lambdaA }
  const trained = { optimiser: 'l-bfgs', restarts: 8, evaluations: 80 } as const
  if (name === 'xy') return { encoding: 'subspace', mixer: 'xy-chain', ...trained }
  if (name === 'binary') return { encoding: 'binary', ...trained }
  return {
    encoding: 'one-hot',
    optimiser: 'l-bfgs',
    objective: { kind: 'valid-rate' },
    restarts: 16,
    evaluations: 160,
  }
}

function allPairs({ tasks, fleet }: Instance): { task: number; pool: number }[] {
  return Array.from({ length: tasks.count * fleet.numPools }, (_, v) => ({
    task: Math.floor(v / fleet.numPools),
    pool: v % fleet.numPools,
  }))
}

/** Pool of each task; undefined when a task has no pool or several. */
export function assignmentOf(
  { pairs, fixed }: Variant,
  bits: ArrayLike<number>,
  at = 0,
): Int32Array | undefined {
  const pools = fixed.slice()
  for (const [v, { task, pool }] of pairs.entries()) {
    if (bits[at + v] !== 1) continue
    if (pools[task] !== -1) return undefined
    pools[task] = pool
  }
  return pools.includes(-1) ? undefined : pools
}
