/**
 * Merges runs of single-qubit gates into at most rz sx rz sx rz. A trailing rz waits behind diagonal two-qubit gates,
 * with which it commutes, and is dropped before a measurement, which cannot see it.
 */
import { type Circuit, gate, isUnitary, type Operation } from '../circuit/circuit.ts'
import { gateMatrix, isDiagonal } from '../circuit/gates.ts'
import { type Matrix, matrixProduct } from '../circuit/matrix.ts'

/** Angles below this are rounding, not rotations. */
const EPSILON = 1e-12
const { PI } = Math

/** `circuit` with its single-qubit gates in the basis rz, sx, x. */
export function mergeSingleQubitGates(circuit: Circuit): Circuit {
  const pending: (Matrix | undefined)[] = Array.from({ length: circuit.numQubits }, () => undefined)
  const operations: Operation[] = []
  /** Writes what waits on `qubit`; before diagonal gates its last rz goes on waiting. */
  const flush = (qubit: number, before: 'diagonal' | 'measure' | 'other'): void => {
    const matrix = pending[qubit]
    if (matrix === undefined) return
    const steps = eulerSteps(matrix)
    const last = steps.at(-1)
    pending[qubit] = undefined
    if (last?.name === 'rz' && before !== 'other') {
      steps.pop()
      if (before === 'diagonal') pending[qubit] = gateMatrix('rz', [last.angle!])
    }
    for (const { name, angle } of steps)
      operations.push(gate(name, angle === undefined ? [] : [angle], qubit))
  }
  for (const operation of circuit.operations) {
    if (operation.gate === 'gphase') continue
    if (isUnitary(operation) && operation.qubits.length === 1) {
      const qubit = operation.qubits[0]!
      const matrix = gateMatrix(operation.gate, operation.params)
      const before = pending[qubit]
      pending[qubit] = before === undefined ? matrix : matrixProduct(matrix, before)
      continue
    }
    const kind = operation.gate === 'measure' ? 'measure' : isDiagonal(operation.gate) ? 'diagonal' : 'other'
    for (const qubit of operation.qubits) flush(qubit, kind)
    operations.push(operation)
  }
  for (let qubit = 0; qubit < circuit.numQubits; qubit++) flush(qubit, 'other')
  return { ...circuit, operations }
}

interface Step {
  readonly name: 'rz' | 'sx' | 'x'
  readonly angle?: number
}

/** A 2 x 2 unitary as rz, sx and x in the order they act (McKay et al., arXiv 1612.00858). */
function eulerSteps({ data }: Matrix): Step[] {
  const [ar, ai, , , cr, ci, dr, di] = data as unknown as number[]
  const theta = 2 * Math.atan2(Math.hypot(cr!, ci!), Math.hypot(ar!, ai!))
  const rz = (angle: number): Step[] => {
    const wrapped = angle - 2 * PI * Math.round(angle / (2 * PI))
    return Math.abs(wrapped) < EPSILON ? [] : [{ name: 'rz', angle: wrapped }]
  }
  // U is, up to a phase, u(theta, phi, lambda) = [[cos, -e^(i lambda) sin], [e^(i phi) sin, e^(i (phi + lambda)) cos]].
  if (theta < EPSILON) return rz(Math.atan2(di!, dr!) - Math.atan2(ai!, ar!))
  const bottom = Math.atan2(ci!, cr!)
  if (Math.abs(theta - PI) < EPSILON) {
    const top = Math.atan2(data[3]!, data[2]!)
    return [{ name: 'x' }, ...rz(bottom - top)]
  }
  const phi = bottom - Math.atan2(ai!, ar!)
  const lambda = Math.atan2(di!, dr!) - bottom
  if (Math.abs(theta - PI / 2) < EPSILON) return [...rz(lambda - PI / 2), { name: 'sx' }, ...rz(phi + PI / 2)]
  return [...rz(lambda), { name: 'sx' }, ...rz(theta + PI), { name: 'sx' }, ...rz(phi + PI)]
}

/** Removes pairs of equal CZ (or cx, swap) with nothing between them on either qubit, until none is left. */
export function cancelPairs(circuit: Circuit): Circuit {
  const SELF_INVERSE = new Set(['cz', 'cx', 'cy', 'ch', 'swap'])
  const kept: (Operation | undefined)[] = []
  /** Positions in `kept` of what still stands on each qubit, latest last. */
  const stacks: number[][] = Array.from({ length: circuit.numQubits }, () => [])
  for (const operation of circuit.operations) {
    const tops = operation.qubits.map((qubit) => stacks[qubit]!.at(-1))
    const previous = tops[0] === undefined ? undefined : kept[tops[0]]
    const cancels =
      SELF_INVERSE.has(operation.gate) &&
      previous?.gate === operation.gate &&
      tops.every((top) => top === tops[0]) &&
      sameOperands(previous, operation)
    if (cancels) {
      kept[tops[0]!] = undefined
      for (const qubit of operation.qubits) stacks[qubit]!.pop()
    } else {
      for (const qubit of operation.qubits) stacks[qubit]!.push(kept.length)
      kept.push(operation)
    }
  }
  return { ...circuit, operations: kept.filter((operation) => operation !== undefined) }
}

function sameOperands(a: Operation, b: Operation): boolean {
  const symmetric = a.gate === 'cz' || a.gate === 'swap'
  return symmetric
    ? a.qubits.every((qubit) => b.qubits.includes(qubit))
    : a.qubits.every((qubit, k) => qubit === b.qubits[k])
}
