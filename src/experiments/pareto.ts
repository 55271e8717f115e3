/** Finding 2 and Figure 4: cost against quality of what each method finds, beside the true front. */
import { lcrpHardware } from '../generators/lcrp-paper.ts'
import { createRng } from '../numeric/rng.ts'
import { classicalRows } from './classical.ts'
import { paretoChart } from './figures/shots.ts'
import type { Judged } from './judge.ts'
import { PUBLISHED_PARETO } from './published.ts'
import { costText, type ExperimentOptions, type ExperimentResult, share } from './result.ts'
import { readNoisily, runVariant } from './run-variant.ts'
import type { VariantName } from './variants.ts'

const SETTINGS: readonly (readonly [VariantName, number])[] = [
  ['raw', 2],
  ['balanced', 2],
  ['xy', 1],
]

export async function pareto({ seed, shots }: ExperimentOptions): Promise<ExperimentResult> {
  const instance = lcrpHardware(6)
  const rows: string[][] = []
  const points: Parameters<typeof paretoChart>[0][number][] = []
  const data: Record<string, unknown>[] = []
  const classical = await classicalRows(instance, seed)
  let front: Judged[] = []
  for (const [name, layers] of SETTINGS) {
    const run = await runVariant(instance, name, { layers, shots, seed })
    const noisy = readNoisily(run, { device: 'ibm_fez', shots, rng: createRng(seed) })
    front = frontOf(run.landscape.all)
    const entries = [
      [`${name}, p = ${layers}, ideal`, run.ideal],
      [`${name}, p = ${layers}, fez noise`, noisy.report],
      ...(name === 'raw' ? ([['random bits', run.random]] as const) : []),
    ] as const
    for (const [label, report] of entries) {
      const found = report.outcomes.map(({ judged }) => judged)
      const reached = front.filter((one) => found.some((other) => same(one, other))).length
      rows.push([
        label,
        String(report.outcomes.reduce((sum, { count }) => sum + count, 0)),
        share(report.validRate.value),
        costText(report.cheapest),
        costText(report.best),
        `${reached} of ${front.length}`,
      ])
      data.push({
        label,
        valid: report.validRate,
        cheapest: report.cheapest,
        best: report.best,
        frontReached: reached,
      })
      for (const judged of frontOf(found))
        points.push({ label, costUsd: judged.costUsd, quality: judged.quality })
    }
  }
  for (const { method, judged } of classical)
    points.push({ label: method, costUsd: judged.costUsd, quality: judged.quality })
  const { cheapestUsd, quality, greedyUsd } = PUBLISHED_PARETO
  return {
    name: 'pareto',
    title: 'Cost against quality at 18 qubits (section 7.2, Figure 4)',
    tables: [
      {
        title: `${shots} shots; the true front has ${front.length} points (brute force over 729 assignments)`,
        columns: ['<method', 'valid shots', 'valid rate', 'cheapest', 'best objective', 'front points found'],
        rows: [
          ...rows,
          [
            'paper, hardware',
            '',
            '',
            `$${cheapestUsd.join(' – ')} (${quality.map((q) => Math.round(q * 100)).join(' – ')} %)`,
            '',
            '',
          ],
          ['paper, greedy', '', '', '', `$${greedyUsd} (67 %)`, ''],
          ...classical.map(({ method, judged }) => [method, '', '', '', costText(judged), '']),
        ],
      },
    ],
    notes: [
      'A cheaper plan with fewer floors met is no finding: the free model everywhere costs $0 and meets one floor in six. Coin flips find such plans as well.',
    ],
    figures: [
      {
        name: 'pareto',
        title: 'Cost against quality',
        content: { spec: paretoChart(points, front, { costUsd: cheapestUsd, quality }) },
      },
    ],
    data: { rows: data, front, classical },
  }
}

/** Assignments that no other beats in both cost and quality. */
function frontOf(all: readonly Judged[]): Judged[] {
  const sorted = all.toSorted((a, b) => a.costUsd - b.costUsd || b.quality - a.quality)
  const front: Judged[] = []
  for (const one of sorted)
    if (front.length === 0 || one.quality > front.at(-1)!.quality + 1e-9) front.push(one)
  return front
}

const same = (a: Judged, b: Judged): boolean =>
  Math.abs(a.costUsd - b.costUsd) < 1e-9 && Math.abs(a.quality - b.quality) < 1e-9
