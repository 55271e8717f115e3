/** The penalty weights of a formulation as a result tells them: for every kind of promise how much and why. */
import type { Formulation } from '../../formulation/bridges/formulate.ts'
import type { RowKind } from '../../formulation/bridges/instance-to-cqm.ts'

/** The weights of all rows of one kind; per squared whole unit by which a row is missed. */
export interface KindPenalty {
  readonly kind: RowKind
  readonly rows: number
  readonly least: number
  readonly most: number
  /** The reason of the row with the largest weight. */
  readonly why: string
}

/** Rows that always hold are left out. */
export function penaltiesOf({ kinds, rows }: Pick<Formulation, 'kinds' | 'rows'>): KindPenalty[] {
  const found = new Map<RowKind, KindPenalty>()
  rows.forEach(({ method, weight, why }, index) => {
    if (method === 'always-holds') return
    const kind = kinds[index]!
    const known = found.get(kind)
    found.set(kind, {
      kind,
      rows: (known?.rows ?? 0) + 1,
      least: Math.min(weight, known?.least ?? Infinity),
      most: Math.max(weight, known?.most ?? -Infinity),
      why: known === undefined || weight > known.most ? why : known.why,
    })
  })
  return [...found.values()]
}
