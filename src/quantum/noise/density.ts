/**
 * Exact noisy simulation of a few qubits by their density matrix, kept as a state of twice as many: rows in the low
 * half of the index, columns in the high half.
 */
import { QaasError } from '../../errors.ts'
import { type Circuit, isUnitary } from '../circuit/circuit.ts'
import { gateMatrix } from '../circuit/gates.ts'
import type { Matrix } from '../circuit/matrix.ts'
import { applyMatrix, type State, zeroState } from '../circuit/simulate.ts'
import { createSchedule } from './idle.ts'
import { gateNoise, type NoiseModel, relaxation } from './model.ts'

/** 4^10 complex numbers are 16 MiB; beyond, trajectories are the way. */
export const MAX_DENSITY_QUBITS = 10

/**
 * Chance of every measured pattern of `circuit`'s qubits before reading errors, by state index.
 * @throws QaasError `too-large` beyond 10 qubits
 */
export function densityProbabilities(circuit: Circuit, model: NoiseModel): Float64Array {
  const { numQubits } = circuit
  if (numQubits > MAX_DENSITY_QUBITS)
    throw new QaasError(
      'too-large',
      `a density matrix of ${numQubits} qubits takes ${2 ** (2 * numQubits + 4 - 20)} MiB; the limit is ${MAX_DENSITY_QUBITS} qubits`,
      { advice: 'Maybe use trajectories.' },
    )
  const rho = zeroState(2 * numQubits)
  const schedule = createSchedule(numQubits, model)
  for (const operation of circuit.operations) {
    if (!isUnitary(operation)) continue
    const { qubits } = operation
    const noise = gateNoise(model, operation)
    for (const [qubit, idleNs] of schedule.start(qubits)) relax(rho, qubit, relaxation(model, idleNs))
    const matrix = gateMatrix(operation.gate, operation.params)
    applyMatrix(rho, matrix, qubits)
    applyMatrix(
      rho,
      conjugate(matrix),
      qubits.map((q) => q + numQubits),
    )
    if (noise.depolarising > 0) depolarise(rho, qubits, noise.depolarising)
    for (const qubit of qubits) relax(rho, qubit, relaxation(model, noise.durationNs))
    schedule.end(qubits, noise.durationNs)
  }
  for (const [qubit, idleNs] of schedule.finish()) relax(rho, qubit, relaxation(model, idleNs))
  const size = 2 ** numQubits
  return Float64Array.from({ length: size }, (_, k) => Math.max(0, rho.re[k * size + k]!))
}

function conjugate({ size, data }: Matrix): Matrix {
  return { size, data: data.map((value, k) => (k % 2 === 0 ? value : -value)) }
}

/** rho -> (1 - p) rho + p (I/d on `qubits`) x (the rest of rho). */
function depolarise({ numQubits, re, im }: State, qubits: readonly number[], p: number): void {
  const half = numQubits / 2
  const levels = 2 ** qubits.length
  const place = (local: number, shift: number): number =>
    qubits.reduce((sum, qubit, bit) => sum + (((local >> bit) & 1) << (qubit + shift)), 0)
  const rows = Array.from({ length: levels }, (_, k) => place(k, 0))
  const columns = Array.from({ length: levels }, (_, k) => place(k, half))
  const mask = rows[levels - 1]! | columns[levels - 1]!
  for (let base = 0; base < re.length; base++) {
    if ((base & mask) !== 0) continue
    let [traceRe, traceIm] = [0, 0]
    for (let k = 0; k < levels; k++) {
      traceRe += re[base + rows[k]! + columns[k]!]!
      traceIm += im[base + rows[k]! + columns[k]!]!
    }
    for (let r = 0; r < levels; r++)
      for (let c = 0; c < levels; c++) {
        const at = base + rows[r]! + columns[c]!
        re[at] = (1 - p) * re[at]! + (r === c ? (p * traceRe) / levels : 0)
        im[at] = (1 - p) * im[at]! + (r === c ? (p * traceIm) / levels : 0)
      }
  }
}

/** Decay of one qubit towards |0>. */
function relax(
  { numQubits, re, im }: State,
  qubit: number,
  { population, coherence }: { readonly population: number; readonly coherence: number },
): void {
  if (population === 1 && coherence === 1) return
  const [row, column] = [1 << qubit, 1 << (qubit + numQubits / 2)]
  for (let base = 0; base < re.length; base++) {
    if ((base & (row | column)) !== 0) continue
    for (const part of [re, im]) {
      const excited = part[base + row + column]!
      part[base] = part[base]! + (1 - population) * excited
      part[base + row + column] = population * excited
      part[base + row] = part[base + row]! * coherence
      part[base + column] = part[base + column]! * coherence
    }
  }
}
