/**
 * The reference simulator: one gate at a time on a double-precision state vector. For checking circuits of up to
 * some twenty qubits; QAOA at size has its own simulators.
 */
import { QaasError } from '../../errors.ts'
import type { Rng } from '../../numeric/rng.ts'
import { type Circuit, checkCircuit, isUnitary, type Operation } from './circuit.ts'
import { gateMatrix } from './gates.ts'
import type { Matrix } from './matrix.ts'

/** Amplitudes by state index; qubit 0 is the index's lowest bit. */
export interface State {
  readonly numQubits: number
  readonly re: Float64Array
  readonly im: Float64Array
}

/** Beyond this, one state takes more than half a gibibyte here. */
const MAX_QUBITS = 25

/** |0...0>. @throws QaasError `too-large` before anything is allocated */
export function zeroState(numQubits: number): State {
  if (numQubits > MAX_QUBITS) {
    const gibibytes = 2 ** (numQubits + 4 - 30)
    throw new QaasError(
      'too-large',
      `a state of ${numQubits} qubits takes ${gibibytes} GiB; the reference simulator stops at ${MAX_QUBITS} qubits`,
      { advice: 'Maybe split the circuit into its connected components.', data: { numQubits, gibibytes } },
    )
  }
  const state = {
    numQubits,
    re: new Float64Array(2 ** numQubits),
    im: new Float64Array(2 ** numQubits),
  }
  state.re[0] = 1
  return state
}

/** Applies a `2^k x 2^k` matrix to `qubits` (low bit first) in place. */
export function applyMatrix(state: State, matrix: Matrix, qubits: readonly number[]): void {
  if (qubits.length === 1) applyOne(state, matrix, qubits[0]!)
  else applyMany(state, matrix, qubits)
}

function applyOne({ re, im }: State, { data }: Matrix, qubit: number): void {
  const step = 1 << qubit
  const [ar, ai, br, bi, cr, ci, dr, di] = data as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  for (let base = 0; base < re.length; base += 2 * step)
    for (let k = base; k < base + step; k++) {
      const [xr, xi, yr, yi] = [re[k]!, im[k]!, re[k + step]!, im[k + step]!]
      re[k] = ar * xr - ai * xi + br * yr - bi * yi
      im[k] = ar * xi + ai * xr + br * yi + bi * yr
      re[k + step] = cr * xr - ci * xi + dr * yr - di * yi
      im[k + step] = cr * xi + ci * xr + dr * yi + di * yr
    }
}

function applyMany({ re, im }: State, { size, data }: Matrix, qubits: readonly number[]): void {
  const offsets = Int32Array.from({ length: size }, (_, local) =>
    qubits.reduce((sum, qubit, bit) => sum + (((local >> bit) & 1) << qubit), 0),
  )
  const mask = offsets[size - 1]!
  const inRe = new Float64Array(size)
  const inIm = new Float64Array(size)
  for (let base = 0; base < re.length; base++) {
    if ((base & mask) !== 0) continue
    for (let k = 0; k < size; k++) {
      inRe[k] = re[base + offsets[k]!]!
      inIm[k] = im[base + offsets[k]!]!
    }
    for (let r = 0; r < size; r++) {
      let [sumRe, sumIm] = [0, 0]
      for (let c = 0; c < size; c++) {
        const at = 2 * (r * size + c)
        sumRe += data[at]! * inRe[c]! - data[at + 1]! * inIm[c]!
        sumIm += data[at]! * inIm[c]! + data[at + 1]! * inRe[c]!
      }
      re[base + offsets[r]!] = sumRe
      im[base + offsets[r]!] = sumIm
    }
  }
}

/** Applies a unitary operation in place. */
export function applyOperation(state: State, operation: Operation): void {
  if (isUnitary(operation)) applyMatrix(state, gateMatrix(operation.gate, operation.params), operation.qubits)
}

/**
 * The state before the final measurements.
 * @throws QaasError `invalid-model` on a malformed circuit, `unsupported` on a reset after a gate, or a gate or second
 * measurement after a measurement, `too-large` beyond 25 qubits
 */
export function simulate(circuit: Circuit): State {
  checkCircuit(circuit)
  checkMeasuredLast(circuit)
  const state = zeroState(circuit.numQubits)
  for (const operation of circuit.operations) applyOperation(state, operation)
  return state
}

/** @throws QaasError `unsupported` unless resets come first and measurements last on every qubit */
export function checkMeasuredLast({ operations, numQubits }: Circuit): void {
  const touched = new Uint8Array(numQubits)
  const measured = new Uint8Array(numQubits)
  operations.forEach((operation, at) => {
    if (operation.gate === 'barrier') return
    for (const qubit of operation.qubits) {
      if (measured[qubit])
        throw new QaasError(
          'unsupported',
          `operation ${at} (${operation.gate}): qubit ${qubit} is used again after its measurement`,
          { advice: 'Maybe measure at the end only.', data: { operation: at, qubit } },
        )
      if (operation.gate === 'reset' && touched[qubit])
        throw new QaasError('unsupported', `operation ${at}: qubit ${qubit} is reset in mid-circuit`, {
          data: { operation: at, qubit },
        })
      if (operation.gate === 'measure') measured[qubit] = 1
      else if (operation.gate !== 'reset') touched[qubit] = 1
    }
  })
}

/** |amplitude|^2 by state index. */
export function probabilitiesOf({ re, im }: State): Float64Array {
  return re.map((value, k) => value * value + im[k]! * im[k]!)
}

/** Shots of the measured bits: `counts` of each outcome, whose bit b is classical bit b. */
export function sampleCircuit(circuit: Circuit, shots: number, rng: Rng): Map<number, number> {
  const probabilities = probabilitiesOf(simulate(circuit))
  const reads = circuit.operations.filter(({ gate }) => gate === 'measure')
  const counts = new Map<number, number>()
  for (const index of drawIndices(probabilities, shots, rng)) {
    let outcome = 0
    for (const { qubits, bit } of reads) if ((index >> qubits[0]!) & 1) outcome += 2 ** bit!
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  }
  return counts
}

/** `shots` independent draws from a distribution over indices; need not be normalised. */
export function drawIndices(probabilities: Float64Array, shots: number, rng: Rng): Int32Array {
  const cumulative = new Float64Array(probabilities.length)
  let total = 0
  for (let k = 0; k < probabilities.length; k++) {
    total += probabilities[k]!
    cumulative[k] = total
  }
  return Int32Array.from({ length: shots }, () => {
    const target = rng.nextFloat() * total
    let [low, high] = [0, cumulative.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (cumulative[middle]! > target) high = middle
      else low = middle + 1
    }
    return low
  })
}
