import { expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { lcrp } from '../../generators/lcrp.ts'
import type { Instance } from '../../model/instance.ts'
import { solve } from '../../solve/solve.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { autoSolver } from './auto.ts'
import { shortageOf } from './shortage.ts'

const whole = lcrp({ tasks: 400, agents: 16, chains: 0.1, seed: 1 })

/** The fleet with so much of its capacities. */
function withPart(instance: Instance, part: number): Instance {
  const { capacityTasks, capacityTokens } = instance.fleet
  return {
    ...instance,
    fleet: {
      ...instance.fleet,
      capacityTasks: capacityTasks.map((slots) => Math.floor(part * slots)),
      capacityTokens: capacityTokens.map((tokens) => Math.floor(part * tokens)),
    },
  }
}

test('half the capacity is refused before any search, with figures and a plan to look at', async () => {
  const { termination, stats, evaluation } = await solve(withPart(whole, 0.5), autoSolver())
  expect(termination.reason).toBe('infeasible')
  expect(termination.detail).toMatch(
    /^\d+ tasks need [\d,]+ (slots|tokens), the pools that may do them have [\d,]+$/,
  )
  expect(stats.picked).toEqual([])
  expect(evaluation!.feasible).toBe(false)
  expect(shortageOf(whole)).toBeUndefined()
})

test('whatever is called too little has no plan, on 1,500 random instances', async () => {
  let found = 0
  for (let seed = 0; seed < 1500; seed++) {
    const instance = randomInstance(seed)
    if (shortageOf(instance) === undefined) continue
    found += 1
    const { termination } = await solve(instance, enumerationSolver())
    expect(termination.reason, `seed ${seed}`).toBe('infeasible')
  }
  expect(found).toBeGreaterThan(20)
})

test('tasks that may be left out are never too many', () => {
  const { policy } = whole
  const optional = { ...withPart(whole, 0.5), policy: { ...policy, unassignedUsd: 1 } }
  expect(shortageOf(optional)).toBeUndefined()
})
