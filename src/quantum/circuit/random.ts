/** Random circuits from a seed: test material for parsers, passes and simulators. */
import type { Rng } from '../../numeric/rng.ts'
import type { Circuit, Operation } from './circuit.ts'
import { type GateName, gateShape } from './gates.ts'

/** Gates that OpenQASM 2 and 3 both have in their standard libraries. */
export const COMMON_GATES: readonly GateName[] = [
  'x',
  'y',
  'z',
  'h',
  's',
  'sdg',
  't',
  'tdg',
  'sx',
  'rx',
  'ry',
  'rz',
  'u',
  'cx',
  'cy',
  'cz',
  'ch',
  'cp',
  'crz',
  'swap',
  'ccx',
]

/** `length` gates drawn evenly from `gates` (those that fit) with angles in (-pi, pi). */
export function randomCircuit(
  numQubits: number,
  length: number,
  rng: Rng,
  gates: readonly GateName[] = COMMON_GATES,
): Circuit {
  const fitting = gates.filter((name) => gateShape(name).qubits <= numQubits)
  const operations = Array.from({ length }, (): Operation => {
    const name = fitting[rng.nextInt(fitting.length)]!
    const shape = gateShape(name)
    const free = Array.from({ length: numQubits }, (_, q) => q)
    const qubits = Array.from({ length: shape.qubits }, () => free.splice(rng.nextInt(free.length), 1)[0]!)
    const params = Array.from({ length: shape.params }, () => (2 * rng.nextFloat() - 1) * Math.PI)
    return { gate: name, params, qubits }
  })
  return { numQubits, numBits: 0, operations }
}
