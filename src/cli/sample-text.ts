/** The text of `qaas sample`: sizes, the lowest samples, a histogram of energies. */

import type { Label, Vartype } from '../formulation/bqm.ts'
import type { CqmEvaluation } from '../formulation/evaluate-cqm.ts'
import { counted } from '../model/counted.ts'
import type { SampleOptions } from '../solve/sample.ts'
import type { Sampler, SampleSet } from '../solve/sampler.ts'
import { count, duration } from './format.ts'
import { renderTable } from './table.ts'

/** A model on its way through a sampler: how to run it, and how to judge what comes back. */
export interface SampledModel {
  readonly numVariables: number
  readonly size: Readonly<Record<string, number>>
  readonly vartype: Vartype
  readonly labels?: readonly Label[]
  readonly run: (sampler: Sampler, options: SampleOptions) => Promise<SampleSet>
  /** Values of the CQM's variables at a state; with `judge`. */
  readonly decode?: (state: Int8Array) => Float64Array
  readonly judge?: (values: ArrayLike<number>) => CqmEvaluation
}

const HISTOGRAM_BINS = 12
const HISTOGRAM_WIDTH = 40

/** Up to ten significant digits, without trailing zeros. */
export const energyText = (energy: number): string => String(Number(energy.toPrecision(10)))

export function sampleText(
  sampled: SampledModel,
  facts: {
    readonly path: string
    readonly sampler: Sampler
    readonly set: SampleSet
    readonly elapsedMs: number
  },
  rows: number,
): string {
  const { set, path, sampler, elapsedMs } = facts
  const sizes = Object.entries(sampled.size).map(([name, value]) => `${count(value)} ${name}`)
  const reads = set.numOccurrences.reduce((sum, times) => sum + times, 0)
  const shown = Math.min(rows, set.energies.length)
  const proven = sampler.capabilities.exact && set.info.stopped !== true
  return [
    `${path}: ${sizes.join(', ')}`,
    `${sampler.name}: ${counted(reads, 'sample')}, ${count(set.energies.length)} distinct, ${duration(elapsedMs)}${set.info.kernel ? `, kernel ${set.info.kernel}` : ''}${proven ? '; the lowest energy is proven minimal' : ''}${set.info.stopped === true ? '; stopped early' : ''}`,
    '',
    table(sampled, set, shown),
    ...(shown < set.energies.length ? [`... and ${count(set.energies.length - shown)} more (--rows)`] : []),
    ...feasibility(sampled, set),
    ...(set.energies.length > 1 ? ['', histogram(set)] : []),
  ].join('\n')
}

function table(sampled: SampledModel, set: SampleSet, shown: number): string {
  const { judge } = sampled
  const columns = [
    { title: 'energy', align: 'right' as const },
    { title: 'times', align: 'right' as const },
    ...(judge ? [{ title: 'objective', align: 'right' as const }, { title: 'constraints' }] : []),
  ]
  const lines = Array.from({ length: shown }, (_, row) => {
    const cells = [energyText(set.energies[row]!), count(set.numOccurrences[row]!)]
    if (!judge) return cells
    const { objective, feasible, violations } = verdictOf(sampled, set, row)
    const broken = violations.filter((violation) => violation.kind === 'domain' || !violation.soft).length
    return [...cells, energyText(objective), feasible ? 'all kept' : `${count(broken)} broken`]
  })
  return renderTable(columns, lines)
}

function verdictOf(
  { judge, decode, numVariables: n }: SampledModel,
  set: SampleSet,
  row: number,
): CqmEvaluation {
  return judge!(decode!(set.states.subarray(row * n, (row + 1) * n)))
}

/** How many samples keep every constraint; nothing for a model without constraints. */
function feasibility(sampled: SampledModel, set: SampleSet): string[] {
  if (!sampled.judge) return []
  let feasible = 0
  let best = Infinity
  let total = 0
  for (let row = 0; row < set.energies.length; row++) {
    const verdict = verdictOf(sampled, set, row)
    total += set.numOccurrences[row]!
    if (!verdict.feasible) continue
    feasible += set.numOccurrences[row]!
    best = Math.min(best, verdict.objective + verdict.penalty)
  }
  const tail = feasible > 0 ? `; the best of them costs ${energyText(best)}` : ''
  return [
    '',
    `${count(feasible)} of ${counted(total, 'sample')} ${total === 1 ? 'keeps' : 'keep'} every constraint${tail}`,
  ]
}

/** One line a bin, the lowest energies first. */
export function histogram({ energies, numOccurrences }: SampleSet): string {
  const low = energies[0]!
  const high = energies.at(-1)!
  const bins = high > low ? Math.min(HISTOGRAM_BINS, energies.length) : 1
  const width = (high - low) / bins || 1
  const counts = new Float64Array(bins)
  energies.forEach((energy, row) => {
    counts[Math.min(bins - 1, Math.floor((energy - low) / width))]! += numOccurrences[row]!
  })
  const most = counts.reduce((a, b) => Math.max(a, b))
  const labels = Array.from(counts, (_, bin) => energyText(Number((low + bin * width).toPrecision(6))))
  const labelWidth = labels.reduce((longest, label) => Math.max(longest, label.length), 0)
  return Array.from(counts, (times, bin) => {
    const bar = '█'.repeat(Math.max(times > 0 ? 1 : 0, Math.round((HISTOGRAM_WIDTH * times) / most)))
    return `${labels[bin]!.padStart(labelWidth)} │${bar}${times > 0 ? ` ${count(times)}` : ''}`
  }).join('\n')
}
