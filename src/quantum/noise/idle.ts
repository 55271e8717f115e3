/** How long each qubit waits: gates start as soon as all their qubits are free, and readings start together. */
import type { NoiseModel } from './model.ts'

export interface Schedule {
  /** Qubits of the next gate that have waited since their last one, and how long in nanoseconds. */
  start(qubits: readonly number[]): [qubit: number, idleNs: number][]
  end(qubits: readonly number[], durationNs: number): void
  /** What every qubit waits until the last gate is done. */
  finish(): [qubit: number, idleNs: number][]
}

/** Waiting counts from a qubit's first gate: before, it is in the ground state and loses nothing. */
export function createSchedule(numQubits: number, model: NoiseModel): Schedule {
  const busyUntil = new Float64Array(numQubits)
  const begun = new Uint8Array(numQubits)
  const waited = (qubits: Iterable<number>, until: number): [number, number][] =>
    [...qubits].flatMap((qubit): [number, number][] => {
      const idle = until - busyUntil[qubit]!
      busyUntil[qubit] = until
      return begun[qubit] && idle > 0 ? [[qubit, idle]] : []
    })
  return {
    start(qubits) {
      if (model.thermal === undefined) return []
      return waited(qubits, Math.max(...qubits.map((qubit) => busyUntil[qubit]!)))
    },
    end(qubits, durationNs) {
      for (const qubit of qubits) {
        busyUntil[qubit] = busyUntil[qubit]! + durationNs
        begun[qubit] = 1
      }
    },
    finish() {
      if (model.thermal === undefined) return []
      return waited(busyUntil.keys(), Math.max(...busyUntil))
    },
  }
}
