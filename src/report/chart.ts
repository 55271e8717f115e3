/** Draws a Vega-Lite specification as a self-contained SVG; the only place that loads the drawing library. */
import type { TopLevelSpec } from 'vega-lite'

/** What a chart is made of; see the Vega-Lite documentation. Data belongs inside, as `data.values`. */
export type ChartSpec = TopLevelSpec

/** Fonts and greys shared by every picture of QAAS. */
const THEME = {
  background: 'white',
  font: 'Helvetica, Arial, sans-serif',
  axis: {
    labelFontSize: 11,
    titleFontSize: 12,
    gridColor: '#e8e8e8',
    domainColor: '#888',
    tickColor: '#888',
  },
  legend: { labelFontSize: 11, titleFontSize: 12, labelLimit: 0 },
  title: { fontSize: 14, anchor: 'start' },
  view: { stroke: null },
} as const

/** The colours of categories; told apart by people with any colour vision (Okabe and Ito, 2008). */
export const PALETTE: readonly string[] = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#7f7f7f',
]

/** The SVG text of a chart. Needs no DOM. */
export async function renderChart(spec: ChartSpec): Promise<string> {
  const [{ compile }, vega] = await Promise.all([import('vega-lite'), import('vega')])
  const config = { ...THEME, range: { category: [...PALETTE] }, ...(spec.config ?? {}) }
  const compiled = compile({ ...spec, config } as TopLevelSpec)
  const view = new vega.View(vega.parse(compiled.spec), { renderer: 'none' })
  try {
    return await view.toSVG()
  } finally {
    view.finalize()
  }
}
