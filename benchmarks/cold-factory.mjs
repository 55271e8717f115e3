/**
 * The factory planned by a fresh process for each of many seeds: how long the solve alone took, and whether every plan
 * is proven and keeps every promise. `node benchmarks/cold-factory.mjs [--seeds 100]` prints one row for each variant
 * and keeps them in `benchmarks/results/planning/cold-factory.json`. Build first (`npm start` does).
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '100' } } })
const seeds = Number(values.seeds)
const qaas = fileURLToPath(new URL('../bin/qaas.js', import.meta.url))
const run = (...words) =>
  execFileSync(process.execPath, [qaas, ...words], { maxBuffer: 1e8, stdio: ['ignore', 'pipe', 'ignore'] })

/** What `qaas generate factory` is told, the optimum (exact, in dollars) and the aim for the solve. */
const variants = [
  { name: 'factory', words: [], optimum: 25.5838, aimMs: 20 },
  { name: 'factory-40-slots', words: ['--cloud-capacity', '40'], optimum: 22.94844, aimMs: 100 },
  { name: 'factory-reversed', words: ['--reverse-edges'], optimum: 25.6416, aimMs: 100 },
  {
    name: 'factory-reversed-40-slots',
    words: ['--reverse-edges', '--cloud-capacity', '40'],
    optimum: 23.02744,
    aimMs: 100,
  },
]

const folder = mkdtempSync(join(tmpdir(), 'qaas-cold-'))
const rows = []
try {
  for (const { name, words, optimum, aimMs } of variants) {
    const times = []
    let proven = 0
    let atOptimum = 0
    let violations = 0
    for (let seed = 1; seed <= seeds; seed++) {
      const file = join(folder, 'factory.yaml')
      run('generate', 'factory', ...words, '--seed', `${seed}`, '-o', file)
      const plan = JSON.parse(run('plan', file, '--seed', `${seed}`, '--json').toString())
      times.push(plan.elapsedMs ?? plan.provenance.elapsedMs)
      proven += Number(plan.termination.reason === 'optimal')
      atOptimum += Number(Math.abs(plan.objective - optimum) < 1e-9)
      violations += plan.violations.length
    }
    times.sort((a, b) => a - b)
    const round = (value) => Number(value.toFixed(1))
    const row = {
      case: name,
      seeds,
      proven,
      atOptimum,
      violations,
      medianMs: round(times[seeds >> 1]),
      worstMs: round(times.at(-1)),
      withinAim: times.filter((ms) => ms <= aimMs).length,
      aimMs,
    }
    rows.push(row)
    console.log(JSON.stringify(row))
  }
} finally {
  rmSync(folder, { recursive: true })
}
const results = new URL('results/planning/cold-factory.json', import.meta.url)
writeFileSync(results, `${JSON.stringify(rows, null, 2)}\n`)
