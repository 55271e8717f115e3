import { expect, test } from 'vitest'
import { createInstance } from '../model/builder.ts'
import { evaluate } from '../model/evaluate.ts'
import { type Claims, contradictions, unprovenBound } from './claims.ts'

const instance = createInstance({
  version: 1,
  policy: { unassigned: { penaltyUsd: 5 } },
  agents: [{ id: 'a', quality: 0.9, price: { perTaskUsd: 2 }, capacity: { tasks: 2 } }],
  tasks: [{ id: 'one' }, { id: 'two' }, { id: 'three' }],
})
const plan = { agentOf: Int32Array.of(0, 0, -1) }
const evaluation = evaluate(instance, plan)
const { objective, moneyUsd } = evaluation
const honest: Claims = {
  objective,
  moneyUsd,
  bounds: { primal: objective, dual: objective - 1 },
  gap: 1 / objective,
  feasible: true,
  unassigned: ['three'],
}
const wrong = (claims: Claims) => contradictions(instance, { plan, evaluation }, { ...honest, ...claims })

test('an honest file, one that claims nothing and one rounded in the last digits are not contradicted', () => {
  expect(wrong({})).toEqual([])
  expect(contradictions(instance, { plan, evaluation }, {})).toEqual([])
  expect(wrong({ objective: objective * (1 + 1e-10), moneyUsd: moneyUsd * (1 - 1e-10) })).toEqual([])
})

test.each<[Claims, string]>([
  [
    { objective: objective * (1 + 1e-8) },
    `claims objective ${objective * (1 + 1e-8)}, recomputed ${objective}`,
  ],
  [{ moneyUsd: 3 }, `claims moneyUsd 3, recomputed ${moneyUsd}`],
  [{ bounds: { primal: 1, dual: objective - 1 } }, `claims bounds.primal 1, recomputed ${objective}`],
  [{ bounds: { dual: objective + 1 }, gap: 0 }, `claims bounds.dual ${objective + 1}, recomputed a plan of`],
  [{ gap: 0 }, `claims gap 0, recomputed ${1 / objective}`],
  [{ bounds: {}, gap: 0 }, 'claims gap 0, recomputed none'],
  [{ feasible: false }, 'claims feasible false, recomputed true'],
  [{ unassigned: [] }, 'claims unassigned 0 tasks, recomputed 1: "three" has no agent'],
  [{ unassigned: ['one'] }, 'claims unassigned 1 tasks, recomputed 1: "one" has one'],
  [{ unassigned: ['three', 'ghost'] }, 'claims unassigned 2 tasks, recomputed 1'],
  [{ termination: { reason: 'infeasible' } }, 'claims termination infeasible, recomputed a plan that keeps'],
  [{ instance: { tasks: 4 } }, 'claims instance.tasks 4, recomputed 3'],
  [{ instance: { agents: 2 } }, 'claims instance.agents 2, recomputed 1'],
  [{ instance: { pools: ['b'] } }, 'claims instance.pools[0] b, recomputed a'],
  [{ instance: { pools: [] } }, 'claims instance.pools 0, recomputed 1'],
])('the false claim %j is named', (claims, sentence) => {
  const found = wrong(claims)
  expect(found).toHaveLength(1)
  expect(found[0]).toContain(`the file ${sentence}`)
})

test('a small objective is compared by its own size', () => {
  const cheap = createInstance({
    version: 1,
    agents: [{ id: 'a', quality: 0.9, price: { perTaskUsd: 1e-6 } }],
    tasks: [{ id: 'one' }],
  })
  const only = { agentOf: Int32Array.of(0) }
  const judged = { plan: only, evaluation: evaluate(cheap, only) }
  expect(contradictions(cheap, judged, { moneyUsd: 1.0001e-6 })).toHaveLength(1)
})

test('a plan that breaks a promise has neither primal nor gap to claim', () => {
  const broken = { agentOf: Int32Array.of(0, 0, 0) }
  const judged = { plan: broken, evaluation: evaluate(instance, broken) }
  const found = contradictions(instance, judged, { feasible: true, bounds: { primal: 6, dual: 6 }, gap: 0 })
  expect(found.map((text) => text.split(',')[0])).toEqual([
    'the file claims bounds.primal 6',
    'the file claims gap 0',
    'the file claims feasible true',
  ])
})

test('a bound is the word of its solver unless the certificate proves as much', () => {
  const claims: Claims = { bounds: { dual: 9 }, provenance: { solver: 'exact' } }
  expect(unprovenBound(claims, 9)).toBe('optimality claimed by exact, no certificate to re-check')
  expect(unprovenBound(claims, 10)).toBe('a bound of 9 claimed by exact, no certificate to re-check')
  expect(unprovenBound(claims, 10, 8)).toContain('no certificate to re-check beyond 8')
  expect(unprovenBound(claims, 10, 9)).toBeUndefined()
  expect(unprovenBound({}, 10)).toBeUndefined()
})

test('a certificate that proves less than the file says it does contradicts it', () => {
  const judged = { plan, evaluation, provenUsd: 8 }
  const claims = (certified: number): Claims => ({ bounds: { dual: 9, certified } })
  expect(contradictions(instance, judged, claims(8 + 1e-9))).toEqual([])
  expect(contradictions(instance, judged, claims(8.001))).toEqual([
    'the file claims bounds.certified 8.001, recomputed 8',
  ])
})

test("optimality beyond what is proven is somebody's word, whatever bound stands beside it", () => {
  const claims = { ...honest, termination: { reason: 'optimal' } }
  expect(unprovenBound(claims, objective, objective - 1)).toMatch(/optimality claimed .* beyond/)
  expect(unprovenBound(claims, objective, objective)).toBeUndefined()
})
