/**
 * Does planning beat greedy on real outcomes? Prints the table by capacity slack: what each method spends, and what
 * quality it really reaches on held-back scores. `npx tsx experiments/routerbench/run.ts [--json]`.
 */

import { renderTable } from '../../src/cli/table.ts'
import { createRng } from '../../src/index.ts'
import { breathe, now } from '../../src/platform/host.ts'
import { createWorkerPool } from '../../src/platform/worker-pool.ts'
import { builtinSolvers } from '../../src/solvers/builtin.ts'
import { type RouterBench, readRouterBench } from './data.ts'
import { drawInstance, mean, splitHalves } from './instances.ts'
import { type Outcome, planOutcome, references } from './measure.ts'

const SLACKS = [11, 3, 2, 1.5, 1.2] as const
const SEEDS = [1, 2, 3, 4, 5] as const
const NUM_TASKS = 1000

/** The same method over all seeds, averaged. */
interface Row {
  readonly slack: number
  readonly outcomes: readonly Outcome[]
}

async function measure(bench: RouterBench, slack: number): Promise<Row> {
  const workers = createWorkerPool()
  const host = { now, breathe, workers }
  const runs: (readonly Outcome[])[] = []
  try {
    for (const seed of SEEDS) {
      const rng = createRng(seed)
      const drawn = drawInstance(bench, splitHalves(bench, rng), { numTasks: NUM_TASKS, slack, rng })
      const outcomes: Outcome[] = []
      for (const name of ['greedy', 'greedy-tight', 'exact'] as const)
        outcomes.push(await planOutcome(drawn, await builtinSolvers[name](), { seed, ...host }))
      runs.push([...outcomes, ...references(bench.languageModels, drawn.prompts)])
    }
  } finally {
    await workers.close()
  }
  return { slack, outcomes: runs[0]!.map((_, k) => average(runs.map((run) => run[k]!))) }
}

function average(outcomes: readonly Outcome[]): Outcome {
  const bounds = outcomes.flatMap(({ boundUsd }) => (boundUsd === undefined ? [] : [boundUsd]))
  return {
    method: outcomes[0]!.method,
    usd: mean(outcomes.map(({ usd }) => usd)),
    actualQuality: mean(outcomes.map(({ actualQuality }) => actualQuality)),
    dropped: mean(outcomes.map(({ dropped }) => dropped)),
    ...(bounds.length === outcomes.length ? { boundUsd: mean(bounds) } : {}),
  }
}

function printTable(rows: readonly Row[]): void {
  const saved = (from: Outcome, to: Outcome): string =>
    `${((100 * (from.usd - to.usd)) / from.usd).toFixed(1)} %`
  const cells = ({ usd, actualQuality, dropped }: Outcome): string =>
    `$${usd.toFixed(3)} / ${actualQuality.toFixed(3)}${dropped > 0 ? ` (${dropped.toFixed(1)} dropped)` : ''}`
  const [first] = rows
  const titles = [
    'slack',
    ...first!.outcomes.map(({ method }) => method),
    'bound',
    'saves v first-come',
    'v tight-first',
  ]
  console.log(
    `${NUM_TASKS} prompts, 11 language models, mean of ${SEEDS.length} seeds; spend / score really reached\n`,
  )
  console.log(
    renderTable(
      titles.map((title) => ({ title, align: 'right' as const })),
      rows.map(({ slack, outcomes }) => {
        const [greedy, tight, optimum] = outcomes
        const bound = optimum!.boundUsd === undefined ? '-' : `$${optimum!.boundUsd.toFixed(3)}`
        return [
          String(slack),
          ...outcomes.map(cells),
          bound,
          saved(greedy!, optimum!),
          saved(tight!, optimum!),
        ]
      }),
    ),
  )
}

const bench = readRouterBench()
if (bench === undefined) {
  console.log('The RouterBench slice is not here (../shared/data); nothing was measured.')
} else {
  const rows: Row[] = []
  for (const slack of SLACKS) rows.push(await measure(bench, slack))
  if (process.argv.includes('--json')) console.log(JSON.stringify(rows, null, 2))
  else printTable(rows)
}
