import { expect, test } from 'vitest'
import { allStates } from '../../../test/models.ts'
import { lcrpHardware } from '../../generators/lcrp-paper.ts'
import { createInstance } from '../../model/builder.ts'
import type { Instance } from '../../model/instance.ts'
import { pairLatencyMs, pairMoneyUsd, pairQuality } from '../../model/pair.ts'
import { implicitEnergyOf } from '../implicit-energy.ts'
import { lcrpHamiltonian } from './lcrp-hamiltonian.ts'

/** The formula of the paper's section 3.3, written out, with its max(0, ...) in the budget term. */
function paperEnergy(
  instance: Instance,
  state: ArrayLike<number>,
  budgetTerm: (share: number) => number,
): number {
  const { tasks, fleet, policy } = instance
  const pairs = Array.from({ length: tasks.count * fleet.numPools }, (_, v) => ({
    i: Math.floor(v / fleet.numPools),
    j: v % fleet.numPools,
    x: state[v]!,
  }))
  const money = pairs.map(({ i, j }) => pairMoneyUsd(instance, i, j))
  const scale = Math.max(...money)
  let energy = 0
  pairs.forEach(({ i, j, x }, v) => {
    energy += (x * money[v]!) / scale
    if (pairQuality(instance, i, j) < tasks.minQuality[i]!) energy += 40 * 10 * x
    if (pairLatencyMs(instance, i, j) > tasks.maxLatencyMs[i]!) energy += 3 * 10 * x
  })
  for (let i = 0; i < tasks.count; i++) {
    const chosen = pairs.filter((pair) => pair.i === i && pair.x === 1).length
    energy += 50 * (1 - chosen) ** 2
  }
  const spent = pairs.reduce((sum, { x }, v) => sum + x * money[v]!, 0)
  return energy + 5 * budgetTerm(spent / policy.budgetUsd)
}

function small(budgetUsd: number): Instance {
  return createInstance({
    version: 1,
    policy: { budgetUsd },
    agents: [
      { id: 'cheap', quality: 0.4, price: { perTaskUsd: 1 }, latencyMs: 100 },
      { id: 'good', quality: 0.9, price: { perTaskUsd: 3 }, latencyMs: 900, replicas: 2 },
    ],
    tasks: [{ id: 'a' }, { id: 'b', minQuality: 0.8 }, { id: 'c', maxLatencyMs: 500 }],
  })
}

test('minimised over the slack, the energy is the paper’s, to half a step of the budget squared', () => {
  const instance = small(4)
  const { bqm } = lcrpHamiltonian(instance, { slackBits: 5 })
  expect(bqm.numVariables).toBe(6 + 5)
  const step = 1 / 31
  for (const state of allStates(6)) {
    const energies = [...allStates(5)].map((slack) => implicitEnergyOf(bqm, [...state, ...slack]))
    const paper = paperEnergy(instance, state, (share) => Math.max(0, share - 1) ** 2)
    const excess = Math.min(...energies) - paper
    expect(excess).toBeGreaterThan(-1e-9)
    expect(excess).toBeLessThanOrEqual((5 * step * step) / 4 + 1e-9)
  }
})

test('the unbalanced budget term is -h + h^2 / 2 with h the share left, without bits', () => {
  const instance = small(4)
  const { bqm } = lcrpHamiltonian(instance, { budget: 'unbalanced' })
  expect(bqm.numVariables).toBe(6)
  for (const state of allStates(6))
    expect(implicitEnergyOf(bqm, state)).toBeCloseTo(
      paperEnergy(instance, state, (share) => -(1 - share) + (1 - share) ** 2 / 2),
      9,
    )
})

test('without a budget the term is absent, and states decode to plans with every choice', () => {
  const instance = lcrpHardware(4)
  const { bqm, decode, numTasks, numPools } = lcrpHamiltonian(instance)
  expect([bqm.numVariables, numTasks, numPools]).toEqual([12, 4, 3])
  for (const state of allStates(12))
    expect(implicitEnergyOf(bqm, state)).toBeCloseTo(
      paperEnergy(instance, state, () => 0),
      8,
    )
  const plan = decode([1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1])
  expect([...plan.agentOf]).toEqual([0, 1, -1, 2])
  expect(plan.surplus).toEqual([{ task: 1, agent: 2 }])
})
