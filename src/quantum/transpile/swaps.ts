/** Takes swap gates out of a circuit: what they exchange is followed by name instead, to the end of the circuit. */
import type { Circuit, Operation } from '../circuit/circuit.ts'
import { gate } from '../circuit/circuit.ts'

export interface WithoutSwaps {
  readonly circuit: Circuit
  /** Where the content that the original leaves on qubit q is found here. */
  readonly output: Int32Array
}

/** Removes every swap, also those merged with an rzz, by relabelling what follows; measurements follow too. */
export function dropSwaps(circuit: Circuit): WithoutSwaps {
  const output = Int32Array.from({ length: circuit.numQubits }, (_, q) => q)
  const operations: Operation[] = []
  for (const operation of circuit.operations) {
    const qubits = operation.qubits.map((q) => output[q]!)
    if (operation.gate === 'rzz_swap') operations.push(gate('rzz', operation.params, ...qubits))
    if (operation.gate === 'swap' || operation.gate === 'rzz_swap') {
      const [a, b] = operation.qubits as [number, number]
      output[a] = qubits[1]!
      output[b] = qubits[0]!
    } else operations.push({ ...operation, qubits })
  }
  return { circuit: { ...circuit, operations }, output }
}
