/**
 * Tasks per second through the whole durable path: ready set, ledger, lease, log, bus, agent, outcome. Real clock,
 * real SQLite file with an fsync per commit; only the agents' work is simulated.
 * Run: npx tsx benchmarks/dispatch.ts [--tasks 100000] [--agents 10000] [--latency 200]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startAgentHost } from '../src/agents/agent-host.ts'
import { runSubjects } from '../src/agents/agent-message.ts'
import { createSimulatedProvider } from '../src/agents/simulated.ts'
import { createLocalBus } from '../src/bus/local-bus.ts'
import { realClock } from '../src/clock/real-clock.ts'
import { createInstanceBuilder } from '../src/model/builder.ts'
import { agentId, type Instance } from '../src/model/instance.ts'
import { createRng } from '../src/numeric/rng.ts'
import { toNano } from '../src/orchestrator/money.ts'
import { startOrchestrator } from '../src/orchestrator/orchestrator.ts'
import { createRun } from '../src/orchestrator/run-files.ts'
import { DONE } from '../src/orchestrator/task-status.ts'
import { openSqliteStore } from '../src/store/sqlite-store.ts'

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '100000' },
    agents: { type: 'string', default: '10000' },
    latency: { type: 'string', default: '200' },
  },
})
const numTasks = Number(values.tasks)
const numAgents = Number(values.agents)

/** Every tenth task depends on the one before it. */
function workload(): Instance {
  const builder = createInstanceBuilder(
    {},
    [{ id: 'agent', replicas: numAgents, quality: 0.9, price: { perTaskUsd: 0.001 }, latencyMs: 200 }],
    'dispatch',
  )
  for (let k = 0; k < numTasks; k++)
    builder.addTask({ id: `t${k}`, ...(k % 10 === 9 ? { dependsOn: [`t${k - 1}`] } : {}) })
  return builder.build()
}

const instance = workload()
const folder = mkdtempSync(join(tmpdir(), 'qaas-dispatch-'))
const path = join(folder, 'state.db')
const commitMs: number[] = []
const store = openSqliteStore(path, {
  clock: realClock,
  onCommit: ({ elapsedMs }) => void commitMs.push(elapsedMs),
})
const rng = createRng(1)
const bus = createLocalBus(realClock)
const provider = createSimulatedProvider({ latencyMs: Number(values.latency), latencySpread: 0.5 })
await createRun(store, {
  settings: {
    runId: 'bench',
    name: 'dispatch',
    createdAt: Date.now(),
    instanceHash: '',
    plannedUsd: numTasks * 0.001,
    solver: 'round-robin',
    seed: 1,
    runNano: toNano(numTasks * 0.001),
    workflowNano: null,
  },
  instance,
  agentOf: Int32Array.from({ length: numTasks }, (_, task) => task % numAgents),
})
startAgentHost({
  incarnation: 1,
  bus,
  clock: realClock,
  rng: rng.fork(1),
  subjects: runSubjects('bench'),
  heartbeatMs: 10_000,
  agents: Array.from({ length: numAgents }, (_, agent) => ({
    agentId: agentId(instance.fleet, agent),
    provider,
  })),
})
const latencies: number[] = []
let peakRss = 0
const memory = setInterval(() => {
  peakRss = Math.max(peakRss, process.memoryUsage().rss)
}, 100)
const start = performance.now()
const cpu = process.cpuUsage()
const orchestrator = await startOrchestrator({
  store,
  bus,
  clock: realClock,
  rng: rng.fork(2),
  runId: 'bench',
  holder: 'bench',
  providersOf: () => [provider],
  onDispatched: (latencyMs) => void latencies.push(latencyMs),
})
const state = await orchestrator.done
const seconds = (performance.now() - start) / 1000
const used = process.cpuUsage(cpu)
clearInterval(memory)
await store.close()

const quantile = (values: number[], q: number): string =>
  (values.sort((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? Number.NaN).toFixed(1)
const cpuSeconds = (used.user + used.system) / 1e6
console.log(
  `${state.counts[DONE]} of ${numTasks} tasks done on ${numAgents} simulated agents, spend exact: ${
    state.runAccount.settled === toNano(numTasks * 0.001)
  }`,
)
console.log(
  `${seconds.toFixed(2)} s, ${Math.round(numTasks / seconds)} tasks/s; ${((cpuSeconds * 1e6) / numTasks).toFixed(1)} us CPU per task`,
)
console.log(
  `dispatch latency (cause arrives -> durable and sent): p50 ${quantile(latencies, 0.5)} ms, p99 ${quantile(latencies, 0.99)} ms`,
)
console.log(
  `${commitMs.length} commits: p50 ${quantile(commitMs, 0.5)} ms, p99 ${quantile(commitMs, 0.99)} ms; ${(statSync(path).size / 1e6).toFixed(0)} MB on disk; peak memory ${(peakRss / 1e6).toFixed(0)} MB`,
)
rmSync(folder, { recursive: true, force: true })
process.exit(0)
