/**
 * OR-Tools CP-SAT and native HiGHS on the integer program that the solver `exact` makes of an instance, in a Python
 * that has them: `QAAS_PYTHON` names it. Objectives are recomputed by the judge from the plan that came back.
 * Installed by: pip install ortools==9.15.6755 highspy==1.12.0
 */
import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { evaluate } from '../src/model/evaluate.ts'
import type { Instance } from '../src/model/instance.ts'
import type { Milp } from '../src/solvers/exact/milp.ts'
import { planOf } from '../src/solvers/exact/points.ts'
import { buildPooledModel } from '../src/solvers/exact/pooled-model.ts'

const SCRIPT = fileURLToPath(new URL('exact-peers.py', import.meta.url))
const MODULES = { 'cp-sat': 'ortools.sat.python.cp_model', highs: 'highspy' } as const

export type PeerName = keyof typeof MODULES

export interface PeerRow {
  readonly solver: PeerName
  readonly version: string
  readonly status: string
  /** Of the plan, by the judge; null without a feasible one. */
  readonly objective: number | null
  /** The peer's own word; it comes without a certificate. */
  readonly bound: number | null
  readonly wallSeconds: number
  readonly cpuSeconds: number
}

/** The peers that the Python named by `QAAS_PYTHON` has; says which are absent. */
export function peersPresent(): PeerName[] {
  const python = process.env.QAAS_PYTHON ?? 'python3'
  return (Object.keys(MODULES) as PeerName[]).filter((name) => {
    const { status } = spawnSync(python, ['-c', `import ${MODULES[name]}`], { stdio: 'ignore' })
    if (status !== 0) console.log(`${name} is absent: ${python} has no ${MODULES[name]}; set QAAS_PYTHON`)
    return status === 0
  })
}

/** One thread, gap 0, `seconds` for the solve alone. */
export async function runPeer(
  instance: Instance,
  { peer, seconds, seed }: { peer: PeerName; seconds: number; seed: number },
): Promise<PeerRow> {
  const model = buildPooledModel(instance)
  if ('noPlaceFor' in model) throw new Error(`task ${model.noPlaceFor} has no place`)
  const reply = await ask(peer, JSON.stringify({ seconds, seed, program: programOf(model.milp) }))
  const found = reply.values ? planOf(instance, model, Float64Array.from(reply.values)) : undefined
  const judged = found && 'plan' in found ? evaluate(instance, found.plan) : undefined
  const short = (value: number): number => Number(value.toFixed(2))
  return {
    solver: peer,
    version: reply.version,
    status: reply.status,
    objective: judged?.feasible ? judged.objective : null,
    bound: reply.bound === null ? null : reply.bound / model.costScale,
    wallSeconds: short(reply.wallSeconds),
    cpuSeconds: short(reply.cpuSeconds),
  }
}

interface Reply extends Omit<PeerRow, 'solver' | 'objective'> {
  readonly values: readonly number[] | null
}

function programOf(milp: Milp): Record<string, readonly (number | null)[]> {
  const { colCost, colUpper, rowLower, rowUpper, starts, indices, values } = milp
  const plain = (list: ArrayLike<number>): (number | null)[] =>
    Array.from(list, (value) => (Number.isFinite(value) ? value : null))
  const columns = { colCost, colUpper, rowLower, rowUpper, starts, indices, values }
  return Object.fromEntries(Object.entries(columns).map(([name, list]) => [name, plain(list)]))
}

function ask(peer: PeerName, request: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.env.QAAS_PYTHON ?? 'python3', ['-W', 'ignore', SCRIPT, peer])
    let [out, errors] = ['', '']
    child.stdout.on('data', (part: Buffer) => {
      out += part.toString()
    })
    child.stderr.on('data', (part: Buffer) => {
      errors += part.toString()
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(out) as Reply)
      else reject(new Error(`${peer} ended with ${code}: ${errors.trim().split('\n').at(-1)}`))
    })
    child.stdin.end(request)
  })
}
