/**
 * Planning again after a change of one in a hundred: capacities fall by a fifth, agents leave, tasks are done, tasks
 * arrive, prices rise by a fifth; warm from the earlier plan and prices, with and without a price on moves, beside the
 * cold solve. CPU seconds of the process. `npx tsx benchmarks/replan.ts [tasks agents]`, default 10000 200.
 */
import { lcrp } from '../src/generators/lcrp.ts'
import { headDocument, taskDocument } from '../src/io/instance-document.ts'
import { createInstance } from '../src/model/builder.ts'
import type { TaskDocument } from '../src/model/document.ts'
import type { Instance } from '../src/model/instance.ts'
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
const isChanged = (at: number): boolean => at % 100 === 7

function withCapacity(change: (limit: number) => number): Instance {
  const capacityTasks = before.fleet.capacityTasks.map((limit, pool) =>
    isChanged(pool) ? change(limit) : limit,
  )
  return { ...before, fleet: { ...before.fleet, capacityTasks } }
}

function withTasks(change: (all: readonly TaskDocument[]) => readonly TaskDocument[]): Instance {
  const all = Array.from({ length: before.tasks.count }, (_, task) => taskDocument(before, task))
  return createInstance({ ...headDocument(before), tasks: [...change(all)] })
}

function withoutDone(all: readonly TaskDocument[]): readonly TaskDocument[] {
  const done = new Set(all.filter((_, at) => isChanged(at)).map(({ id }) => id))
  return all
    .filter(({ id }) => !done.has(id))
    .map((task) => ({ ...task, dependsOn: (task.dependsOn ?? []).filter((id) => !done.has(id)) }))
}

function dearer(): Instance {
  const raise = (prices: Float64Array): Float64Array =>
    prices.map((usd, pool) => (isChanged(pool) ? 1.2 * usd : usd))
  const { perTaskUsd, inputPerMTokUsd, outputPerMTokUsd } = before.fleet
  return {
    ...before,
    fleet: {
      ...before.fleet,
      perTaskUsd: raise(perTaskUsd),
      inputPerMTokUsd: raise(inputPerMTokUsd),
      outputPerMTokUsd: raise(outputPerMTokUsd),
    },
  }
}

const changes: Readonly<Record<string, () => Instance>> = {
  'capacities fall': () => withCapacity((limit) => Math.max(1, limit - Math.ceil(limit / 5))),
  'agents leave': () => withCapacity(() => 0),
  'tasks done': () => withTasks(withoutDone),
  'tasks arrive': () =>
    withTasks((all) => [
      ...all,
      ...all.filter((_, at) => isChanged(at)).map((task, k) => ({ ...task, id: `new-${k}`, dependsOn: [] })),
    ]),
  'prices rise': dearer,
}

let start = cpuSeconds()
const cold = await solve(before, pricingSolver())
const coldSeconds = cpuSeconds() - start
console.log(JSON.stringify({ cold: coldSeconds, gap: cold.gap, feasible: cold.evaluation?.feasible }))
for (const [change, build] of Object.entries(changes)) {
  const after = build()
  for (const churnUsd of [0, 0.002]) {
    start = cpuSeconds()
    const earlier = { instance: before, plan: cold.plan!, certificate: cold.certificate! }
    const previous = carryOver(earlier, after, churnUsd)
    const warm = await solve(after, replanSolver(previous))
    const seconds = cpuSeconds() - start
    console.log(
      JSON.stringify({
        change,
        churnUsd,
        warm: seconds,
        share: seconds / coldSeconds,
        gap: warm.gap,
        feasible: warm.evaluation?.feasible,
        moved: movedTasks(previous.plan, warm.plan!),
        lostTheirPlace: previous.plan.agentOf.filter(
          (agent) => agent >= 0 && after.fleet.capacityTasks[after.fleet.poolOf[agent]!] === 0,
        ).length,
      }),
    )
  }
}
