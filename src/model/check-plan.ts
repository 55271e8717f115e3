/** Whether a plan that a program hands over is one of this instance at all; what it is worth is the judge's business. */
import { QaasError } from '../errors.ts'
import type { Instance } from './instance.ts'
import type { Plan } from './plan.ts'

/** @throws QaasError `invalid-plan` unless there is one agent of the fleet, or -1, for each task */
export function checkPlan({ tasks, fleet }: Instance, { agentOf, surplus = [] }: Plan): void {
  const refuse = (text: string): never => {
    throw new QaasError('invalid-plan', text, {
      advice: 'Maybe it is the plan of another instance; carryOver() matches tasks and agents by their ids.',
    })
  }
  if (agentOf.length !== tasks.count)
    refuse(`the plan has agents for ${agentOf.length} tasks, the instance has ${tasks.count}`)
  const check = (task: number, agent: number, least: number): void => {
    if (!(Number.isInteger(task) && task >= 0 && task < tasks.count))
      refuse(`the plan names task ${task}, the instance has ${tasks.count}`)
    if (!(Number.isInteger(agent) && agent >= least && agent < fleet.numAgents))
      refuse(`the plan gives task ${task} agent ${agent}, the fleet has ${fleet.numAgents}`)
  }
  for (let task = 0; task < agentOf.length; task++) check(task, agentOf[task]!, -1)
  for (const { task, agent } of surplus) check(task, agent, 0)
}
