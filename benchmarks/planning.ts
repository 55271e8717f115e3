/**
 * The planning table: the pricing solver on the factory and on the scaled routing family, with HiGHS beside it at
 * equal wall time where it can take the instance. Times are process CPU seconds; results go to
 * `benchmarks/results/planning.json`. Run: npx tsx benchmarks/planning.ts [name...]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { factory } from '../src/generators/factory.ts'
import { lcrp } from '../src/generators/lcrp.ts'
import type { Instance } from '../src/model/instance.ts'
import { breathe, now } from '../src/platform/host.ts'
import { type SolveResult, solve } from '../src/solve/solve.ts'
import type { Solver } from '../src/solve/solver.ts'
import { exactSolver } from '../src/solvers/exact/exact.ts'
import { flowSolver } from '../src/solvers/flow/flow.ts'
import { pricingSolver } from '../src/solvers/pricing/pricing.ts'
import { boundOf } from '../src/verify/bound.ts'

interface Case {
  readonly name: string
  readonly build: (seed: number) => Instance
  readonly solver: () => Solver
  readonly seeds: readonly number[]
  /** HiGHS runs beside ours at the same wall time. */
  readonly highs: boolean
}

const budget = { factor: 1.05 }
const cases: readonly Case[] = [
  { name: 'factory', build: (seed) => factory({ seed }), solver: flowSolver, seeds: [1, 2, 3], highs: true },
  {
    name: 'factory-reversed',
    build: (seed) => factory({ reverseEdges: true, seed }),
    solver: exactSolver,
    seeds: [1, 2, 3],
    highs: false,
  },
  {
    name: 'factory-40-slots-reversed',
    build: (seed) => factory({ reverseEdges: true, cloudCapacity: 40, seed }),
    solver: exactSolver,
    seeds: [1, 2, 3],
    highs: false,
  },
  {
    name: 'lcrp-1000x48',
    build: (seed) => lcrp({ tasks: 1000, agents: 48, chains: 0.1, budget, seed }),
    solver: pricingSolver,
    seeds: [1, 2, 3],
    highs: true,
  },
  {
    name: 'lcrp-10000x200',
    build: (seed) => lcrp({ tasks: 10_000, agents: 200, chains: 0.1, budget, seed }),
    solver: pricingSolver,
    seeds: [1, 2, 3],
    highs: false,
  },
  {
    name: 'lcrp-100000x1000',
    build: (seed) => lcrp({ tasks: 100_000, agents: 1000, chains: 0.1, budget, seed }),
    solver: pricingSolver,
    seeds: [1],
    highs: false,
  },
  {
    name: 'lcrp-1000000x10000-80tiers',
    build: (seed) => lcrp({ tasks: 1_000_000, agents: 10_000, tiers: 80, chains: 0.1, seed }),
    solver: pricingSolver,
    seeds: [1],
    highs: false,
  },
]

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

async function measure(
  instance: Instance,
  solver: Solver,
  timeLimitMs: number,
): Promise<{ result: SolveResult; cpu: number }> {
  const start = cpuSeconds()
  const result = await solve(instance, solver, { now, breathe, timeLimitMs })
  return { result, cpu: cpuSeconds() - start }
}

const wanted = process.argv.slice(2)
const rows: Record<string, unknown>[] = []
for (const { name, build, solver, seeds, highs } of cases) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  for (const seed of seeds) {
    const instance = build(seed)
    const { result, cpu } = await measure(instance, solver(), Infinity)
    const proven = result.certificate ? boundOf(instance, result.certificate).boundUsd : undefined
    const row: Record<string, unknown> = {
      name,
      seed,
      solver: solver().name,
      cpuSeconds: Number(cpu.toFixed(2)),
      wallSeconds: Number((result.elapsedMs / 1000).toFixed(2)),
      objective: result.objective,
      verifiedBound: proven,
      feasible: result.evaluation?.feasible,
      gapPercent: result.gap === undefined ? undefined : Number((100 * result.gap).toFixed(4)),
      rssMb: Math.round(process.memoryUsage().rss / 1e6),
    }
    if (highs) {
      const other = await measure(instance, exactSolver(), Math.max(1000, result.elapsedMs))
      row.highs = {
        objective: other.result.evaluation?.feasible ? other.result.objective : undefined,
        bound: other.result.bounds.dual,
        wallSeconds: Number((other.result.elapsedMs / 1000).toFixed(2)),
        reason: other.result.termination.reason,
      }
    }
    rows.push(row)
    console.log(JSON.stringify(row))
  }
}
mkdirSync(new URL('../benchmarks/results/', import.meta.url), { recursive: true })
if (wanted.length === 0)
  writeFileSync(
    new URL('../benchmarks/results/planning.json', import.meta.url),
    `${JSON.stringify(rows, null, 1)}\n`,
  )
