/** Ctrl-C at any moment: `qaas plan` returns a feasible plan or says that there is none yet, and nothing half-written. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { createRng } from '../../src/numeric/rng.ts'
import { ROOT, runCli, scratchFolder } from './run-cli.ts'

const folder = scratchFolder()
const INSTANCE = join(folder, 'batch.yaml')
const MOMENTS = 24
/** From the start of the process to well into the search for a proof. */
const LAST_MS = 2500
const AT_ONCE = 3

beforeAll(async () => {
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
  const argv = ['plan', INSTANCE, '--solver', solver, '--time', '30s', '--json', '--out', out]
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
  const plan = JSON.parse(stdout)
  expect(JSON.parse(readFileSync(out, 'utf8')), name).toEqual(plan)
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
  for (let k = 0; k < MOMENTS; k += AT_ONCE) {
    const endings = await Promise.all(
      moments
        .slice(k, k + AT_ONCE)
        .map((afterMs, j) => interrupted(afterMs, ['auto', 'pricing', 'exact'][j]!, k + j)),
    )
    for (const ending of endings) withPlan += Number(check(ending))
  }
  expect(withPlan).toBeGreaterThan(0)
})
