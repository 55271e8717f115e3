import { expect, test } from 'vitest'
import { createInstance } from '../model/builder.ts'
import { evaluate } from '../model/evaluate.ts'
import { bestOf, type ComparisonRow } from './comparison.ts'
import { shiftReport } from './shift-report.ts'
import { shiftReportText } from './shift-report-text.ts'

const parts = { usd: String, table: () => '' }

test('steps of a workflow are joined by an arrow only where one depends on the other', () => {
  const instance = createInstance({
    version: 1,
    agents: [
      { id: 'a', quality: 0.9 },
      { id: 'b', quality: 0.8 },
    ],
    tasks: [
      { id: 'code', workflow: 'feature-1' },
      { id: 'review', workflow: 'feature-1', dependsOn: ['code'] },
      { id: 'docs', workflow: 'feature-1', dependsOn: ['code'] },
    ],
  })
  const plan = { agentOf: Int32Array.from([1, 0, 1]) }
  const text = shiftReportText(shiftReport(instance, plan, evaluate(instance, plan)), parts)
  expect(text).toContain('feature-1: b(0.8) -> a(0.9) | b(0.8)')
})

test('tasks that wait for one left out are counted, through any number of steps', () => {
  const instance = createInstance({
    version: 1,
    policy: { unassigned: { penaltyUsd: 1 } },
    agents: [{ id: 'a', quality: 0.9 }],
    tasks: [
      { id: 'root' },
      { id: 'child', dependsOn: ['root'] },
      { id: 'grandchild', dependsOn: ['child'] },
      { id: 'alone' },
    ],
  })
  const plan = { agentOf: Int32Array.from([-1, 0, 0, 0]) }
  const report = shiftReport(instance, plan, evaluate(instance, plan))
  expect(report).toMatchObject({ completed: 3, dropped: 1, stranded: 2 })
  expect(shiftReportText(report, parts)).toMatch(/waiting for one: 2 /)
})

test('among equal plans the proven one is the best, then the quicker', () => {
  const row = (solver: string, termination: string, elapsedMs: number): ComparisonRow => ({
    solver,
    objective: 1,
    feasible: true,
    violations: 0,
    termination,
    elapsedMs,
  })
  const rows = [row('anneal', 'feasible', 1), row('exact', 'optimal', 9), row('auto', 'optimal', 5)]
  expect(bestOf(rows)?.solver).toBe('auto')
  expect(bestOf([{ ...rows[0]!, objective: 0.9 }, ...rows])?.solver).toBe('anneal')
  expect(bestOf([{ ...rows[0]!, feasible: false }])).toBeUndefined()
})
