/** What a drawing of a circuit shows where: columns of operations that do not overlap, and the sign at each qubit. */
import type { Circuit, Operation } from '../circuit/circuit.ts'

export interface Sketch {
  /** Qubits that are drawn, top to bottom. */
  readonly wires: readonly number[]
  /** Operations side by side in time; those of one column share no wire between their ends. */
  readonly columns: readonly (readonly Operation[])[]
}

/** Packs operations as far left as they go. Wires without an operation are left out, unless there is none with. */
export function sketchOf(circuit: Circuit): Sketch {
  const used = new Set(circuit.operations.flatMap(({ qubits }) => [...qubits]))
  const all = Array.from({ length: circuit.numQubits }, (_, q) => q)
  const wires = used.size === 0 ? all : all.filter((q) => used.has(q))
  const rowOf = new Map(wires.map((qubit, row) => [qubit, row]))
  const nextFree = new Int32Array(wires.length)
  const columns: Operation[][] = []
  for (const operation of circuit.operations) {
    if (operation.qubits.length === 0) continue
    const [top, bottom] = spanOf(operation, rowOf)
    const column = nextFree.subarray(top, bottom + 1).reduce((most, value) => Math.max(most, value), 0)
    nextFree.fill(column + 1, top, bottom + 1)
    columns[column] ??= []
    columns[column].push(operation)
  }
  return { wires, columns }
}

/** First and last row an operation covers. */
export function spanOf({ qubits }: Operation, rowOf: ReadonlyMap<number, number>): [number, number] {
  const rows = qubits.map((qubit) => rowOf.get(qubit)!)
  return [Math.min(...rows), Math.max(...rows)]
}

/** The sign at one qubit of an operation. */
export type Glyph =
  | { readonly kind: 'box'; readonly label: string; readonly angle?: number }
  | { readonly kind: 'control' | 'target' | 'cross' | 'barrier' | 'reset' }
  | { readonly kind: 'measure'; readonly bit: number }

const box = (label: string, angle?: number): Glyph => ({
  kind: 'box',
  label,
  ...(angle === undefined ? {} : { angle }),
})
const CONTROL: Glyph = { kind: 'control' }
const CROSS: Glyph = { kind: 'cross' }
const LABELS: Readonly<Record<string, string>> = {
  sx: '√X',
  sxdg: '√X†',
  sdg: 'S†',
  tdg: 'T†',
  rx: 'Rx',
  ry: 'Ry',
  rz: 'Rz',
  id: 'I',
}
const labelOf = (name: string): string => LABELS[name] ?? name.toUpperCase()

/** The signs of an operation, in the order of its qubits. */
export function glyphsOf({ gate, params, qubits, bit }: Operation): Glyph[] {
  const [angle] = params
  switch (gate) {
    case 'measure':
      return [{ kind: 'measure', bit: bit! }]
    case 'reset':
      return [{ kind: 'reset' }]
    case 'barrier':
      return qubits.map(() => ({ kind: 'barrier' }))
    case 'cx':
      return [CONTROL, { kind: 'target' }]
    case 'ccx':
      return [CONTROL, CONTROL, { kind: 'target' }]
    case 'cz':
      return [CONTROL, CONTROL]
    case 'ccz':
      return [CONTROL, CONTROL, CONTROL]
    case 'swap':
      return [CROSS, CROSS]
    case 'cswap':
      return [CONTROL, CROSS, CROSS]
    case 'rzz':
      return [CONTROL, box('ZZ', angle)]
    case 'rzz_swap':
      return [CROSS, box('ZZ×', angle)]
    case 'rxx':
    case 'ryy':
      return qubits.map(() => box(gate.slice(1).toUpperCase(), angle))
    case 'xx_plus_yy':
      return qubits.map(() => box('XY', angle))
    case 'cp':
    case 'crx':
    case 'cry':
    case 'crz':
    case 'cu':
    case 'cy':
    case 'ch':
    case 'csx':
      return [CONTROL, box(labelOf(gate.slice(1)), angle)]
    default:
      return qubits.map(() => box(labelOf(gate), angle))
  }
}

/** Short text of an angle. */
export function angleText(angle: number): string {
  return Number(angle.toPrecision(3)).toString()
}
