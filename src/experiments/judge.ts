/** Judges assignments and shots of a routing instance: money, share of quality floors met, approximation ratio. */
import { evaluate } from '../model/evaluate.ts'
import type { Instance } from '../model/instance.ts'
import { wilson } from '../quantum/qaoa/decodings.ts'
import { assignmentOf, type Variant } from './variants.ts'

export interface Judged {
  readonly pools: readonly number[]
  /** The judge's objective: money and the price of broken floors. */
  readonly objective: number
  readonly costUsd: number
  /** Share of tasks whose quality floor is met. */
  readonly quality: number
  /** 1 at the best of all assignments, 0 at the worst. */
  readonly ratio: number
}

export interface Landscape {
  /** Every assignment, best first. */
  readonly all: readonly Judged[]
  of(pools: ArrayLike<number>): Judged
}

/** Brute force over all assignments, M^N of them; meant for the paper's instances (729 at most). */
export function createLandscape(instance: Instance): Landscape {
  const { tasks, fleet } = instance
  const raw = Array.from({ length: fleet.numPools ** tasks.count }, (_, code) => {
    const pools = Array.from(
      { length: tasks.count },
      (_, task) => Math.floor(code / fleet.numPools ** task) % fleet.numPools,
    )
    const { objective, moneyUsd, terms } = evaluate(instance, {
      agentOf: Int32Array.from(pools, (pool) => fleet.firstAgent[pool]!),
    })
    const missed = Math.round(terms.belowFloorUsd / instance.policy.belowFloorUsd)
    return { pools, objective, costUsd: moneyUsd, quality: 1 - missed / tasks.count }
  })
  const objectives = raw.map(({ objective }) => objective)
  const [best, worst] = [Math.min(...objectives), Math.max(...objectives)]
  const judged = raw.map((one) => ({
    ...one,
    ratio: worst > best ? (worst - one.objective) / (worst - best) : 1,
  }))
  const codeOf = (pools: ArrayLike<number>): number =>
    Array.from({ length: tasks.count }, (_, task) => pools[task]! * fleet.numPools ** task).reduce(
      (a, b) => a + b,
    )
  return {
    all: judged.toSorted((a, b) => a.objective - b.objective),
    of: (pools) => judged[codeOf(pools)]!,
  }
}

export interface Rate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** What a set of shots is worth. */
export interface ShotReport {
  readonly shots: number
  readonly validRate: Rate
  /** Of the valid ones; absent when there is none. */
  readonly best?: Judged
  readonly cheapest?: Judged
  /** Share of shots at the least objective. */
  readonly optimumRate: Rate
  /** Mean approximation ratio of valid shots. */
  readonly meanRatio?: number
  /** Valid outcomes with their counts, best first. */
  readonly outcomes: readonly { readonly judged: Judged; readonly count: number }[]
}

/** Counts `shots` rows of bits of a variant. */
export function reportShots(
  variant: Variant,
  landscape: Landscape,
  {
    bits,
    numBits,
    counts,
  }: { readonly bits: ArrayLike<number>; readonly numBits: number; readonly counts?: ArrayLike<number> },
): ShotReport {
  const rows = bits.length / numBits
  const found = new Map<Judged, number>()
  let total = 0
  for (let row = 0; row < rows; row++) {
    const count = counts?.[row] ?? 1
    total += count
    const pools = assignmentOf(variant, bits, row * numBits)
    if (pools === undefined) continue
    const judged = landscape.of(pools)
    found.set(judged, (found.get(judged) ?? 0) + count)
  }
  const outcomes = [...found]
    .map(([judged, count]) => ({ judged, count }))
    .sort((a, b) => a.judged.objective - b.judged.objective)
  const valid = outcomes.reduce((sum, { count }) => sum + count, 0)
  const least = landscape.all[0]!.objective + 1e-9
  const optimal = outcomes.reduce(
    (sum, { judged, count }) => sum + (judged.objective <= least ? count : 0),
    0,
  )
  const cheapest = outcomes.toSorted((a, b) => a.judged.costUsd - b.judged.costUsd)[0]
  return {
    shots: total,
    validRate: rateOf(valid, total),
    ...(outcomes[0] ? { best: outcomes[0].judged } : {}),
    ...(cheapest ? { cheapest: cheapest.judged } : {}),
    optimumRate: rateOf(optimal, total),
    ...(valid > 0
      ? { meanRatio: outcomes.reduce((sum, { judged, count }) => sum + judged.ratio * count, 0) / valid }
      : {}),
    outcomes,
  }
}

function rateOf(hits: number, total: number): Rate {
  const { value, low, high } = wilson(hits, total)
  return { value, low, high }
}
