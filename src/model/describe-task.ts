/** Words for a `TaskExplanation`: the agent, what decides it, then one line for each pool. */
import { dollars } from './dollars.ts'
import type { Alternative, Obstacle, TaskExplanation } from './explain-task.ts'
import { agentId, type Instance } from './instance.ts'
import { describeViolation } from './violations.ts'

export function describeTask(instance: Instance, explanation: TaskExplanation): string[] {
  const { fleet, tasks } = instance
  const { task, agent, agents, costUsd, alternatives } = explanation
  const names = agents.map((one) => `"${agentId(fleet, one)}"`).join(' and ')
  const where = agents.length === 0 ? 'has no agent' : `is done by ${names}`
  const cost = agents.length > 1 ? `; at "${agentId(fleet, agent)}" it costs` : ', at a cost of'
  return [
    `task "${tasks.ids.get(task)}" ${where}${cost} ${usd(costUsd)}`,
    ...brokenLines(instance, explanation),
    binding(instance, alternatives),
    ...alternatives.map((alternative) => describeAlternative(instance, alternative)),
  ]
}

/** One line for each promise that the plan breaks at the task. */
function brokenLines(instance: Instance, { broken }: TaskExplanation): string[] {
  return broken.map((violation) => `broken promise: ${describeViolation(instance, violation)}`)
}

/** The sentence that answers "why not a cheaper one?". */
function binding(instance: Instance, alternatives: readonly Alternative[]): string {
  const cheaper = alternatives.filter(({ isCurrent, extraUsd }) => !isCurrent && extraUsd < -1e-12)
  if (cheaper.length === 0) return 'no eligible pool would be cheaper'
  const free = cheaper.find(({ obstacles }) => obstacles.length === 0)
  if (free)
    return `pool "${instance.fleet.poolIds[free.pool]}" would be ${usd(-free.extraUsd)} cheaper and nothing stands in the way`
  const [best] = cheaper
  return `pool "${instance.fleet.poolIds[best!.pool]}" would be ${usd(-best!.extraUsd)} cheaper, but ${best!.obstacles.map((obstacle) => describeObstacle(instance, obstacle)).join(', and ')}`
}

export function describeAlternative(instance: Instance, alternative: Alternative): string {
  const name = `"${instance.fleet.poolIds[alternative.pool]}"`
  if (alternative.whyNot)
    return `${alternative.whyNot.text}: ${alternative.isCurrent ? 'chosen, although not eligible' : 'not eligible'}`
  const { terms, costUsd, extraUsd, dependencyUsd, obstacles } = alternative
  const parts = [
    `money ${usd(terms!.moneyUsd)}`,
    ...(terms!.overkillUsd > 0 ? [`overkill ${usd(terms!.overkillUsd)}`] : []),
    ...(terms!.latencyUsd > 0 ? [`latency ${usd(terms!.latencyUsd)}`] : []),
    ...(terms!.belowFloorUsd > 0 ? [`below its floor ${usd(terms!.belowFloorUsd)}`] : []),
    ...(dependencyUsd > 0 ? [`broken dependencies ${usd(dependencyUsd)}`] : []),
  ]
  const sign = extraUsd < 0 ? '-' : '+'
  const compared = alternative.isCurrent ? 'chosen' : `${sign}${usd(Math.abs(extraUsd))}`
  const blocked = obstacles.map((obstacle) => describeObstacle(instance, obstacle)).join(', and ')
  return `${name} costs ${usd(costUsd)} (${parts.join(', ')}): ${[compared, blocked].filter(Boolean).join('; ')}`
}

export function describeObstacle({ tasks }: Instance, obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'capacity-tasks':
      return `all its ${obstacle.slots} slots are taken`
    case 'capacity-tokens':
      return `no agent of it has ${obstacle.needed} tokens left, at most ${obstacle.mostFree}`
    case 'parent':
      return `it would be weaker than the agent of "${tasks.ids.get(obstacle.task)}" (${obstacle.quality}), on which the task depends`
    case 'child':
      return `it would be stronger than the agent of "${tasks.ids.get(obstacle.task)}" (${obstacle.quality}), which depends on the task`
    case 'budget':
      return `the budget would be passed by ${usd(obstacle.overUsd)}`
    case 'pool-budget':
      return `its own budget would be passed by ${usd(obstacle.overUsd)}`
  }
}

const usd = (value: number): string => dollars(value, 6)
