/** Ctrl-C at any moment: `qaas plan` returns a feasible plan or says that there is none yet, and nothing half-written. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { createRng } from '../../src/numeric/rng.ts'
import { ROOT, runCli, scratchFolder } from './run-cli.ts'

const folder = scratchFolder()
const INSTANCE = join(folder, 'batch.yaml')
/** Generalised assignment, for the solver of that name. */
const GAP = join(folder, 'gap.txt')
const [GAP_AGENTS, GAP_TASKS] = [20, 400]
const MOMENTS = 24
/** From the start of the process to well into the search for a proof. */
const LAST_MS = 2500
const SOLVERS = ['auto', 'pricing', 'exact', 'gap']

beforeAll(async () => {
  const rng = createRng(5)
  const table = (least: number, most: number): number[][] =>
    Array.from({ length: GAP_AGENTS }, () =>
      Array.from({ length: GAP_TASKS }, () => least + rng.nextInt(most - least + 1)),
    )
  const [costs, sizes] = [table(10, 50), table(5, 25)]
  const capacities = sizes.map((row) => Math.ceil((0.8 * row.reduce((sum, size) => sum + size)) / GAP_AGENTS))
  const lines = [[GAP_AGENTS, GAP_TASKS], ...costs, ...sizes, capacities]
  writeFileSync(GAP, lines.map((line) => line.join(' ')).join('\n'))
  await runCli(
    'generate lcrp --tasks 200 --agents 16 --chains 0.1 --budget 1.05x -o'.split(' ').concat(INSTANCE),
  )
})

interface Ending {
  readonly afterMs: number
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly out: string
}

function interrupted(afterMs: number, solver: string, k: number): Promise<Ending> {
  const out = join(folder, `plan-${k}.json`)
  const input = solver === 'gap' ? [GAP, '--format', 'gap'] : [INSTANCE]
  const argv = ['plan', ...input, '--solver', solver, '--time', '30s', '--json', '--out', out]
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(ROOT, 'bin', 'qaas.js'), ...argv])
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    const timer = setTimeout(() => child.kill('SIGINT'), afterMs)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ afterMs, code, signal, stdout, stderr, out })
    })
  })
}

/** True when there was a plan. */
function check({ afterMs, code, signal, stdout, stderr, out }: Ending): boolean {
  const name = `after ${afterMs} ms: ${stderr}`
  if (signal === 'SIGINT') {
    // The process had not come so far as to listen; it ends as every program does.
    expect(stdout, name).toBe('')
    expect(existsSync(out), name).toBe(false)
    return false
  }
  expect([0, 130], name).toContain(code)
  if (stdout === '') {
    // It was still starting, or reading the instance.
    expect(code, name).toBe(130)
    expect(['interrupted\n', 'interrupted: no plan was found yet\n'], name).toContain(stderr)
    expect(existsSync(out), name).toBe(false)
    return false
  }
  const plan = JSON.parse(stdout)
  if (existsSync(out)) expect(JSON.parse(readFileSync(out, 'utf8')), name).toEqual(plan)
  else {
    expect(plan.feasible, name).toBe(false)
    expect(stderr, name).toContain('is not written: there is no plan')
  }
  if (plan.feasible) {
    expect(plan.violations, name).toEqual([])
    expect(plan.unassigned, name).toEqual([])
    if (plan.bounds.dual !== null) expect(plan.bounds.dual, name).toBeLessThanOrEqual(plan.objective)
  } else expect(plan.termination.reason, name).toMatch(/interrupted|no-feasible-plan/)
  return plan.feasible
}

test(`at ${MOMENTS} random moments there is a feasible plan, or it is said that there is none`, async () => {
  const rng = createRng(7)
  const moments = Array.from({ length: MOMENTS }, () => Math.round(rng.nextFloat() * LAST_MS))
  let withPlan = 0
  for (let k = 0; k < MOMENTS; k += SOLVERS.length) {
    const endings = await Promise.all(
      moments.slice(k, k + SOLVERS.length).map((afterMs, j) => interrupted(afterMs, SOLVERS[j]!, k + j)),
    )
    for (const ending of endings) withPlan += Number(check(ending))
  }
  expect(withPlan).toBeGreaterThan(0)
})
