/**
 * The flow solver: when only the number of tasks per agent is limited, planning is a transportation problem whose
 * optimum is whole; dependencies and budgets are then met among the optimal plans where that is possible. It proves
 * optimality whenever it meets them, and only returns its bound when it does not.
 */
import type { Instance } from '../../model/instance.ts'
import { pairMoneyUsd, pairQuality } from '../../model/pair.ts'
import { CompensatedSum } from '../../numeric/sum.ts'
import type { Candidate, Solver, Support } from '../../solve/solver.ts'
import { priceCertificate } from '../pricing/certificate.ts'
import { classify, hasDependencies, hasTokenEstimates } from '../pricing/classes.ts'
import { cutIsExact, cutPrices, cyclicParts, type EdgePrices } from '../pricing/edge-prices.ts'
import { buildGroups } from '../pricing/groups.ts'
import { buildProblem } from '../pricing/problem.ts'
import { buildRows } from '../pricing/rows.ts'
import { largestPairUsd, unitsPerUsd } from '../pricing/units.ts'
import { costClasses } from './cost-classes.ts'
import { place } from './placement.ts'
import { splitByCount } from './split.ts'
import { solveTransport } from './transport.ts'

/** Classes x groups x (classes + groups) beyond this would take minutes; the pricing solver is made for those. */
const MOST_WORK = 2e9

export function flowSolver(): Solver {
  return {
    name: 'flow',
    options: {},
    supports: supportsFlow,
    doSolve: async (instance) => flow(instance),
  }
}

export function supportsFlow(instance: Instance): Support {
  const { fleet } = instance
  if (hasTokenEstimates(instance)) return { ok: false, reason: 'it has estimates of tokens by pool' }
  for (let pool = 0; pool < fleet.numPools; pool++)
    if (fleet.capacityTokens[pool] !== Infinity && mayBind(instance, pool))
      return {
        ok: false,
        reason: `pool "${fleet.poolIds[pool]}" has a token capacity, which a flow cannot keep`,
      }
  const kinds = new Set<string>()
  const { tasks } = instance
  for (let task = 0; task < tasks.count; task++)
    kinds.add(
      `${tasks.requirement[task]} ${tasks.minQuality[task]} ${tasks.inputTokens[task]} ${tasks.outputTokens[task]}`,
    )
  if (kinds.size * fleet.numPools * (kinds.size + fleet.numPools) > MOST_WORK)
    return { ok: false, reason: `${kinds.size} kinds of tasks are too many for it` }
  return { ok: true }
}

/** Whether as many tasks as the pool's agents may take can exceed their token capacity. */
function mayBind({ fleet, tasks }: Instance, pool: number): boolean {
  let largest = 0
  for (let task = 0; task < tasks.count; task++)
    largest = Math.max(largest, tasks.inputTokens[task]! + tasks.outputTokens[task]!)
  const most = Math.min(tasks.count, Math.floor(fleet.capacityTasks[pool]!))
  return most * largest > fleet.capacityTokens[pool]!
}

/** One pass, no randomness: the plan and the proof, or the bound with a plan that breaks something. */
export function flow(instance: Instance): Candidate {
  const groups = buildGroups(instance)
  const classified = classify(instance, groups)
  if (!classified.ok)
    return {
      complete: true,
      provenInfeasible: true,
      detail: `task "${instance.tasks.ids.get(classified.task)}" cannot be placed: ${classified.reason}`,
    }
  const units = unitsPerUsd(largestPairUsd(instance))
  const problem = costClasses(instance, groups, { classes: classified.classes, units })
  const result = solveTransport(problem)
  if (!result.complete)
    return {
      complete: true,
      provenInfeasible: true,
      detail: 'the agents that may do the tasks have too few slots',
    }
  const placed = place({
    problem,
    result,
    dependencies: hasDependencies(instance) ? instance.dependencies : undefined,
    quality: (task, group) =>
      group === groups.count ? Number.NaN : pairQuality(instance, task, groups.pool[group]!),
  })
  const plan = splitByCount(instance, groups, placed.groupOf)
  const met = placed.weaker === 0 && keepsBudgets(instance, groups.pool, placed.groupOf)
  const zeros = new Float64Array(groups.count)
  const prices = result.prices.subarray(0, groups.count).map((price) => price / units)
  const edgePrices = pricesOfCycles(instance, prices)
  return {
    plan,
    dualBound: boundUnits(problem, result) / units,
    certificate: priceCertificate(
      instance,
      groups,
      { tasks: prices, tokens: zeros, poolBudget: zeros, budget: 0 },
      // The forest sees at least what the quality windows of the classes saw.
      {
        units,
        dependency: hasDependencies(instance) ? 'forest' : 'ignored',
        granularity: 0,
        ...(edgePrices ? { edgePrices } : {}),
      },
    ),
    complete: true,
    detail: met
      ? 'a flow; all promises met among optimal plans'
      : 'a flow that breaks what a flow cannot see',
    stats: { costClasses: problem.numClasses, groups: groups.count, weakerChildren: placed.weaker },
  }
}

/** Where dependencies form cycles, the windows of the classes see more than a forest does. */
function pricesOfCycles(instance: Instance, slotUsd: Float64Array): EdgePrices | undefined {
  const parts = cutIsExact(instance) ? cyclicParts(instance) : []
  const built = parts.length === 0 ? undefined : buildProblem(instance)
  if (!built?.ok) return undefined
  const rows = buildRows(built.problem)
  const y = new Float64Array(rows.count)
  y.set(slotUsd)
  return cutPrices(built.problem, parts, { rows, y })
}

/** The dual value less the rounding of the costs: half a unit per task and a unit to spare. */
function boundUnits(
  { numClasses, numGroups, costs, supply, capacity }: Parameters<typeof solveTransport>[0],
  { prices }: { readonly prices: Float64Array },
): number {
  const sum = new CompensatedSum()
  for (let c = 0; c < numClasses; c++) {
    let least = Infinity
    for (let g = 0; g < numGroups; g++) least = Math.min(least, costs[c * numGroups + g]! + prices[g]!)
    if (supply[c]! > 0) sum.add(supply[c]! * (least - 0.5))
  }
  for (let g = 0; g < numGroups; g++) if (prices[g]! > 0) sum.add(-prices[g]! * capacity[g]!)
  return sum.value - 1
}

function keepsBudgets(instance: Instance, poolOf: Int32Array, groupOf: Int32Array): boolean {
  const { fleet, policy } = instance
  const spent = new Float64Array(poolOf.length)
  let total = 0
  groupOf.forEach((group, task) => {
    if (group < 0 || group >= poolOf.length) return
    const money = pairMoneyUsd(instance, task, poolOf[group]!)
    spent[group]! += money
    total += money
  })
  return total <= policy.budgetUsd && spent.every((money, group) => money <= fleet.budgetUsd[poolOf[group]!]!)
}
