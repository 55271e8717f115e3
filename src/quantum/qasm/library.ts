/**
 * The gates that OpenQASM 2 and 3 know without being told: the built-in ones, and those of `qelib1.inc` and
 * `stdgates.inc`. Each expands into gates of our table; `phase` is what the expansion leaves out of the exact matrix,
 * which matters only under `ctrl @`.
 */
import { gate, type Operation } from '../circuit/circuit.ts'
import { type GateName, gateShape } from '../circuit/gates.ts'
import type { Dialect } from './lexer.ts'

export interface LibraryGate {
  readonly numParams: number
  readonly numQubits: number
  readonly expand: (params: readonly number[], qubits: readonly number[]) => Operation[]
  readonly phase?: (params: readonly number[]) => number
}

/** A gate of our own table under its own name. */
function same(name: GateName): LibraryGate {
  const { params, qubits } = gateShape(name)
  return { numParams: params, numQubits: qubits, expand: (angles, on) => [gate(name, angles, ...on)] }
}

/** Another name for `name`, with the angles worked out from the given ones. */
function alias(
  name: GateName,
  numParams: number,
  angles: (params: readonly number[]) => number[],
  phase?: LibraryGate['phase'],
): LibraryGate {
  return {
    numParams,
    numQubits: gateShape(name).qubits,
    expand: (params, on) => [gate(name, angles(params), ...on)],
    ...(phase ? { phase } : {}),
  }
}

const own = (...names: GateName[]): Record<string, LibraryGate> =>
  Object.fromEntries(names.map((name) => [name, same(name)]))
const keep = (params: readonly number[]): number[] => [...params]
const halfSum = ([, phi, lambda]: readonly number[]): number => -(phi! + lambda!) / 2

const U2 = (params: readonly number[]): number[] => [Math.PI / 2, ...params]

/** Known before any include. OpenQASM 3's U is e^(i theta/2) times ours. */
export const BUILTIN: Readonly<Record<Dialect, Readonly<Record<string, LibraryGate>>>> = {
  2: { U: alias('u', 3, keep), CX: alias('cx', 0, keep) },
  3: { U: alias('u', 3, keep, ([theta]) => theta! / 2), gphase: same('gphase') },
}

const COMMON: Readonly<Record<string, LibraryGate>> = {
  ...own('x', 'y', 'z', 'h', 's', 'sdg', 't', 'tdg', 'sx', 'p', 'rx', 'ry', 'rz', 'id'),
  ...own('cx', 'cy', 'cz', 'ch', 'cp', 'crx', 'cry', 'crz', 'cu', 'swap', 'ccx', 'cswap'),
  u1: alias('p', 1, keep),
}

/** What `include` brings in. `qelib1.inc` is Qiskit's, which has more than the one in the OpenQASM 2 paper. */
export const LIBRARIES: Readonly<
  Record<Dialect, Readonly<Record<string, Readonly<Record<string, LibraryGate>>>>>
> = {
  2: {
    'qelib1.inc': {
      ...COMMON,
      ...own('sxdg', 'csx', 'rxx', 'rzz', 'u'),
      u0: alias('id', 1, () => []),
      u2: alias('u', 2, U2),
      u3: alias('u', 3, keep),
      cu1: alias('cp', 1, keep),
      cu3: alias('cu', 3, (params) => [...params, 0]),
    },
  },
  3: {
    'stdgates.inc': {
      ...COMMON,
      CX: alias('cx', 0, keep),
      phase: alias('p', 1, keep),
      cphase: alias('cp', 1, keep),
      u2: alias('u', 2, U2, ([phi, lambda]) => halfSum([0, phi!, lambda!])),
      u3: alias('u', 3, keep, halfSum),
    },
  },
}

/** Gates Qiskit's qelib1.inc has and we refuse by name. */
export const REFUSED_GATES: ReadonlySet<string> = new Set(['rccx', 'rc3x', 'c3x', 'c4x', 'c3sqrtx'])

/** The gates of qelib1.inc in arXiv 1707.03429; programs written for it may define the later ones themselves. */
const ORIGINAL_QELIB1 = new Set(
  'u3 u2 u1 cx id x y z h s sdg t tdg rx ry rz cz cy ch ccx crz cu1 cu3 U CX'.split(' '),
)

/** True when a program may give `name` its own meaning although the library has one. */
export function isRedefinable(name: string, dialect: Dialect): boolean {
  return dialect === 2 && !ORIGINAL_QELIB1.has(name)
}
