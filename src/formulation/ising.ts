/** The Ising form: energy(s) = offset + sum_v h_v s_v + sum_e J_e s_tail s_head, couplings as an edge list. */
import type { Bqm, Label } from './bqm.ts'
import { createBqm } from './bqm-builder.ts'
import { forEachCoupling } from './energy.ts'
import { toSpin } from './vartype.ts'

export interface Ising {
  readonly numVariables: number
  readonly h: Float64Array
  /** Edge e joins `tails[e] < heads[e]` with strength `J[e]`; by rising tail, then head. */
  readonly tails: Int32Array
  readonly heads: Int32Array
  readonly J: Float64Array
  readonly offset: number
  readonly labels?: readonly Label[]
}

/** The Ising form of a model of either vartype; a QUBO's x is (1 + s) / 2. */
export function toIsing(bqm: Bqm): Ising {
  const spin = toSpin(bqm)
  const tails = new Int32Array(spin.numInteractions)
  const heads = new Int32Array(spin.numInteractions)
  const J = new Float64Array(spin.numInteractions)
  let edge = 0
  forEachCoupling(spin, (u, v, bias) => {
    tails[edge] = u
    heads[edge] = v
    J[edge++] = bias
  })
  const { numVariables, linear: h, offset, labels } = spin
  return { numVariables, h: h.slice(), tails, heads, J, offset, ...(labels ? { labels } : {}) }
}

/** The SPIN model of an Ising form; inverse of `toIsing`. @throws QaasError `invalid-model` on bad numbers */
export function fromIsing({ h, tails, heads, J, offset, labels }: Ising): Bqm {
  return createBqm({
    vartype: 'SPIN',
    linear: h,
    quadratic: Array.from(J, (bias, e) => [tails[e]!, heads[e]!, bias] as const),
    offset,
    ...(labels ? { labels } : {}),
  })
}
