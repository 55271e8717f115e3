/** The solver of generalised assignment against enumeration, the judge and the checker of certificates. */
import { expect, test } from 'vitest'
import { createInstance } from '../../model/builder.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { createRng, type Rng } from '../../numeric/rng.ts'
import type { RunContext } from '../../solve/context.ts'
import { solve } from '../../solve/solve.ts'
import { verify } from '../../verify/verify.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { MilpBuilder } from '../exact/milp.ts'
import { run } from '../exact/milp-job.ts'
import { buildCandidates } from './candidates.ts'
import { capacityPrices } from './capacity-dual.ts'
import { ChainSearch } from './chains.ts'
import { gapSolver } from './gap.ts'
import { Loads } from './loads.ts'
import { buildGapProblem, objectiveOf } from './problem.ts'

const COUNT = 200

/** A tight problem; some pairs are missing, some costs are no whole numbers, some have no plan at all. */
function randomGap(seed: number): Instance {
  const rng = createRng(seed)
  const [numAgents, numTasks] = [2 + rng.nextInt(3), 1 + rng.nextInt(6)]
  const [wholeCosts, wholeSizes] = [rng.nextInt(2) === 0, rng.nextInt(3) > 0]
  const draw = (most: number, isWhole: boolean): number =>
    isWhole ? 1 + rng.nextInt(most) : 1 + most * rng.nextFloat()
  const perAgent = Math.max(1, numTasks / numAgents)
  return createInstance({
    version: 1,
    policy: rng.nextInt(4) === 0 ? { unassigned: { penaltyUsd: draw(40, wholeCosts) } } : {},
    agents: Array.from({ length: numAgents }, (_, agent) => ({
      id: `a${agent}`,
      quality: 1,
      replicas: rng.nextInt(4) === 0 ? 2 : 1,
      capacity: capacityOf(rng, perAgent),
    })),
    tasks: Array.from({ length: numTasks }, (_, task) => ({
      id: `t${task}`,
      estimates: Object.fromEntries(
        Array.from({ length: numAgents }, (_, agent) => [
          `a${agent}`,
          { costUsd: draw(30, wholeCosts), tokens: rng.nextInt(8) === 0 ? 1e9 : draw(20, wholeSizes) },
        ]),
      ),
    })),
  })
}

function capacityOf(rng: Rng, perAgent: number): { tasks: number } | { tokens: number } | undefined {
  const kind = rng.nextInt(8)
  if (kind === 0) return { tasks: rng.nextInt(Math.ceil(perAgent) + 1) }
  if (kind === 1) return undefined
  return { tokens: Math.ceil(perAgent * (6 + rng.nextInt(10))) }
}

test(`plans, bounds and certificates agree with enumeration on ${COUNT} tight problems`, async () => {
  let [infeasible, proven] = [0, 0]
  for (let seed = 0; seed < COUNT; seed++) {
    const instance = randomGap(seed)
    const solver = gapSolver({ effort: 5_000 })
    if (!solver.supports(instance).ok) continue
    const truth = await solve(instance, enumerationSolver())
    const found = await solve(instance, solver)
    const optimum = truth.bounds.primal
    expect(found.bounds.primal === undefined, `seed ${seed}`).toBe(optimum === undefined)
    if (optimum === undefined) {
      expect(found.termination.reason, `seed ${seed}`).toBe('infeasible')
      infeasible += 1
      continue
    }
    expect(found.objective, `seed ${seed}`).toBeCloseTo(optimum, 7)
    expect(found.bounds.dual, `seed ${seed}`).toBeLessThanOrEqual(optimum + 1e-9)
    if (found.termination.reason === 'optimal') proven += 1
    const verdict = verify(instance, found.plan!, found.certificate)
    expect(verdict.status, `seed ${seed}: ${verdict.reason}`).toBe('proven')
    expect(verdict.boundUsd, `seed ${seed}`).toBeLessThanOrEqual(optimum + 1e-9)
  }
  expect(infeasible).toBeGreaterThan(COUNT / 50)
  expect(proven).toBeGreaterThan(COUNT / 2)
})

/** The test's own context: no limit, nobody interrupts. */
const context: RunContext = {
  rng: createRng(1),
  now: () => 0,
  deadline: Infinity,
  signal: { aborted: false },
  breathe: () => Promise.resolve(),
}

/** A problem of type D by the published rule: costs fall as sizes rise, capacities are tight. */
function typeD(numTasks: number, numAgents: number, seed: number): Instance {
  const rng = createRng(seed)
  const size = Array.from({ length: numTasks * numAgents }, () => 1 + rng.nextInt(100))
  const total = size.reduce((sum, own) => sum + own, 0) / numAgents
  return createInstance({
    version: 1,
    agents: Array.from({ length: numAgents }, (_, agent) => ({
      id: `a${agent}`,
      quality: 1,
      capacity: { tokens: Math.floor((0.8 * total) / numAgents) },
    })),
    tasks: Array.from({ length: numTasks }, (_, task) => ({
      id: `t${task}`,
      estimates: Object.fromEntries(
        Array.from({ length: numAgents }, (_, agent) => {
          const own = size[task * numAgents + agent]!
          return [`a${agent}`, { costUsd: 111 - own + rng.nextInt(21) - 10, tokens: own }]
        }),
      ),
    })),
  })
}

test('a hard problem of 100 tasks is planned within 1 % of the bound its certificate proves', async () => {
  const instance = typeD(100, 5, 1)
  const { plan, certificate, bounds, objective } = await solve(
    instance,
    gapSolver({ effort: 20_000, maxCorePairs: 0 }),
  )
  expect(evaluate(instance, plan!).feasible).toBe(true)
  const verdict = verify(instance, plan!, certificate)
  expect(verdict.status).toBe('proven')
  expect(verdict.boundUsd!).toBeCloseTo(bounds.dual!, 6)
  expect(objective! / bounds.dual!).toBeLessThan(1.01)
})

test('the certificate proves more than prices of capacities, and never more once its prices of tasks are changed', async () => {
  const instance = typeD(40, 4, 5)
  const { plan, certificate, bounds } = await solve(instance, gapSolver({ effort: 5_000, maxCorePairs: 0 }))
  const { taskPrices, ...others } = certificate!.data as {
    taskPrices: { tasks: number[]; unitsPerUsd: number }
  }
  const alone = verify(instance, plan!, { kind: certificate!.kind, data: others }).boundUsd!
  expect(verify(instance, plan!, certificate).boundUsd!).toBeGreaterThan(alone)
  expect(verify(instance, plan!, certificate).boundUsd!).toBeCloseTo(bounds.dual!, 6)
  for (let task = 0; task < 40; task++)
    for (const factor of [0, 0.5, 2, 5]) {
      const tasks = taskPrices.tasks.with(task, Math.round(taskPrices.tasks[task]! * factor))
      const changed = { kind: certificate!.kind, data: { ...others, taskPrices: { ...taskPrices, tasks } } }
      const verdict = verify(instance, plan!, changed)
      expect(verdict.boundUsd!).toBeLessThanOrEqual(bounds.dual! + 1e-6)
    }
})

test('the prices reach the value of the linear relaxation that HiGHS finds', async () => {
  for (const [numTasks, numAgents] of [
    [60, 4],
    [90, 15],
  ] as const) {
    const problem = buildGapProblem(typeD(numTasks, numAgents, 3))!
    const { bound } = await capacityPrices(problem, context)
    const builder = new MilpBuilder()
    const columns = Array.from(problem.cost, (usd) => builder.addColumn(usd, 1, false))
    const pick = (keep: (column: number) => boolean, value: (column: number) => number) =>
      columns.filter(keep).map((column): [number, number] => [column, value(column)])
    for (let task = 0; task < numTasks; task++)
      builder.addRow(
        1,
        1,
        pick(
          (column) => Math.floor(column / numAgents) === task,
          () => 1,
        ),
      )
    for (let agent = 0; agent < numAgents; agent++)
      builder.addRow(
        Number.NEGATIVE_INFINITY,
        problem.capacity[agent]!,
        pick(
          (column) => column % numAgents === agent,
          (column) => problem.size[column]!,
        ),
      )
    const port = { post: () => {}, aborted: () => false, now: () => 0 }
    const { objective } = await run({ milp: builder.build(), timeLimitMs: Infinity }, port)
    expect(bound).toBeLessThanOrEqual(objective! + 1e-6)
    expect(bound).toBeGreaterThan(objective! * (1 - 1e-6))
  }
})

test('a chain changes the energy by what it says, and never by as much as the threshold', async () => {
  const problem = buildGapProblem(typeD(80, 8, 4))!
  const { prices } = await capacityPrices(problem, context)
  const candidates = buildCandidates(problem, prices, 8)
  const loads = new Loads(
    problem,
    candidates.start.slice(0, -1).map((at) => candidates.agent[at]!),
  )
  const off = { slack: prices, overload: prices.map((price) => 2 * price + 0.1) }
  const energy = (): number =>
    loads.slack.reduce(
      (sum, left, agent) => sum + (left >= 0 ? off.slack[agent]! * left : -off.overload[agent]! * left),
      loads.agentOf.reduce((sum, agent, task) => sum + candidates.reduced[task * 8 + agent]!, 0),
    )
  const chains = new ChainSearch(loads, candidates, off)
  let found = 0
  for (let k = 0; k < 400; k++) {
    chains.refresh()
    const before = energy()
    const change = chains.run(k % 80, 4 * (k % 3))
    expect(energy() - before).toBeCloseTo(Number.isNaN(change) ? 0 : change, 7)
    if (Number.isNaN(change)) continue
    expect(change).toBeLessThan(4 * (k % 3))
    found += 1
  }
  expect(found).toBeGreaterThan(40)
  expect(loads.cost).toBeCloseTo(objectiveOf(problem, loads.agentOf), 7)
  expect(loads.overloaded).toBe(loads.slack.filter((left) => left < 0).length)
})

test('the same seed gives the same plan, another seed another search', async () => {
  const instance = typeD(60, 6, 2)
  const run = async (seed: number) =>
    (await solve(instance, gapSolver({ effort: 3_000, maxCorePairs: 0 }), { seed })).plan!.agentOf
  expect(await run(1)).toEqual(await run(1))
  expect(await run(2)).not.toEqual(await run(1))
})

test('instances with dependencies, budgets or two limits an agent are refused with the reason', () => {
  const agents = [{ id: 'a', quality: 1 }]
  const tasks = [{ id: 's' }, { id: 't', dependsOn: ['s'] }]
  const refusal = (instance: Instance): string => {
    const support = gapSolver().supports(instance)
    return support.ok ? 'none' : support.reason
  }
  expect(refusal(createInstance({ version: 1, agents, tasks }))).toBe('tasks depend on each other')
  expect(
    refusal(createInstance({ version: 1, policy: { budgetUsd: 1 }, agents, tasks: [{ id: 's' }] })),
  ).toBe('it has a budget')
  const both = { id: 'a', quality: 1, capacity: { tasks: 1, tokens: 5 } }
  expect(refusal(createInstance({ version: 1, agents: [both], tasks: [{ id: 's' }, { id: 't' }] }))).toBe(
    'pool "a" is limited in tasks and in tokens',
  )
})

test('ten thousand alike tasks that fit anywhere have a plan at once', async () => {
  const instance = createInstance({
    version: 1,
    agents: [
      { id: 'a', quality: 0.9, replicas: 3, price: { perTaskUsd: 0.1 }, capacity: { tasks: 4000 } },
      { id: 'b', quality: 0.9, price: { perTaskUsd: 0.3 } },
    ],
    tasks: Array.from({ length: 10_000 }, (_, row) => ({ id: `t${row}`, inputTokens: 100 })),
  })
  const { objective, stats } = await solve(instance, gapSolver())
  expect(objective).toBeCloseTo(1000, 6)
  expect(stats.looks).toBe(0)
})

test('sizes of a thousand million million are planned, and costs of nothing have a plan', async () => {
  const instance = (costUsd: number) =>
    createInstance({
      version: 1,
      agents: [0, 1, 2].map((pool) => ({ id: `a${pool}`, quality: 1, capacity: { tokens: 2.5e15 } })),
      tasks: Array.from({ length: 6 }, (_, row) => ({
        id: `t${row}`,
        estimates: Object.fromEntries(
          [0, 1, 2].map((pool) => [
            `a${pool}`,
            { tokens: 1e15 - row * 3e13, costUsd: costUsd * (1 + ((row + pool) % 3)) },
          ]),
        ),
      })),
    })
  for (const costUsd of [0, 1e-9, 1]) {
    const truth = await solve(instance(costUsd), enumerationSolver())
    const { objective, termination } = await solve(instance(costUsd), gapSolver())
    expect(objective).toBeCloseTo(truth.objective!, 15)
    expect(termination.reason).toBe('optimal')
  }
})
