/**
 * A process that makes a small run, or resumes it, through the code of `qaas run`, and can kill itself at a write to
 * the store. Its one argument is `RunProcessOptions` as JSON. What it reports done it writes to the report only after
 * the store has said so.
 */
import { appendFileSync } from 'node:fs'
import { executeRun } from '../../src/cli/running/execute.ts'
import { realClock } from '../../src/clock/real-clock.ts'
import { QaasError } from '../../src/errors.ts'
import { createInstance } from '../../src/model/builder.ts'
import { evaluate } from '../../src/model/evaluate.ts'
import { instanceHash } from '../../src/model/instance-hash.ts'
import { toNano } from '../../src/orchestrator/money.ts'
import { createRun, listRuns } from '../../src/orchestrator/run-files.ts'
import { solve } from '../../src/solve/solve.ts'
import { greedySolver } from '../../src/solvers/greedy/first-come.ts'
import { openSqliteStore } from '../../src/store/sqlite-store.ts'
import type { Store } from '../../src/store/store.ts'

const RUN_ID = 'small'

export interface RunProcessOptions {
  readonly state: string
  readonly report: string
  /** Dies just before or just after this write to the store, counted from 1. */
  readonly dies?: { readonly when: 'before' | 'after'; readonly write: number }
  /** Of the simulated agents; default 1. */
  readonly speed?: number
  readonly leadershipMs?: number
}

const { state, report, dies, speed = 1, leadershipMs } = JSON.parse(process.argv[2]!) as RunProcessOptions

/** Every write passes here; the process dies just before or just after the chosen one is durable. */
function mortal(store: Store): Store {
  let writes = 0
  const deadly = async <T>(write: () => Promise<T>): Promise<T> => {
    const fatal = ++writes === dies?.write
    if (fatal && dies?.when === 'before') process.kill(process.pid, 'SIGKILL')
    const result = await write()
    if (fatal && dies?.when === 'after') process.kill(process.pid, 'SIGKILL')
    return result
  }
  return {
    ...store,
    commit: (change) => deadly(() => store.commit(change)),
    elect: (name, options) => deadly(() => store.elect(name, options)),
    resign: (name, term) => deadly(() => store.resign(name, term)),
  }
}

async function makeRun(store: Store): Promise<void> {
  const instance = createInstance({
    version: 1,
    agents: [
      { id: 'small', replicas: 2, quality: 0.5, price: { perTaskUsd: 0.01 }, latencyMs: 6 },
      { id: 'large', quality: 0.9, price: { perTaskUsd: 0.05 }, latencyMs: 9 },
    ],
    tasks: Array.from({ length: 9 }, (_, k) => ({
      id: `t${k}`,
      ...(k % 3 === 2 ? { minQuality: 0.7 } : {}),
      ...(k >= 3 ? { dependsOn: [`t${k - 3}`] } : {}),
      ...(k === 4 ? { accept: { command: ['true'] } } : {}),
      ...(k === 6 ? { accept: { regex: 't6' } } : {}),
    })),
  })
  const { plan } = await solve(instance, greedySolver())
  const plannedUsd = evaluate(instance, plan!).moneyUsd
  await createRun(store, {
    settings: {
      runId: RUN_ID,
      name: RUN_ID,
      createdAt: Date.now(),
      instanceHash: instanceHash(instance),
      plannedUsd,
      solver: 'greedy',
      seed: 1 + (dies?.write ?? 0),
      runNano: toNano(10 * plannedUsd),
      workflowNano: null,
      simulate: { speed, failureRate: 0.1 },
    },
    instance,
    agentOf: plan!.agentOf,
  })
}

const store = mortal(openSqliteStore(state, { clock: realClock }))
let dispatched = false
try {
  if ((await listRuns(store)).length === 0) await makeRun(store)
  await executeRun(store, RUN_ID, {
    ...(leadershipMs === undefined ? {} : { leadershipMs }),
    onEvent(event) {
      if (event.kind === 'started' && !dispatched) {
        dispatched = true
        const { user, system } = process.cpuUsage()
        const cpuMs = (user + system) / 1000
        appendFileSync(report, `first ${cpuMs.toFixed(0)} ${performance.now().toFixed(0)}\n`)
      }
      const done =
        (event.kind === 'ended' && event.cause === 'accepted') || (event.kind === 'checked' && event.accepted)
      if (done) appendFileSync(report, `done ${event.task}\n`)
    },
  })
} catch (error) {
  // The process before may have died after the last write of all.
  if (!QaasError.isInstance(error) || !/ is over: /.test(error.message)) throw error
}
await store.close()
