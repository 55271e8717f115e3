/** Writes circuits as OpenQASM 2 or 3. Angles keep all 17 digits; what our gate table has beyond the standard library is defined in the text. */
import { type Circuit, checkCircuit, type Operation } from '../circuit/circuit.ts'
import type { GateName } from '../circuit/gates.ts'
import type { Dialect } from './lexer.ts'

export interface EmitOptions {
  /** Write qubits as `$3` (OpenQASM 3 only), as a transpiled circuit for a device wants them. */
  readonly physicalQubits?: boolean
  /** Gates the receiver knows by itself, such as `rzz` on IBM's fractional basis: used without a definition. */
  readonly opaqueGates?: readonly GateName[]
}

/**
 * In the order they must be defined; each uses the standard library or earlier ones. No angle is divided inside: an
 * OpenQASM 3 `angle` is a number modulo 2 pi, and half of it would not be half of what we mean.
 */
const DEFINITIONS: Readonly<Record<Dialect, Readonly<Partial<Record<GateName, string>>>>> = {
  2: {
    ryy: 'gate ryy(t) a,b { rx(pi/2) a; rx(pi/2) b; cx a,b; rz(t) b; cx a,b; rx(-pi/2) a; rx(-pi/2) b; }',
    xx_plus_yy:
      'gate xx_plus_yy_half(t) a,b { rx(pi/2) a; rx(pi/2) b; cx a,b; rx(t) a; rz(t) b; cx a,b; rx(-pi/2) a; rx(-pi/2) b; }',
    rzz_swap: 'gate rzz_swap(t) a,b { cx a,b; rz(t) b; cx b,a; cx a,b; }',
    ccz: 'gate ccz a,b,c { h c; ccx a,b,c; h c; }',
  },
  3: {
    sxdg: 'gate sxdg a { s a; h a; s a; }',
    csx: 'gate csx a,b { h b; cp(pi/2) a,b; h b; }',
    rzz: 'gate rzz(t) a,b { cx a,b; rz(t) b; cx a,b; }',
    rxx: 'gate rxx(t) a,b { h a; h b; cx a,b; rz(t) b; cx a,b; h a; h b; }',
    ryy: 'gate ryy(t) a,b { rx(pi/2) a; rx(pi/2) b; cx a,b; rz(t) b; cx a,b; rx(-pi/2) a; rx(-pi/2) b; }',
    xx_plus_yy:
      'gate xx_plus_yy_half(t) a,b { rx(pi/2) a; rx(pi/2) b; cx a,b; rx(t) a; rz(t) b; cx a,b; rx(-pi/2) a; rx(-pi/2) b; }',
    rzz_swap: 'gate rzz_swap(t) a,b { cx a,b; rz(t) b; cx b,a; cx a,b; }',
    ccz: 'gate ccz a,b,c { h c; ccx a,b,c; h c; }',
  },
}
const RENAMED: Readonly<Record<Dialect, Readonly<Partial<Record<GateName, string>>>>> = {
  2: { u: 'u3' },
  3: { u: 'U' },
}

/** The number with all its digits, in a form both languages read as a real or integer. */
function number(value: number): string {
  const text = value.toPrecision(17)
  return text.includes('e') ? value.toExponential(16) : text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '.0')
}

/**
 * `circuit` as a program.
 * @throws QaasError `invalid-model` on a malformed circuit
 */
export function emitQasm(circuit: Circuit, version: Dialect, options: EmitOptions = {}): string {
  checkCircuit(circuit)
  const { numQubits, numBits, operations } = circuit
  const physical = version === 3 && options.physicalQubits === true
  const qubitNames = physical
    ? Array.from({ length: numQubits }, (_, q) => `$${q}`)
    : bitNames(circuit.qubitRegisters, numQubits, 'q')
  const bits = bitNames(circuit.bitRegisters, numBits, 'c')
  const used = new Set(operations.map(({ gate }) => gate))
  const definitions = Object.entries(DEFINITIONS[version])
    .filter(([name]) => used.has(name as GateName) && !options.opaqueGates?.includes(name as GateName))
    .map(([, text]) => text)
  const registers = (kind: 'qubit' | 'bit'): string[] => {
    const [list, total, fallback] =
      kind === 'qubit' ? [circuit.qubitRegisters, numQubits, 'q'] : [circuit.bitRegisters, numBits, 'c']
    const all = covers(list, total) ? list! : total > 0 ? [{ name: fallback!, size: total }] : []
    const old = kind === 'qubit' ? 'qreg' : 'creg'
    return all.map(({ name, size }) =>
      version === 2 ? `${old} ${name}[${size}];` : `${kind}[${size}] ${name};`,
    )
  }
  return [
    version === 2 ? 'OPENQASM 2.0;' : 'OPENQASM 3.0;',
    version === 2 ? 'include "qelib1.inc";' : 'include "stdgates.inc";',
    ...definitions,
    ...(physical ? [] : registers('qubit')),
    ...registers('bit'),
    ...operations.flatMap((operation) => statement(operation, { version, qubitNames, bits })),
    '',
  ].join('\n')
}

type Registers = Circuit['qubitRegisters']

function covers(registers: Registers, total: number): boolean {
  return registers !== undefined && registers.reduce((sum, { size }) => sum + size, 0) === total
}

function bitNames(registers: Registers, total: number, fallback: string): string[] {
  const list = covers(registers, total) ? registers! : [{ name: fallback, size: total }]
  return list.flatMap(({ name, size }) => Array.from({ length: size }, (_, k) => `${name}[${k}]`))
}

interface Names {
  readonly version: Dialect
  readonly qubitNames: readonly string[]
  readonly bits: readonly string[]
}

function statement({ gate, params, qubits, bit }: Operation, { version, qubitNames, bits }: Names): string[] {
  const operands = qubits.map((qubit) => qubitNames[qubit]).join(', ')
  if (gate === 'measure')
    return [version === 2 ? `measure ${operands} -> ${bits[bit!]};` : `${bits[bit!]} = measure ${operands};`]
  if (gate === 'barrier' || gate === 'reset') return [`${gate} ${operands};`]
  // OpenQASM 2 has no global phase, and none can be seen.
  if (gate === 'gphase') return version === 2 ? [] : [`gphase(${number(params[0]!)});`]
  const write = (name: string, angles: readonly number[]): string =>
    `${name}${angles.length > 0 ? `(${angles.map(number).join(', ')})` : ''} ${operands};`
  if (gate === 'xx_plus_yy') return [write('xx_plus_yy_half', [params[0]! / 2])]
  if (version === 3 && HALF_PERIODIC.has(gate)) {
    const [theta, turned] = withinOneTurn(params[0]!)
    return [write(gate, [theta, ...params.slice(1)]), ...(turned ? [`z ${qubitNames[qubits[0]!]};`] : [])]
  }
  return [write(RENAMED[version][gate] ?? gate, params)]
}

/** Controlled rotations repeat after 4 pi only: 2 pi more is a Z on the control. */
const HALF_PERIODIC = new Set<string>(['crx', 'cry', 'crz', 'cu'])

/** The angle in [0, 2 pi), where readers agree what it means, and whether an odd number of turns was taken off. */
function withinOneTurn(angle: number): [number, boolean] {
  const turns = Math.floor(angle / (2 * Math.PI))
  return turns === 0 ? [angle, false] : [angle - turns * 2 * Math.PI, turns % 2 !== 0]
}
