/** What the OpenQASM reader reads, what the writer writes, and that both agree. Refusals are `refused.test.ts`. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
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
