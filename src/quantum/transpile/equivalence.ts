/** Checks that a transpiled circuit does what the original does, names of qubits followed. For circuits of some 20 qubits. */
import type { Rng } from '../../numeric/rng.ts'
import { type Circuit, isUnitary, type Operation } from '../circuit/circuit.ts'
import { vectorDistanceUpToPhase } from '../circuit/matrix.ts'
import { relabel } from '../circuit/rewire.ts'
import { applyOperation, type State, zeroState } from '../circuit/simulate.ts'

export interface Relabelled {
  readonly circuit: Circuit
  /** Qubit here of each qubit of the original, before and after; -1 for qubits the original never touches. */
  readonly initialLayout: ArrayLike<number>
  readonly finalLayout: ArrayLike<number>
}

/**
 * Largest difference of an amplitude when both act on the same random state (qubits beyond the original's start in
 * |0> and must end there), up to a global phase. Different unitaries agree on a random state with probability zero.
 */
export function differenceFrom(
  original: Circuit,
  { circuit, initialLayout, finalLayout }: Relabelled,
  rng: Rng,
): number {
  const active = Array.from({ length: original.numQubits }, (_, q) => q).filter((q) => initialLayout[q]! >= 0)
  const nodes = new Set(active.map((q) => initialLayout[q]!))
  for (const q of active) nodes.add(finalLayout[q]!)
  for (const operation of circuit.operations)
    if (isUnitary(operation)) for (const node of operation.qubits) nodes.add(node)
  const names = new Int32Array(circuit.numQubits).fill(-1)
  for (const [k, node] of [...nodes].entries()) names[node] = k
  const start = randomState(active.length, rng)
  const left = run(original, place(start, active, original.numQubits), original.numQubits)
  const inNodes = active.map((q) => names[initialLayout[q]!]!)
  const outNodes = active.map((q) => names[finalLayout[q]!]!)
  const compact = relabel(circuit, names as unknown as number[], nodes.size)
  const right = run(compact, place(start, inNodes, nodes.size), nodes.size)
  return vectorDistanceUpToPhase(gather(left, active), gather(right, outNodes))
}

function run(circuit: Circuit, state: State, numQubits: number): State {
  const touched = ({ qubits }: Operation): boolean => qubits.every((q) => q >= 0 && q < numQubits)
  for (const operation of circuit.operations) if (touched(operation)) applyOperation(state, operation)
  return state
}

function randomState(numQubits: number, rng: Rng): Float64Array {
  const state = Float64Array.from({ length: 2 ** (numQubits + 1) }, () => rng.nextNormal())
  const norm = Math.sqrt(state.reduce((sum, value) => sum + value * value, 0))
  return state.map((value) => value / norm)
}

/** Amplitudes of `small` on `qubits` of a larger register whose other qubits are |0>. */
function place(small: Float64Array, qubits: readonly number[], numQubits: number): State {
  const state = zeroState(numQubits)
  state.re[0] = 0
  for (let index = 0; index < small.length / 2; index++) {
    const at = spread(index, qubits)
    state.re[at] = small[2 * index]!
    state.im[at] = small[2 * index + 1]!
  }
  return state
}

/** Amplitudes where all other qubits are |0>; what is lost shows up as a difference. */
function gather({ re, im }: State, qubits: readonly number[]): Float64Array {
  const small = new Float64Array(2 ** (qubits.length + 1))
  for (let index = 0; index < small.length / 2; index++) {
    small[2 * index] = re[spread(index, qubits)]!
    small[2 * index + 1] = im[spread(index, qubits)]!
  }
  return small
}

function spread(index: number, qubits: readonly number[]): number {
  return qubits.reduce((sum, qubit, bit) => sum + ((index >> bit) & 1) * 2 ** qubit, 0)
}
