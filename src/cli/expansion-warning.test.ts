import { expect, test } from 'vitest'
import { cqmToImplicitBqm } from '../formulation/bridges/cqm-to-implicit.ts'
import { instanceToCqm } from '../formulation/bridges/instance-to-cqm.ts'
import { countCouplings, mostCouplings } from '../formulation/implicit-energy.ts'
import { factory } from '../generators/factory.ts'
import { annealing } from '../samplers/annealing/index.ts'
import { tabu } from '../samplers/tabu/index.ts'
import { expansionWarning } from './expansion-warning.ts'

const modelOf = (tasks: number) =>
  cqmToImplicitBqm(instanceToCqm(factory({ tasks })).cqm, { penalty: 'bound' }).bqm

test('a sampler that writes out millions of couplings says so first, one that keeps rows does not', () => {
  const large = modelOf(1000)
  expect(expansionWarning(large, tabu())).toMatch(
    /^warning: the sampler tabu needs every coupling on its own; up to [12]\d,\d{3},\d{3} are built first/,
  )
  expect(expansionWarning(large, tabu())).toContain('Maybe use --sampler annealing')
  expect(expansionWarning(large, annealing())).toBeUndefined()
  expect(expansionWarning(modelOf(100), tabu())).toBeUndefined()
})

test('couplings are never more than they are said to be at most', () => {
  for (const tasks of [20, 100]) {
    const model = modelOf(tasks)
    expect(countCouplings(model)).toBeLessThanOrEqual(mostCouplings(model))
  }
})
