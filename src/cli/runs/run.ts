/** Runs `qaas run`; its options are in `commands/run.ts`. */
import { QaasError } from '../../errors.ts'
import { readInstance } from '../../io/read-instance.ts'
import { evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { instanceHash } from '../../model/instance-hash.ts'
import { toNano, toUsd } from '../../orchestrator/money.ts'
import { buildProviders, checkAcceptSettings } from '../../orchestrator/providers.ts'
import { createRun, type RunSettings } from '../../orchestrator/run-files.ts'
import { sharedAccountOf } from '../../orchestrator/shared-budget.ts'
import type { Account } from '../../store/store.ts'
import type { ExitCode } from '../command.ts'
import type { RunRunArguments } from '../commands/run.ts'
import { homeStoreExists, openHomeStore } from '../running/home.ts'
import { checkOutputs, metricsFor } from '../running/observers.ts'
import { type Means, type Planned, planForRun } from '../running/plan-for-run.ts'
import { watchRun } from '../running/watch.ts'
import { checkOneOutput, instanceOptions } from '../solve-options.ts'

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
  const budgetUsd = Math.min(instance.policy.budgetUsd, options.budget ?? Infinity)
  const means = { providers, ...bindingBudget(instance, options.budget, await sharedAccount(simulate)) }
  const planned = await planForRun(instance, options, means)
  if (planned === undefined) return 1
  const meter = metricsFor(options)
  const store = openHomeStore({
    create: true,
    ...(meter ? { onCommit: ({ elapsedMs }) => meter.onCommit(elapsedMs) } : {}),
  })
  try {
    const settings = settingsFor(instance, planned, { options, simulate, budgetUsd })
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

/** The account this run shares with others; without limit where there is no store yet. */
async function sharedAccount(simulate: RunSettings['simulate']): Promise<Account> {
  if (!homeStoreExists()) return { settled: 0, reserved: 0, limit: Infinity }
  const store = openHomeStore()
  try {
    return await store.account(sharedAccountOf({ simulate }))
  } finally {
    await store.close()
  }
}

/** The least of the budgets that bind the run, and which one that is. */
function bindingBudget(
  { policy }: Instance,
  option: number | undefined,
  { settled, reserved, limit }: Account,
): Pick<Means, 'budgetUsd' | 'source'> {
  const own = Math.min(policy.budgetUsd, option ?? Infinity)
  const free = limit === Infinity ? Infinity : toUsd(Math.max(0, limit - settled - reserved))
  if (free < own) return { budgetUsd: free, source: { kind: 'all-runs', limitUsd: toUsd(limit) } }
  return { budgetUsd: own, source: { kind: option === own ? 'option' : 'policy' } }
}

function checkName(name: string | undefined): void {
  if (name === undefined || /^[A-Za-z0-9_-]{1,64}$/.test(name)) return
  throw new QaasError('invalid-option', `"${name}" cannot name a run`, {
    advice: 'Maybe use letters, digits, - and _ only, at most 64.',
  })
}

function settingsFor(
  instance: Instance,
  { plan, solver }: Planned,
  {
    options,
    simulate,
    budgetUsd,
  }: { options: Options; simulate: RunSettings['simulate']; budgetUsd: number },
): RunSettings {
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
