/** Changes the vartype of a BQM, x = (1 + s) / 2; the structure, labels and energies stay the same. */
import type { Bqm } from './bqm.ts'

/** The SPIN model with the same energy at s = 2x - 1; a SPIN model is returned as it is. */
export function toSpin(bqm: Bqm): Bqm {
  if (bqm.vartype === 'SPIN') return bqm
  const linear = new Float64Array(bqm.numVariables)
  let offset = bqm.offset
  for (let v = 0; v < bqm.numVariables; v++) {
    let pairs = 0
    for (let k = bqm.rowStart[v]!; k < bqm.rowStart[v + 1]!; k++) pairs += bqm.biases[k]!
    linear[v] = bqm.linear[v]! / 2 + pairs / 4
    // Every coupling is seen from both ends, so each end brings half of its b / 4.
    offset += bqm.linear[v]! / 2 + pairs / 8
  }
  return { ...bqm, vartype: 'SPIN', linear, biases: bqm.biases.map((bias) => bias / 4), offset }
}

/** The BINARY model with the same energy at x = (1 + s) / 2; a BINARY model is returned as it is. */
export function toBinary(bqm: Bqm): Bqm {
  if (bqm.vartype === 'BINARY') return bqm
  const linear = new Float64Array(bqm.numVariables)
  let offset = bqm.offset
  for (let v = 0; v < bqm.numVariables; v++) {
    let pairs = 0
    for (let k = bqm.rowStart[v]!; k < bqm.rowStart[v + 1]!; k++) pairs += bqm.biases[k]!
    linear[v] = 2 * (bqm.linear[v]! - pairs)
    offset += pairs / 2 - bqm.linear[v]!
  }
  return { ...bqm, vartype: 'BINARY', linear, biases: bqm.biases.map((bias) => 4 * bias), offset }
}

/** The same state in spins. */
export function toSpins(state: ArrayLike<number>): Int8Array {
  return Int8Array.from(state, (value) => (value > 0 ? 1 : -1))
}

/** The same state in bits. */
export function toBits(state: ArrayLike<number>): Int8Array {
  return Int8Array.from(state, (value) => (value > 0 ? 1 : 0))
}
