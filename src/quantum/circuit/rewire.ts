/** Renames, selects and inverts: circuits made from circuits, without looking at what their gates do. */
import { QaasError } from '../../errors.ts'
import { type Circuit, gate, isUnitary, type Operation } from './circuit.ts'

/** `circuit` with qubit q called `names[q]`, on `numQubits` qubits. */
export function relabel(circuit: Circuit, names: readonly number[], numQubits: number): Circuit {
  return {
    numQubits,
    numBits: circuit.numBits,
    operations: circuit.operations.map((operation) => ({
      ...operation,
      qubits: operation.qubits.map((qubit) => names[qubit]!),
    })),
    ...(circuit.bitRegisters ? { bitRegisters: circuit.bitRegisters } : {}),
  }
}

/** The operations of `circuit` on `qubits` alone, renamed 0, 1, ... in that order. Barriers are narrowed. */
export function restrict(circuit: Circuit, qubits: readonly number[]): Circuit {
  const place = new Map(qubits.map((qubit, k) => [qubit, k]))
  const operations = circuit.operations.flatMap((operation): Operation[] => {
    const kept = operation.qubits.filter((qubit) => place.has(qubit)).map((qubit) => place.get(qubit)!)
    if (kept.length === 0 && operation.qubits.length > 0) return []
    return [{ ...operation, qubits: kept }]
  })
  return { numQubits: qubits.length, numBits: circuit.numBits, operations }
}

const SELF_INVERSE = new Set([
  'id',
  'x',
  'y',
  'z',
  'h',
  'cx',
  'cy',
  'cz',
  'ch',
  'swap',
  'ccx',
  'ccz',
  'cswap',
])
const INVERSE_NAMES = { s: 'sdg', sdg: 's', t: 'tdg', tdg: 't', sx: 'sxdg', sxdg: 'sx' } as const

/** The operations that undo `operation`, in order. @throws QaasError `unsupported` for what cannot be undone */
export function inverseOf(operation: Operation): Operation[] {
  if (!isUnitary(operation)) {
    if (operation.gate === 'barrier') return [operation]
    throw new QaasError('unsupported', `a ${operation.gate} cannot be undone`)
  }
  const { gate: name, params, qubits } = operation
  if (SELF_INVERSE.has(name)) return [operation]
  if (name in INVERSE_NAMES) return [gate(INVERSE_NAMES[name as keyof typeof INVERSE_NAMES], [], ...qubits)]
  if (name === 'csx')
    return [gate('h', [], qubits[1]!), gate('cp', [-Math.PI / 2], ...qubits), gate('h', [], qubits[1]!)]
  if (name === 'rzz_swap') return [gate('swap', [], ...qubits), gate('rzz', [-params[0]!], ...qubits)]
  const [theta, phi, lambda, gamma] = params.map((angle) => -angle)
  if (name === 'u') return [gate('u', [theta!, lambda!, phi!], ...qubits)]
  if (name === 'cu') return [gate('cu', [theta!, lambda!, phi!, gamma!], ...qubits)]
  return [gate(name, [theta!], ...qubits)]
}

/** The circuit that undoes `circuit`. */
export function inverseCircuit(circuit: Circuit): Circuit {
  return { ...circuit, operations: circuit.operations.toReversed().flatMap(inverseOf) }
}
