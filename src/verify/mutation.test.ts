/** Mutations of plans and certificates: whatever is changed, nothing false is called proven. */
import { expect, test } from 'vitest'
import { randomInstance } from '../../test/arbitrary-instance.ts'
import type { Instance } from '../model/instance.ts'
import { createRng, type Rng } from '../numeric/rng.ts'
import { solve } from '../solve/solve.ts'
import { enumerationSolver } from '../solvers/enumeration/enumeration.ts'
import { pricingSolver, supportsPricing } from '../solvers/pricing/pricing.ts'
import { type Certificate, readPrices } from './certificate.ts'
import { clashingLimits } from './infeasible.ts'
import { verify } from './verify.ts'

const COUNT = 200
const MUTATIONS = 12

interface Subject {
  readonly instance: Instance
  readonly optimum: number
  readonly plan: { readonly agentOf: Int32Array }
  readonly certificate: Certificate
}

async function subjects(): Promise<Subject[]> {
  const found: Subject[] = []
  for (let seed = 0; seed < COUNT; seed++) {
    const instance = randomInstance(5000 + seed)
    if (!supportsPricing(instance).ok) continue
    const optimum = (await solve(instance, enumerationSolver())).bounds.primal
    if (optimum === undefined) continue
    const { plan, certificate } = await solve(instance, pricingSolver({ effort: 20 }))
    found.push({ instance, optimum, plan: plan!, certificate: certificate! })
  }
  return found
}

const all = await subjects()

/** One whole number somewhere in the certificate becomes another one, or one column is dropped or invented. */
function mutated({ data, kind }: Certificate, { fleet }: Instance, rng: Rng): Certificate {
  const copy = structuredClone(data) as Record<string, unknown>
  const column = ['tasks', 'tokens', 'poolBudget', 'budget', 'granularity', 'unitsPerUsd'][rng.nextInt(6)]!
  const change = (value: number): number =>
    [0, value * 2, value + 1, Math.floor(value / 3), value + rng.nextInt(1e9), 2 ** 52][rng.nextInt(6)]!
  if (column === 'tasks' || column === 'tokens' || column === 'poolBudget') {
    const values = (copy[column] as number[] | undefined) ?? new Array<number>(fleet.numPools).fill(0)
    const at = rng.nextInt(values.length)
    values[at] = Math.min(2 ** 52, change(values[at]!))
    copy[column] = values
  } else copy[column] = Math.min(2 ** 52, change(Number(copy[column] ?? 0)))
  if (rng.nextInt(8) === 0) copy.dependency = copy.dependency === 'forest' ? 'ignored' : 'forest'
  return { kind, data: copy }
}

test(`no certificate of ${COUNT} instances, however changed, proves a bound above the optimum`, () => {
  let [tried, lower] = [0, 0]
  for (const [k, { instance, optimum, plan, certificate }] of all.entries()) {
    const rng = createRng(k)
    const honest = verify(instance, plan, certificate).boundUsd!
    let current = certificate
    for (let round = 0; round < MUTATIONS; round++) {
      // Now and then mutations pile up.
      current = mutated(rng.nextInt(3) === 0 ? current : certificate, instance, rng)
      let verdict: ReturnType<typeof verify>
      try {
        verdict = verify(instance, plan, current)
      } catch (error) {
        expect(String(error)).toContain('certificate cannot be read')
        continue
      }
      tried += 1
      if (verdict.boundUsd! < honest) lower += 1
      if (verdict.status === 'proven')
        expect(verdict.boundUsd, instance.name).toBeLessThanOrEqual(optimum + 1e-9 * Math.max(1, optimum))
      expect(clashingLimits(instance, current), instance.name).toBeUndefined()
      // What was read is what was written: nothing is repaired on the way.
      expect(readPrices(instance, current).budget).toBe(current.data.budget ?? 0)
    }
  }
  expect(tried).toBeGreaterThan(all.length * 4)
  expect(lower).toBeGreaterThan(tried / 5)
})

test('no plan that was changed is called proven below the optimum, or feasible when the judge says otherwise', () => {
  let [rejected, dearer] = [0, 0]
  for (const [k, { instance, optimum, plan, certificate }] of all.entries()) {
    const rng = createRng(k)
    for (let round = 0; round < MUTATIONS; round++) {
      const agentOf = plan.agentOf.slice()
      agentOf[rng.nextInt(agentOf.length)] = rng.nextInt(instance.fleet.numAgents + 1) - 1
      const verdict = verify(instance, { agentOf }, certificate)
      expect(verdict.status === 'proven', instance.name).toBe(verdict.evaluation.feasible)
      if (verdict.status !== 'proven') {
        rejected += 1
        continue
      }
      expect(verdict.evaluation.objective, instance.name).toBeGreaterThanOrEqual(optimum - 1e-9)
      if (verdict.evaluation.objective > optimum + 1e-9) {
        dearer += 1
        expect(verdict.gap, instance.name).toBeGreaterThan(0)
      }
    }
  }
  expect(rejected).toBeGreaterThan(100)
  expect(dearer).toBeGreaterThan(100)
})
