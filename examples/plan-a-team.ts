/** The library in fifteen lines: three agents, two tasks that depend on each other, a proven plan. */
import { agentId, builtinSolvers, createInstance, solve } from 'qaas'

const instance = createInstance({
  version: 1,
  agents: [
    { id: 'opus', price: { perTaskUsd: 0.05 }, quality: 0.95, capacity: { tasks: 1 } },
    { id: 'haiku', replicas: 2, price: { perTaskUsd: 0.01 }, quality: 0.8, capacity: { tasks: 5 } },
  ],
  tasks: [
    { id: 'write', minQuality: 0.7 },
    { id: 'review', minQuality: 0.9, dependsOn: ['write'] },
  ],
})
const { plan, bounds, termination } = await solve(instance, await builtinSolvers.exact())
console.log(
  termination.reason,
  bounds,
  Array.from(plan!.agentOf, (agent) => agentId(instance.fleet, agent)),
)
