/** Draws a device as SVG: its qubits and couplings coloured by error, the qubits a circuit uses outlined and named. */
import type { Device } from '../transpile/device.ts'

const STEP = 44
const MARGIN = 40
const RADIUS = 13

export interface DeviceMapOptions {
  /** Groups of device qubits to outline, each with a label such as a task. */
  readonly used?: readonly { readonly label: string; readonly qubits: readonly number[] }[]
  readonly title?: string
}

/** Colours from light to dark, told apart without hue: a slice of the viridis map. */
const RAMP = ['#d9f0d3', '#a6dba0', '#5aae61', '#1b7837', '#00441b']

/** A self-contained SVG document. */
export function drawDeviceMap(
  device: Device,
  { used = [], title = device.name }: DeviceMapOptions = {},
): string {
  const { graph, places, readoutErrors } = device
  const point = (qubit: number): [number, number] => {
    const [column, row] = places[qubit]!
    return [MARGIN + column * STEP, MARGIN + 44 + row * STEP]
  }
  const width = 2 * MARGIN + Math.max(...places.map(([column]) => column)) * STEP
  const height = 2 * MARGIN + 84 + Math.max(...places.map(([, row]) => row)) * STEP
  const edgeColour = scale(graph.edges.map(({ error }) => error))
  const nodeColour = scale([...readoutErrors])
  const labelOf = new Map(used.flatMap(({ label, qubits }) => qubits.map((qubit) => [qubit, label] as const)))
  const lines = graph.edges.map(({ a, b, error }) => {
    const [[x1, y1], [x2, y2]] = [point(a), point(b)]
    const inUse = labelOf.has(a) && labelOf.get(a) === labelOf.get(b)
    return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="${edgeColour(error)}" stroke-width="${inUse ? 9 : 5}"><title>${a} - ${b}: error ${error.toExponential(2)}</title></line>`
  })
  const nodes = places.map((_, qubit) => {
    const [x, y] = point(qubit)
    const label = labelOf.get(qubit)
    const outline = label === undefined ? '#999' : '#d55e00'
    const name = label === undefined ? '' : `, ${label}`
    return `<circle cx="${x}" cy="${y}" r="${RADIUS}" fill="${nodeColour(readoutErrors[qubit]!)}" stroke="${outline}" stroke-width="${label === undefined ? 1 : 4}"><title>qubit ${qubit}${name}: readout error ${readoutErrors[qubit]!.toExponential(2)}</title></circle><text x="${x}" y="${y + 4}" text-anchor="middle" font-size="10" fill="#111">${qubit}</text>`
  })
  const heading = `${title}: ${labelOf.size} qubits in use, outlined; couplings inside a group drawn thick`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Helvetica, Arial, sans-serif" role="img">`,
    `<title>${title}</title>`,
    '<rect width="100%" height="100%" fill="white"/>',
    `<text x="${MARGIN - 12}" y="24" font-size="14">${heading}</text>`,
    legend(MARGIN - 12, 46, {
      name: 'lines: two-qubit error',
      values: graph.edges.map(({ error }) => error),
    }),
    legend(MARGIN + 350, 46, { name: 'discs: readout error', values: readoutErrors }),
    ...lines,
    ...nodes,
    '</svg>',
    '',
  ].join('\n')
}

/** The ramp with the values at its ends, or the one value that all share. */
function legend(
  x: number,
  y: number,
  { name, values }: { readonly name: string; readonly values: ArrayLike<number> },
): string {
  const sorted = Array.from(values).sort((a, b) => a - b)
  const [least, most] = [sorted[0] ?? 0, sorted.at(-1) ?? 0]
  const percent = (value: number): string => `${(100 * value).toPrecision(2)} %`
  const text = (at: number, words: string): string =>
    `<text x="${at}" y="${y}" font-size="11" fill="#444">${words}</text>`
  if (!(most > least)) return text(x, `${name} ${percent(most)} everywhere (the device's median)`)
  const boxes = RAMP.map(
    (colour, k) => `<rect x="${x + 196 + 16 * k}" y="${y - 10}" width="16" height="12" fill="${colour}"/>`,
  )
  return [text(x, `${name}, ${percent(least)}`), ...boxes, text(x + 282, percent(most))].join('')
}

/** Maps values to the ramp between their least and largest, by order of magnitude; a single value gets a light one. */
function scale(values: readonly number[]): (value: number) => string {
  const log = (value: number): number => Math.log(Math.max(value, 1e-5))
  const [least, most] = [log(Math.min(...values)), log(Math.max(...values))]
  return (value) => {
    if (!(most > least)) return RAMP[1]!
    return RAMP[Math.min(RAMP.length - 1, Math.floor(((log(value) - least) / (most - least)) * RAMP.length))]!
  }
}
