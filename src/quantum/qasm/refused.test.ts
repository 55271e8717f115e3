/** What the OpenQASM reader refuses, each with line and column. Others' lists of mistakes are `foreign.test.ts`. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { qaasErrorOf } from '../../../test/qaas-error.ts'
import { QaasError } from '../../errors.ts'
import type { Circuit } from '../circuit/circuit.ts'
import type { Dialect } from './lexer.ts'
import { parseQasm } from './parse.ts'

const parse2 = (text: string): Circuit => parseQasm(text, { defaultVersion: 2 })
const parse3 = (text: string): Circuit => parseQasm(text)
const HEAD2 = 'OPENQASM 2.0; include "qelib1.inc"; qreg q[3]; creg c[3];'
const HEAD3 = 'OPENQASM 3.0; include "stdgates.inc"; qubit[3] q; bit[3] c;'

/** Every kind of token of OpenQASM 2. */
const WORDS =
  'OPENQASM barrier creg gate if include measure opaque qreg reset pi -> == ; , ( ) [ ] { } q 1.5 1 "qelib1.inc"'.split(
    ' ',
  )

describe('what is refused, with line and column', () => {
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
    const error = qaasErrorOf(() => parse2(text))
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
    const error = qaasErrorOf(() => parse3(text))
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
    expect(qaasErrorOf(() => parse3(text)).message).toMatch(/line \d+, column \d+/)
  })

  test('definitions that double at every level or nest too deep are stopped, not expanded', () => {
    const levels = Array.from({ length: 40 }, (_, k) => `gate g${k + 1} q { g${k} q; g${k} q; }`)
    const doubling = `gate g0 q { U(0,0,0) q; } ${levels.join('\n')} qreg q[1]; g40 q[0];`
    expect(qaasErrorOf(() => parse2(doubling)).message).toContain('more than 2000000 gates')
    const chain = Array.from({ length: 5000 }, (_, k) => `gate g${k + 1} q { g${k} q; }`).join('\n')
    expect(
      qaasErrorOf(() => parse2(`gate g0 q { U(0,0,0) q; } ${chain} qreg q[1]; g5000 q[0];`)).message,
    ).toContain('nest more than 512 deep')
  })

  test('a position is the one an editor shows', () => {
    expect(qaasErrorOf(() => parse2('OPENQASM 2.0;\n// fine\n  qreg q[1];\n  CX q[0], z;\n')).data).toEqual({
      line: 4,
      column: 12,
    })
  })

  test('no text at all makes the parser fail otherwise than by a QaasError', () => {
    const words = [
      ...WORDS,
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
