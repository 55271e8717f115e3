/**
 * The binary quadratic model: energy(x) = offset + sum_v linear_v x_v + sum_{u<v} quadratic_uv x_u x_v,
 * over variables that are all BINARY {0, 1} or all SPIN {-1, +1}. Data only; no sampling here.
 */

export type Vartype = 'BINARY' | 'SPIN'

/** A label of a variable as dimod knows them; tuples are arrays. */
export type Label = string | number | readonly Label[]

/**
 * An explicit BQM in compressed sparse rows. Both directions of every coupling are stored: the neighbours of
 * `v` are `neighbours[rowStart[v] .. rowStart[v + 1])`, ascending and without `v` itself, with the coupling's
 * full bias in `biases` at the same position.
 */
export interface Bqm {
  readonly vartype: Vartype
  readonly numVariables: number
  /** Number of couplings, each counted once. */
  readonly numInteractions: number
  readonly linear: Float64Array
  readonly rowStart: Int32Array
  readonly neighbours: Int32Array
  readonly biases: Float64Array
  readonly offset: number
  /** Label of each variable; absent when the labels are 0 .. numVariables - 1. */
  readonly labels?: readonly Label[]
}
