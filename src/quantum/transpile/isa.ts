/** Whether a circuit is one a device runs as it is: only its basis gates, only between working neighbours. */
import { QaasError } from '../../errors.ts'
import { type Circuit, checkCircuit } from '../circuit/circuit.ts'
import type { Device } from './device.ts'
import { areAdjacent } from './graph.ts'

const BASIS = new Set<string>(['cz', 'rz', 'sx', 'x', 'id', 'measure', 'reset', 'barrier'])
const FRACTIONAL = new Set<string>([...BASIS, 'rzz', 'rx'])
/** IBM accepts this much beyond pi/2. */
const ANGLE_TOLERANCE = 1e-10

export interface IsaOptions {
  /** Allow rx, and rzz with angles in [0, pi/2]. Default false. */
  readonly fractional?: boolean
}

/**
 * Checks before anything is submitted or paid for.
 * @throws QaasError `unsupported` naming the operation: not a basis gate, not between neighbours or on a faulty
 * coupling, an rzz angle out of range; `too-large` when the circuit is wider than the device
 */
export function checkIsa(circuit: Circuit, device: Device, { fractional = false }: IsaOptions = {}): void {
  checkCircuit(circuit)
  if (circuit.numQubits > device.graph.numNodes)
    throw new QaasError(
      'too-large',
      `the circuit has ${circuit.numQubits} qubits, ${device.name} has ${device.graph.numNodes}`,
    )
  const basis = fractional ? FRACTIONAL : BASIS
  for (const [at, { gate, qubits, params }] of circuit.operations.entries()) {
    const fail = (reason: string): QaasError =>
      new QaasError('unsupported', `operation ${at} (${gate} on ${qubits.join(', ')}): ${reason}`, {
        advice: 'Maybe transpile the circuit for this device first.',
        data: { operation: at, gate, qubits },
      })
    if (!basis.has(gate)) throw fail(`${device.name} does not run this gate (${[...basis].join(', ')})`)
    if (qubits.length === 2 && gate !== 'barrier' && !areAdjacent(device.graph, qubits[0]!, qubits[1]!))
      throw fail(`no working coupling of ${device.name} joins these qubits`)
    const angle = params[0] ?? 0
    if (gate === 'rzz' && !(angle >= -ANGLE_TOLERANCE && angle <= Math.PI / 2 + ANGLE_TOLERANCE))
      throw fail(`the angle of a fractional rzz (${angle}) must be in [0, pi/2]`)
  }
}
