/** Runs a plan from a program: the same run that `qaas run` makes, in this process, in memory unless a store is given. */
import { QaasError } from '../../errors.ts'
import { evaluate } from '../../model/evaluate.ts'
import { agentId, type Instance } from '../../model/instance.ts'
import { instanceHash } from '../../model/instance-hash.ts'
import type { Plan } from '../../model/plan.ts'
import { describeViolation } from '../../model/violations.ts'
import { causeOf } from '../../orchestrator/close-cause.ts'
import { toNano, toUsd } from '../../orchestrator/money.ts'
import type { Progress } from '../../orchestrator/progress.ts'
import { createRun, type RunSettings } from '../../orchestrator/run-files.ts'
import type { RunState } from '../../orchestrator/run-state.ts'
import { STATUS_NAMES } from '../../orchestrator/task-status.ts'
import { createMemoryStore } from '../../store/memory-store.ts'
import type { Store } from '../../store/store.ts'
import { executeRun } from './execute.ts'

export interface RunPlanOptions {
  /** Agents that only pretend, `speed` times as fast as they would be; default: those of the instance. */
  readonly simulate?: { readonly speed?: number; readonly failureRate?: number }
  /** Dollars the run may spend; default and at most `policy.budgetUsd`. */
  readonly budgetUsd?: number
  /** Default 1. */
  readonly seed?: number
  /** Aborting lets go of the run: what runs is given up, what is done stays done. */
  readonly signal?: AbortSignal
  /** Some five times a second. */
  readonly onProgress?: (progress: Progress) => void
  /** Where the run is kept; default: in memory, gone with the process. The caller closes it. */
  readonly store?: Store
  /** The run's name in the store. Default `run`. */
  readonly runId?: string
}

export interface TaskResult {
  readonly task: string
  readonly state: (typeof STATUS_NAMES)[number]
  /** Who did it, or has it; absent when nobody does. */
  readonly agent?: string
  /** Absent unless the task is done. */
  readonly output?: unknown
  /** Why it was left, or the last error of its agent. */
  readonly reason?: string
}

export interface RunPlanResult {
  /** In the order of the instance. */
  readonly tasks: readonly TaskResult[]
  readonly done: number
  /** True when every task has an accepted answer. */
  readonly complete: boolean
  readonly spentUsd: number
  readonly interrupted: boolean
  readonly elapsedMs: number
}

/**
 * Runs every task of the plan on its agent and resolves when all are done or given up; tasks that fail are tried again
 * and moved as the instance says.
 * @throws QaasError `invalid-plan` when the plan breaks a promise, `invalid-instance` on provider settings that cannot be
 * used, `not-allowed` when the store has a run of that name
 */
export async function runPlan(
  instance: Instance,
  plan: Plan,
  options: RunPlanOptions = {},
): Promise<RunPlanResult> {
  const { feasible, violations, moneyUsd } = evaluate(instance, plan)
  if (!feasible)
    throw new QaasError(
      'invalid-plan',
      `the plan breaks a promise: ${describeViolation(instance, violations[0]!)}`,
      {
        advice: `Maybe plan again; ${violations.length} promises are broken in all.`,
      },
    )
  const { simulate, seed = 1, runId = 'run', store = createMemoryStore() } = options
  const budgetUsd = Math.min(instance.policy.budgetUsd, options.budgetUsd ?? Infinity)
  const settings: RunSettings = {
    runId,
    name: instance.name,
    createdAt: Date.now(),
    instanceHash: instanceHash(instance),
    plannedUsd: moneyUsd,
    solver: 'given',
    seed,
    runNano: budgetUsd === Infinity ? null : toNano(budgetUsd),
    workflowNano: null,
    ...(simulate ? { simulate: { speed: 1, ...simulate } } : {}),
  }
  await createRun(store, { settings, instance, agentOf: plan.agentOf })
  const { onProgress, signal = new AbortController().signal } = options
  const { state, interrupted, elapsedMs } = await executeRun(store, runId, {
    signal,
    ...(onProgress ? { onProgress: (progress) => onProgress(progress) } : {}),
  })
  const tasks: TaskResult[] = []
  for (let task = 0; task < state.status.length; task++) {
    const result = await store.result(runId, task)
    tasks.push(taskResult(state, task, result))
  }
  const done = tasks.filter((one) => one.state === 'done').length
  const spentUsd = toUsd(state.runAccount.settled)
  return { tasks, done, complete: done === tasks.length, spentUsd, interrupted, elapsedMs }
}

function taskResult(state: RunState, task: number, result: string | undefined): TaskResult {
  const { fleet, tasks } = state.instance
  const agent = state.agentOf[task]!
  const reason = [causeOf(state, task), state.troubles.lastError(task)].filter(Boolean).join(': ')
  return {
    task: tasks.ids.get(task),
    state: STATUS_NAMES[state.status[task]!]!,
    ...(agent >= 0 ? { agent: agentId(fleet, agent) } : {}),
    ...(result === undefined ? {} : { output: JSON.parse(result) as unknown }),
    ...(reason === '' ? {} : { reason }),
  }
}
