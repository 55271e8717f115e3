/** Rewrites every gate in terms of single-qubit gates and CZ (or the fractional rzz); exact up to a global phase. */
import { type Circuit, gate, isUnitary, type Operation } from '../circuit/circuit.ts'

const { PI } = Math

/** Three-qubit gates as gates on two and one; the rest unchanged. */
export function expandThreeQubitGates(circuit: Circuit): Circuit {
  return { ...circuit, operations: circuit.operations.flatMap(expandThree) }
}

function expandThree(operation: Operation): Operation[] {
  const [a, b, c] = operation.qubits as [number, number, number]
  switch (operation.gate) {
    case 'ccx':
      return [gate('h', [], c), ...doublyControlledZ(a, b, c), gate('h', [], c)]
    case 'ccz':
      return doublyControlledZ(a, b, c)
    case 'cswap':
      return [gate('cx', [], c, b), ...expandThree(gate('ccx', [], a, b, c)), gate('cx', [], c, b)]
    default:
      return [operation]
  }
}

/** CCZ as six CX and seven T (Nielsen and Chuang, figure 4.9, without its Hadamards). */
function doublyControlledZ(a: number, b: number, c: number): Operation[] {
  const t = (name: 't' | 'tdg', q: number): Operation => gate(name, [], q)
  const cx = (p: number, q: number): Operation => gate('cx', [], p, q)
  return [
    ...[cx(b, c), t('tdg', c), cx(a, c), t('t', c), cx(b, c), t('tdg', c), cx(a, c), t('t', b), t('t', c)],
    ...[cx(a, b), t('t', a), t('tdg', b), cx(a, b)],
  ]
}

/** How many CZ a gate becomes here. */
export function czCost({ gate: name, qubits, params }: Operation): number {
  if (qubits.length < 2 || name === 'barrier') return 0
  if (qubits.length === 3) return name === 'cswap' ? 8 : 6
  if (name === 'swap' || name === 'rzz_swap') return 3
  if (['cx', 'cy', 'cz', 'ch'].includes(name)) return 1
  if (['rzz', 'cp', 'crz'].includes(name) && params[0] === 0) return 0
  return 2
}

export interface LowerOptions {
  /** Use the fractional rzz for angles it can do, after folding into [0, pi/2]; else two CZ. */
  readonly fractional?: boolean
}

/** Two-qubit gates as CZ and single-qubit gates. Expects no three-qubit gates. */
export function lowerToCz(circuit: Circuit, { fractional = false }: LowerOptions = {}): Circuit {
  const lower = (operation: Operation): Operation[] => {
    if (!isUnitary(operation) || operation.qubits.length !== 2 || operation.gate === 'cz') return [operation]
    if (operation.gate === 'rzz')
      return fractional ? foldRzz(operation) : rzzAsCz(operation.params[0]!, ...pair(operation))
    return rewrite(operation).flatMap(lower)
  }
  return { ...circuit, operations: circuit.operations.flatMap(lower) }
}

const pair = ({ qubits }: Operation): [number, number] => [qubits[0]!, qubits[1]!]

function rzzAsCz(angle: number, a: number, b: number): Operation[] {
  if (angle === 0) return []
  return [
    gate('h', [], b),
    gate('cz', [], a, b),
    gate('rx', [angle], b),
    gate('cz', [], a, b),
    gate('h', [], b),
  ]
}

/** rzz of any angle from one of [0, pi/2]: X on one qubit flips the sign, Z on both adds pi. */
function foldRzz({ params, qubits }: Operation): Operation[] {
  const [a, b] = qubits as [number, number]
  // rzz repeats after 2 pi but for a global phase.
  let angle = params[0]! - 2 * PI * Math.round(params[0]! / (2 * PI))
  const operations: Operation[] = []
  if (Math.abs(angle) > PI / 2) {
    angle -= Math.sign(angle) * PI
    operations.push(gate('z', [], a), gate('z', [], b))
  }
  if (angle === 0) return operations
  if (angle > 0) return [...operations, gate('rzz', [angle], a, b)]
  return [...operations, gate('x', [], a), gate('rzz', [-angle], a, b), gate('x', [], a)]
}

/** One step towards CZ and rzz. */
function rewrite(operation: Operation): Operation[] {
  const [a, b] = pair(operation)
  const [t, phi, lambda, gamma] = operation.params as [number, number, number, number]
  const on = (name: 'h' | 's' | 'sdg' | 'z', q: number): Operation => gate(name, [], q)
  const turn = (name: 'rx' | 'ry' | 'rz' | 'p', angle: number, q: number): Operation => gate(name, [angle], q)
  const cx = (p: number, q: number): Operation => gate('cx', [], p, q)
  switch (operation.gate) {
    case 'cx':
      return [on('h', b), gate('cz', [], a, b), on('h', b)]
    case 'cy':
      return [on('sdg', b), cx(a, b), on('s', b)]
    case 'ch':
      return [turn('ry', -PI / 4, b), gate('cz', [], a, b), turn('ry', PI / 4, b)]
    case 'csx':
      return [on('h', b), gate('cp', [PI / 2], a, b), on('h', b)]
    case 'cp':
      return [turn('rz', t / 2, a), turn('rz', t / 2, b), gate('rzz', [-t / 2], a, b)]
    case 'crz':
      return [turn('rz', t / 2, b), gate('rzz', [-t / 2], a, b)]
    case 'crx':
      return [on('h', b), gate('crz', [t], a, b), on('h', b)]
    case 'cry':
      return [turn('rx', PI / 2, b), gate('crz', [t], a, b), turn('rx', -PI / 2, b)]
    case 'cu':
      return [
        ...[
          turn('rz', (lambda - phi) / 2, b),
          cx(a, b),
          turn('rz', -(phi + lambda) / 2, b),
          turn('ry', -t / 2, b),
        ],
        ...[cx(a, b), turn('ry', t / 2, b), turn('rz', phi, b), turn('p', (phi + lambda) / 2 + gamma, a)],
      ]
    case 'rxx':
      return [on('h', a), on('h', b), gate('rzz', [t], a, b), on('h', a), on('h', b)]
    case 'ryy':
      return conjugated([gate('rzz', [t], a, b)], a, b)
    case 'xx_plus_yy':
      return conjugated([cx(a, b), turn('rx', t / 2, a), turn('rz', t / 2, b), cx(a, b)], a, b)
    case 'swap':
      return [cx(a, b), cx(b, a), cx(a, b)]
    case 'rzz_swap':
      return [cx(a, b), turn('rz', t, b), cx(b, a), cx(a, b)]
    default:
      throw new Error(`no rewrite for ${operation.gate}`)
  }
}

/** Turns Z into Y around `inner`, on both qubits. */
function conjugated(inner: readonly Operation[], a: number, b: number): Operation[] {
  const turn = (angle: number): Operation[] => [gate('rx', [angle], a), gate('rx', [angle], b)]
  return [...turn(PI / 2), ...inner, ...turn(-PI / 2)]
}
