/** The whole matrix of a circuit, for proving that two circuits are the same. Up to about ten qubits. */
import { QaasError } from '../../errors.ts'
import { type Circuit, checkCircuit, isUnitary } from './circuit.ts'
import { gateMatrix } from './gates.ts'
import type { Matrix } from './matrix.ts'
import { applyMatrix, type State } from './simulate.ts'

const MAX_QUBITS = 12

/**
 * The matrix of `circuit`, global phase included. The columns are kept as one state of 2n qubits whose high half
 * numbers the column, so that each gate is applied to all columns at once.
 * @throws QaasError `too-large` beyond 12 qubits, `unsupported` when the circuit measures or resets
 */
export function unitaryOf(circuit: Circuit): Matrix {
  checkCircuit(circuit)
  const { numQubits } = circuit
  if (numQubits > MAX_QUBITS)
    throw new QaasError(
      'too-large',
      `the matrix of ${numQubits} qubits takes ${2 ** (2 * numQubits + 4 - 30)} GiB; the limit is ${MAX_QUBITS} qubits`,
      { data: { numQubits } },
    )
  const size = 2 ** numQubits
  const state: State = {
    numQubits: 2 * numQubits,
    re: new Float64Array(size * size),
    im: new Float64Array(size * size),
  }
  for (let k = 0; k < size; k++) state.re[k * size + k] = 1
  for (const operation of circuit.operations) {
    if (operation.gate === 'barrier') continue
    if (!isUnitary(operation))
      throw new QaasError('unsupported', `a circuit with a ${operation.gate} has no matrix`, {
        advice: 'Maybe take its measurements and resets out first.',
      })
    applyMatrix(state, gateMatrix(operation.gate, operation.params), operation.qubits)
  }
  const data = new Float64Array(2 * size * size)
  for (let column = 0; column < size; column++)
    for (let row = 0; row < size; row++) {
      data[2 * (row * size + column)] = state.re[column * size + row]!
      data[2 * (row * size + column) + 1] = state.im[column * size + row]!
    }
  return { size, data }
}
