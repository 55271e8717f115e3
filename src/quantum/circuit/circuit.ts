/**
 * The circuit as plain data: operations in time order on qubits 0 .. numQubits - 1 (qubit 0 is the least
 * significant bit of a state index). No methods, no parameters left open, no control flow.
 */
import { QaasError } from '../../errors.ts'
import { type GateName, gateShape, isGateName } from './gates.ts'

/** A unitary gate, or one of the three things a circuit does besides. */
export type OperationName = GateName | 'measure' | 'reset' | 'barrier'

export interface Operation {
  readonly gate: OperationName
  /** Distinct qubits, in the gate's own order: controls first, then targets. */
  readonly qubits: readonly number[]
  /** Angles in radians. */
  readonly params: readonly number[]
  /** The classical bit a `measure` writes; absent for all else. */
  readonly bit?: number
}

/** A named run of consecutive bits or qubits; registers follow each other from index 0. */
export interface Register {
  readonly name: string
  readonly size: number
}

export interface Circuit {
  readonly numQubits: number
  readonly numBits: number
  readonly operations: readonly Operation[]
  /** Names of the qubits and bits, for files; absent, they are `q` and `c`. */
  readonly qubitRegisters?: readonly Register[]
  readonly bitRegisters?: readonly Register[]
}

/** A unitary gate as an operation; `params` come before qubits as in OpenQASM. */
export function gate(name: GateName, params: readonly number[], ...qubits: number[]): Operation {
  return { gate: name, params, qubits }
}

export function measure(qubit: number, bit: number): Operation {
  return { gate: 'measure', params: [], qubits: [qubit], bit }
}

/** `circuit` with every qubit measured into the bit of the same number, after what it already does. */
export function measureAll(circuit: Circuit): Circuit {
  const { numQubits, operations, qubitRegisters } = circuit
  const reads = Array.from({ length: numQubits }, (_, q) => measure(q, q))
  return {
    numQubits,
    numBits: numQubits,
    operations: [...operations, ...reads],
    ...(qubitRegisters ? { qubitRegisters } : {}),
  }
}

/** True for unitary gates; false for measure, reset and barrier. */
export function isUnitary(operation: Operation): operation is Operation & { readonly gate: GateName } {
  return operation.gate !== 'measure' && operation.gate !== 'reset' && operation.gate !== 'barrier'
}

function invalid(message: string, data: Record<string, unknown>): QaasError {
  return new QaasError('invalid-model', message, { data })
}

/**
 * Checks every rule of the type that the compiler cannot.
 * @throws QaasError `invalid-model` naming the operation: unknown gate, wrong number of qubits or angles, an angle that
 * is not finite, a qubit or bit out of range or named twice
 */
export function checkCircuit(circuit: Circuit): void {
  for (const key of ['numQubits', 'numBits'] as const)
    if (!Number.isInteger(circuit[key]) || circuit[key] < 0)
      throw invalid(`circuit: ${key} (${circuit[key]}) must be a non-negative integer`, {})
  for (const [at, operation] of circuit.operations.entries()) checkOperation(circuit, operation, at)
}

function checkOperation({ numQubits, numBits }: Circuit, operation: Operation, at: number): void {
  const { qubits, params, bit } = operation
  const where = `operation ${at} (${operation.gate})`
  const data = { operation: at, gate: operation.gate }
  if (isUnitary(operation)) {
    if (!isGateName(operation.gate)) throw invalid(`${where}: there is no such gate`, data)
    const shape = gateShape(operation.gate)
    if (qubits.length !== shape.qubits)
      throw invalid(`${where}: takes ${shape.qubits} qubits, has ${qubits.length}`, data)
    if (params.length !== shape.params)
      throw invalid(`${where}: takes ${shape.params} angles, has ${params.length}`, data)
  } else if (operation.gate !== 'barrier' && qubits.length !== 1)
    throw invalid(`${where}: takes one qubit, has ${qubits.length}`, data)
  params.forEach((value, k) => {
    if (!Number.isFinite(value))
      throw invalid(`${where}: angle ${k} (${value}) must be a finite number`, { ...data, angle: k })
  })
  for (const qubit of qubits)
    if (!Number.isInteger(qubit) || qubit < 0 || qubit >= numQubits)
      throw invalid(`${where}: qubit ${qubit} is not one of 0 .. ${numQubits - 1}`, { ...data, qubit })
  if (new Set(qubits).size < qubits.length)
    throw invalid(`${where}: a qubit is named twice (${qubits.join(', ')})`, data)
  if (operation.gate !== 'measure') return
  if (bit === undefined || !Number.isInteger(bit) || bit < 0 || bit >= numBits)
    throw invalid(`${where}: bit ${bit} is not one of 0 .. ${numBits - 1}`, { ...data, bit })
}
