/**
 * The search for plans: from the assignment that the prices ask for, over their capacities, the price of every unit
 * above or below a capacity rises slowly while chains of moves keep the assignment in near-equilibrium at a low
 * temperature. Annealing the constraint rather than the costs keeps almost every task at its cheapest agent all along.
 */
import type { Rng } from '../../numeric/rng.ts'
import type { RunContext } from '../../solve/context.ts'
import { createPacer } from '../../solve/pacer.ts'
import type { Candidates } from './candidates.ts'
import { ChainSearch, type LoadPrices } from './chains.ts'
import { Loads } from './loads.ts'
import type { GapProblem } from './problem.ts'

export interface AnnealOptions {
  readonly problem: GapProblem
  readonly candidates: Candidates
  /** Of the capacities. */
  readonly prices: Float64Array
  readonly rng: Rng
  /** Positions of chains to look at, which is what takes the time. */
  readonly looks: number
  readonly style: AnnealStyle
  /** Called with every better feasible assignment, which changes afterwards. */
  readonly onFeasible: (loads: Loads) => void
}

/** What suits one problem and not another. */
export interface AnnealStyle {
  /** Temperature at the start and at the end, in steps of the candidates. */
  readonly hot: number
  readonly cold: number
  /** Moves a chain may have. */
  readonly depth: number
}

/** Price of a unit off the capacity, in units of its price and a step a task, at the start and at the end. */
const SOFT = 0.02
const FIRM = 30
/** Weight of a step a mean size beside the price itself. */
const STEP_WEIGHT = 3
/** Chains between two looks at the schedule. */
const BATCH = 64

export async function annealLoads(options: AnnealOptions, context: RunContext): Promise<Loads> {
  const { problem, candidates, prices, rng, looks, style, onFeasible } = options
  const loads = new Loads(problem, firstChoices(candidates))
  const scale = offPrices(problem, candidates, prices)
  const off: LoadPrices = { slack: prices.slice(), overload: prices.slice() }
  const chains = new ChainSearch(loads, candidates, off)
  chains.limits.depth = style.depth
  const pacer = createPacer(context)
  let best = Infinity
  while (chains.looked < looks) {
    if (pacer.isDue() && (await pacer.pause())) return loads
    const progress = chains.looked / looks
    const temperature = candidates.step * style.hot * (style.cold / style.hot) ** progress
    const firmness = SOFT * (FIRM / SOFT) ** progress
    for (let agent = 0; agent < prices.length; agent++) {
      off.slack[agent] = Math.min(1, firmness) * prices[agent]!
      off.overload[agent] = firmness * scale[agent]!
    }
    chains.refresh()
    for (let k = 0; k < BATCH; k++) {
      const threshold = -temperature * Math.log(1 - rng.nextFloat())
      if (Number.isNaN(chains.run(rng.nextInt(problem.numTasks), threshold))) continue
      if (loads.overloaded > 0 || loads.cost >= best) continue
      best = loads.cost
      onFeasible(loads)
    }
  }
  if (await relieve({ loads, chains, off, prices, step: candidates.step }, context)) {
    if (loads.cost < best) onFeasible(loads)
  }
  return loads
}

function firstChoices({ start, agent }: Candidates): Int32Array {
  return Int32Array.from({ length: start.length - 1 }, (_, task) => agent[start[task]!]!)
}

function offPrices(
  problem: GapProblem,
  { start, agent, step }: Candidates,
  prices: Float64Array,
): Float64Array {
  const { numTasks, numAgents, size } = problem
  let sum = 0
  for (let task = 0; task < numTasks; task++) sum += size[task * numAgents + agent[start[task]!]!]!
  const perUnit = (STEP_WEIGHT * step) / Math.max(1e-12, sum / Math.max(1, numTasks))
  return prices.map((price) => price + perUnit)
}

interface Relief {
  readonly loads: Loads
  readonly chains: ChainSearch
  readonly off: LoadPrices
  readonly prices: Float64Array
  readonly step: number
}

/** Chains from overloaded agents, the least dear first; true when none is left. */
async function relieve({ loads, chains, off, prices, step }: Relief, context: RunContext): Promise<boolean> {
  const { numTasks, numAgents, capacity } = loads.problem
  const pacer = createPacer(context)
  const forbidding = 1e5 * step
  off.slack.set(prices)
  off.overload.fill(forbidding)
  chains.limits.depth = 5
  chains.limits.nodes = 20_000
  for (let extra = step; extra < 1e4 * step && loads.overloaded > 0; extra *= 1.6)
    for (let agent = 0; agent < numAgents; agent++) {
      if (capacity[agent] === Infinity) continue
      chains.refresh()
      for (let k = 0; k < loads.count[agent]! && loads.slack[agent]! < 0; k++) {
        if (pacer.isDue() && (await pacer.pause())) return loads.overloaded === 0
        const threshold = extra + forbidding * loads.slack[agent]!
        if (!Number.isNaN(chains.run(loads.members[agent * numTasks + k]!, threshold))) k = -1
      }
    }
  return loads.overloaded === 0
}
