import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, describe, expect, test } from 'vitest'
import { createRng } from '../../numeric/rng.ts'
import { type Circuit, measureAll, type Operation } from '../circuit/circuit.ts'
import type { GateName } from '../circuit/gates.ts'
import { vectorDistanceUpToPhase } from '../circuit/matrix.ts'
import { COMMON_GATES, randomCircuit } from '../circuit/random.ts'
import { inverseCircuit } from '../circuit/rewire.ts'
import { simulate } from '../circuit/simulate.ts'
import { emitQasm } from './emit.ts'

const require = createRequire(import.meta.url)

/** Our amplitudes, interleaved, by state index. */
function amplitudes(circuit: Circuit): Float64Array {
  const { re, im } = simulate(circuit)
  return Float64Array.from({ length: 2 * re.length }, (_, k) => (k % 2 === 0 ? re : im)[k >> 1]!)
}

interface QuantumCircuit {
  importQASM(text: string, onErrors: (errors: unknown[]) => void): void
  run(): void
  readonly state: Record<string, { re: number; im: number }>
}

describe('the package quantum-circuit', () => {
  const Constructor = require('quantum-circuit') as new (numQubits: number) => QuantumCircuit
  // What it knows under the names of qelib1.inc; its u3 has no phase of its own to compare.
  const gates = COMMON_GATES.filter((name) => !['cp', 'sx'].includes(name))

  test('reads our OpenQASM 2 and ends in our state on random circuits, to 1e-6', () => {
    for (let seed = 1; seed <= 40; seed++) {
      const numQubits = 1 + (seed % 7)
      const circuit = randomCircuit(numQubits, 30, createRng(seed), gates)
      const other = new Constructor(numQubits)
      other.importQASM(emitQasm(circuit, 2), (errors) => expect(errors).toEqual([]))
      other.run()
      const theirs = new Float64Array(2 ** (numQubits + 1))
      for (const [index, { re, im }] of Object.entries(other.state)) theirs.set([re, im], 2 * Number(index))
      expect(vectorDistanceUpToPhase(amplitudes(circuit), theirs), `seed ${seed}`).toBeLessThan(1e-6)
    }
  })
})

interface Shot {
  readonly success: boolean
  readonly result: unknown
  readonly events: readonly { readonly type: string; readonly state?: Record<string, [number, number]> }[]
}
interface Qsharp {
  loadWasmModule(bytes: ArrayBuffer): Promise<void>
  getCompiler(): Promise<{ run(program: object, expr: string, shots: number, events: object): Promise<void> }>
  QscEventTarget: new (captureResults: boolean) => { getResults(): Shot[] }
}

/** Each gate in Q#, whose first qubit is the highest bit of a dumped state. */
const QSHARP: Partial<Record<GateName, (params: readonly number[], q: readonly string[]) => string>> = {
  x: (_, [a]) => `X(${a});`,
  y: (_, [a]) => `Y(${a});`,
  z: (_, [a]) => `Z(${a});`,
  h: (_, [a]) => `H(${a});`,
  s: (_, [a]) => `S(${a});`,
  sdg: (_, [a]) => `Adjoint S(${a});`,
  t: (_, [a]) => `T(${a});`,
  tdg: (_, [a]) => `Adjoint T(${a});`,
  rx: ([t], [a]) => `Rx(${t!.toFixed(15)}, ${a});`,
  ry: ([t], [a]) => `Ry(${t!.toFixed(15)}, ${a});`,
  rz: ([t], [a]) => `Rz(${t!.toFixed(15)}, ${a});`,
  cx: (_, [a, b]) => `CNOT(${a}, ${b});`,
  cy: (_, [a, b]) => `CY(${a}, ${b});`,
  cz: (_, [a, b]) => `CZ(${a}, ${b});`,
  ch: (_, [a, b]) => `Controlled H([${a}], ${b});`,
  crz: ([t], [a, b]) => `Controlled Rz([${a}], (${t!.toFixed(15)}, ${b}));`,
  cp: ([t], [a, b]) => `Controlled R1([${a}], (${t!.toFixed(15)}, ${b}));`,
  rzz: ([t], [a, b]) => `Rzz(${t!.toFixed(15)}, ${a}, ${b});`,
  rxx: ([t], [a, b]) => `Rxx(${t!.toFixed(15)}, ${a}, ${b});`,
  ryy: ([t], [a, b]) => `Ryy(${t!.toFixed(15)}, ${a}, ${b});`,
  swap: (_, [a, b]) => `SWAP(${a}, ${b});`,
  ccx: (_, [a, b, c]) => `CCNOT(${a}, ${b}, ${c});`,
}

describe('the package qsharp-lang', () => {
  let qsharp: Qsharp
  let run: (text: string, projectType: string, shots: number) => Promise<Shot[]>

  beforeAll(async () => {
    qsharp = (await import('qsharp-lang')) as unknown as Qsharp
    const wasm = readFileSync(require.resolve('qsharp-lang').replace(/dist.*$/, 'lib/web/qsc_wasm_bg.wasm'))
    await qsharp.loadWasmModule(
      wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer,
    )
    const compiler = await qsharp.getCompiler()
    run = async (text, projectType, shots) => {
      const events = new qsharp.QscEventTarget(true)
      const name = projectType === 'openqasm' ? 'program.qasm' : 'program.qs'
      const program = { sources: [[name, text]], languageFeatures: [], profile: 'unrestricted', projectType }
      await compiler.run(program, '', shots, events)
      return events.getResults()
    }
  })

  test('its simulator ends in our state on random circuits, to 1e-6', async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const numQubits = 2 + (seed % 4)
      const circuit = randomCircuit(numQubits, 40, createRng(100 + seed), Object.keys(QSHARP) as GateName[])
      const statements = circuit.operations.map(({ gate, params, qubits }: Operation) =>
        QSHARP[gate as GateName]!(
          params,
          qubits.map((q) => `q[${q}]`),
        ),
      )
      const [shot] = await run(
        `operation Main() : Unit { use q = Qubit[${numQubits}]; ${statements.join(' ')} Std.Diagnostics.DumpMachine(); ResetAll(q); }`,
        'qsharp',
        1,
      )
      const dump = shot!.events.find(({ state }) => state !== undefined)!.state!
      const theirs = new Float64Array(2 ** (numQubits + 1))
      for (const [ket, amplitude] of Object.entries(dump))
        theirs.set(amplitude, 2 * Number.parseInt([...ket.slice(1, -1)].reverse().join(''), 2))
      expect(vectorDistanceUpToPhase(amplitudes(circuit), theirs), `seed ${seed}`).toBeLessThan(1e-6)
    }
  })

  test('its OpenQASM 3 compiler reads our text: a circuit, its inverse and a pattern of X give the pattern', async () => {
    for (const seed of [1, 2, 3]) {
      const names: GateName[] = [
        ...COMMON_GATES,
        'rzz',
        'rxx',
        'ryy',
        'xx_plus_yy',
        'rzz_swap',
        'cu',
        'csx',
        'sxdg',
      ]
      const circuit = randomCircuit(4, 30, createRng(seed), names)
      const flips: Operation[] = [0, 2].map((q) => ({ gate: 'x', params: [], qubits: [q] }))
      const operations = [...circuit.operations, ...inverseCircuit(circuit).operations, ...flips]
      const shots = await run(emitQasm(measureAll({ ...circuit, operations }), 3), 'openqasm', 5)
      for (const shot of shots)
        expect(shot).toMatchObject({ success: true, result: '[One, Zero, One, Zero]' })
    }
  })
})
