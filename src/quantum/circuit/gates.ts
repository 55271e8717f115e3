/**
 * The gate table: how many qubits and angles each gate takes, and its exact matrix, phase included. Conventions are
 * those of OpenQASM's standard libraries and of Qiskit; the first qubit of a gate is the low bit of its matrix index.
 */
import { cis, controlled, diagonal, fromRows, type Matrix, matrixProduct } from './matrix.ts'

export interface GateShape {
  readonly qubits: number
  readonly params: number
}

interface GateEntry extends GateShape {
  readonly matrix: (params: readonly number[]) => Matrix
}

const HALF = Math.SQRT1_2
const { PI, cos, sin } = Math

const real = (...rows: number[][]): Matrix => fromRows(rows.map((row) => row.map((re) => [re, 0])))

/** U(theta, phi, lambda), with a real top-left entry. */
function u([theta, phi, lambda]: readonly number[]): Matrix {
  const [c, s] = [cos(theta! / 2), sin(theta! / 2)]
  return fromRows([
    [
      [c, 0],
      [-s * cos(lambda!), -s * sin(lambda!)],
    ],
    [
      [s * cos(phi!), s * sin(phi!)],
      [c * cos(phi! + lambda!), c * sin(phi! + lambda!)],
    ],
  ])
}

const phase = ([lambda]: readonly number[]): Matrix => diagonal([0, lambda!])
const rx = ([t]: readonly number[]): Matrix =>
  fromRows([
    [
      [cos(t! / 2), 0],
      [0, -sin(t! / 2)],
    ],
    [
      [0, -sin(t! / 2)],
      [cos(t! / 2), 0],
    ],
  ])
const ry = ([t]: readonly number[]): Matrix => real([cos(t! / 2), -sin(t! / 2)], [sin(t! / 2), cos(t! / 2)])
const rz = ([t]: readonly number[]): Matrix => diagonal([-t! / 2, t! / 2])
const x = (): Matrix => real([0, 1], [1, 0])
const y = (): Matrix =>
  fromRows([
    [
      [0, 0],
      [0, -1],
    ],
    [
      [0, 1],
      [0, 0],
    ],
  ])
const h = (): Matrix => real([HALF, HALF], [HALF, -HALF])
/** sqrt(X) or its inverse. */
const rootX = (sign: number): Matrix =>
  fromRows([
    [
      [0.5, 0.5 * sign],
      [0.5, -0.5 * sign],
    ],
    [
      [0.5, -0.5 * sign],
      [0.5, 0.5 * sign],
    ],
  ])
const swap = (): Matrix => real([1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1])

/** cos(t/2) I - i sin(t/2) P for a two-qubit Pauli product P given as its permutation and signs. */
function pauliRotation(t: number, signs: readonly number[]): Matrix {
  const [c, s] = [cos(t / 2), sin(t / 2)]
  return fromRows(
    [0, 1, 2, 3].map((row) =>
      [0, 1, 2, 3].map((column) =>
        column === row ? [c, 0] : column === 3 - row ? [0, -s * signs[row]!] : [0, 0],
      ),
    ),
  )
}

/** exp(-i t/4 (XX + YY)): turns |01> into |10> and leaves |00> and |11> alone. */
function xxPlusYy([t]: readonly number[]): Matrix {
  const [c, s] = [cos(t! / 2), sin(t! / 2)]
  const inner: [number, number][][] = [
    [[c, 0] as [number, number], [0, -s] as [number, number]],
    [[0, -s] as [number, number], [c, 0] as [number, number]],
  ]
  return fromRows([
    [
      [1, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ] as [number, number][],
    [[0, 0], inner[0]![0]!, inner[0]![1]!, [0, 0]] as [number, number][],
    [[0, 0], inner[1]![0]!, inner[1]![1]!, [0, 0]] as [number, number][],
    [
      [0, 0],
      [0, 0],
      [0, 0],
      [1, 0],
    ] as [number, number][],
  ])
}

/** cu(theta, phi, lambda, gamma): controlled e^(i gamma) U(theta, phi, lambda). */
const cu = (params: readonly number[]): Matrix => controlled(cis(params[3]!, u(params)))
const one = (qubits: number, params: number, matrix: GateEntry['matrix']): GateEntry => ({
  qubits,
  params,
  matrix,
})

/** Every gate there is. */
export const GATE_NAMES = [
  'gphase',
  'id',
  'x',
  'y',
  'z',
  'h',
  's',
  'sdg',
  't',
  'tdg',
  'sx',
  'sxdg',
  'p',
  'rx',
  'ry',
  'rz',
  'u',
  'cx',
  'cy',
  'cz',
  'ch',
  'csx',
  'cp',
  'crx',
  'cry',
  'crz',
  'cu',
  'swap',
  'rxx',
  'ryy',
  'rzz',
  'xx_plus_yy',
  'rzz_swap',
  'ccx',
  'ccz',
  'cswap',
] as const

export type GateName = (typeof GATE_NAMES)[number]

const GATES: Readonly<Record<GateName, GateEntry>> = {
  gphase: one(0, 1, ([t]) => diagonal([t!])),
  id: one(1, 0, () => diagonal([0, 0])),
  x: one(1, 0, x),
  y: one(1, 0, y),
  z: one(1, 0, () => diagonal([0, PI])),
  h: one(1, 0, h),
  s: one(1, 0, () => diagonal([0, PI / 2])),
  sdg: one(1, 0, () => diagonal([0, -PI / 2])),
  t: one(1, 0, () => diagonal([0, PI / 4])),
  tdg: one(1, 0, () => diagonal([0, -PI / 4])),
  sx: one(1, 0, () => rootX(1)),
  sxdg: one(1, 0, () => rootX(-1)),
  p: one(1, 1, phase),
  rx: one(1, 1, rx),
  ry: one(1, 1, ry),
  rz: one(1, 1, rz),
  u: one(1, 3, u),
  cx: one(2, 0, () => controlled(x())),
  cy: one(2, 0, () => controlled(y())),
  cz: one(2, 0, () => diagonal([0, 0, 0, PI])),
  ch: one(2, 0, () => controlled(h())),
  csx: one(2, 0, () => controlled(rootX(1))),
  cp: one(2, 1, ([t]) => diagonal([0, 0, 0, t!])),
  crx: one(2, 1, (params) => controlled(rx(params))),
  cry: one(2, 1, (params) => controlled(ry(params))),
  crz: one(2, 1, (params) => controlled(rz(params))),
  cu: one(2, 4, cu),
  swap: one(2, 0, swap),
  rxx: one(2, 1, ([t]) => pauliRotation(t!, [1, 1, 1, 1])),
  ryy: one(2, 1, ([t]) => pauliRotation(t!, [-1, 1, 1, -1])),
  rzz: one(2, 1, ([t]) => diagonal([-t! / 2, t! / 2, t! / 2, -t! / 2])),
  xx_plus_yy: one(2, 1, xxPlusYy),
  /** rzz(t) followed by swap, as one block: three CZ instead of five. */
  rzz_swap: one(2, 1, ([t]) => matrixProduct(swap(), diagonal([-t! / 2, t! / 2, t! / 2, -t! / 2]))),
  ccx: one(3, 0, () => controlled(controlled(x()))),
  ccz: one(3, 0, () => diagonal([0, 0, 0, 0, 0, 0, 0, PI])),
  cswap: one(3, 0, () => controlled(swap())),
}

export function isGateName(name: string): name is GateName {
  return Object.hasOwn(GATES, name)
}

/** How many qubits and angles `name` takes. */
export function gateShape(name: GateName): GateShape {
  return GATES[name]
}

/** The exact matrix of a gate, global phase included. */
export function gateMatrix(name: GateName, params: readonly number[]): Matrix {
  return GATES[name].matrix(params)
}

/** Gates whose matrix is diagonal; they commute with each other. */
const DIAGONAL = new Set<string>([
  'gphase',
  'id',
  'z',
  's',
  'sdg',
  't',
  'tdg',
  'p',
  'rz',
  'cz',
  'cp',
  'crz',
  'rzz',
  'ccz',
])

export function isDiagonal(name: string): boolean {
  return DIAGONAL.has(name)
}
