/** Draws a circuit as SVG in the colours of Qiskit's "iqp" style; long circuits are folded into rows. */
import type { Circuit, Operation } from '../circuit/circuit.ts'
import { angleText, type Glyph, glyphsOf, type Sketch, sketchOf, spanOf } from './columns.ts'

const CELL = 46
const WIRE_GAP = 44
const LEFT = 48
const TOP = 26
const BOX = { width: 38, height: 30 } as const
const BLUE = '#002D9C'
const CYAN = '#33B1FF'
const PURPLE = '#9F1853'
const GREY = '#A8A8A8'
const FILL: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['h', 'ch'].map((name) => [name, '#FA4D56'])),
  ...Object.fromEntries(['x', 'cx', 'ccx', 'swap', 'cswap', 'id'].map((name) => [name, BLUE])),
  ...Object.fromEntries(
    ['z', 's', 'sdg', 't', 'tdg', 'p', 'rz', 'cz', 'ccz', 'cp', 'crz', 'rzz', 'rzz_swap'].map((name) => [
      name,
      CYAN,
    ]),
  ),
  ...Object.fromEntries(['measure', 'reset', 'barrier'].map((name) => [name, GREY])),
}

export interface SvgOptions {
  /** Columns per row. Default 24. */
  readonly columnsPerRow?: number
  readonly title?: string
}

/** A self-contained SVG document. */
export function drawSvg(circuit: Circuit, { columnsPerRow = 24, title }: SvgOptions = {}): string {
  const sketch = sketchOf(circuit)
  const rows = Math.max(1, Math.ceil(sketch.columns.length / columnsPerRow))
  const perRow = Math.min(columnsPerRow, Math.max(1, sketch.columns.length))
  const blockHeight = (sketch.wires.length - 1) * WIRE_GAP + 64
  const width = LEFT + perRow * CELL + 24
  const height = TOP + rows * blockHeight
  const rowOf = new Map(sketch.wires.map((qubit, row) => [qubit, row]))
  const blocks = Array.from({ length: rows }, (_, block) => {
    const y = (row: number): number => TOP + block * blockHeight + row * WIRE_GAP + 20
    const columns = sketch.columns.slice(block * columnsPerRow, (block + 1) * columnsPerRow)
    return [
      ...wireLines(sketch, y, LEFT + columns.length * CELL + 12),
      ...columns.flatMap((column, k) =>
        column.flatMap((operation) => drawOperation(operation, { x: LEFT + (k + 0.5) * CELL, y, rowOf })),
      ),
    ].join('\n')
  })
  const label = escaped(title ?? `quantum circuit of ${circuit.numQubits} qubits`)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Helvetica, Arial, sans-serif" role="img" aria-label="${label}">`,
    `<title>${label}</title>`,
    '<rect width="100%" height="100%" fill="white"/>',
    ...blocks,
    '</svg>',
    '',
  ].join('\n')
}

function wireLines({ wires }: Sketch, y: (row: number) => number, end: number): string[] {
  return wires.flatMap((qubit, row) => [
    `<text x="${LEFT - 10}" y="${y(row) + 4}" text-anchor="end" font-size="13">q${qubit}</text>`,
    `<line x1="${LEFT - 4}" x2="${end}" y1="${y(row)}" y2="${y(row)}" stroke="#000" stroke-width="1"/>`,
  ])
}

interface Place {
  readonly x: number
  readonly y: (row: number) => number
  readonly rowOf: ReadonlyMap<number, number>
}

function drawOperation(operation: Operation, { x, y, rowOf }: Place): string[] {
  const colour = FILL[operation.gate] ?? PURPLE
  const [top, bottom] = spanOf(operation, rowOf)
  const joined = operation.gate !== 'barrier' && bottom > top
  return [
    ...(joined
      ? [`<line x1="${x}" x2="${x}" y1="${y(top)}" y2="${y(bottom)}" stroke="${colour}" stroke-width="2"/>`]
      : []),
    ...glyphsOf(operation).map((glyph, k) =>
      drawGlyph(glyph, { x, y: y(rowOf.get(operation.qubits[k]!)!), colour }),
    ),
  ]
}

function drawGlyph(
  glyph: Glyph,
  { x, y, colour }: { readonly x: number; readonly y: number; readonly colour: string },
): string {
  switch (glyph.kind) {
    case 'control':
      return `<circle cx="${x}" cy="${y}" r="5" fill="${colour}"/>`
    case 'target':
      return `<circle cx="${x}" cy="${y}" r="12" fill="${colour}"/><path d="M${x - 7} ${y}H${x + 7}M${x} ${y - 7}V${y + 7}" stroke="white" stroke-width="2"/>`
    case 'cross':
      return `<path d="M${x - 6} ${y - 6}L${x + 6} ${y + 6}M${x - 6} ${y + 6}L${x + 6} ${y - 6}" stroke="${colour}" stroke-width="2"/>`
    case 'barrier':
      return `<rect x="${x - 5}" y="${y - WIRE_GAP / 2}" width="10" height="${WIRE_GAP}" fill="${GREY}" opacity="0.5"/>`
    case 'reset':
      return boxed('|0⟩', undefined, { x, y, colour })
    case 'measure':
      return `${boxed('', undefined, { x, y, colour })}<path d="M${x - 10} ${y + 6}A10 10 0 0 1 ${x + 10} ${y + 6}M${x} ${y + 6}L${x + 9} ${y - 7}" stroke="black" fill="none" stroke-width="1.5"/><text x="${x}" y="${y + 26}" text-anchor="middle" font-size="10" fill="#555">c${glyph.bit}</text>`
    case 'box':
      return boxed(glyph.label, glyph.angle, { x, y, colour })
  }
}

function boxed(
  label: string,
  angle: number | undefined,
  { x, y, colour }: { readonly x: number; readonly y: number; readonly colour: string },
): string {
  const ink = colour === CYAN || colour === GREY ? 'black' : 'white'
  const shape = `<rect x="${x - BOX.width / 2}" y="${y - BOX.height / 2}" width="${BOX.width}" height="${BOX.height}" fill="${colour}"/>`
  const text = (value: string, dy: number, size: number): string =>
    `<text x="${x}" y="${y + dy}" text-anchor="middle" font-size="${size}" fill="${ink}">${escaped(value)}</text>`
  if (angle === undefined) return shape + text(label, 5, 14)
  return shape + text(label, -1, 13) + text(angleText(angle), 11, 10)
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
