/**
 * What is known of a quantum computer: which qubits touch, what it does by itself, how long and how badly. The three
 * Heron r2 processors of the paper are here as medians of their published calibration; live values replace them.
 */
import { QaasError } from '../../errors.ts'
import { createGraph, type Edge, type Graph } from './graph.ts'

/** Medians of a calibration. */
export interface DeviceCalibration {
  /** Day of the calibration, ISO. */
  readonly date: string
  readonly t1Us: number
  readonly t2Us: number
  readonly singleQubitError: number
  readonly singleQubitNs: number
  readonly twoQubitError: number
  readonly twoQubitNs: number
  /** Of the fractional rzz gate. */
  readonly rzzError: number
  /** P(read 0 | 1 prepared) and P(read 1 | 0 prepared). */
  readonly readZeroGivenOne: number
  readonly readOneGivenZero: number
  readonly readoutNs: number
}

export interface Device {
  readonly name: string
  /** Working couplings only: faulty ones are not edges. */
  readonly graph: Graph
  readonly calibration: DeviceCalibration
  /** Where each qubit is drawn: column and row. */
  readonly places: readonly (readonly [number, number])[]
  /** Chance of a wrong reading per qubit; the median where a device says nothing else. */
  readonly readoutErrors: Float64Array
}

const ROWS = 8
const COLUMNS = 16
/** Qubits of a 156-qubit heavy-hex lattice. */
export const HERON_QUBITS = 156

/**
 * The 176 couplings of ibm_fez, ibm_marrakesh and ibm_kingston: eight rows of sixteen, joined by four bridging qubits
 * between rows, at columns 3, 7, 11, 15 below even rows and 1, 5, 9, 13 below odd ones.
 */
export function heronEdges(): [number, number][] {
  const edges: [number, number][] = []
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column + 1 < COLUMNS; column++)
      edges.push([20 * row + column, 20 * row + column + 1])
    if (row + 1 === ROWS) continue
    for (let k = 0; k < 4; k++) {
      const bridge = 20 * row + COLUMNS + k
      const column = bridgeColumn(row, k)
      edges.push([20 * row + column, bridge], [bridge, 20 * (row + 1) + column])
    }
  }
  return edges
}

const bridgeColumn = (row: number, k: number): number => (row % 2 === 0 ? 3 : 1) + 4 * k

/** Where qubits are drawn: on the heavy-hex lattice, or row by row where a device is another one. */
export function latticePlaces(numQubits: number, heavyHex: boolean): [number, number][] {
  return Array.from({ length: numQubits }, (_, qubit): [number, number] => {
    if (!heavyHex) return [qubit % COLUMNS, Math.floor(qubit / COLUMNS)]
    const [row, rest] = [Math.floor(qubit / 20), qubit % 20]
    return rest < COLUMNS ? [rest, 2 * row] : [bridgeColumn(row, rest - COLUMNS), 2 * row + 1]
  })
}

/** Medians of the properties files in qiskit-ibm-runtime (Apache-2.0). */
const HERON: Readonly<Record<HeronName, DeviceCalibration>> = {
  ibm_fez: {
    ...{ date: '2025-02-26', t1Us: 145, t2Us: 88, singleQubitError: 2.29e-4, singleQubitNs: 24 },
    ...{ twoQubitError: 3.9e-3, twoQubitNs: 84, rzzError: 4.7e-3 },
    ...{ readZeroGivenOne: 0.0115, readOneGivenZero: 0.0039, readoutNs: 1560 },
  },
  ibm_marrakesh: {
    ...{ date: '2025-02-26', t1Us: 197, t2Us: 118, singleQubitError: 2.3e-4, singleQubitNs: 36 },
    ...{ twoQubitError: 3.3e-3, twoQubitNs: 68, rzzError: 4.6e-3 },
    ...{ readZeroGivenOne: 0.0137, readOneGivenZero: 0.0054, readoutNs: 2584 },
  },
  ibm_kingston: {
    ...{ date: '2026-04-15', t1Us: 283, t2Us: 144, singleQubitError: 2.36e-4, singleQubitNs: 32 },
    ...{ twoQubitError: 1.83e-3, twoQubitNs: 68, rzzError: 1.73e-3 },
    ...{ readZeroGivenOne: 0.0115, readOneGivenZero: 0.009, readoutNs: 2280 },
  },
}

export type HeronName = 'ibm_fez' | 'ibm_kingston' | 'ibm_marrakesh'
export const HERON_NAMES: readonly HeronName[] = ['ibm_fez', 'ibm_kingston', 'ibm_marrakesh']

export interface HeronOptions {
  /** Couplings that do not work. */
  readonly faulty?: readonly (readonly [number, number])[]
  /** Errors of single couplings where they are known; the median elsewhere. */
  readonly edgeErrors?: readonly Edge[]
  readonly readoutErrors?: ArrayLike<number>
}

/** One of the paper's three processors. @throws QaasError `invalid-option` for an unknown name */
export function heronDevice(name: string, options: HeronOptions = {}): Device {
  const calibration = HERON[name as HeronName]
  if (calibration === undefined)
    throw new QaasError('invalid-option', `there is no device "${name}"`, {
      advice: `Maybe one of ${HERON_NAMES.join(', ')}.`,
    })
  const known = new Map((options.edgeErrors ?? []).map(({ a, b, error }) => [key(a, b), error]))
  const faulty = new Set((options.faulty ?? []).map(([a, b]) => key(a, b)))
  const edges = heronEdges()
    .map(([a, b]) => ({ a, b, error: known.get(key(a, b)) ?? calibration.twoQubitError }))
    .filter(({ a, b, error }) => !faulty.has(key(a, b)) && error < 1)
  const readout = (calibration.readZeroGivenOne + calibration.readOneGivenZero) / 2
  return {
    name,
    calibration,
    graph: createGraph(HERON_QUBITS, edges),
    places: latticePlaces(HERON_QUBITS, true),
    readoutErrors: Float64Array.from(
      { length: HERON_QUBITS },
      (_, q) => options.readoutErrors?.[q] ?? readout,
    ),
  }
}

const key = (a: number, b: number): string => (a < b ? `${a},${b}` : `${b},${a}`)
