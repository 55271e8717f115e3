/** Plan, verify, see what is scarce, plan again after a change, and place tasks as they arrive. */
import {
  builtinSolvers,
  carryOver,
  createInstance,
  createStreamPlanner,
  describeShadowPrice,
  replanSolver,
  shadowPrices,
  solve,
  verify,
} from 'qaas'

const agents = [
  { id: 'opus', replicas: 2, price: { perTaskUsd: 0.05 }, quality: 0.95, capacity: { tasks: 6 } },
  { id: 'haiku', replicas: 3, price: { perTaskUsd: 0.01 }, quality: 0.8, capacity: { tasks: 9 } },
]
const tasks = Array.from({ length: 20 }, (_, k) => [
  { id: `write-${k}`, minQuality: 0.7 },
  { id: `review-${k}`, minQuality: 0.8, dependsOn: [`write-${k}`] },
])
  .flat()
  .slice(0, 36)

// Plan, and believe nothing: judge and checker recompute objective and bound from the instance alone.
const before = createInstance({ version: 1, agents, tasks })
const { plan, certificate } = await solve(before, await builtinSolvers.pricing())
const verdict = verify(before, plan!, certificate)
console.log(verdict.status, verdict.evaluation.objective.toFixed(4), verdict.boundUsd?.toFixed(4))

// What one more slot would save.
for (const price of shadowPrices(before, certificate!)) console.log(describeShadowPrice(before, price))

// One haiku leaves; a task that moves to another agent must save a tenth of a cent.
const fewer = agents.map((agent) => (agent.id === 'haiku' ? { ...agent, replicas: 2 } : agent))
const after = createInstance({ version: 1, agents: fewer, tasks: tasks.slice(0, 28) })
const previous = carryOver(
  { instance: before, plan: plan!, ...(certificate ? { certificate } : {}) },
  after,
  0.001,
)
const again = await solve(after, replanSolver(previous))
console.log(again.termination.reason, again.objective?.toFixed(4), again.stats.moved, 'moved')

// Tasks one at a time, each placed at once and for good.
const stream = createStreamPlanner({ agents }, { expectedTasks: tasks.length, sample: tasks })
for (const task of tasks) {
  const { agentId, why } = await stream.place(task)
  if (agentId === undefined) console.log(task.id, why)
}
console.log(stream.finish().plan.agentOf.length, 'placed for', stream.spentUsd.toFixed(2))
