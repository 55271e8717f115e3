/** Runs `qaas run`; its options are in `commands/run.ts`. */
import { QaasError } from '../../errors.ts'
import { readInstance } from '../../io/read-instance.ts'
import { readPlan } from '../../io/read-plan.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { instanceHash } from '../../model/instance-hash.ts'
import type { Plan } from '../../model/plan.ts'
import { describeViolation } from '../../model/violations.ts'
import { toNano } from '../../orchestrator/money.ts'
import { buildProviders, checkAcceptSettings } from '../../orchestrator/providers.ts'
import { createRun, type RunSettings } from '../../orchestrator/run-files.ts'
import type { ExitCode } from '../command.ts'
import type { RunRunArguments } from '../commands/run.ts'
import { usd } from '../format.ts'
import { solveEach } from '../planning.ts'
import { openHomeStore } from '../running/home.ts'
import { checkOutputs, metricsFor, watchRun } from '../running/watch.ts'
import { checkOneOutput, instanceOptions, pickSolver } from '../solve-options.ts'

type Options = RunRunArguments['options']

export async function run({ positionals: [path], options }: RunRunArguments): Promise<ExitCode> {
  checkOneOutput(options)
  checkName(options.name)
  if (!options.simulate && (options.speed !== undefined || options['failure-rate'] !== undefined))
    throw new QaasError('invalid-option', '--speed and --failure-rate are for simulated agents', {
      advice: 'Maybe add --simulate.',
    })
  await checkOutputs(options)
  const instance = await readInstance(path!, instanceOptions(options))
  const simulate = simulationOf(options)
  checkAcceptSettings(instance)
  const providers = buildProviders(instance, { environment: process.env, ...(simulate ? { simulate } : {}) })
  for (const provider of providers) await provider.close?.()
  const planned = await planFor(instance, options)
  if (planned === undefined) return 1
  warnOfBudget(instance, planned.plan, options.budget)
  const meter = metricsFor(options)
  const store = openHomeStore({
    create: true,
    ...(meter ? { onCommit: ({ elapsedMs }) => meter.onCommit(elapsedMs) } : {}),
  })
  try {
    const settings = settingsFor(instance, planned, { options, simulate })
    await createRun(store, { settings, instance, agentOf: planned.plan.agentOf })
    return await watchRun(store, settings.runId, { ...options, meter })
  } finally {
    await store.close()
  }
}

function simulationOf(options: Options): RunSettings['simulate'] {
  if (!options.simulate) return undefined
  const failureRate = options['failure-rate']
  return { speed: options.speed ?? 1, ...(failureRate === undefined ? {} : { failureRate }) }
}

/** A budget of the run below what its plan costs is allowed, but never a surprise. */
function warnOfBudget(instance: Instance, plan: Plan, budgetUsd: number | undefined): void {
  const { moneyUsd } = evaluate(instance, plan)
  if (budgetUsd === undefined || toNano(moneyUsd) <= toNano(budgetUsd)) return
  console.error(
    `warning: the plan costs ${usd(moneyUsd)} but the run may spend ${usd(budgetUsd)}: some tasks will not be done`,
  )
  console.error('Maybe raise --budget, or set policy.budgetUsd so that the plan keeps to it.')
}

function checkName(name: string | undefined): void {
  if (name === undefined || /^[A-Za-z0-9_-]{1,64}$/.test(name)) return
  throw new QaasError('invalid-option', `"${name}" cannot name a run`, {
    advice: 'Maybe use letters, digits, - and _ only, at most 64.',
  })
}

interface Planned {
  readonly plan: Plan
  readonly solver: string
}

/** The plan to execute: the file's, or a new one; undefined when there is no feasible plan, which has been said. */
async function planFor(instance: Instance, options: Options): Promise<Planned | undefined> {
  if (options.plan !== undefined) return planFromFile(instance, options.plan)
  const { results } = await solveEach(instance, [await pickSolver(options.solver ?? 'auto')], {
    seed: options.seed ?? 1,
    timeLimitMs: options.time ?? 10_000,
    silent: options.json,
  })
  const { plan, evaluation, termination, provenance } = results[0]!
  if (plan && evaluation?.feasible) return { plan, solver: provenance.solver }
  console.error(`there is no plan to run: ${termination.detail}`)
  console.error('Maybe "qaas plan" shows which promises cannot be kept together.')
  return undefined
}

async function planFromFile(instance: Instance, path: string): Promise<Planned> {
  const { plan, sameInstance, document } = await readPlan(path, instance)
  if (sameInstance === false)
    throw new QaasError('invalid-plan', `"${path}" was made for another instance: its fingerprint differs`, {
      advice: 'Maybe the instance has changed since; plan it again.',
      data: { path, hash: instanceHash(instance) },
    })
  const { feasible, violations } = evaluate(instance, plan)
  if (!feasible)
    throw new QaasError(
      'invalid-plan',
      `"${path}" breaks a promise: ${describeViolation(instance, violations[0]!)}`,
      {
        advice: `Maybe plan it again; ${violations.length} promises are broken in all.`,
        data: { path },
      },
    )
  return { plan, solver: document.provenance?.solver ?? 'file' }
}

function settingsFor(
  instance: Instance,
  { plan, solver }: Planned,
  { options, simulate }: { options: Options; simulate: RunSettings['simulate'] },
): RunSettings {
  const budgetUsd = options.budget ?? instance.policy.budgetUsd
  const workflowUsd = options['workflow-budget']
  const createdAt = Date.now()
  return {
    runId: options.name ?? defaultName(instance.name, createdAt),
    name: instance.name,
    createdAt,
    instanceHash: instanceHash(instance),
    plannedUsd: evaluate(instance, plan).moneyUsd,
    solver,
    seed: options.seed ?? 1,
    runNano: budgetUsd === Infinity ? null : toNano(budgetUsd),
    workflowNano: workflowUsd === undefined ? null : toNano(workflowUsd),
    ...(simulate ? { simulate } : {}),
  }
}

/** `factory-20261121-204512-3f`: readable, and new each time. */
function defaultName(name: string, at: number): string {
  const time = new Date(at).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  const safe = name.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 40) || 'run'
  return `${safe}-${time}-${(process.pid % 1296).toString(36)}`
}
