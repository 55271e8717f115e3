import { expect, test } from 'vitest'
import { renderChart } from './chart.ts'

test('a bar chart becomes one SVG with a bar for each row', async () => {
  const svg = await renderChart({
    data: {
      values: [
        { solver: 'greedy', cost: 3 },
        { solver: 'exact', cost: 2 },
      ],
    },
    mark: 'bar',
    encoding: { x: { field: 'solver', type: 'nominal' }, y: { field: 'cost', type: 'quantitative' } },
  })
  expect(svg).toMatch(/^<svg/)
  expect(svg.match(/aria-roledescription="bar"/g)).toHaveLength(2)
})
