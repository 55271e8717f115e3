import { describe, expect, it } from 'vitest'
import { lcrp } from '../../generators/lcrp.ts'
import { evaluate } from '../../model/evaluate.ts'
import { createRng } from '../../numeric/rng.ts'
import { solve } from '../../solve/solve.ts'
import { suitsBalancing } from './balanced-rounding.ts'
import { buildBays } from './bays.ts'
import { buildCells } from './cells.ts'
import { deal, largestFirst } from './deal.ts'
import { gatherRoom } from './gather-room.ts'
import { buildLevels } from './levels.ts'
import { pricingSolver } from './pricing.ts'
import { buildProblem, type Problem } from './problem.ts'
import { chooseOnTrees } from './tree-choice.ts'
import { createLeastTree } from './tree-least.ts'

const MANY = { tasks: 20_000, agents: 60, tiers: 12, chains: 0.1 } as const

function problemOf(options: Parameters<typeof lcrp>[0]): Problem {
  const built = buildProblem(lcrp(options))
  if (!built.ok) throw new Error(built.detail)
  return built.problem
}

describe('rounding of very many tasks', () => {
  it('keeps every promise and is near the bound without a search', async () => {
    for (const seed of [1, 2]) {
      const instance = lcrp({ ...MANY, seed })
      expect(suitsBalancing(problemOf({ ...MANY, seed }))).toBe(true)
      const result = await solve(instance, pricingSolver())
      expect(evaluate(instance, result.plan!).feasible).toBe(true)
      expect(result.gap).toBeLessThan(2e-3)
    }
  }, 60_000)

  it('keeps a budget that binds', async () => {
    const instance = lcrp({ ...MANY, budget: { factor: 1.05 }, latencyUsdPerSecond: 0.02, seed: 1 })
    const result = await solve(instance, pricingSolver())
    expect(result.evaluation?.feasible).toBe(true)
    expect(result.gap).toBeLessThan(4e-3)
  }, 60_000)

  it('is the same plan twice', async () => {
    const instance = lcrp({ ...MANY, seed: 3 })
    const [a, b] = [await solve(instance, pricingSolver()), await solve(instance, pricingSolver())]
    expect(a.plan!.agentOf).toEqual(b.plan!.agentOf)
  }, 60_000)

  it('keeps its time at every moment it may end, with a plan that is feasible', async () => {
    const instance = lcrp({ ...MANY, seed: 1 })
    for (const limit of [30, 60, 120, 240]) {
      let looks = 0
      const result = await solve(instance, pricingSolver(), { now: () => looks++, timeLimitMs: limit })
      expect(looks).toBeLessThan(10 * limit)
      expect(result.evaluation?.feasible).toBe(true)
    }
  }, 60_000)

  it('leaves instances with a choice to drop tasks, or nearly only chains, to the search', () => {
    expect(suitsBalancing(problemOf({ ...MANY, chains: 0.9, seed: 1 }))).toBe(false)
    expect(suitsBalancing(problemOf({ tasks: 500, agents: 20, seed: 1 }))).toBe(false)
  })
})

describe('choices on trees', () => {
  it('cost together what the least cost of the trees is, and never fall along an edge', () => {
    const problem = problemOf({ tasks: 400, agents: 20, chains: 0.8, seed: 5 })
    const { classes, lines, instance, groups, tokens } = problem
    const levels = buildLevels(classes)
    const costOf = (task: number, at: number): number =>
      groups.tokenLimit[classes.groups[at]!]! < tokens[task]!
        ? Infinity
        : lines.constant[at]! +
          lines.perInput[at]! * instance.tasks.inputTokens[task]! +
          lines.perOutput[at]! * instance.tasks.outputTokens[task]!
    const entry = new Int32Array(instance.tasks.count).fill(-1)
    chooseOnTrees(problem, {
      levels,
      costs(task, out) {
        const first = classes.start[classes.ofTask[task]!]!
        const end = classes.start[classes.ofTask[task]! + 1]!
        for (let at = first; at < end; at++) out[at - first] = costOf(task, at)
      },
      choose(task, at) {
        entry[task] = at
      },
    })
    const least = createLeastTree(problem, levels).sum((task) => {
      const costs = new Float64Array(levels.count + 1).fill(Infinity)
      const row = classes.ofTask[task]!
      for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++)
        costs[levels.ofEntry[at]!] = Math.min(costs[levels.ofEntry[at]!]!, costOf(task, at))
      return costs
    })
    let sum = 0
    entry.forEach((at, task) => {
      if (at >= 0) sum += costOf(task, at)
    })
    expect(sum).toBeCloseTo(least, 9)
    const { parentOfEdge, childOfEdge, numEdges } = instance.dependencies
    for (let edge = 0; edge < numEdges; edge++)
      expect(classes.quality[entry[childOfEdge[edge]!]!]!).toBeGreaterThanOrEqual(
        classes.quality[entry[parentOfEdge[edge]!]!]!,
      )
  })
})

const context = {
  rng: createRng(1),
  now: () => 0,
  deadline: Infinity,
  signal: { aborted: false },
  breathe: () => Promise.resolve(),
}

describe('dealing', () => {
  it('gathers room that no single bay has', () => {
    // Two bays of 10: 6 + 3 and 5 + 4 leave 1 each; the last task wants 2.
    const tokens = Float64Array.of(6, 3, 5, 4, 2)
    const bayOf = Int32Array.of(0, 0, 1, 1, -1)
    const [slots, room] = [Float64Array.of(1, 1), Float64Array.of(1, 1)]
    const rest = gatherRoom(Int32Array.of(0, 2, 3, 1), [4], { tokens, first: 0, end: 2, bayOf, slots, room })
    expect(rest).toEqual([])
    const load = [0, 0]
    bayOf.forEach((bay, task) => {
      load[bay]! += tokens[task]!
    })
    expect(load).toEqual([10, 10])
    expect(Array.from(room)).toEqual([0, 0])
  })

  it('never exceeds a bay and accounts for every task', async () => {
    const problem = problemOf({ tasks: 3000, agents: 40, tiers: 5, seed: 2 })
    const bays = buildBays(problem)
    const groupOf = Int32Array.from({ length: 3000 }, (_, task) =>
      task % 7 === 0 ? -1 : task % problem.groups.count,
    )
    const { bayOf, leftOver } = await deal(problem, bays, {
      order: largestFirst(problem.tokens),
      groupOf,
      context,
    })
    const [count, load] = [new Float64Array(bays.count), new Float64Array(bays.count)]
    bayOf.forEach((bay, task) => {
      if (bay < 0) return
      expect(bays.groupOf[bay]).toBe(groupOf[task])
      count[bay]! += 1
      load[bay]! += problem.tokens[task]!
    })
    for (let bay = 0; bay < bays.count; bay++) {
      expect(count[bay]!).toBeLessThanOrEqual(bays.capacityTasks[bay]!)
      expect(load[bay]!).toBeLessThanOrEqual(bays.capacityTokens[bay]!)
    }
    expect(new Set(leftOver).size).toBe(leftOver.length)
    expect(leftOver.length + count.reduce((sum, own) => sum + own, 0)).toBe(3000)
  })
})

describe('cells', () => {
  it('hold every task once, each with tasks of its own class', () => {
    const problem = problemOf({ tasks: 5000, agents: 30, chains: 0.2, seed: 4 })
    const cells = buildCells(problem, 2000)
    expect(Array.from(cells.tasks).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 5000 }, (_, task) => task),
    )
    for (let c = 0; c < cells.count; c++)
      for (const task of cells.tasks.subarray(cells.start[c], cells.start[c + 1])) {
        expect(cells.ofTask[task]).toBe(c)
        expect(problem.classes.ofTask[task]).toBe(cells.classOf[c])
      }
  })
})
