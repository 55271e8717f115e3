/** Runs `qaas budget`; its options are in `commands/budget.ts`. */
import { QaasError } from '../../errors.ts'
import { toNano, toUsd } from '../../orchestrator/money.ts'
import { listRuns } from '../../orchestrator/run-files.ts'
import { SHARED_ACCOUNT, setSharedBudget } from '../../orchestrator/shared-budget.ts'
import type { Account, Store } from '../../store/store.ts'
import type { ExitCode } from '../command.ts'
import type { BudgetArguments } from '../commands/budget.ts'
import { usd } from '../format.ts'
import { sendControl } from '../running/control.ts'
import { homeStoreExists, openHomeStore, pickRun } from '../running/home.ts'
import { readStatus } from '../running/status.ts'
import { renderTable } from '../table.ts'

export async function run({ positionals: [amount], options }: BudgetArguments): Promise<ExitCode> {
  const limit = amount === undefined ? undefined : parseUsd(amount)
  if (limit === undefined && options.run === undefined && !homeStoreExists()) {
    show({ settled: 0, reserved: 0, limit: Infinity }, { runs: [], json: options.json })
    return 0
  }
  const store = openHomeStore({ create: limit !== undefined && options.run === undefined })
  try {
    if (options.run !== undefined) await budgetOfRun(store, options.run, { limit, json: options.json })
    else await budgetOfAll(store, { limit, json: options.json })
    return 0
  } finally {
    await store.close()
  }
}

interface Wanted {
  /** Nano-dollars; undefined to look only. */
  readonly limit: number | undefined
  readonly json: boolean
}

async function budgetOfAll(store: Store, { limit, json }: Wanted): Promise<void> {
  if (limit !== undefined) await setSharedBudget(store, limit)
  const account = await store.account(SHARED_ACCOUNT)
  const runs: RunSpending[] = []
  for (const runId of await listRuns(store)) {
    const { progress, settings } = await readStatus(store, runId)
    // What simulated agents cost nobody pays.
    if (settings.simulate !== undefined) continue
    runs.push({ runId, spentUsd: toUsd(progress.spentNano), heldUsd: toUsd(progress.reservedNano) })
  }
  show(account, { runs, json })
}

interface RunSpending {
  readonly runId: string
  readonly spentUsd: number
  readonly heldUsd: number
}

function show(account: Account, { runs, json }: { runs: readonly RunSpending[]; json: boolean }): void {
  if (json) {
    console.log(JSON.stringify({ ...dollars(account), runs }, null, 2))
    return
  }
  console.log(`all runs together: ${sentence(account)}`)
  if (runs.length === 0) return
  const columns = [
    { title: 'run' },
    { title: 'spent', align: 'right' },
    { title: 'held', align: 'right' },
  ] as const
  console.log(
    `\n${renderTable(
      columns,
      runs.map((row) => [row.runId, usd(row.spentUsd), usd(row.heldUsd)]),
    )}`,
  )
}

async function budgetOfRun(store: Store, name: string, { limit, json }: Wanted): Promise<void> {
  const runId = await pickRun(store, name)
  const { progress, holder } = await readStatus(store, runId)
  if (limit !== undefined) {
    if (progress.outcome !== 'open' && !(progress.outcome === 'finished' && progress.reopenable > 0))
      throw new QaasError('not-allowed', `run "${runId}" is over: ${progress.outcome}`, {
        advice: 'Maybe another run was meant; see "qaas runs".',
      })
    await sendControl(store, runId, { kind: 'budget', limit: limit === Infinity ? null : limit })
  }
  const account = {
    settled: progress.spentNano,
    reserved: progress.reservedNano,
    limit: limit ?? progress.budgetNano ?? Infinity,
  }
  if (json) console.log(JSON.stringify({ runId, ...dollars(account) }, null, 2))
  else
    console.log(
      `run ${runId}: ${sentence(account)}${limit !== undefined && holder === undefined ? '; it counts from "qaas resume" on' : ''}`,
    )
}

function sentence({ settled, reserved, limit }: Account): string {
  const spent = `${usd(toUsd(settled))} spent, ${usd(toUsd(reserved))} held`
  if (limit === Infinity) return `${spent}, no limit`
  return `${spent} of ${usd(toUsd(limit))}, ${usd(toUsd(Math.max(0, limit - settled - reserved)))} free`
}

function dollars({ settled, reserved, limit }: Account): Readonly<Record<string, number | null>> {
  const free = limit === Infinity ? null : toUsd(Math.max(0, limit - settled - reserved))
  return {
    limitUsd: limit === Infinity ? null : toUsd(limit),
    spentUsd: toUsd(settled),
    heldUsd: toUsd(reserved),
    freeUsd: free,
  }
}

/** Nano-dollars; Infinity for "none". @throws QaasError `invalid-option` */
function parseUsd(text: string): number {
  if (text === 'none') return Infinity
  const value = Number(text.replace(/^\$/, ''))
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return toNano(value)
  throw new QaasError('invalid-option', `"${text}" is not a budget`, {
    advice: 'Maybe give dollars, such as 2.50, or "none" for no limit.',
  })
}
