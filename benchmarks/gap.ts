/**
 * Generalised assignment on the library instances: `gap` (or another solver) on each for equal time, the gap to the
 * best known value and the verified bound beside it, with HiGHS where asked. CPU seconds are the process's.
 * Run: npx tsx benchmarks/gap.ts [--time 60] [--solver gap] [--highs] [--peers] [--seed 1] [--out NAME] [name...];
 * rows go to benchmarks/results/NAME.json. `--peers`: OR-Tools CP-SAT and native HiGHS, one thread each, gap 0, where
 * QAAS_PYTHON names a Python that has them.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { readInstance } from '../src/io/read-instance.ts'
import type { Instance } from '../src/model/instance.ts'
import { breathe, now } from '../src/platform/host.ts'
import { solve } from '../src/solve/solve.ts'
import { builtinSolvers, type SolverName } from '../src/solvers/builtin.ts'
import { boundOf } from '../src/verify/bound.ts'
import { type PeerName, peersPresent, runPeer } from './exact-peers.ts'

const FOLDER = new URL('../../shared/instances/', import.meta.url)

interface Known {
  readonly name: string
  readonly file: string
  readonly best: number
}

function library(): Known[] {
  const present = new Set(readdirSync(new URL('gap/', FOLDER)))
  return readFileSync(new URL('index.tsv', FOLDER), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('gap/'))
    .map((line) => line.split('\t'))
    .filter(([file]) => present.has(file!.slice(4)))
    .map(([file, , , , best]) => ({
      name: file!.slice(4).replace('.gz', ''),
      file: file!,
      best: Number(best),
    }))
}

interface Row {
  readonly name: string
  readonly solver: string
  readonly objective: number | null
  readonly best: number
  readonly overBestPercent: number | null
  readonly bound: number | null
  readonly verifiedBound: number | null
  readonly reason: string
  readonly wallSeconds: number
  readonly cpuSeconds: number
  /** Wall seconds until the plan was within 0.1 % and 0.02 % of the best known value, and until the last one. */
  readonly reached: Readonly<Record<string, number>>
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

const overBest = (objective: number | null, best: number): number | null =>
  objective === null ? null : round(100 * (objective / best - 1), 4)

const load = (file: string): Promise<Instance> =>
  readInstance(new URL(file, FOLDER).pathname, { format: 'gap' })

interface Limits {
  readonly seconds: number
  readonly seed: number
}

async function measurePeer({ name, file, best }: Known, peer: PeerName, limits: Limits): Promise<Row> {
  const { solver, version, status, ...row } = await runPeer(await load(file), { peer, ...limits })
  return {
    name,
    solver: `${solver} (${version})`,
    best,
    overBestPercent: overBest(row.objective, best),
    verifiedBound: null,
    reason: status,
    reached: {},
    ...row,
  }
}

async function measure({ name, file, best }: Known, solver: SolverName, limits: Limits): Promise<Row> {
  const instance = await load(file)
  const before = process.cpuUsage()
  const reached: Record<string, number> = {}
  const result = await solve(instance, await builtinSolvers[solver](), {
    now,
    breathe,
    timeLimitMs: 1000 * limits.seconds,
    seed: limits.seed,
    onProgress({ primal, elapsedMs }) {
      if (primal === undefined) return
      const seconds = round(elapsedMs / 1000, 2)
      for (const percent of [0.1, 0.02])
        if (primal <= best * (1 + percent / 100)) reached[`${percent}%`] ??= seconds
      reached.last = seconds
    },
  })
  const { user, system } = process.cpuUsage(before)
  const objective = result.evaluation?.feasible ? result.objective! : null
  return {
    name,
    solver,
    objective,
    best,
    overBestPercent: overBest(objective, best),
    bound: result.bounds.dual ?? null,
    verifiedBound: result.certificate ? boundOf(instance, result.certificate).boundUsd : null,
    reason: result.termination.reason,
    wallSeconds: round(result.elapsedMs / 1000, 2),
    cpuSeconds: round((user + system) / 1e6, 2),
    reached,
  }
}

const words = process.argv.slice(2)
const option = (name: string, otherwise: string): string => {
  const at = words.indexOf(name)
  return at < 0 ? otherwise : words.splice(at, 2)[1]!
}
const limits: Limits = { seconds: Number(option('--time', '60')), seed: Number(option('--seed', '1')) }
const solver = option('--solver', 'gap') as SolverName
const out = option('--out', '')
const withHighs = words.includes('--highs')
const peers = words.includes('--peers') ? peersPresent() : []
const wanted = words.filter((word) => !word.startsWith('--'))
const rows: Row[] = []
for (const known of library()) {
  if (wanted.length > 0 && !wanted.some((pattern) => new RegExp(`^${pattern}$`).test(known.name))) continue
  const runs = [
    ...(withHighs ? [solver, 'exact' as const] : [solver]).map((name) => () => measure(known, name, limits)),
    ...peers.map((peer) => () => measurePeer(known, peer, limits)),
  ]
  for (const run of runs) {
    const row = await run()
    rows.push(row)
    console.log(
      `${row.name.padEnd(9)} ${row.solver.padEnd(6)} ${String(row.objective).padStart(8)} best ${row.best} +${row.overBestPercent}% bound ${row.bound} verified ${row.verifiedBound} ${row.reason} wall ${row.wallSeconds} s cpu ${row.cpuSeconds} s ${JSON.stringify(row.reached)}`,
    )
  }
}
if (out !== '') {
  mkdirSync(new URL('results/', import.meta.url), { recursive: true })
  writeFileSync(new URL(`results/${out}.json`, import.meta.url), `${JSON.stringify(rows, null, 2)}\n`)
}
