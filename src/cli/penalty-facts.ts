/** What a plan found through a QUBO says of its samples and penalty weights, as headline figures. */
import type { SolveResult } from '../solve/solve.ts'
import type { KindPenalty } from '../solvers/sampler/penalties.ts'
import { count } from './format.ts'

/** Name and value; nothing for plans of other solvers. */
export function penaltyFacts({ stats }: SolveResult): readonly (readonly [string, string])[] {
  const penalties = stats.penalties as readonly KindPenalty[] | undefined
  if (penalties === undefined) return []
  const calibration = stats.calibration as { settled: boolean; rounds: readonly unknown[] } | undefined
  return [
    ...penalties.map((penalty) => [`penalty ${penalty.kind}`, weightText(penalty)] as const),
    ...(calibration === undefined
      ? []
      : [['calibration', calibrationText(calibration.settled, calibration.rounds.length)] as const]),
  ]
}

function weightText({ rows, least, most, why }: KindPenalty): string {
  const number = (value: number): string => String(Number(value.toPrecision(4)))
  const weight = least === most ? number(most) : `${number(least)} to ${number(most)}`
  return `${weight} on ${count(rows)} ${rows === 1 ? 'row' : 'rows'}; ${why}`
}

function calibrationText(settled: boolean, rounds: number): string {
  const ending = settled ? 'the last one has a feasible sample' : 'none has a feasible sample'
  return `${rounds} ${rounds === 1 ? 'round' : 'rounds'}, ${ending}`
}
