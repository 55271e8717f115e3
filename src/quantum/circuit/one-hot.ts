/** Gates on one-hot groups of qubits: prepared superpositions, and mixers that keep exactly one qubit at 1. */
import { gate, type Operation } from './circuit.ts'
import { inverseOf } from './rewire.ts'

/**
 * Prepares sum_k sqrt(weight_k) |one-hot k> on `group` with 2M - 3 two-qubit gates between neighbours: a staircase of
 * ones first, then each qubit takes the difference to its neighbour. Equal weights give the W state.
 */
export function wState(
  group: readonly number[],
  weights: ArrayLike<number> = group.map(() => 1),
): Operation[] {
  const size = group.length
  if (size === 1) return [gate('x', [], group[0]!)]
  const angles = splitAngles(weights)
  const operations: Operation[] = [gate('ry', [2 * angles[0]!], group[0]!)]
  for (let k = 1; k < size - 1; k++) {
    // A rotation of |0> by `angle` under control, from one CZ: R(a) Z R(-a) |0> = cos a |0> + sin a |1>.
    operations.push(gate('ry', [-angles[k]!], group[k]!))
    operations.push(gate('cz', [], group[k - 1]!, group[k]!))
    operations.push(gate('ry', [angles[k]!], group[k]!))
  }
  for (let k = size - 1; k >= 1; k--) operations.push(gate('cx', [], group[k - 1]!, group[k]!))
  operations.push(gate('x', [], group[0]!))
  return operations
}

/** tan of entry k squared is the weight beyond position k over the weight at it. */
function splitAngles(weights: ArrayLike<number>): number[] {
  const tail = new Float64Array(weights.length + 1)
  for (let k = weights.length - 1; k >= 0; k--) tail[k] = tail[k + 1]! + weights[k]!
  return Array.from({ length: weights.length - 1 }, (_, k) =>
    Math.atan2(Math.sqrt(tail[k + 1]!), Math.sqrt(weights[k]!)),
  )
}

/** exp(-i beta (XX + YY) / 2): turns the two members into each other. */
export function exchange(a: number, b: number, beta: number): Operation {
  return gate('xx_plus_yy', [2 * beta], a, b)
}

/**
 * On one-hot states exp(-i beta M |w><w|), with M members and w = sqrt(weights): equal weights give, up to a global
 * phase, the complete mixer exp(-i beta sum over all pairs of (XX + YY) / 2), exactly and not pair after pair. The state w
 * is turned into the first member by M - 1 real rotations between neighbours, gets its phase there, and is turned back.
 */
export function reflectOneHot(
  group: readonly number[],
  beta: number,
  weights: ArrayLike<number> = group.map(() => 1),
): Operation[] {
  if (group.length === 1) return []
  if (group.length === 2 && weights[0] === weights[1]) return [exchange(group[0]!, group[1]!, beta)]
  const turned = splitAngles(weights).flatMap((angle, k) => rotation(group[k]!, group[k + 1]!, angle))
  return [...turned.toReversed().flatMap(inverseOf), gate('p', [-beta * group.length], group[0]!), ...turned]
}

/** |10> to cos |10> + sin |01> in the order (a, b): an exchange whose phases two S gates make real. */
function rotation(a: number, b: number, angle: number): Operation[] {
  return [gate('sdg', [], b), exchange(a, b, angle), gate('s', [], b)]
}
