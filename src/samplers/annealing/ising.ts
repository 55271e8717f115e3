/** A BQM as spins in double precision, whatever its vartype; for kernels, not a public formulation. */
import type { Bqm } from '../../formulation/bqm.ts'

/** energy = offset + sum h s + sum_{u<v} J s s; rows as in `Bqm`. */
export interface Ising {
  readonly n: number
  readonly h: Float64Array
  readonly rowStart: Int32Array
  readonly neighbours: Int32Array
  readonly J: Float64Array
  readonly offset: number
}

/** x = (1 + s) / 2 turns q x x into q/4 (1 + s + s' + s s'). */
export function toIsing(bqm: Bqm): Ising {
  const { numVariables: n, rowStart, neighbours } = bqm
  if (bqm.vartype === 'SPIN')
    return { n, h: bqm.linear, rowStart, neighbours, J: bqm.biases, offset: bqm.offset }
  const h = new Float64Array(n)
  const J = bqm.biases.map((bias) => bias / 4)
  let offset = bqm.offset
  for (let v = 0; v < n; v++) {
    let row = 0
    for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) row += J[k]!
    h[v] = bqm.linear[v]! / 2 + row
    offset += bqm.linear[v]! / 2 + row / 2
  }
  return { n, h, rowStart, neighbours, J, offset }
}

/**
 * The common magnitude of all couplings when they have one and every field is a whole multiple of it, else 0. Couplings
 * of zero are not couplings.
 */
export function equalMagnitude({ n, h, J }: Ising): number {
  let unit = 0
  for (let k = 0; k < J.length; k++) {
    const size = Math.abs(J[k]!)
    if (size === 0) continue
    if (unit === 0) unit = size
    else if (size !== unit) return 0
  }
  if (unit === 0) return 0
  for (let v = 0; v < n; v++) if (!Number.isInteger(h[v]! / unit)) return 0
  return unit
}

/**
 * The power of two that brings the largest bias between 1 and 2, so that float32 kernels neither overflow nor flush to
 * zero; scaling by it is exact. 1 for a model without biases.
 */
export function unitScale({ h, J }: Pick<Ising, 'h' | 'J'>): number {
  let most = 0
  for (const column of [h, J]) for (const bias of column) most = Math.max(most, Math.abs(bias))
  if (most === 0) return 1
  return 2 ** -Math.max(-1000, Math.min(1000, Math.floor(Math.log2(most))))
}
