import fc from 'fast-check'
import { expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { bruteForceOptimum } from '../../../test/brute-force.ts'
import { allStates } from '../../../test/models.ts'
import { factory } from '../../generators/factory.ts'
import { evaluate } from '../../model/evaluate.ts'
import { energyOf } from '../energy.ts'
import { implicitEnergyOf } from '../implicit-energy.ts'
import { calibrate } from './calibrate.ts'
import { type Formulation, formulate } from './formulate.ts'

/** Every state by rising energy; fine up to 14 variables. */
function byEnergy({ bqm }: Formulation): { state: Int8Array; energy: number }[] {
  return [...allStates(bqm.numVariables)]
    .map((state) => ({ state, energy: implicitEnergyOf(bqm, state) }))
    .sort((a, b) => a.energy - b.energy)
}

test('the ground state of every small formulation decodes to the optimal plan, at its objective', () => {
  let [solved, infeasible] = [0, 0]
  fc.assert(
    fc.property(fc.nat({ max: 1e6 }), (seed) => {
      const instance = randomInstance(seed, { maxTasks: 3, maxPools: 3, budgets: seed % 4 === 0 })
      // Coarse budgets cut off plans near the limit, so only exact rows are compared.
      const formulation = formulate(instance)
      if (formulation.bqm.numVariables > 12 || formulation.rows.some((row) => row.tightenedBy > 0)) return
      const states = byEnergy(formulation)
      const optimum = bruteForceOptimum(instance)
      const best = evaluate(instance, formulation.decode(states[0]!.state))
      expect(best.feasible).toBe(optimum !== undefined)
      if (optimum === undefined) return void infeasible++
      solved++
      expect(best.objective).toBeCloseTo(optimum, 9)
      expect(states[0]!.energy).toBeCloseTo(optimum, 6)
      const explicit = formulation.explicit()
      expect(explicit.numInteractions).toBe(formulation.countCouplings())
      for (const { state, energy } of states.slice(0, 50)) {
        expect(energyOf(explicit, state)).toBeCloseTo(energy, 6)
        const plan = formulation.decode(state)
        const judged = evaluate(instance, plan)
        const encoded = implicitEnergyOf(formulation.bqm, formulation.encode(plan))
        expect(encoded).toBeLessThanOrEqual(energy + 1e-6)
        if (judged.feasible) expect(encoded).toBeCloseTo(judged.objective, 6)
      }
    }),
    { numRuns: 300 },
  )
  expect(solved).toBeGreaterThan(40)
  expect(infeasible).toBeGreaterThan(3)
})

test('the factory is formulated without expanding anything, with a weight and a reason per row', () => {
  const instance = factory()
  const formulation = formulate(instance, { dependencies: 'products', penalty: { natural: 4 } })
  expect(formulation.bqm.explicit.numInteractions).toBe(62_740)
  expect(formulation.bqm.rows.oneHot.reduce((sum, one) => sum + one, 0)).toBe(1000)
  expect(formulation.rows.every(({ weight, why }) => weight > 0 && why.length > 0)).toBe(true)
  const plan = { agentOf: new Int32Array(1000).fill(-1) }
  expect([...formulation.decode(formulation.encode(plan)).agentOf]).toEqual([...plan.agentOf])
})

test('weights are given by kind; kinds left out are bounded', () => {
  const { kinds, rows } = formulate(factory({ tasks: 40, agents: 12 }), { penalty: { assignment: 2.5 } })
  rows.forEach((row, index) => {
    if (kinds[index] === 'assignment') expect(row.weight).toBe(2.5)
    else expect(row.why).toMatch(/^sufficient/)
  })
})

test('calibration raises the weights of broken kinds until a sample is feasible', async () => {
  let raised = 0
  for (let seed = 0; seed < 200; seed++) {
    const instance = randomInstance(seed, {
      maxTasks: 3,
      maxPools: 3,
      budgets: false,
      tokenCapacities: false,
    })
    if (formulate(instance).bqm.numVariables > 11 || bruteForceOptimum(instance) === undefined) continue
    const { formulation, settled, rounds } = await calibrate(instance, {
      start: 0.01,
      maxRounds: 30,
      sample: async (current) => [byEnergy(current)[0]!.state],
    })
    expect(settled).toBe(true)
    expect(rounds.at(-1)!.numFeasible).toBe(1)
    rounds.slice(1).forEach((round, index) => {
      const before = rounds[index]!
      for (const kind of before.broken) expect(round.multiples[kind]).toBe(2 * before.multiples[kind])
    })
    if (rounds.length > 1) raised++
    for (const row of formulation.rows) expect(row.why).toMatch(/^calibrated|^holds|^the soft/)
  }
  expect(raised).toBeGreaterThan(10)
})

test('calibration that never finds a feasible sample says so', async () => {
  const { settled, rounds } = await calibrate(factory({ tasks: 40, agents: 12 }), {
    sample: async ({ bqm }) => [new Int8Array(bqm.numVariables)],
    maxRounds: 3,
  })
  expect(settled).toBe(false)
  expect(rounds.map(({ multiples }) => multiples.assignment)).toEqual([1, 2, 4])
  expect(rounds[0]!.broken).toEqual(['assignment'])
})
