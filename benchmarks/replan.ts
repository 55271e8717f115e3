/**
 * Planning again after a change: on one agent in a hundred the capacity falls by a fifth; warm from the earlier plan and
 * prices, with and without a price on moves, beside the cold solve. CPU seconds of the process.
 * `npx tsx benchmarks/replan.ts [tasks agents]`, default 10000 200.
 */
import { lcrp } from '../src/generators/lcrp.ts'
import { solve } from '../src/solve/solve.ts'
import { pricingSolver } from '../src/solvers/pricing/pricing.ts'
import { carryOver } from '../src/solvers/pricing/warm-start.ts'
import { movedTasks } from '../src/solvers/replan/keep-agents.ts'
import { replanSolver } from '../src/solvers/replan/replan.ts'

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const [tasks = 10_000, agents = 200] = process.argv.slice(2).map(Number)
const before = lcrp({ tasks, agents, chains: 0.1, budget: { factor: 1.05 }, seed: 1 })
let start = cpuSeconds()
const cold = await solve(before, pricingSolver())
const coldSeconds = cpuSeconds() - start
const capacityTasks = before.fleet.capacityTasks.map((limit, pool) =>
  pool % 100 === 7 ? Math.max(1, limit - Math.ceil(limit / 5)) : limit,
)
const after = { ...before, fleet: { ...before.fleet, capacityTasks } }
console.log(JSON.stringify({ cold: coldSeconds, gap: cold.gap, feasible: cold.evaluation?.feasible }))
for (const churnUsd of [0, 0.002]) {
  start = cpuSeconds()
  const earlier = { instance: before, plan: cold.plan!, certificate: cold.certificate! }
  const previous = carryOver(earlier, after, churnUsd)
  const warm = await solve(after, replanSolver(previous))
  const seconds = cpuSeconds() - start
  console.log(
    JSON.stringify({
      churnUsd,
      warm: seconds,
      share: seconds / coldSeconds,
      gap: warm.gap,
      feasible: warm.evaluation?.feasible,
      moved: movedTasks(previous.plan, warm.plan!),
    }),
  )
}
