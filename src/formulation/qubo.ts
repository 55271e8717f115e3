/** The QUBO form: energy(x) = offset + sum_{u <= v} Q_uv x_u x_v, upper triangular, diagonal first in each row. */
import type { Bqm, Label } from './bqm.ts'
import { createBqmBuilder } from './bqm-builder.ts'
import { toBinary } from './vartype.ts'

export interface Qubo {
  readonly numVariables: number
  /** Entry k is `Q[k]` at (`rows[k]`, `columns[k]`), `rows[k] <= columns[k]`; a zero diagonal is left out. */
  readonly rows: Int32Array
  readonly columns: Int32Array
  readonly Q: Float64Array
  readonly offset: number
  readonly labels?: readonly Label[]
}

/** The QUBO form of a model of either vartype. */
export function toQubo(bqm: Bqm): Qubo {
  const binary = toBinary(bqm)
  const diagonal = binary.linear.reduce((count, bias) => count + (bias === 0 ? 0 : 1), 0)
  const length = diagonal + binary.numInteractions
  const rows = new Int32Array(length)
  const columns = new Int32Array(length)
  const Q = new Float64Array(length)
  let at = 0
  const push = (u: number, v: number, bias: number): void => {
    rows[at] = u
    columns[at] = v
    Q[at++] = bias
  }
  for (let u = 0; u < binary.numVariables; u++) {
    if (binary.linear[u] !== 0) push(u, u, binary.linear[u]!)
    for (let k = binary.rowStart[u]!; k < binary.rowStart[u + 1]!; k++)
      if (binary.neighbours[k]! > u) push(u, binary.neighbours[k]!, binary.biases[k]!)
  }
  const { numVariables, offset, labels } = binary
  return { numVariables, rows, columns, Q, offset, ...(labels ? { labels } : {}) }
}

/** The BINARY model of a QUBO; entries below the diagonal add to those above. Inverse of `toQubo`. */
export function fromQubo({ numVariables, rows, columns, Q, offset, labels }: Qubo): Bqm {
  const builder = createBqmBuilder('BINARY', numVariables)
  for (let k = 0; k < Q.length; k++) builder.addQuadratic(rows[k]!, columns[k]!, Q[k]!)
  builder.addOffset(offset)
  return builder.build(labels)
}
