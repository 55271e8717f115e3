import { expect, test } from 'vitest'
import { factory } from '../../generators/factory.ts'
import { solve } from '../../solve/solve.ts'
import { boundOf } from '../../verify/bound.ts'
import { flowSolver } from './flow.ts'

test('the notebook instance is proven optimal at 25.5838 with no dependency broken', async () => {
  const result = await solve(factory(), flowSolver())
  expect(result.termination.reason).toBe('optimal')
  expect(result.objective).toBeCloseTo(25.5838, 9)
  expect(result.evaluation!.moneyUsd).toBeCloseTo(11.07, 9)
  expect(boundOf(factory(), result.certificate!).boundUsd).toBeCloseTo(25.5838, 8)
})

test('every one of 100 shuffles of the notebook instance is proven optimal at the same value', async () => {
  for (let seed = 1; seed <= 100; seed++) {
    const result = await solve(factory({ seed }), flowSolver())
    expect([seed, result.termination.reason]).toEqual([seed, 'optimal'])
    expect(result.objective).toBeCloseTo(25.5838, 9)
  }
})

test('forty slots per cloud agent are proven optimal at 22.94844', async () => {
  const result = await solve(factory({ cloudCapacity: 40 }), flowSolver())
  expect(result.termination.reason).toBe('optimal')
  expect(result.objective).toBeCloseTo(22.94844, 9)
})

test('with every edge reversed the flow keeps its bound and admits that its plan is not feasible', async () => {
  const result = await solve(factory({ reverseEdges: true }), flowSolver())
  expect(result.bounds.dual).toBeGreaterThanOrEqual(25.5838 - 1e-8)
  expect(result.bounds.dual).toBeLessThanOrEqual(25.6416)
  expect(boundOf(factory({ reverseEdges: true }), result.certificate!).boundUsd).toBeLessThanOrEqual(25.6416)
  expect(result.evaluation!.feasible).toBe(false)
  expect(result.gap).toBeUndefined()
})
