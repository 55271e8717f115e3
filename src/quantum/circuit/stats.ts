/** Counts and depths of a circuit: what a device is asked to do. */
import { UnionFind } from '../../numeric/union-find.ts'
import { type Circuit, isUnitary, type Operation } from './circuit.ts'

export interface CircuitStats {
  /** Gates on two or more qubits. */
  readonly twoQubitGates: number
  /** All gates; barriers, measurements and resets are not gates. */
  readonly gates: number
  /** Longest chain of gates that share qubits, measurements included; barriers hold back but do not count. */
  readonly depth: number
  /** The same over gates on two or more qubits only. */
  readonly twoQubitDepth: number
  /** How often each operation occurs. */
  readonly counts: Readonly<Record<string, number>>
  /** Qubits that any operation but a barrier touches. */
  readonly usedQubits: readonly number[]
}

export function circuitStats(circuit: Circuit): CircuitStats {
  const counts: Record<string, number> = {}
  const used = new Set<number>()
  let [gates, twoQubitGates] = [0, 0]
  for (const operation of circuit.operations) {
    counts[operation.gate] = (counts[operation.gate] ?? 0) + 1
    if (operation.gate === 'barrier') continue
    for (const qubit of operation.qubits) used.add(qubit)
    if (!isUnitary(operation)) continue
    gates += 1
    if (operation.qubits.length > 1) twoQubitGates += 1
  }
  return {
    twoQubitGates,
    gates,
    depth: depthOf(circuit, (operation) => operation.gate !== 'barrier'),
    twoQubitDepth: depthOf(circuit, (operation) => isUnitary(operation) && operation.qubits.length > 1),
    counts,
    usedQubits: [...used].sort((a, b) => a - b),
  }
}

function depthOf(circuit: Circuit, counted: (operation: Operation) => boolean): number {
  const level = new Int32Array(circuit.numQubits)
  for (const operation of circuit.operations) {
    const { qubits } = operation
    const start = qubits.reduce((most, qubit) => Math.max(most, level[qubit]!), 0)
    for (const qubit of qubits) level[qubit] = start + (counted(operation) ? 1 : 0)
  }
  return level.reduce((most, value) => Math.max(most, value), 0)
}

/** Groups of qubits that gates connect, each ascending; untouched qubits are left out. */
export function connectedQubits(circuit: Circuit): number[][] {
  const sets = new UnionFind(circuit.numQubits)
  const touched = new Set<number>()
  for (const { gate, qubits } of circuit.operations) {
    if (gate === 'barrier') continue
    for (const qubit of qubits) {
      touched.add(qubit)
      sets.join(qubit, qubits[0]!)
    }
  }
  const groups = new Map<number, number[]>()
  for (const qubit of [...touched].sort((a, b) => a - b)) {
    const root = sets.find(qubit)
    groups.set(root, [...(groups.get(root) ?? []), qubit])
  }
  return [...groups.values()]
}
