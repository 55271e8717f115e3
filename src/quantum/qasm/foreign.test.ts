/** Programs of the OpenQASM and Qiskit projects (test/fixtures/openqasm): in the subset each is read right, outside refused in place. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { qaasErrorOf } from '../../../test/qaas-error.ts'
import { createRng } from '../../numeric/rng.ts'
import { type Circuit, gate, isUnitary, type Operation } from '../circuit/circuit.ts'
import { vectorDistanceUpToPhase } from '../circuit/matrix.ts'
import { simulate } from '../circuit/simulate.ts'
import { emitQasm } from './emit.ts'
import type { Dialect } from './lexer.ts'
import { parseQasm } from './parse.ts'

const FIXTURES = new URL('../../../test/fixtures/openqasm/', import.meta.url)
const textOf = (path: string): string => readFileSync(new URL(path, FIXTURES), 'utf8')
const rowsOf = <Row>(path: string): Row[] =>
  textOf(path)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)

/** Read: qubits and operations; refused: code, line, column and what is named. */
type Expected = readonly [number, number] | readonly [string, number, number, string]

const FILES: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  'openqasm-examples': {
    'qft.qasm': [4, 21],
    'qpt.qasm': [1, 5],
    'rb.qasm': [2, 15],
    'adder.qasm': ['unsupported', 24, 1, '"uint"'],
    'alignment.qasm': ['unsupported', 8, 1, '"stretch"'],
    'arrays.qasm': ['unsupported', 9, 1, '"array"'],
    // It includes no library, and the language itself has no CX.
    'cphase.qasm': ['invalid-file', 4, 3, '"CX" is not defined'],
    'dd.qasm': ['unsupported', 7, 1, '"stretch"'],
    'defcal.qasm': ['unsupported', 1, 1, '"defcalgrammar"'],
    'gateteleport.qasm': ['unsupported', 6, 1, '"extern"'],
    'inverseqft1.qasm': ['unsupported', 11, 1, '"if"'],
    'inverseqft2.qasm': ['unsupported', 15, 1, '"if"'],
    'ipe.qasm': ['unsupported', 11, 1, '"angle"'],
    'msd.qasm': ['unsupported', 9, 1, '"def"'],
    'qec.qasm': ['unsupported', 9, 1, '"def"'],
    'rus.qasm': ['unsupported', 12, 1, '"def"'],
    'scqec.qasm': ['unsupported', 14, 1, '"uint"'],
    't1.qasm': ['unsupported', 6, 1, '"duration"'],
    'teleport.qasm': ['unsupported', 20, 1, '"if"'],
    'varteleport.qasm': ['unsupported', 9, 1, '"def"'],
    'vqe.qasm': ['unsupported', 17, 1, '"extern"'],
  },
  qiskit: {
    'TestBasisTranslator_skip_target.qasm': [5, 96],
    'TestsBasicSwap_a_cx_to_map.qasm': [3, 6],
    'TestsBasicSwap_handle_measurement.qasm': [4, 10],
    'TestsBasicSwap_initial_layout.qasm': [4, 7],
    'TestsLookaheadSwap_a_cx_to_map.qasm': [3, 6],
    'TestsLookaheadSwap_handle_measurement.qasm': [4, 10],
    'TestsLookaheadSwap_initial_layout.qasm': [4, 7],
    'TestsSabreSwap_a_cx_to_map.qasm': [3, 6],
    'TestsSabreSwap_handle_measurement.qasm': [4, 10],
    'TestsSabreSwap_initial_layout.qasm': [4, 7],
    'TestsStochasticSwap_a_cx_to_map.qasm': [3, 6],
    'TestsStochasticSwap_handle_measurement.qasm': [4, 10],
    'TestsStochasticSwap_initial_layout.qasm': [4, 7],
    'all_gates.qasm': [3, 42],
    'entangled_registers.qasm': [8, 18],
    'example.qasm': [6, 13],
    'example_version_2.qasm': [6, 13],
    'move_measurements.qasm': [12, 203],
    'random_n5_d5.qasm': [5, 106],
    'example_fail.qasm': ['invalid-file', 2, 1, '";" is expected, the text ends'],
    'example_if.qasm': ['unsupported', 8, 1, '"if"'],
    'example_minor_version_fail.qasm': ['unsupported', 1, 10, 'OpenQASM 2.6'],
    'example_version_fail.qasm': ['unsupported', 2, 9, '"qelib1.inc"'],
  },
  'qiskit-benchmarks': {
    '20QBT_45CYC_.0D1_.1D2_3.qasm': [20, 45],
    '54QBT_25CYC_QSE_3.qasm': [54, 959],
    'depth_4gt10-v1_81.qasm': [16, 148],
    'depth_4mod5-v0_19.qasm': [16, 35],
    'depth_mod8-10_178.qasm': [16, 342],
    'pea_3_pi_8.qasm': [5, 78],
    'qaoa_barabasi_albert_N100_3reps.qasm': [100, 2264],
    'time_cnt3-5_179.qasm': [16, 175],
    'time_cnt3-5_180.qasm': [16, 485],
    'time_qft_16.qasm': [16, 512],
  },
}

/** The state after the gates from a random product state, which two circuits that differ do not share. */
function stateAfter({ numQubits, operations }: Circuit): Float64Array {
  const rng = createRng(numQubits)
  const start = Array.from({ length: numQubits }, (_, q) =>
    gate('u', [3 * rng.nextFloat(), 6 * rng.nextFloat(), 0], q),
  )
  const { re, im } = simulate({
    numQubits,
    numBits: 0,
    operations: [...start, ...operations.filter(isUnitary)],
  })
  return Float64Array.from({ length: 2 * re.length }, (_, k) => (k % 2 === 0 ? re : im)[k >> 1]!)
}

const readingsOf = ({ operations }: Circuit): unknown[] =>
  operations.filter(({ gate }) => gate === 'measure').map(({ qubits: [qubit], bit }) => [qubit, bit])

/** Equal readings and equal gates: by the state up to 12 qubits, one by one beyond. */
function expectSame(a: Circuit, b: Circuit): void {
  expect([a.numQubits, a.numBits, readingsOf(a)]).toEqual([b.numQubits, b.numBits, readingsOf(b)])
  if (a.numQubits > 12) expect(a.operations).toEqual(b.operations)
  else expect(vectorDistanceUpToPhase(stateAfter(a), stateAfter(b))).toBeLessThan(1e-9)
}

describe.each(Object.entries(FILES))('every file of %s', (folder, files) => {
  test('is on our list', () => {
    expect(Object.keys(files).sort()).toEqual(readdirSync(new URL(folder, FIXTURES)).sort())
  })

  test.each(Object.entries(files))('%s', (name, expected) => {
    const text = textOf(`${folder}/${name}`)
    if (expected.length === 4) {
      const [code, line, column, named] = expected
      const error = qaasErrorOf(() => parseQasm(text))
      expect([error.code, error.data.line, error.data.column]).toEqual([code, line, column])
      expect(error.message).toContain(`OpenQASM line ${line}, column ${column}: `)
      expect(error.message).toContain(named)
    } else {
      const circuit = parseQasm(text)
      expect([circuit.numQubits, circuit.operations.length]).toEqual(expected)
      for (const version of [2, 3] as Dialect[]) expectSame(parseQasm(emitQasm(circuit, version)), circuit)
    }
  })
})

describe("the OpenQASM project's lists of invalid statements", () => {
  const lists = readdirSync(new URL('openqasm-invalid', FIXTURES))
  test.each(lists)('%s: each is refused in its place', (name) => {
    const statements = textOf(`openqasm-invalid/${name}`)
      .split('\n')
      .filter((line) => line.trim() !== '' && !line.startsWith('//'))
    expect(statements.length).toBeGreaterThan(0)
    for (const statement of statements) {
      const { data } = qaasErrorOf(() => parseQasm(statement))
      expect(data.line, statement).toBe(1)
      expect(data.column, statement).toBeGreaterThan(0)
    }
  })
})

interface Valid {
  readonly test: string
  readonly program: string
  readonly qubits: number
  readonly bits: number
  /** Name, angles, then qubits (and the bit of a measurement); absent with control flow or opaque gates. */
  readonly operations?: readonly (readonly ['u' | 'cx' | 'measure' | 'reset', number[], number[]])[]
}

interface Refused {
  readonly program: string
  readonly at?: readonly [number, number]
  readonly ends?: readonly string[]
}

/** What Qiskit reads and we do not, by what our refusal names. */
const OUTSIDE = {
  '"if" is outside the supported subset': 13,
  'is opaque: nothing says what it does': 3,
  'cannot be included': 2,
  // 2.0 * 1.797e308 overflows on purpose.
  'is not a finite number': 1,
}

describe("Qiskit's OpenQASM 2 test cases", () => {
  const reads = (program: string): Circuit => parseQasm(program, { defaultVersion: 2 })
  const readOrMessage = (program: string): Circuit | string => {
    try {
      return reads(program)
    } catch {
      return qaasErrorOf(() => reads(program)).message
    }
  }

  test('what Qiskit reads we read as the same circuit, or refuse as outside the subset', () => {
    const refused: Record<string, number> = {}
    let same = 0
    for (const { program, qubits, bits, operations } of rowsOf<Valid>('qiskit-qasm2-valid.jsonl')) {
      const circuit = readOrMessage(program)
      if (typeof circuit === 'string') {
        const kind = Object.keys(OUTSIDE).find((text) => circuit.includes(text)) ?? circuit
        refused[kind] = (refused[kind] ?? 0) + 1
        continue
      }
      const theirs = (operations ?? []).map(
        ([name, params, indices]): Operation =>
          name === 'measure'
            ? { gate: name, params, qubits: [indices[0]!], bit: indices[1]! }
            : { gate: name, params, qubits: indices },
      )
      expectSame(circuit, { numQubits: qubits, numBits: bits, operations: theirs })
      expect(circuit.operations.filter(({ gate }) => gate === 'reset')).toHaveLength(
        theirs.filter(({ gate }) => gate === 'reset').length,
      )
      same += 1
    }
    expect(refused).toEqual(OUTSIDE)
    expect(same).toBe(142)
  })

  test('what Qiskit refuses we refuse, in the same line; but OpenQASM 3 is a language of ours', () => {
    const count = { all: 0, column: 0 }
    for (const { program, at, ends = [''] } of rowsOf<Refused>('qiskit-qasm2-refused.jsonl'))
      for (const end of ends) {
        const text = program + end
        if (text === 'OPENQASM 3.0;') continue
        const { data, code } = qaasErrorOf(() => reads(text))
        expect(['invalid-file', 'unsupported'], text).toContain(code)
        expect(data.line, text).toBe(at?.[0] ?? data.line)
        count.all += 1
        count.column += Number(data.column === at?.[1])
      }
    // Where the columns differ, Qiskit often names the beginning of a statement and we the token that is wrong.
    expect(count).toEqual({ all: 1814, column: 1313 })
  })
})
