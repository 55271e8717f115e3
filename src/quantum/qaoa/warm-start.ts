/**
 * Warm start (Egger, Marecek, Woerner 2021, arXiv 2009.10095): each site starts near a given choice, and its mixer has
 * that start as its eigenstate. Fractions are kept `epsilon` away from certainty, or the start could not be left.
 */
import { QaasError } from '../../errors.ts'
import type { Ansatz } from '../statevector/ansatz.ts'
import type { Encoding } from './encoding.ts'
import type { QaoaProblem } from './problem.ts'

interface WarmStart {
  readonly encoding: Encoding
  readonly problem: QaoaProblem
  readonly warmStart: ArrayLike<number>
  readonly epsilon: number
}

/** @throws QaasError `invalid-option` when the start does not fit the model */
export function biasedStart({ encoding, problem, warmStart, epsilon }: WarmStart): Ansatz {
  const n = problem.bqm.numVariables
  if (warmStart.length !== n)
    throw new QaasError('invalid-option', `the warm start has ${warmStart.length} values for ${n} variables`)
  if (!(epsilon > 0 && epsilon <= 0.5))
    throw new QaasError('invalid-option', `epsilon (${epsilon}) must lie in (0, 0.5]`)
  for (let v = 0; v < n; v++)
    if (!(warmStart[v]! >= 0 && warmStart[v]! <= 1))
      throw new QaasError(
        'invalid-option',
        `warm start of variable ${v} (${warmStart[v]}) must lie in [0, 1]`,
      )
  const { cost } = encoding.ansatz
  const walls = encoding.name === 'domain-wall' ? wantedWalls(problem, warmStart) : undefined
  const start = cost.fields.map((field, site) =>
    amplitudes(
      walls === undefined
        ? wantedLevels(encoding, { site, levels: field.length, warmStart, n })
        : Float64Array.of(1 - walls[site]!, walls[site]!),
      epsilon,
    ),
  )
  return { cost, start, mixers: start.map((weights) => ({ kind: 'reflect', weights })) }
}

/** How much the start wants each bit of the domain-wall encoding to be 1: bit k of a group is, for members beyond k. */
function wantedWalls({ bqm, groups }: QaoaProblem, warmStart: ArrayLike<number>): number[] {
  const grouped = new Uint8Array(bqm.numVariables)
  const walls: number[] = []
  for (const group of groups) {
    for (const v of group) grouped[v] = 1
    const total = group.reduce((sum, v) => sum + warmStart[v]!, 0)
    const shareOf = (v: number): number => (total > 0 ? warmStart[v]! / total : 1 / group.length)
    for (let k = 0; k + 1 < group.length; k++)
      walls.push(group.subarray(k + 1).reduce((sum, v) => sum + shareOf(v), 0))
  }
  for (let v = 0; v < bqm.numVariables; v++) if (!grouped[v]) walls.push(warmStart[v]!)
  return walls
}

/** How much the start wants each level of a site: the value of the variable the level sets. */
function wantedLevels(
  encoding: Encoding,
  { site, levels, warmStart, n }: { site: number; levels: number; warmStart: ArrayLike<number>; n: number },
): Float64Array {
  const digits = new Int32Array(encoding.ansatz.cost.levels.length)
  const bits = new Int8Array(n)
  const base = new Int8Array(n)
  const chosen = (level: number, into: Int8Array): Int8Array => {
    digits[site] = level
    encoding.decode(digits, into, 0)
    return into
  }
  chosen(0, base)
  // The variables this site sets are those that change between its levels, or do not once all levels are equal.
  const variables = new Set<number>()
  for (let level = 1; level < levels; level++)
    chosen(level, bits).forEach((bit, v) => {
      if (bit !== base[v]) variables.add(v)
    })
  return Float64Array.from({ length: levels }, (_, level) => {
    chosen(level, bits)
    let wanted = 0
    let ones = 0
    for (const v of variables) {
      if (bits[v]) {
        wanted += warmStart[v]!
        ones++
      }
    }
    // Level 0 of a qubit sets nothing: it is wanted as much as its variable is not.
    if (ones === 0) for (const v of variables) wanted += 1 - warmStart[v]!
    return wanted
  })
}

/** Square roots of the wanted shares, each at least epsilon's part of an even share, of norm 1. */
function amplitudes(wanted: Float64Array, epsilon: number): Float64Array {
  const total = wanted.reduce((sum, value) => sum + value, 0)
  const even = 1 / wanted.length
  // For a qubit this is Egger's clipping: a certain bit gets probability 1 - epsilon.
  const shares = wanted.map((value) => {
    const share = total > 0 ? value / total : even
    return Math.min(Math.max(share, 2 * epsilon * even), 1)
  })
  const norm = shares.reduce((sum, value) => sum + value, 0)
  return shares.map((share) => Math.sqrt(share / norm))
}
