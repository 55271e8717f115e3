/** Knapsacks, forced costs, prices of tasks and the search on them, against tables and enumeration. */
import { expect, test } from 'vitest'
import { createInstance } from '../../model/builder.ts'
import { createRng, type Rng } from '../../numeric/rng.ts'
import type { RunContext } from '../../solve/context.ts'
import { branchAndBound } from './branch.ts'
import { forcedCosts } from './forced.ts'
import { Knapsack } from './knapsack.ts'
import { buildGapProblem, type GapProblem, isWithin, objectiveOf } from './problem.ts'
import { restrict } from './restrict.ts'
import { ascend } from './task-ascent.ts'
import { TaskDual } from './task-dual.ts'

/** The test's own context: no limit, nobody interrupts. */
const context: RunContext = {
  rng: createRng(1),
  now: () => 0,
  deadline: Infinity,
  signal: { aborted: false },
  breathe: () => Promise.resolve(),
}

const drawn = (count: number, draw: () => number): Float64Array => Float64Array.from({ length: count }, draw)

/** The most that a subset is worth, by trying all. */
function bestSubset(win: Float64Array, size: Float64Array, capacity: number): number {
  let best = 0
  for (let set = 0; set < 1 << win.length; set++) {
    let [sum, taken] = [0, 0]
    for (let item = 0; item < win.length; item++)
      if ((set >> item) & 1) {
        sum += win[item]!
        taken += size[item]!
      }
    if (taken <= capacity && sum > best) best = sum
  }
  return best
}

test('a knapsack finds the best load, again and again as prices change, and says which it is', () => {
  const rng = createRng(1)
  for (let round = 0; round < 150; round++) {
    const count = 1 + rng.nextInt(11)
    const isWhole = rng.nextInt(2) === 0
    const draw = (most: number): number => (isWhole ? rng.nextInt(most) : most * rng.nextFloat())
    const size = drawn(count, () => rng.nextInt(12))
    const capacity = rng.nextInt(6) === 0 ? Infinity : Math.max(...size, rng.nextInt(40))
    const cost = drawn(count, () => draw(20))
    const knapsack = new Knapsack({ tasks: Int32Array.from(size, (_, k) => k), cost, size }, capacity)
    for (let change = 0; change < 5; change++) {
      const reward = drawn(count, () => draw(40))
      const win = reward.map((own, item) => own - cost[item]!)
      const found = knapsack.solve(reward)
      expect(found).toBeCloseTo(bestSubset(win, size, capacity), 9)
      const sum = (values: Float64Array): number =>
        values.reduce((total, value, item) => total + (knapsack.taken[item] === 1 ? value : 0), 0)
      expect(sum(win)).toBeCloseTo(found, 9)
      expect(sum(size)).toBeLessThanOrEqual(capacity)
    }
  }
})

function randomProblem(rng: Rng, numTasks: number, numAgents: number): GapProblem | undefined {
  const isWhole = rng.nextInt(3) > 0
  const draw = (most: number): number => (isWhole ? 1 + rng.nextInt(most) : 1 + most * rng.nextFloat())
  return buildGapProblem(
    createInstance({
      version: 1,
      policy: rng.nextInt(4) === 0 ? { unassigned: { penaltyUsd: draw(40) } } : {},
      agents: Array.from({ length: numAgents }, (_, agent) => ({
        id: `a${agent}`,
        quality: 1,
        capacity: { tokens: Math.ceil((numTasks / numAgents) * (7 + rng.nextInt(9))) },
      })),
      tasks: Array.from({ length: numTasks }, (_, task) => ({
        id: `t${task}`,
        estimates: Object.fromEntries(
          Array.from({ length: numAgents }, (_, agent) => [
            `a${agent}`,
            { costUsd: draw(30), tokens: rng.nextInt(9) === 0 ? 1e9 : draw(20) },
          ]),
        ),
      })),
    }),
  )
}

/** The cheapest assignment that fits and that the filter lets pass, by trying all; Infinity without one. */
function enumerated(problem: GapProblem, allows: (agentOf: Int32Array) => boolean = () => true): number {
  const { numTasks, numAgents } = problem
  const agentOf = new Int32Array(numTasks)
  let best = Infinity
  for (let code = 0; code < numAgents ** numTasks; code++) {
    let rest = code
    for (let task = 0; task < numTasks; task++) {
      agentOf[task] = rest % numAgents
      rest = Math.floor(rest / numAgents)
    }
    if (allows(agentOf) && isWithin(problem, agentOf)) best = Math.min(best, objectiveOf(problem, agentOf))
  }
  return best
}

test('no prices of tasks prove more than the optimum, and forced pairs never cost more than they do', async () => {
  const rng = createRng(2)
  let [compared, forcedSome] = [0, 0]
  for (let round = 0; round < 60; round++) {
    const problem = randomProblem(rng, 5, 3)
    if (problem === undefined) continue
    const optimum = enumerated(problem)
    if (optimum === Infinity) continue
    const dual = new TaskDual(problem)
    const random = drawn(problem.numTasks, () => 50 * rng.nextFloat())
    expect(dual.value(random)).toBeLessThanOrEqual(optimum + 1e-9)
    const start = new Float64Array(problem.numTasks)
    const found = await ascend(
      dual,
      { prices: start, target: optimum, mostSteps: 200, enough: Infinity },
      context,
    )
    expect(found.bound).toBeLessThanOrEqual(optimum + 1e-9)
    expect(found.bound).toBeGreaterThan(0.7 * optimum)
    compared += 1
    dual.value(found.prices)
    const { use, leave } = forcedCosts(dual, found.prices)
    for (let pair = 0; pair < use.length; pair++) {
      const [task, agent] = [Math.floor(pair / problem.numAgents), pair % problem.numAgents]
      const within = enumerated(problem, (agentOf) => agentOf[task] === agent)
      const without = enumerated(problem, (agentOf) => agentOf[task] !== agent)
      if (within !== Infinity) expect(found.bound + use[pair]!).toBeLessThanOrEqual(within + 1e-9)
      expect(found.bound + leave[pair]!).toBeLessThanOrEqual(without + 1e-9)
      expect(Math.min(use[pair]!, leave[pair]!)).toBeLessThan(1e-9)
      if (use[pair]! + leave[pair]! > 1) forcedSome += 1
    }
  }
  expect(compared).toBeGreaterThan(30)
  expect(forcedSome).toBeGreaterThan(100)
})

test('branch and bound ends at the enumerated optimum, with a bound that is not above it', async () => {
  const rng = createRng(3)
  let [found, none] = [0, 0]
  for (let round = 0; round < 80; round++) {
    const problem = randomProblem(rng, 6, 3)
    if (problem === undefined) continue
    const optimum = enumerated(problem)
    let best = Infinity
    const answer = await branchAndBound(
      {
        problem,
        prices: new Float64Array(problem.numTasks),
        bound: 0,
        step: 0,
        best: () => best,
        onAssignment: (agentOf) => {
          best = objectiveOf(problem, agentOf)
        },
        mostNodes: Infinity,
      },
      context,
    )
    expect(answer.complete).toBe(true)
    expect(best).toBeCloseTo(optimum, 9)
    if (optimum === Infinity) none += 1
    else {
      found += 1
      expect(answer.bound).toBeLessThanOrEqual(optimum + 1e-9)
      expect(answer.bound).toBeGreaterThan(optimum * (1 - 1e-8) - 1e-9)
    }
  }
  expect(found).toBeGreaterThan(30)
  expect(none).toBeGreaterThan(2)
})

test('what is left of a problem has the same optimum as the problem without the pairs ruled out', () => {
  const rng = createRng(4)
  let placedSome = 0
  for (let round = 0; round < 60; round++) {
    const problem = randomProblem(rng, 5, 3)
    if (problem === undefined) continue
    const open = Uint8Array.from(problem.cost, (usd) => (usd === Infinity || rng.nextInt(3) === 0 ? 0 : 1))
    const truth = enumerated(problem, (agentOf) =>
      agentOf.every((agent, task) => open[task * problem.numAgents + agent] === 1),
    )
    const left = restrict(problem, open)
    if (left === undefined) {
      expect(truth).toBe(Infinity)
      continue
    }
    if (left.placedUsd > 0) placedSome += 1
    expect(left.placedUsd + enumerated(left.problem)).toBeCloseTo(truth, 9)
  }
  expect(placedSome).toBeGreaterThan(10)
})
