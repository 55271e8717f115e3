/** The pictures of a plan: cost by solver against the bound, load against capacity, quality along the workflows. */
import { type ChartSpec, PALETTE } from './chart.ts'
import type { ComparisonRow } from './comparison.ts'
import type { ShiftReport } from './shift-report.ts'

const GOOD = PALETTE[0]!
const BAD = PALETTE[1]!

/** Bars of the objective by solver; the proven bound is a line. Infeasible plans are marked. */
export function costBySolver(rows: readonly ComparisonRow[], bound: number | undefined): ChartSpec {
  const values = rows.flatMap(({ solver, objective, feasible }) =>
    objective === undefined
      ? []
      : [{ solver, objective, plan: feasible ? 'keeps every promise' : 'breaks promises' }],
  )
  const costs = [...values.map(({ objective }) => objective), ...(bound === undefined ? [] : [bound])]
  const [low, high] = [Math.min(...costs), Math.max(...costs)]
  // Solvers differ by fractions of a percent: dots on a zoomed axis show that, bars from zero would not.
  const margin = Math.max((high - low) * 0.15, Math.abs(high) * 1e-6)
  return {
    title: `Objective by solver${bound === undefined ? '' : '; the line is the proven bound'}`,
    width: 560,
    height: { step: 30 },
    layer: [
      {
        data: { values },
        mark: { type: 'point', filled: true, size: 130 },
        encoding: {
          y: { field: 'solver', type: 'nominal', sort: null, title: null },
          x: {
            field: 'objective',
            type: 'quantitative',
            title: 'objective (USD)',
            scale: { domain: [low - margin, high + margin], zero: false, nice: false },
          },
          color: {
            field: 'plan',
            type: 'nominal',
            title: 'plan',
            scale: { domain: ['keeps every promise', 'breaks promises'], range: [GOOD, BAD] },
          },
        },
      },
      ...(bound === undefined
        ? []
        : [
            {
              data: { values: [{ bound }] },
              mark: { type: 'rule' as const, color: '#222', strokeDash: [4, 3] },
              encoding: { x: { field: 'bound', type: 'quantitative' as const } },
            },
          ]),
    ],
  }
}

/** Rows of a picture that a person can still read. */
const MAX_BARS = 40

/** Load of each pool against its capacity; of a large fleet, the busiest. */
export function loadPerPool({ dispatch }: ShiftReport): ChartSpec {
  const busiest = [...dispatch].sort((a, b) => b.tasks - a.tasks).slice(0, MAX_BARS)
  const values = busiest.map(({ pool, agents, tasks, capacity }) => ({
    pool: agents > 1 ? `${pool} (x${agents})` : pool,
    tasks,
    capacity: Number.isFinite(capacity) ? capacity : null,
    state: tasks > capacity ? 'over capacity' : 'within capacity',
  }))
  const y = { field: 'pool', type: 'nominal' as const, sort: null, title: null }
  return {
    title: 'Tasks per pool; the tick is its capacity',
    width: 560,
    height: { step: 22 },
    data: { values },
    layer: [
      {
        mark: { type: 'bar' },
        encoding: {
          y,
          x: { field: 'tasks', type: 'quantitative', title: 'tasks' },
          color: {
            field: 'state',
            type: 'nominal',
            title: null,
            scale: { domain: ['within capacity', 'over capacity'], range: [GOOD, BAD] },
          },
        },
      },
      {
        transform: [{ filter: 'datum.capacity !== null' }],
        mark: { type: 'tick', color: '#222', thickness: 2 },
        encoding: { y, x: { field: 'capacity', type: 'quantitative' } },
      },
    ],
  }
}

/** Quality of the agents along the sampled workflows: a staircase that must not go down. */
export function qualityStaircase({ chains }: ShiftReport): ChartSpec {
  const values = chains.flatMap(({ name, steps }, chain) =>
    steps.flatMap(({ agent, quality, task }, step) =>
      agent === undefined ? [] : [{ key: chain, workflow: name, step: step + 1, quality, task }],
    ),
  )
  return {
    title: 'Quality along the workflows (sample)',
    width: 560,
    height: 260,
    data: { values },
    mark: { type: 'line', interpolate: 'step-after', point: true },
    encoding: {
      x: { field: 'step', type: 'ordinal', title: 'step of the workflow', axis: { labelAngle: 0 } },
      y: { field: 'quality', type: 'quantitative', title: 'quality of the agent', scale: { zero: false } },
      color: { field: 'workflow', type: 'nominal', title: 'workflow' },
      detail: { field: 'key', type: 'nominal' },
    },
  }
}
