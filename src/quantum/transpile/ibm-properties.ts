/**
 * Reads the `properties` document of IBM's REST API (GET /backends/{name}/properties) as a device: its own error on every
 * coupling and reading, couplings that do not work left out.
 */
import { QaasError } from '../../errors.ts'
import { type Device, type DeviceCalibration, heronEdges, latticePlaces } from './device.ts'
import { createGraph, type Edge } from './graph.ts'

interface Parameter {
  readonly name: string
  readonly value: number
  readonly unit: string
}

/** A coupling at or above this error is one that failed its calibration. */
const FAULTY = 1

function invalid(message: string): QaasError {
  return new QaasError('invalid-file', `device properties: ${message}`, {
    advice: 'Maybe save the answer of GET /backends/<name>/properties as it is.',
  })
}

/** @throws QaasError `invalid-file` naming the field that is missing or is no number */
export function deviceFromIbmProperties(text: string): Device {
  const document = parseObject(text)
  const qubits = arrayOf(document.qubits, 'qubits').map((entry, q) => parametersOf(entry, `qubits[${q}]`))
  if (qubits.length === 0) throw invalid('there is no qubit')
  const gates = arrayOf(document.gates, 'gates').map((entry, k) => gateOf(entry, k, qubits.length))
  const couplings = new Map<number, Edge>()
  for (const { name, on, parameters } of gates) {
    if (name !== 'cz' || on.length !== 2) continue
    const error = parameterOf(parameters, 'gate_error', `the cz on ${on.join(', ')}`)
    const [a, b] = [Math.min(...on), Math.max(...on)]
    // Both directions are listed; the worse one counts.
    couplings.set(a * qubits.length + b, {
      a,
      b,
      error: Math.max(error, couplings.get(a * qubits.length + b)?.error ?? 0),
    })
  }
  if (couplings.size === 0) throw invalid('there is no cz gate')
  const edges = [...couplings.values()].filter(({ error }) => error < FAULTY)
  const medianOf = (name: string): number => {
    const values = qubits.flatMap((parameters) =>
      parameters.filter((one) => one.name === name).map(({ value }) => value),
    )
    return median(values, `the qubits' ${name}`)
  }
  const ofGate = (gate: string, parameter: string): number =>
    median(
      gates
        .filter(({ name }) => name === gate)
        .flatMap(({ parameters }) =>
          parameters.filter(({ name }) => name === parameter).map(({ value }) => value),
        )
        .filter((value) => parameter !== 'gate_error' || value < FAULTY),
      `${parameter} of ${gate}`,
    )
  const calibration: DeviceCalibration = {
    date: String(document.last_update_date ?? '').slice(0, 10),
    t1Us: medianOf('T1'),
    t2Us: medianOf('T2'),
    singleQubitError: ofGate('sx', 'gate_error'),
    singleQubitNs: ofGate('sx', 'gate_length'),
    twoQubitError: ofGate('cz', 'gate_error'),
    twoQubitNs: ofGate('cz', 'gate_length'),
    rzzError: gates.some(({ name }) => name === 'rzz')
      ? ofGate('rzz', 'gate_error')
      : ofGate('cz', 'gate_error') * 2,
    readZeroGivenOne: medianOf('prob_meas0_prep1'),
    readOneGivenZero: medianOf('prob_meas1_prep0'),
    readoutNs: medianOf('readout_length'),
  }
  return {
    name: typeof document.backend_name === 'string' ? document.backend_name : 'device',
    calibration,
    graph: createGraph(qubits.length, edges),
    places: latticePlaces(qubits.length, isHeron(edges, qubits.length)),
    readoutErrors: Float64Array.from(qubits, (parameters, q) =>
      parameterOf(parameters, 'readout_error', `qubits[${q}]`),
    ),
  }
}

function isHeron(edges: readonly Edge[], numQubits: number): boolean {
  const known = new Set(heronEdges().map(([a, b]) => `${a},${b}`))
  return numQubits === 156 && edges.every(({ a, b }) => known.has(`${a},${b}`))
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid(`the text is not JSON (${(cause as Error).message})`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('the text is not a JSON object')
  return value as Readonly<Record<string, unknown>>
}

function arrayOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw invalid(`${name} is not a list`)
  return value
}

function parametersOf(value: unknown, name: string): Parameter[] {
  return arrayOf(value, name).map((entry, k) => {
    const { name: key, value: number, unit } = (entry ?? {}) as Record<string, unknown>
    if (typeof key !== 'string' || typeof number !== 'number' || !Number.isFinite(number))
      throw invalid(`${name}[${k}] has no name or no finite value`)
    return { name: key, value: number, unit: typeof unit === 'string' ? unit : '' }
  })
}

interface Gate {
  readonly name: string
  readonly on: readonly number[]
  readonly parameters: readonly Parameter[]
}

function gateOf(value: unknown, k: number, numQubits: number): Gate {
  const { gate, qubits, parameters } = (value ?? {}) as Record<string, unknown>
  if (typeof gate !== 'string') throw invalid(`gates[${k}] has no name`)
  const on = arrayOf(qubits, `gates[${k}].qubits`).map((qubit) => {
    if (!Number.isInteger(qubit) || (qubit as number) < 0 || (qubit as number) >= numQubits)
      throw invalid(`gates[${k}]: qubit ${String(qubit)} is not one of 0 .. ${numQubits - 1}`)
    return qubit as number
  })
  return { name: gate, on, parameters: parametersOf(parameters, `gates[${k}].parameters`) }
}

function parameterOf(parameters: readonly Parameter[], name: string, owner: string): number {
  const found = parameters.find((one) => one.name === name)
  if (found === undefined) throw invalid(`${owner} has no ${name}`)
  return found.value
}

function median(values: readonly number[], what: string): number {
  if (values.length === 0) throw invalid(`there is no value for ${what}`)
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}
