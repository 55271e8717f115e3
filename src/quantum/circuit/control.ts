/** Operations under control, and raised to a power: what OpenQASM 3's gate modifiers need. */
import { gate, isUnitary, type Operation } from './circuit.ts'
import { inverseOf } from './rewire.ts'

const NAMED = {
  x: 'cx',
  y: 'cy',
  z: 'cz',
  h: 'ch',
  sx: 'csx',
  p: 'cp',
  rx: 'crx',
  ry: 'cry',
  rz: 'crz',
  cx: 'ccx',
  cz: 'ccz',
  swap: 'cswap',
  gphase: 'p',
} as const
/** Gates that are p at a fixed angle. */
const PHASES: Readonly<Record<string, number>> = {
  z: Math.PI,
  s: Math.PI / 2,
  sdg: -Math.PI / 2,
  t: Math.PI / 4,
  tdg: -Math.PI / 4,
}
/** Gates whose power is the same gate with its angle scaled. */
const SCALED = new Set<string>([
  'p',
  'rx',
  'ry',
  'rz',
  'rxx',
  'ryy',
  'rzz',
  'cp',
  'crx',
  'cry',
  'crz',
  'gphase',
  'xx_plus_yy',
])

/** `operation` where `control` is 1; undefined when there is no short way to write it. */
export function controlOperation(control: number, operation: Operation): Operation[] | undefined {
  if (!isUnitary(operation)) return undefined
  const { gate: name, params, qubits } = operation
  if (name === 'id') return []
  if (name in NAMED) return [gate(NAMED[name as keyof typeof NAMED], params, control, ...qubits)]
  if (name in PHASES) return [gate('cp', [PHASES[name]!], control, ...qubits)]
  if (name === 'u') return [gate('cu', [...params, 0], control, ...qubits)]
  if (name === 'cp') return doublyControlledPhase(params[0]!, control, qubits)
  return undefined
}

/** The phase e^(i angle) on |111>, from two-qubit phases (Barenco et al., quant-ph/9503016, lemma 6.1). */
function doublyControlledPhase(angle: number, c: number, [a, b]: readonly number[]): Operation[] {
  return [
    gate('cp', [angle / 2], a!, b!),
    gate('cx', [], c, a!),
    gate('cp', [-angle / 2], a!, b!),
    gate('cx', [], c, a!),
    gate('cp', [angle / 2], c, b!),
  ]
}

/** `operations` applied `exponent` times; undefined when a fractional power has no short form. */
export function powerOf(operations: readonly Operation[], exponent: number): Operation[] | undefined {
  if (Number.isInteger(exponent) && Math.abs(exponent) <= 4096) {
    const once = exponent < 0 ? operations.toReversed().flatMap(inverseOf) : operations
    return Array.from({ length: Math.abs(exponent) }, () => once).flat()
  }
  const [only, ...rest] = operations
  if (only === undefined || rest.length > 0 || !isUnitary(only)) return undefined
  const { gate: name, params, qubits } = only
  if (SCALED.has(name)) return [gate(name, [params[0]! * exponent], ...qubits)]
  if (name in PHASES) return [gate('p', [PHASES[name]! * exponent], ...qubits)]
  if (name === 'x' || name === 'sx') {
    const angle = (name === 'x' ? Math.PI : Math.PI / 2) * exponent
    return [gate('rx', [angle], ...qubits), gate('gphase', [angle / 2])]
  }
  return undefined
}
