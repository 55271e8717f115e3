import { expect, test } from 'vitest'
import { solverConformance } from '../../../test/conformance/solver.ts'
import { createInstance } from '../../model/builder.ts'
import { solve } from '../../solve/solve.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { qaoaSolver } from './qaoa-solver.ts'
import { rqaoaSolver } from './rqaoa-solver.ts'

const quick = { layers: 1, restarts: 1, evaluations: 15, shots: 200 } as const
solverConformance({ name: 'qaoa', create: () => qaoaSolver({ ...quick, maxStates: 2 ** 12 }), rounds: 12 })
solverConformance({ name: 'rqaoa', create: () => rqaoaSolver({ cutoff: 8 }), rounds: 12 })

const fleet = [
  { id: 'small', quality: 0.3, price: { inputPerMTokUsd: 1 } },
  { id: 'middle', quality: 0.6, price: { inputPerMTokUsd: 250 } },
  { id: 'large', quality: 0.82, price: { inputPerMTokUsd: 3000 } },
]
const tasks = (count: number) =>
  Array.from({ length: count }, (_, k) => ({
    id: `t${k}`,
    minQuality: [0.2, 0.5, 0.7][k % 3]!,
    inputTokens: 500 + 37 * k,
  }))

test.each([qaoaSolver(), rqaoaSolver()])(
  '$name finds the optimum of six tasks on three agents',
  async (solver) => {
    const instance = createInstance({ version: 1, agents: fleet, tasks: tasks(6) })
    const best = await solve(instance, enumerationSolver())
    const result = await solve(instance, solver)
    expect(result.objective).toBeCloseTo(best.objective!, 9)
  },
)

test('a hundred tasks without coupling are planned as independent parts', async () => {
  const instance = createInstance({ version: 1, agents: fleet, tasks: tasks(100) })
  const result = await solve(instance, qaoaSolver({ layers: 1, restarts: 1, shots: 200 }))
  expect(result.evaluation!.feasible).toBe(true)
  expect(result.stats.parts).toBe(100)
})

test('a large coupled instance is refused with the number of states it would take', () => {
  const agents = fleet.map((agent) => ({ ...agent, capacity: { tasks: 20 } }))
  const easy = tasks(40).map((task) => ({ ...task, minQuality: 0.1 }))
  const support = qaoaSolver().supports(createInstance({ version: 1, agents, tasks: easy }))
  expect(support).toMatchObject({ ok: false })
  expect((support as { reason: string }).reason).toMatch(
    /40 of its choices are coupled .* 2\^63\.4 basis states of 120 qubits/,
  )
})
