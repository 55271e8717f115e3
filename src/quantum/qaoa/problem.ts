/** What QAOA is asked to minimise: a binary quadratic model, and which of its variables form one-hot groups. */
import { QaasError } from '../../errors.ts'
import type { Bqm } from '../../formulation/bqm.ts'
import { createBqmBuilder } from '../../formulation/bqm-builder.ts'
import { forEachCoupling } from '../../formulation/energy.ts'
import { toBinary } from '../../formulation/vartype.ts'

export interface QaoaProblem {
  /** The objective, BINARY, without penalties for the groups. */
  readonly bqm: Bqm
  /** Disjoint groups of variables of which exactly one must be 1; variables in no group are free. */
  readonly groups: readonly Int32Array[]
}

/** @throws QaasError `invalid-model` on an empty model, an empty group, a variable out of range or in two groups */
export function createProblem(model: Bqm, groups: readonly ArrayLike<number>[] = []): QaoaProblem {
  const bqm = toBinary(model)
  if (bqm.numVariables === 0)
    throw new QaasError('invalid-model', 'the Hamiltonian is empty: it has no qubit')
  const seen = new Uint8Array(bqm.numVariables)
  groups.forEach((group, g) => {
    if (group.length === 0)
      throw new QaasError('invalid-model', `group ${g} has no variable: exactly one of none cannot be chosen`)
    for (const v of Array.from(group)) {
      if (!(Number.isInteger(v) && v >= 0 && v < bqm.numVariables))
        throw new QaasError(
          'invalid-model',
          `group ${g}: there is no variable ${v}; the model has ${bqm.numVariables}`,
        )
      if (seen[v]) throw new QaasError('invalid-model', `variable ${v} is in two groups`)
      seen[v] = 1
    }
  })
  return { bqm, groups: groups.map((group) => Int32Array.from(group)) }
}

/** True when every group of `state[at ..)` has exactly one 1. */
export function isValid({ groups }: QaoaProblem, state: ArrayLike<number>, at = 0): boolean {
  return groups.every((group) => {
    let ones = 0
    for (const v of group) ones += state[at + v]!
    return ones === 1
  })
}

/**
 * The same problem with the mean bias of every group's members moved into the offset. On valid states nothing changes;
 * under a penalty the objective then pulls neither towards more ones nor towards fewer.
 */
export function centred({ bqm, groups }: QaoaProblem): QaoaProblem {
  const linear = bqm.linear.slice()
  let { offset } = bqm
  for (const group of groups) {
    const mean = group.reduce((sum, v) => sum + linear[v]!, 0) / group.length
    for (const v of group) linear[v]! -= mean
    offset += mean
  }
  return { bqm: { ...bqm, linear, offset }, groups }
}

/** Largest difference of objective that changing one group's choice or flipping one free variable can make. */
export function largestMove({ bqm, groups }: QaoaProblem): number {
  const low = new Float64Array(bqm.numVariables)
  const high = new Float64Array(bqm.numVariables)
  for (let v = 0; v < bqm.numVariables; v++) {
    low[v] = high[v] = bqm.linear[v]!
    for (let k = bqm.rowStart[v]!; k < bqm.rowStart[v + 1]!; k++) {
      low[v]! += Math.min(0, bqm.biases[k]!)
      high[v]! += Math.max(0, bqm.biases[k]!)
    }
  }
  const grouped = new Uint8Array(bqm.numVariables)
  let largest = 0
  for (const group of groups) {
    for (const v of group) grouped[v] = 1
    const top = group.reduce((max, v) => Math.max(max, high[v]!), Number.NEGATIVE_INFINITY)
    const bottom = group.reduce((min, v) => Math.min(min, low[v]!), Number.POSITIVE_INFINITY)
    if (group.length > 1) largest = Math.max(largest, top - bottom)
  }
  for (let v = 0; v < bqm.numVariables; v++)
    if (!grouped[v]) largest = Math.max(largest, Math.abs(low[v]!), Math.abs(high[v]!))
  return largest
}

/** `model` plus `penalty` x (1 - sum of the group)^2 for every group. */
export function penalised({ bqm, groups }: QaoaProblem, penalty: number): Bqm {
  const builder = createBqmBuilder('BINARY', bqm.numVariables)
  for (let v = 0; v < bqm.numVariables; v++) builder.addLinear(v, bqm.linear[v]!)
  forEachCoupling(bqm, (u, v, bias) => builder.addQuadratic(u, v, bias))
  builder.addOffset(bqm.offset)
  for (const group of groups) {
    builder.addOffset(penalty)
    group.forEach((u, k) => {
      builder.addLinear(u, -penalty)
      for (const v of group.subarray(k + 1)) builder.addQuadratic(u, v, 2 * penalty)
    })
  }
  return builder.build(bqm.labels)
}

/** A model of the same variables with no bias at all. */
export function zeroModel({ bqm }: QaoaProblem): Bqm {
  return {
    vartype: 'BINARY',
    numVariables: bqm.numVariables,
    numInteractions: 0,
    linear: new Float64Array(bqm.numVariables),
    rowStart: new Int32Array(bqm.numVariables + 1),
    neighbours: new Int32Array(0),
    biases: new Float64Array(0),
    offset: 0,
  }
}
