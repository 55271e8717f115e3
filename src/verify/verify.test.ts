import { expect, test } from 'vitest'
import { factory } from '../generators/factory.ts'
import { flow } from '../solvers/flow/flow.ts'
import type { Certificate } from './certificate.ts'
import { verify } from './verify.ts'

const instance = factory()
const { plan, certificate } = flow(instance) as { plan: { agentOf: Int32Array }; certificate: Certificate }
const withData = (data: Record<string, unknown>): Certificate => ({
  ...certificate,
  data: { ...certificate.data, ...data },
})
const prices = certificate.data.tasks as number[]

test('the optimal plan of the notebook instance is proven to the last nanodollar', () => {
  const verdict = verify(instance, plan, certificate)
  expect(verdict.status).toBe('proven')
  expect(verdict.gap).toBeLessThan(1e-9)
})

test('a plan without a certificate is feasible, not proven', () => {
  expect(verify(instance, plan).status).toBe('feasible')
})

test('a task moved to a full agent, left out or given to a weaker one is rejected', () => {
  for (const [task, agent] of [
    [0, plan.agentOf[1]!],
    [5, -1],
    [700, 47],
  ] as const) {
    const agentOf = plan.agentOf.slice()
    agentOf[task] = agent === agentOf[task] ? 0 : agent
    const tampered = verify(instance, { agentOf }, certificate)
    expect(tampered.status === 'rejected' || tampered.gap! > 0).toBe(true)
  }
})

test('no tampered price can raise the bound above the optimum, and any change of a binding one lowers it', () => {
  const proven = verify(instance, plan, certificate).boundUsd!
  for (let pool = 0; pool < prices.length; pool++)
    for (const change of [-1e9, 1e9, 5e9]) {
      const tasks = prices.slice()
      tasks[pool] = Math.max(0, tasks[pool]! + change)
      const verdict = verify(instance, plan, withData({ tasks }))
      expect(verdict.boundUsd).toBeLessThanOrEqual(proven + 1e-9)
      expect(verdict.status).toBe('proven')
    }
})

test('a price with a fraction, a sign or a missing pool is refused', () => {
  for (const tasks of [prices.slice(1), prices.map((p) => p + 0.5), prices.map((p) => -p - 1), 'free'])
    expect(() => verify(instance, plan, withData({ tasks }))).toThrow(/certificate cannot be read/)
})

test('a price on an unlimited capacity proves nothing and is rejected', () => {
  const verdict = verify(instance, plan, withData({ tokens: prices.map(() => 5) }))
  expect(verdict.status).toBe('rejected')
})

test('a claimed granularity that the costs do not have changes nothing', () => {
  const honest = verify(instance, plan, withData({ tasks: undefined })).boundUsd!
  expect(verify(instance, plan, withData({ tasks: undefined, granularity: 1e12 })).boundUsd).toBe(honest)
})
