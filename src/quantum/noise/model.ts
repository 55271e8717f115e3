/**
 * Gate-level noise from a device's calibration medians, as Qiskit Aer builds it: depolarising after every gate so that
 * the average gate error is the reported one, thermal relaxation, and wrong readings. No crosstalk, leakage or drift.
 */
import { QaasError } from '../../errors.ts'
import type { Operation } from '../circuit/circuit.ts'
import type { Device } from '../transpile/device.ts'

export interface NoiseModel {
  readonly name: string
  /** Average infidelity of a gate on one and on two qubits, as calibrations report it. */
  readonly singleQubitError: number
  readonly twoQubitError: number
  readonly rzzError: number
  /** P(read 0 | 1) and P(read 1 | 0). */
  readonly readZeroGivenOne: number
  readonly readOneGivenZero: number
  /** Absent, qubits do not decay. */
  readonly thermal?: {
    readonly t1Us: number
    readonly t2Us: number
    readonly singleQubitNs: number
    readonly twoQubitNs: number
  }
}

export interface NoiseOptions {
  /**
   * Lets qubits decay during gates and while they wait; what a gate loses by it is taken off its depolarising part.
   * Default false: all of the reported error is depolarising, and waiting costs nothing.
   */
  readonly thermal?: boolean
  /** Multiplies every error and decay rate; 0 is no noise. Default 1. */
  readonly scale?: number
}

/** @throws QaasError `invalid-option` when the scale is negative or makes a probability exceed 1/2 */
export function noiseModelOf({ name, calibration }: Device, options: NoiseOptions = {}): NoiseModel {
  const { thermal = false, scale = 1 } = options
  const worst = Math.max(calibration.readZeroGivenOne, calibration.rzzError, calibration.twoQubitError)
  if (!(scale >= 0 && scale * worst <= 0.5))
    throw new QaasError('invalid-option', `noise scale (${scale}) must be between 0 and ${0.5 / worst}`)
  return {
    name: scale === 1 ? name : `${name} x ${scale}`,
    singleQubitError: calibration.singleQubitError * scale,
    twoQubitError: calibration.twoQubitError * scale,
    rzzError: calibration.rzzError * scale,
    readZeroGivenOne: calibration.readZeroGivenOne * scale,
    readOneGivenZero: calibration.readOneGivenZero * scale,
    ...(thermal && scale > 0
      ? {
          thermal: {
            t1Us: calibration.t1Us / scale,
            t2Us: calibration.t2Us / scale,
            singleQubitNs: calibration.singleQubitNs,
            twoQubitNs: calibration.twoQubitNs,
          },
        }
      : {}),
  }
}

/** What happens to the qubits of one gate. */
export interface GateNoise {
  /** Chance that all of the gate's qubits are replaced by the maximally mixed state. */
  readonly depolarising: number
  readonly durationNs: number
}

/** rz is a change of reference and costs nothing. */
export function gateNoise(model: NoiseModel, { gate, qubits }: Operation): GateNoise {
  if (gate === 'rz' || gate === 'p' || gate === 'gphase' || gate === 'barrier' || gate === 'measure')
    return { depolarising: 0, durationNs: 0 }
  const pair = qubits.length === 2
  const durationNs = (pair ? model.thermal?.twoQubitNs : model.thermal?.singleQubitNs) ?? 0
  const reported = pair ? (gate === 'rzz' ? model.rzzError : model.twoQubitError) : model.singleQubitError
  const rest = Math.max(0, reported - qubits.length * relaxationError(model, durationNs))
  // Replacing d levels by the mixed state with chance p has average infidelity p (d - 1) / d.
  const levels = 2 ** qubits.length
  return { depolarising: (rest * levels) / (levels - 1), durationNs }
}

/** Factors of relaxation over a time: of the excited population and of the coherence. */
export function relaxation(model: NoiseModel, durationNs: number): { population: number; coherence: number } {
  if (model.thermal === undefined) return { population: 1, coherence: 1 }
  const { t1Us, t2Us } = model.thermal
  return {
    population: Math.exp(-durationNs / (1000 * t1Us)),
    coherence: Math.exp(-durationNs / (1000 * Math.min(t2Us, 2 * t1Us))),
  }
}

/** Average infidelity of relaxation on one qubit: (4 - 1 - population - 2 coherence) / 6, from its Pauli transfer. */
function relaxationError(model: NoiseModel, durationNs: number): number {
  const { population, coherence } = relaxation(model, durationNs)
  return (3 - population - 2 * coherence) / 6
}
