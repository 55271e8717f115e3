import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { QaasError } from '../../errors.ts'
import { createRng } from '../../numeric/rng.ts'
import { type Circuit, gate, measureAll } from '../circuit/circuit.ts'
import { GATE_NAMES } from '../circuit/gates.ts'
import { distanceUpToPhase } from '../circuit/matrix.ts'
import { COMMON_GATES, randomCircuit } from '../circuit/random.ts'
import { unitaryOf } from '../circuit/unitary.ts'
import { emitQasm } from './emit.ts'
import type { Dialect } from './lexer.ts'
import { parseQasm } from './parse.ts'

const parse2 = (text: string): Circuit => parseQasm(text, { defaultVersion: 2 })
const parse3 = (text: string): Circuit => parseQasm(text)
const HEAD2 = 'OPENQASM 2.0; include "qelib1.inc"; qreg q[3]; creg c[3];'
const HEAD3 = 'OPENQASM 3.0; include "stdgates.inc"; qubit[3] q; bit[3] c;'

function errorOf(run: () => unknown): QaasError {
  try {
    run()
  } catch (error) {
    if (error instanceof QaasError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

function sameUnitary(a: Circuit, b: Circuit): void {
  expect(distanceUpToPhase(unitaryOf(a), unitaryOf(b))).toBeLessThan(1e-12)
}

const anglesOf = (text: string): readonly number[] =>
  parse2(`qreg q[1]; U(${text}) q[0];`).operations[0]!.params

describe('round trips', () => {
  const gates = GATE_NAMES.filter((name) => name !== 'gphase')
  test.each([2, 3] as Dialect[])(
    'OpenQASM %i text of every gate reads back as the same matrix',
    (version) => {
      for (const seed of [1, 2, 3, 4, 5, 6]) {
        const circuit = randomCircuit(4, 40, createRng(seed), gates)
        const text = emitQasm(circuit, version)
        sameUnitary(parseQasm(text), circuit)
      }
    },
  )

  test('operations of the standard library come back unchanged, to the last bit of each angle', () => {
    const gates = COMMON_GATES.filter((name) => name !== 'crz')
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom<Dialect>(2, 3), (seed, version) => {
        const circuit = measureAll(randomCircuit(3, 12, createRng(seed), gates))
        expect(parseQasm(emitQasm(circuit, version)).operations).toEqual(circuit.operations)
      }),
      { numRuns: 50 },
    )
  })

  test('a controlled rotation by a negative angle is written so that angles modulo 2 pi mean the same', () => {
    const circuit = { numQubits: 2, numBits: 0, operations: [gate('crx', [-1], 0, 1)] }
    expect(emitQasm(circuit, 3)).toContain('crx(5.2831853071795862) q[0], q[1];\nz q[0];')
    sameUnitary(parseQasm(emitQasm(circuit, 3)), circuit)
  })

  test('physical qubits are written as $n and read back', () => {
    const circuit = {
      numQubits: 8,
      numBits: 1,
      operations: [gate('cz', [], 5, 7), { gate: 'measure', params: [], qubits: [7], bit: 0 } as const],
    }
    const text = emitQasm(circuit, 3, { physicalQubits: true })
    expect(text).toContain('cz $5, $7;\nc[0] = measure $7;')
    expect(parse3(text).operations).toEqual(circuit.operations)
  })

  test('a gate the receiver knows is not defined in the text', () => {
    const circuit = { numQubits: 2, numBits: 0, operations: [gate('rzz', [0.5], 0, 1)] }
    expect(emitQasm(circuit, 3)).toContain('gate rzz(t)')
    expect(emitQasm(circuit, 3, { opaqueGates: ['rzz'] })).not.toContain('gate rzz')
  })
})

describe('the standard libraries', () => {
  test('gates equal their own definitions in U and CX', () => {
    const definitions: [string, string][] = [
      ['u2(0.1,0.2) q[0];', 'U(pi/2,0.1,0.2) q[0];'],
      [
        'cu1(0.7) q[0],q[1];',
        'U(0,0,0.35) q[0]; CX q[0],q[1]; U(0,0,-0.35) q[1]; CX q[0],q[1]; U(0,0,0.35) q[1];',
      ],
      [
        'ch q[0],q[1];',
        'h q[1]; sdg q[1]; cx q[0],q[1]; h q[1]; t q[1]; cx q[0],q[1]; t q[1]; h q[1]; s q[1]; x q[1]; s q[0];',
      ],
      [
        'ccx q[0],q[1],q[2];',
        'h q[2]; cx q[1],q[2]; tdg q[2]; cx q[0],q[2]; t q[2]; cx q[1],q[2]; tdg q[2]; cx q[0],q[2]; t q[1]; t q[2]; h q[2]; cx q[0],q[1]; t q[0]; tdg q[1]; cx q[0],q[1];',
      ],
      ['crz(0.9) q[0],q[1];', 'u1(0.45) q[1]; cx q[0],q[1]; u1(-0.45) q[1]; cx q[0],q[1];'],
      [
        'cu3(0.3,0.4,0.5) q[0],q[1];',
        'u1(0.45) q[0]; u1(0.05) q[1]; cx q[0],q[1]; u3(-0.15,0,-0.45) q[1]; cx q[0],q[1]; u3(0.15,0.4,0) q[1];',
      ],
      ['rzz(0.8) q[0],q[1];', 'cx q[0],q[1]; u1(0.8) q[1]; cx q[0],q[1];'],
    ]
    for (const [short, long] of definitions) sameUnitary(parse2(HEAD2 + short), parse2(HEAD2 + long))
  })

  test('OpenQASM 3 modifiers agree with the gates they spell', () => {
    const spelled: [string, string][] = [
      ['ctrl @ U(0.3, 0.4, 0.5) q[0], q[1];', 'cu(0.3, 0.4, 0.5, 0.15) q[0], q[1];'],
      ['ctrl @ ctrl @ x q[0], q[1], q[2];', 'ccx q[0], q[1], q[2];'],
      ['ctrl(2) @ x q[0], q[1], q[2];', 'ccx q[0], q[1], q[2];'],
      ['negctrl @ x q[0], q[1];', 'x q[0]; cx q[0], q[1]; x q[0];'],
      ['inv @ s q[0];', 'sdg q[0];'],
      ['pow(3) @ t q[0];', 's q[0]; t q[0];'],
      ['pow(-1) @ rx(0.4) q[0];', 'rx(-0.4) q[0];'],
      ['ctrl @ pow(0.5) @ x q[0], q[1];', 'h q[1]; cp(pi/2) q[0], q[1]; h q[1];'],
      ['ctrl @ gphase(0.3) q[1];', 'p(0.3) q[1];'],
      ['ctrl @ u3(0.3, 0.4, 0.5) q[0], q[1];', 'cu(0.3, 0.4, 0.5, -0.45) q[0], q[1];'],
      [
        'gate twice(a) x, y { rx(a) x; cx x, y; } ctrl @ twice(0.3) q[0], q[1], q[2];',
        'crx(0.3) q[0], q[1]; ccx q[0], q[1], q[2];',
      ],
      ['ctrl @ cp(0.6) q[0], q[1], q[2];', 'ctrl @ ctrl @ p(0.6) q[0], q[1], q[2];'],
    ]
    for (const [modified, plain] of spelled) sameUnitary(parse3(HEAD3 + modified), parse3(HEAD3 + plain))
  })
})

describe('what is read', () => {
  test('gates spread over registers, single qubits repeat', () => {
    const { operations } = parse2('include "qelib1.inc"; qreg a[2]; qreg b[2]; cx a, b; cx a[0], b; h b;')
    expect(operations.map(({ qubits }) => qubits)).toEqual([[0, 2], [1, 3], [0, 2], [0, 3], [2], [3]])
  })

  test('OpenQASM 3 forms: sizes from constants, ranges, negative indices, aliases, measuring in a declaration', () => {
    const { operations, numQubits, numBits } = parse3(`
      const uint n = 2 * 2; /* four */ qubit[n] q; qubit lone;
      include "stdgates.inc";
      let tail = q[2:3] ++ lone;
      x q[-1]; h tail; rz(τ / 4) q[0]; rx(2**3**0) lone;
      bit[n] c = measure q; bit b; b = measure lone;
    `)
    expect([numQubits, numBits]).toEqual([5, 5])
    expect(
      operations.slice(0, 6).map(({ gate: name, qubits, params }) => [name, ...qubits, ...params]),
    ).toEqual([
      ['x', 3],
      ['h', 2],
      ['h', 3],
      ['h', 4],
      ['rz', 0, Math.PI / 2],
      ['rx', 4, 2],
    ])
    expect(operations.at(-1)).toEqual({ gate: 'measure', params: [], qubits: [4], bit: 4 })
  })

  test('comments and blanks stand anywhere', () => {
    const { operations } = parse2(`OPENQASM//
      2.0 // squeezed
      ;include // a library
      "qelib1.inc";gate bell( // no angles )
      ) a,//
b{h a;cx a //,,
,b;}qreg q[2];creg c[2];bell q[0],//
q[1];measure q->c;`)
    expect(operations.map(({ gate: name }) => name)).toEqual(['h', 'cx', 'measure', 'measure'])
  })

  test('arithmetic binds as in the specification', () => {
    expect(anglesOf('1.0 + 2.0 * -3.0 ^ 1.5 - 0.5 / +0.25, 2 ^ 3 ^ 2, 4/2/2')).toEqual([
      1 + 2 * -(3 ** 1.5) - 2,
      512,
      1,
    ])
    expect(anglesOf('-(0.5 + 0.5), +(+1 - 2), -+-+2')).toEqual([-1, -1, 2])
    expect(anglesOf('2 - 1 - 1, ln(exp(2)), sin(pi/2)+cos(0)*tan(0)-sqrt(4)')).toEqual([0, 2, -1])
    for (const number of ['0.25', '00.25', '2.5e-1', '2.5e-01', '0.025E+1', '.25', '.025e1', '25e-2'])
      expect(anglesOf(`${number}, 0, 0`)[0]).toBe(0.25)
    expect(anglesOf(`${2n ** 200n}, 0, 0`)[0]).toBe(2 ** 200)
  })

  test('a program may define gates that only later versions of qelib1.inc have', () => {
    const { operations } = parse2(
      'include "qelib1.inc"; gate cu(t) a, b { cu1(t) a, b; } qreg q[2]; cu(0.5) q[0], q[1];',
    )
    expect(operations).toEqual([gate('cp', [0.5], 0, 1)])
  })

  test('parameters reach through nested definitions', () => {
    const { operations } = parse2(
      'gate inner(a, b) q { U(-(a + a), +(+b - a), a ^ b) q; } gate outer(t) q { inner(t / 2, sin(t)) q; } qreg q[1]; outer(3) q[0];',
    )
    expect(operations[0]!.params).toEqual([-3, Math.sin(3) - 1.5, 1.5 ** Math.sin(3)])
  })
})

/** After these beginnings only the listed tokens may follow (the grammar of arXiv 1707.03429, trailing commas allowed). */
const FOLLOW_SETS: [string, string][] = [
  ['include', '"f"'],
  ['include "qelib1.inc"', ';'],
  ['opaque', 'id'],
  ['opaque bell', '( id ;'],
  ['opaque bell (', 'id )'],
  ['opaque bell (a', ', )'],
  ['opaque bell (a, b)', 'id ;'],
  ['opaque bell (a, b) q1', ', ;'],
  ['gate', 'id'],
  ['gate bell (', 'id )'],
  ['gate bell (a', ', )'],
  ['gate bell (a, b) q1', ', {'],
  ['gate bell (a, b) q1,', 'id {'],
  ['qreg', 'id'],
  ['qreg reg', '['],
  ['qreg reg[', 'int'],
  ['qreg reg[5', ']'],
  ['qreg reg[5]', ';'],
  ['creg', 'id'],
  ['creg reg', '['],
  ['creg reg[', 'int'],
  ['creg reg[5', ']'],
  ['creg reg[5]', ';'],
  ['CX', '( id ;'],
  ['CX(', 'pi int real id ( )'],
  ['CX()', 'id ;'],
  ['CX q', '[ , ;'],
  ['CX q[', 'int'],
  ['CX q[0', ']'],
  ['CX q[0]', ', ;'],
  ['CX q[0],', 'id ;'],
  ['CX q[0], q', '[ , ;'],
  ['measure', 'id'],
  ['measure q', '[ ->'],
  ['measure q[', 'int'],
  ['measure q[0', ']'],
  ['measure q[0]', '->'],
  ['measure q[0] ->', 'id'],
  ['measure q[0] -> c', '[ ;'],
  ['measure q[0] -> c[', 'int'],
  ['measure q[0] -> c[0', ']'],
  ['measure q[0] -> c[0]', ';'],
  ['reset', 'id'],
  ['reset q', '[ ;'],
  ['reset q[', 'int'],
  ['reset q[0', ']'],
  ['reset q[0]', ';'],
  ['barrier', 'id ;'],
  ['barrier q', '[ , ;'],
  ['barrier q[', 'int'],
  ['barrier q[0', ']'],
  ['barrier q[0]', ', ;'],
  ['if', ''],
]
const TOKENS: Record<string, string> = {
  OPENQASM: 'OPENQASM',
  barrier: 'barrier',
  creg: 'creg',
  gate: 'gate',
  if: 'if',
  include: 'include',
  measure: 'measure',
  opaque: 'opaque',
  qreg: 'qreg',
  reset: 'reset',
  pi: 'pi',
  '->': '->',
  '==': '==',
  ';': ';',
  ',': ',',
  '(': '(',
  ')': ')',
  '[': '[',
  ']': ']',
  '{': '{',
  '}': '}',
  id: 'q',
  real: '1.5',
  int: '1',
  '"f"': '"qelib1.inc"',
}

describe('what is refused, with line and column', () => {
  test('every token that the grammar does not allow after a beginning of a statement', () => {
    let count = 0
    for (const [start, follow] of FOLLOW_SETS)
      for (const [kind, text] of Object.entries(TOKENS)) {
        if (follow.split(' ').includes(kind)) continue
        const error = errorOf(() => parse2(`OPENQASM 2.0; qreg q[5]; creg c[5]; ${start} ${text}`))
        expect(['invalid-file', 'unsupported'], `${start} ${text}`).toContain(error.code)
        expect(error.data.column as number, `${start} ${text}`).toBeGreaterThan(35)
        count += 1
      }
    expect(count).toBeGreaterThan(1000)
  })

  test('every statement that ends too early', () => {
    for (const statement of [
      'OPENQASM 2.0 ;',
      'include "qelib1.inc" ;',
      'opaque bell ( a , b ) q1 , q2 ;',
      'gate bell ( a , b ) q1 , q2 { }',
      'qreg qr [ 5 ] ;',
      'CX ( ) q [ 0 ] , q [ 1 ] ;',
      'measure q [ 0 ] -> c [ 0 ] ;',
      'reset q [ 0 ] ;',
      'barrier q ;',
    ]) {
      const tokens = statement.split(' ')
      const prelude = tokens[0] === 'OPENQASM' ? '' : 'OPENQASM 2.0; qreg q[5]; creg c[5]; '
      for (let length = 1; length < tokens.length; length++) {
        const text = prelude + tokens.slice(0, length).join(' ')
        expect(errorOf(() => parse2(text)).code, text).toBe('invalid-file')
      }
    }
  })

  test.each([
    ['CX after[0], after[1]; qreg after[2];', '"after" is not defined'],
    ['qreg r[2]; creg r[2];', '"r" is already defined'],
    ['gate r a {} qreg r[2];', '"r" is already defined'],
    ['qreg q[2]; cx q[0], q[1];', '"cx" is not defined'],
    ['gate cx a, b { cx a, b; }', '"cx" is not defined'],
    ['gate f(a, b) q { U(a, 0, b) q; } gate g q { U(a, 0, b) q; }', '"a" is not a parameter'],
    ['qreg q[2]; gate g a { CX a, q; }', '"q" is a quantum register, not a qubit of the gate'],
    ['gate g(a) q {} qreg r[2]; U(a, 0, 0) r;', '"a" is not defined'],
    ['include "qelib1.inc"; gate h q { }', '"h" is already defined'],
    ['qreg q[2]; CX q[0], U;', '"U" is a gate, not qubits'],
    ['qreg q[2]; creg c[2]; measure q[0] -> q[1];', '"q" is a quantum register, not classical bits'],
    ['qreg q[2]; creg c[2]; CX q[0], c[1];', '"c" is a classical register, not qubits'],
    ['qreg q[2]; q q[0], q[1];', '"q" is a quantum register, not a gate'],
    ['gate g(p) q { CX p, q; }', '"p" is a parameter of the gate, not a qubit'],
    ['gate g(p) q { U(q, q, q) q; }', '"q" is a qubit of the gate, not a number'],
    ['include "qelib1.inc"; qreg q[5]; ccx q[0], q[1];', 'gate ccx takes 3 qubits, has 2'],
    ['include "qelib1.inc"; qreg q[5]; rx() q[0];', 'gate rx takes 1 angles, has 0'],
    ['gate zero {}', 'must act on at least one qubit'],
    ['gate g a { CX a[0], a[1]; }', '"," is expected, "[" is found'],
    ['gate g(a, a) q {}', '"a" is already defined'],
    ['gate g(a) a {}', '"a" is already defined'],
    ['creg c[5]; gate g q { measure q -> c; }', "only gates may stand in a gate's body"],
    ['gate U(a, b, c) q {}', '"U" is already defined'],
    ['qreg q[2]; U(0, 0, 0) q[2];', 'index 2 is out of range: "q" has 2'],
    ['qreg q[3]; CX q, q[0];', 'the same qubit is given twice'],
    ['qreg a[2]; qreg b[3]; CX a, b;', 'registers of 2 and 3 cannot be paired up'],
    ['qreg q[2]; creg c[3]; measure q -> c;', '2 qubits cannot be measured into 3 bits'],
    ['qreg q[1]; creg c[1]; measure q -> c[0];', 'or a register into a bit'],
    ['qreg q[0123];', 'must not start with a zero'],
    ['qreg q[2a];', 'cannot follow the number 2'],
    ['qreg q[1]; U(12.34e, 0, 0) q[0];', 'cannot follow the number 12.34'],
    ['Qubit', 'must start with a lower-case letter'],
    ['include "qelib1.inc', 'the string is not closed'],
    ['include "qe\nlib1.inc";', 'the string is not closed'],
    ['!', '"!" has no meaning'],
    ['qreg q[1]; U(2 / (1.0 - 1.0), 0, 0) q[0];', 'division by zero'],
    ['gate g(a) q { U(a / 0.0, 0, 0) q; }', 'division by zero'],
    ['qreg q[1]; U(ln(2.0 - 3.0), 0, 0) q[0];', 'logarithm of a number that is not positive'],
    ['gate g(a) q { U(a + ln(-2.0), 0, 0) q; }', 'logarithm of a number that is not positive'],
    ['qreg q[1]; U(sqrt(-2), 0, 0) q[0];', 'square root of a negative number'],
    ['qreg q[1]; U(*1.0, 0, 0) q[0];', 'a number is expected, "*" is found'],
    ['qreg q[1]; U(1.0 +, 0, 0) q[0];', 'a number is expected, "," is found'],
    ['qreg q[1]; U((1 + 1 2), 3, 2) q[0];', '")" is expected, "2" is found'],
    ['qreg q[1]; U(sin(), 0, 0) q[0];', 'sin takes 1 numbers, has 0'],
    [`qreg q[1]; U(${'-'.repeat(1e5)}2.0, 0, 0) q[0];`, 'nest 256 deep'],
    [`qreg q[1]; U(${'1.0+('.repeat(1e5)}1${')'.repeat(1e5)}, 0, 0) q[0];`, 'nest 256 deep'],
    ['qreg q[1]; toString q[0];', '"toString" is not defined'],
    ['qreg q[0]; OPENQASM 2.0;', 'OPENQASM may only be the first statement'],
    ['OPENQASM 2.1;', 'OpenQASM 2.1 is not a known version'],
    ['include "other.inc";', 'cannot be included'],
    ['include "qelib1.inc"; qreg q[4]; c3x q[0],q[1],q[2],q[3];', 'gate c3x is outside the supported subset'],
    ['opaque magic q; qreg q[1]; magic q[0];', 'gate magic is opaque'],
    ['qreg q[1]; creg c[1]; if (c == 0) U(0, 0, 0) q[0];', '"if" is outside the supported subset'],
  ])('OpenQASM 2: %s', (text, message) => {
    const error = errorOf(() => parse2(text))
    expect(error.message).toMatch(/^OpenQASM line \d+, column \d+: /)
    expect(error.message).toContain(message)
  })

  test.each([
    ['if (true) { x $0; }', '"if" is outside the supported subset'],
    ['for uint i in [0:3] { x $0; }', '"for"'],
    ['def f(qubit q) { }', '"def"'],
    ['input angle theta;', '"input"'],
    ['delay[100ns] $0;', '"delay"'],
    ['@tool.hint\nx $0;', '"@"'],
    ['int[8] i = 3;', '"int"'],
    ['cal { }', '"cal"'],
  ])('OpenQASM 3, valid but beyond the subset: %s', (text, message) => {
    const error = errorOf(() => parse3(text))
    expect(error.code).toBe('unsupported')
    expect(error.message).toContain(message)
  })

  test.each([
    ['const int myvar;'],
    ['const myvar = 8.0;'],
    ['qreg[4];'],
    ['bit[4, 4] v;'],
    ['qreg[2] v;'],
    ['bit v = 2;'],
    ['U (1)(2) $0;'],
    ['notmodifier @ U(0,0,0) $0;'],
    ['pow @ U(0,0,0) $0;'],
    ['ctrl(2, 3) @ U(0,0,0) $0, $1;'],
    ['inv(1) @ U(0,0,0) $0;'],
    ['gphase(pi) @ U(0,0,0) $0;'],
    ['OPENQASM int;'],
    ['OPENQASM 3 3;'],
    ['OPENQASM 3.x;'],
    ['include 3;'],
    ['include "hello;'],
    ['qubit[2] q; bit a; a = measure q -> a;'],
    ['bit a; a = 2 * measure $0;'],
    ['#;'],
    ['3x;'],
    ['x@x;'],
    ['3.4.3;'],
    ['3__4;'],
    ['3_4_;'],
    ['0b123;'],
    ['0o789;'],
    ['0x12g;'],
    ['12af;'],
    ['qubit[2] q; gate g a { U(0,0,0) q[0]; }'],
    ['qubit[2] q; U(0,0,0) $0;'],
    ['qubit[0] q;'],
    ['qubit qubit;'],
  ])('OpenQASM 3, wrong: %s', (text) => {
    expect(errorOf(() => parse3(text)).message).toMatch(/line \d+, column \d+/)
  })

  test('definitions that double at every level or nest too deep are stopped, not expanded', () => {
    const levels = Array.from({ length: 40 }, (_, k) => `gate g${k + 1} q { g${k} q; g${k} q; }`)
    const doubling = `gate g0 q { U(0,0,0) q; } ${levels.join('\n')} qreg q[1]; g40 q[0];`
    expect(errorOf(() => parse2(doubling)).message).toContain('more than 2000000 gates')
    const chain = Array.from({ length: 5000 }, (_, k) => `gate g${k + 1} q { g${k} q; }`).join('\n')
    expect(
      errorOf(() => parse2(`gate g0 q { U(0,0,0) q; } ${chain} qreg q[1]; g5000 q[0];`)).message,
    ).toContain('nest more than 512 deep')
  })

  test('a position is the one an editor shows', () => {
    expect(errorOf(() => parse2('OPENQASM 2.0;\n// fine\n  qreg q[1];\n  CX q[0], z;\n')).data).toEqual({
      line: 4,
      column: 12,
    })
  })

  test('no text at all makes the parser fail otherwise than by a QaasError', () => {
    const words = [
      ...Object.values(TOKENS),
      'ctrl',
      '@',
      'let',
      '=',
      'const',
      'int',
      'qubit',
      'bit',
      'h',
      '$0',
      '{',
      'é',
      '/*',
    ]
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...words), { maxLength: 12 }),
        fc.constantFrom<Dialect>(2, 3),
        (tokens, version) => {
          try {
            parseQasm(`${version === 2 ? HEAD2 : HEAD3} ${tokens.join(' ')}`)
          } catch (error) {
            expect(error).toBeInstanceOf(QaasError)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})

const FOREIGN = fileURLToPath(new URL('../../../../shared/instances/openqasm/', import.meta.url))
/** Examples of the OpenQASM project that are plain circuits; the others use control flow, timing or pulses. */
const PLAIN_EXAMPLES = ['qft.qasm', 'qpt.qasm', 'rb.qasm']

describe.skipIf(!existsSync(FOREIGN))(
  "the OpenQASM project's own files (absent: ../shared/instances/openqasm)",
  () => {
    test('plain examples are read, all others are refused by name and place', () => {
      for (const name of readdirSync(`${FOREIGN}examples`)) {
        const text = readFileSync(`${FOREIGN}examples/${name}`, 'utf8')
        if (PLAIN_EXAMPLES.includes(name))
          expect(parse3(text).operations.length, name).toBeGreaterThanOrEqual(5)
        else expect(errorOf(() => parse3(text)).message, name).toMatch(/line \d+, column \d+/)
      }
    })

    test('every statement of the invalid lists is rejected', () => {
      for (const name of readdirSync(`${FOREIGN}invalid`))
        for (const line of readFileSync(`${FOREIGN}invalid/${name}`, 'utf8').split('\n'))
          if (line.trim() !== '' && !line.startsWith('//'))
            expect(errorOf(() => parse3(line)).data.line, line).toBe(1)
    })
  },
)
