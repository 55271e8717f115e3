/**
 * Carries out what other processes ask of a live run. Every order is tried until the run's log says that it has been
 * carried out or refused, so that none is lost to a failed commit and none is done twice after a restart.
 */
import { QaasError } from '../../errors.ts'
import { headDocument, taskDocument } from '../../io/instance-document.ts'
import { createInstance } from '../../model/builder.ts'
import type { AgentDocument, TaskDocument } from '../../model/document.ts'
import { agentIndex, type Instance } from '../../model/instance.ts'
import { changeFleet } from '../../orchestrator/change-fleet.ts'
import type { Orchestrator } from '../../orchestrator/orchestrator.ts'
import { refuseOrder, setBudget } from '../../orchestrator/orders.ts'
import type { RunContext } from '../../orchestrator/run-context.ts'
import { submitTasks } from '../../orchestrator/submission.ts'
import type { ControlMessage } from './control.ts'

type Order = Exclude<ControlMessage, { readonly kind: 'cancel' }>

export interface Orders {
  /** `number` counts the messages to the run from 1 up. */
  add(order: Order, number: number): void
  /** Offers the oldest order that is not done to the run's next turn. */
  offer(): void
}

export function createOrders(orchestrator: Orchestrator): Orders {
  const waiting: { readonly order: Order; readonly number: number }[] = []
  const offer = (): void => {
    const { context } = orchestrator
    while (waiting.length > 0 && waiting[0]!.number <= context.state.orders) waiting.shift()
    const [next] = waiting
    if (next === undefined) return
    orchestrator.post((now) => {
      if (next.number > now.state.orders) carryOut(now, next.order, next.number)
      // The next one need not wait to be offered.
      if (waiting[0] === next && waiting.length > 1) offer()
    })
  }
  return {
    add(order, number) {
      waiting.push({ order, number })
      offer()
    },
    offer,
  }
}

function carryOut(context: RunContext, order: Order, number: number): void {
  try {
    if (order.kind === 'budget') setBudget(context, order.limit, number)
    else if (order.kind === 'submit') submit(context, order.tasks, number)
    else rearrange(context, order, number)
  } catch (error) {
    if (!QaasError.isInstance(error) || error.code === 'internal') throw error
    refuseOrder(context, error.message, number)
  }
}

function submit(context: RunContext, tasks: readonly TaskDocument[], number: number): void {
  const { instance } = context.state
  const fresh = tasks.filter(({ id }) => instance.tasks.ids.indexOf(id) < 0)
  if (fresh.length > 0) submitTasks(context, grow(instance, fresh), number)
  else refuseOrder(context, 'the run has these tasks already', number)
}

function rearrange(
  context: RunContext,
  { agents, retired }: { readonly agents: readonly AgentDocument[]; readonly retired: readonly string[] },
  number: number,
): void {
  const instance = withFleet(context.state.instance, agents)
  const numbers = retired.map((id) => agentIndex(instance.fleet, id)).filter((agent) => agent >= 0)
  changeFleet(context, { instance, retired: numbers }, number)
}

/** The instance with more tasks behind its own. @throws QaasError `invalid-instance` when they do not fit it */
export function grow(instance: Instance, more: readonly TaskDocument[]): Instance {
  const own = Array.from({ length: instance.tasks.count }, (_, task) => taskDocument(instance, task))
  const known = new Set(own.map(({ id }) => id))
  const twice = more.find(({ id }) => known.has(id))
  if (twice) throw new QaasError('invalid-instance', `the run has a task "${twice.id}" already`)
  return createInstance({ ...headDocument(instance), tasks: [...own, ...more] })
}

/** The instance on other agents. @throws QaasError `invalid-instance` when they do not fit its tasks */
export function withFleet(instance: Instance, agents: readonly AgentDocument[]): Instance {
  const tasks = Array.from({ length: instance.tasks.count }, (_, task) => taskDocument(instance, task))
  return createInstance({ ...headDocument(instance), agents, tasks })
}
