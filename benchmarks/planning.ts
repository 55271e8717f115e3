/**
 * The planning table: flow and pricing on the factory and on the scaled routing family, growth, re-planning, with
 * HiGHS (gap 0) beside ours at equal wall time where it can take the instance. Bounds are those of the independent
 * checker. Run one row: `npx tsx benchmarks/planning.ts --case lcrp-1000x48`; all of them without `--case`. Times are
 * processor seconds of this process, compiling included; rows go to `benchmarks/results/planning/<case>.json`. `--peers`
 * adds OR-Tools CP-SAT and native HiGHS (one thread, gap 0, as long as ours but at least a second, or `--peer-seconds`)
 * where QAAS_PYTHON names a Python that has them; its rows go to `<case>-peers.json`. `--workers 2` lets the solver use
 * a pool of two worker threads (from `dist/`, so build first); its rows go to `<case>-workers.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { factory } from '../src/generators/factory.ts'
import { type LcrpOptions, lcrp } from '../src/generators/lcrp.ts'
import type { Instance } from '../src/model/instance.ts'
import { breathe, now } from '../src/platform/host.ts'
import { createWorkerPool } from '../src/platform/worker-pool.ts'
import { type SolveResult, solve } from '../src/solve/solve.ts'
import type { Solver } from '../src/solve/solver.ts'
import { exactSolver } from '../src/solvers/exact/exact.ts'
import { flowSolver } from '../src/solvers/flow/flow.ts'
import { pricingSolver } from '../src/solvers/pricing/pricing.ts'
import { carryOver } from '../src/solvers/pricing/warm-start.ts'
import { boundOf } from '../src/verify/bound.ts'
import { type PeerName, peersPresent, runPeer } from './exact-peers.ts'

type Row = Record<string, unknown>

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

interface Measured {
  readonly result: SolveResult
  readonly cpu: number
}

async function measure(instance: Instance, solver: Solver, timeLimitMs = Infinity): Promise<Measured> {
  const start = cpuSeconds()
  const result = await solve(instance, solver, { now, breathe, timeLimitMs, ...(workers ? { workers } : {}) })
  return { result, cpu: cpuSeconds() - start }
}

function rowOf(instance: Instance, { result, cpu }: Measured): Row {
  const bound = result.certificate ? boundOf(instance, result.certificate).boundUsd : undefined
  return {
    solver: result.provenance.solver,
    cpuSeconds: Number(cpu.toFixed(3)),
    wallSeconds: Number((result.elapsedMs / 1000).toFixed(3)),
    objective: result.objective,
    verifiedBound: bound,
    feasible: result.evaluation?.feasible,
    gapPercent: result.gap === undefined ? undefined : Number((100 * result.gap).toFixed(4)),
    rssMb: Math.round(process.memoryUsage().rss / 1e6),
  }
}

async function highs(instance: Instance, timeLimitMs: number): Promise<Row> {
  const { result } = await measure(instance, exactSolver(), Math.max(1000, timeLimitMs))
  return {
    objective: result.evaluation?.feasible ? result.objective : undefined,
    bound: result.bounds.dual,
    wallSeconds: Number((result.elapsedMs / 1000).toFixed(2)),
    reason: result.termination.reason,
  }
}

/** What the peers find in the same wall time, unless they are given more. */
async function beside(instance: Instance, seconds: number, seed: number): Promise<Row> {
  const found: Row[] = []
  for (const peer of peers) found.push({ ...(await runPeer(instance, { peer, seconds, seed })), seconds })
  return found.length > 0 ? { peers: found } : {}
}

type Case = (print: (row: Row) => void) => Promise<void>

/** One solve for each seed. */
const plain =
  (
    build: (seed: number) => Instance,
    options: { seeds: number[]; solver?: () => Solver; highs?: boolean },
  ): Case =>
  async (print) => {
    for (const seed of options.seeds) {
      const instance = build(seed)
      const measured = await measure(instance, (options.solver ?? pricingSolver)())
      const { elapsedMs } = measured.result
      const ofHighs = options.highs ? { highs: await highs(instance, elapsedMs) } : {}
      const seconds = Number(values['peer-seconds'] ?? Math.max(1, elapsedMs / 1000))
      print({
        seed,
        ...rowOf(instance, measured),
        ...ofHighs,
        ...(options.highs ? await beside(instance, seconds, seed) : {}),
      })
    }
  }

/** How the time grows from 100,000 to 1,000,000 tasks at the same tiers. */
const growth: Case = async (print) => {
  const times: number[] = []
  for (const tasks of [100_000, 1_000_000]) {
    const instance = lcrp({ tasks, agents: tasks / 100, tiers: 80, chains: 0.1, seed: 1 })
    const measured = await measure(instance, pricingSolver())
    times.push(measured.cpu)
    print({ tasks, ...rowOf(instance, measured) })
  }
  print({ timeRatio: Number((times[1]! / times[0]!).toFixed(2)) })
}

/** Every hundredth agent is gone; the plan and the prices from before are the start. */
const replan: Case = async (print) => {
  const options = { tasks: 100_000, agents: 1000, chains: 0.1, seed: 1 } as const
  const instance = lcrp(options)
  const cold = await measure(instance, pricingSolver())
  print({ step: 'cold', ...rowOf(instance, cold) })
  const capacityTasks = instance.fleet.capacityTasks.map((limit, pool) => (pool % 100 === 50 ? 0 : limit))
  const changed = { ...instance, fleet: { ...instance.fleet, capacityTasks } }
  const { plan, certificate } = cold.result
  const start = cpuSeconds()
  const previous = carryOver({ instance, plan: plan!, ...(certificate ? { certificate } : {}) }, changed)
  const carried = cpuSeconds() - start
  const warm = await measure(changed, pricingSolver({ previous }))
  const agentOf = warm.result.plan?.agentOf
  print({
    step: 'warm',
    ...rowOf(changed, warm),
    carrySeconds: Number(carried.toFixed(3)),
    partOfCold: Number(((warm.cpu + carried) / cold.cpu).toFixed(3)),
    moved: agentOf?.reduce((sum, agent, task) => sum + Number(agent !== plan!.agentOf[task]), 0),
  })
}

const scaled =
  (tasks: number, agents: number, more: Partial<LcrpOptions> = {}) =>
  (seed: number): Instance =>
    lcrp({ tasks, agents, chains: 0.1, seed, ...more })
// At this price of waiting the least money is far from the best plan, and the budget binds.
const binding = { budget: { factor: 1.05 }, latencyUsdPerSecond: 0.02 }
const slack = { budget: { factor: 1.05 } }
const three = [1, 2, 3]
const fresh = (first: number, last: number): number[] =>
  Array.from({ length: last + 1 - first }, (_, k) => first + k)

const cases: Readonly<Record<string, Case>> = {
  factory: plain((seed) => factory({ seed }), { seeds: three, solver: flowSolver, highs: true }),
  'factory-40-slots': plain(() => factory({ cloudCapacity: 40 }), {
    seeds: [1],
    solver: flowSolver,
    highs: true,
  }),
  'factory-reversed': plain(() => factory({ reverseEdges: true }), { seeds: [1], highs: true }),
  'lcrp-1000x48': plain(scaled(1000, 48, slack), { seeds: [1, 2, 3, 4, 5], highs: true }),
  'lcrp-1000x48-budget': plain(scaled(1000, 48, binding), { seeds: three, highs: true }),
  'lcrp-10000x200': plain(scaled(10_000, 200, slack), { seeds: three }),
  // Seeds that nothing was tuned on.
  'lcrp-1000x48-fresh': plain(scaled(1000, 48, slack), { seeds: fresh(11, 20) }),
  'lcrp-1000x48-budget-fresh': plain(scaled(1000, 48, binding), { seeds: fresh(9, 18) }),
  'lcrp-10000x200-fresh': plain(scaled(10_000, 200, slack), { seeds: fresh(11, 20) }),
  'lcrp-10000x200-budget': plain(scaled(10_000, 200, binding), { seeds: [1] }),
  'lcrp-100000x1000': plain(scaled(100_000, 1000, slack), { seeds: [1] }),
  'lcrp-1000000x10000-80tiers': plain(scaled(1_000_000, 10_000, { tiers: 80 }), { seeds: [1] }),
  'lcrp-1000000x10000-distinct': plain(scaled(1_000_000, 10_000), { seeds: [1] }),
  growth,
  replan,
}

const { values } = parseArgs({
  options: {
    case: { type: 'string' },
    peers: { type: 'boolean' },
    'peer-seconds': { type: 'string' },
    workers: { type: 'string' },
  },
})
const workers = values.workers ? createWorkerPool(Number(values.workers)) : undefined
const peers: readonly PeerName[] = values.peers ? peersPresent() : []
const names = values.case === undefined ? Object.keys(cases) : values.case.split(',')
const folder = new URL('../benchmarks/results/planning/', import.meta.url)
mkdirSync(folder, { recursive: true })
for (const name of names) {
  const run = cases[name]
  if (run === undefined) throw new Error(`no case "${name}"; there are ${Object.keys(cases).join(', ')}`)
  const rows: Row[] = []
  await run((row) => {
    rows.push(row)
    console.log(JSON.stringify({ case: name, ...row }))
  })
  writeFileSync(
    new URL(`${name}${values.peers ? '-peers' : ''}${workers ? '-workers' : ''}.json`, folder),
    `${JSON.stringify(rows, null, 2)}\n`,
  )
}
await workers?.close()
