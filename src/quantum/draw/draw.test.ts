import { expect, test } from 'vitest'
import { createRng } from '../../numeric/rng.ts'
import { type Circuit, gate, measureAll } from '../circuit/circuit.ts'
import { GATE_NAMES } from '../circuit/gates.ts'
import { randomCircuit } from '../circuit/random.ts'
import { heronDevice } from '../transpile/device.ts'
import { sketchOf } from './columns.ts'
import { drawDeviceMap } from './device-map.ts'
import { drawSvg } from './svg.ts'
import { drawText } from './text.ts'

const BELL: Circuit = measureAll({
  numQubits: 3,
  numBits: 0,
  operations: [gate('h', [], 0), gate('cx', [], 0, 2), gate('rz', [0.5], 1)],
})

test('a small circuit is drawn with wires, controls and readings in their places', () => {
  expect(drawText(BELL).split('\n')).toEqual([
    expect.stringMatching(/^q0 ─\[H\]─+●─+\[M c0\]─+$/),
    expect.stringMatching(/^ +│$/),
    expect.stringMatching(/^q1 ─+┼─+\[Rz 0\.5\]─+\[M c1\]─+$/),
    expect.stringMatching(/^ +│$/),
    expect.stringMatching(/^q2 ─+⊕─+\[M c2\]─+$/),
  ])
})

test('long circuits are folded and every line keeps to the width', () => {
  const circuit = randomCircuit(4, 80, createRng(1))
  const lines = drawText(circuit, { width: 60 }).split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60)
  expect(lines.filter((line) => line.startsWith('q0')).length).toBeGreaterThan(2)
})

test('operations of a column never cover the same wire', () => {
  const { columns, wires } = sketchOf(randomCircuit(6, 60, createRng(2)))
  for (const column of columns) {
    const covered = column.flatMap(({ qubits }) =>
      wires.filter((q) => q >= Math.min(...qubits) && q <= Math.max(...qubits)),
    )
    expect(new Set(covered).size).toBe(covered.length)
  }
})

test('only wires in use are drawn on a wide device', () => {
  const wide = { numQubits: 156, numBits: 0, operations: [gate('cz', [], 40, 41)] }
  expect(
    drawText(wide)
      .split('\n')
      .filter((line) => line.includes('─')).length,
  ).toBe(2)
})

test('SVG holds every gate kind, is well formed and escapes its title', () => {
  const circuit = measureAll(
    randomCircuit(
      4,
      120,
      createRng(3),
      GATE_NAMES.filter((name) => name !== 'gphase'),
    ),
  )
  const svg = drawSvg(circuit, { title: 'a < b & "c"' })
  expect(svg).toContain('a &lt; b &amp; &quot;c&quot;')
  expect(svg.match(/<text/g)!.length).toBe(svg.match(/<\/text>/g)!.length)
  expect(svg).not.toMatch(/NaN|undefined/)
})

test('the device map shows 156 qubits, 176 couplings and the tasks on them', () => {
  const svg = drawDeviceMap(heronDevice('ibm_fez', { edgeErrors: [{ a: 0, b: 1, error: 0.02 }] }), {
    used: [{ label: 'task 0', qubits: [0, 1, 2] }],
  })
  expect(svg.match(/<circle/g)!.length).toBe(156)
  expect(svg.match(/<line/g)!.length).toBe(176)
  expect(svg).toContain('qubit 1, task 0')
  expect(svg).not.toMatch(/NaN|undefined/)
})
