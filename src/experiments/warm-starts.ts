/**
 * What a warm start buys: the trained circuit beside its own start, read without any layer, and beside the assignment it
 * starts from. From greedy's assignment, which is the optimum here, and from a poor one.
 */
import type { Instance } from '../model/instance.ts'
import { createRng } from '../numeric/rng.ts'
import { probabilitiesOf, simulate } from '../quantum/circuit/simulate.ts'
import { circuitOf } from '../quantum/qaoa/site-circuit.ts'
import { paperGreedy } from './classical.ts'
import { type ResultTable, share } from './result.ts'
import { readNoisily, runVariant, type VariantRun } from './run-variant.ts'
import { assignmentOf, type VariantName } from './variants.ts'

interface Shares {
  readonly valid: number
  readonly optimum: number
}

interface WarmStarts {
  readonly table: ResultTable
  readonly notes: readonly string[]
  readonly data: readonly Record<string, unknown>[]
}

const SETTINGS: readonly (readonly [VariantName, string])[] = [
  ['xy', 'complete XY mixer'],
  ['balanced', 'penalty, a qubit per pair'],
]

export async function warmStarts(
  instance: Instance,
  { seed, shots }: { readonly seed: number; readonly shots: number },
): Promise<WarmStarts> {
  const starts = {
    none: undefined,
    'greedy (the optimum)': paperGreedy(instance),
    'cheapest model everywhere': cheapestEverywhere(instance),
  }
  const rows: string[][] = []
  const data: Record<string, unknown>[] = []
  for (const [variant, label] of SETTINGS)
    for (const [start, pools] of Object.entries(starts))
      for (const layers of [1, 2]) {
        const run = await warmRun(instance, { variant, pools, layers, seed, shots })
        const alone = exactShares(run, [0], [0])
        const { gammas, betas } = run.qaoa.training
        const ideal = exactShares(run, gammas, betas)
        const noisy = readNoisily(run, { device: 'ibm_fez', shots, rng: createRng(seed) })
        const cz = noisy.transpiled.stats.counts.cz ?? 0
        const onFez = { valid: noisy.valid, optimum: noisy.report.optimumRate.value }
        rows.push([
          label,
          start,
          String(layers),
          ...[alone, ideal, onFez].flatMap(({ valid, optimum }) => [share(valid), share(optimum)]),
          String(cz),
        ])
        data.push({ setting: variant, start, layers, alone, ideal, onFez, cz })
      }
  return {
    table: {
      title: `Warm start (epsilon 0.25): exact shares of the start read at once and of the trained circuit, and ${shots} shots on ibm_fez noise`,
      columns: [
        '<setting',
        '<starts from',
        'p',
        'start: valid',
        'optimum',
        'trained: valid',
        'optimum',
        'fez: valid',
        'optimum',
        'CZ',
      ],
      rows,
    },
    notes: [
      'A warm start from greedy starts from the answer: on an instance without couplings greedy is the optimum, every time and without a circuit.',
    ],
    data,
  }
}

interface WarmRun {
  readonly variant: VariantName
  readonly pools: readonly number[] | undefined
  readonly layers: number
  readonly seed: number
  readonly shots: number
}

async function warmRun(
  instance: Instance,
  { variant, pools, layers, seed, shots }: WarmRun,
): Promise<VariantRun> {
  const { numPools } = instance.fleet
  const warm =
    pools === undefined
      ? {}
      : { warmStart: pools.flatMap((pool) => Array.from({ length: numPools }, (_, k) => Number(k === pool))) }
  const qaoa = {
    ...(variant === 'xy' ? { mixer: 'xy-complete' as const } : {}),
    // The aim is the optimum, not any valid state.
    objective: { kind: 'mean' as const },
    ...warm,
  }
  return runVariant(instance, variant, { layers, seed, shots, qaoa })
}

/** Shares of valid and of optimal readings without noise; angles of zero leave the start as it is. */
function exactShares(
  { variant, qaoa, landscape }: VariantRun,
  gammas: readonly number[],
  betas: readonly number[],
): Shares {
  const numBits = variant.pairs.length
  const chances = probabilitiesOf(
    simulate(circuitOf(variant.problem, qaoa.encoding, { gammas: [...gammas], betas: [...betas] })),
  )
  const best = landscape.all[0]!.objective + 1e-9
  let [valid, optimum] = [0, 0]
  chances.forEach((chance, state) => {
    const pools = assignmentOf(
      variant,
      Array.from({ length: numBits }, (_, v) => (state >> v) & 1),
    )
    if (pools === undefined) return
    valid += chance
    if (landscape.of(pools).objective <= best) optimum += chance
  })
  return { valid, optimum }
}

function cheapestEverywhere({ tasks }: Instance): number[] {
  return Array.from({ length: tasks.count }, () => 0)
}
