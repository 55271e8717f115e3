/** Draws a circuit with characters: qubit 0 on top, time to the right, folded at a width. */
import type { Circuit, Operation } from '../circuit/circuit.ts'
import { angleText, type Glyph, glyphsOf, type Sketch, sketchOf, spanOf } from './columns.ts'

export interface TextOptions {
  /** Characters per line before the drawing goes on below. Default 100. */
  readonly width?: number
}

/** The drawing, several lines. */
export function drawText(circuit: Circuit, { width = 100 }: TextOptions = {}): string {
  const sketch = sketchOf(circuit)
  const labelWidth = Math.max(...sketch.wires.map((q) => `q${q}`.length), 2)
  const blocks: string[][] = []
  let lines = emptyBlock(sketch, labelWidth)
  for (const column of sketch.columns) {
    const drawn = drawColumn(column, sketch)
    if (lines[0]!.length + drawn[0]!.length > width && lines[0]!.length > labelWidth + 2) {
      blocks.push(lines)
      lines = emptyBlock(sketch, labelWidth)
    }
    lines = lines.map((line, k) => line + drawn[k]!)
  }
  blocks.push(lines)
  return blocks.map((block) => block.map((line) => line.trimEnd()).join('\n')).join('\n\n')
}

/** One line per wire and one between neighbours. */
function emptyBlock({ wires }: Sketch, labelWidth: number): string[] {
  return wires.flatMap((qubit, row) => [
    ...(row > 0 ? [' '.repeat(labelWidth + 2)] : []),
    `${`q${qubit}`.padStart(labelWidth)} ─`,
  ])
}

function drawColumn(column: readonly Operation[], { wires }: Sketch): string[] {
  const rowOf = new Map(wires.map((qubit, row) => [qubit, row]))
  const cells = Array.from({ length: wires.length }, () => '')
  const joined = new Uint8Array(wires.length)
  const crossed = new Uint8Array(wires.length)
  for (const operation of column) {
    const [top, bottom] = spanOf(operation, rowOf)
    for (let row = top; row < bottom; row++) joined[row] = 1
    for (let row = top + 1; row < bottom; row++) crossed[row] = 1
    for (const [k, glyph] of glyphsOf(operation).entries())
      cells[rowOf.get(operation.qubits[k]!)!] = sign(glyph)
  }
  const width = Math.max(...cells.map((cell) => [...cell].length), 1)
  const centred = (text: string, fill: string): string => {
    const space = width - [...text].length
    const left = space >> 1
    return fill.repeat(left) + text + fill.repeat(space - left)
  }
  return wires.flatMap((_, row) => [
    ...(row > 0 ? [`${centred(joined[row - 1] ? '│' : ' ', ' ')} `] : []),
    `${centred(cells[row] || (crossed[row] ? '┼' : '─'), '─')}─`,
  ])
}

function sign(glyph: Glyph): string {
  switch (glyph.kind) {
    case 'box':
      return glyph.angle === undefined ? `[${glyph.label}]` : `[${glyph.label} ${angleText(glyph.angle)}]`
    case 'control':
      return '●'
    case 'target':
      return '⊕'
    case 'cross':
      return '×'
    case 'barrier':
      return '░'
    case 'reset':
      return '[|0>]'
    case 'measure':
      return `[M c${glyph.bit}]`
  }
}
