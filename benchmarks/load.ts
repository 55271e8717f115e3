/**
 * How long it takes to load and check an instance, and how much memory, by file format. Each load runs in a process
 * of its own on the built package. Run: npm run build && npx tsx benchmarks/load.ts [tasks] [agents]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { lcrp } from '../src/generators/lcrp.ts'
import { writeInstance } from '../src/io/write-instance.ts'

const RUNS = 5
const tasks = Number(process.argv[2] ?? 100_000)
const agents = Number(process.argv[3] ?? 1000)
const library = pathToFileURL(fileURLToPath(new URL('../dist/index.mjs', import.meta.url))).href

/** What the child prints: processor and wall time of the load alone, and the peak memory of its process. */
const CHILD = `
const { readInstance } = await import(process.argv[1])
const [start, before] = [performance.now(), process.cpuUsage()]
const { tasks, fleet } = await readInstance(process.argv[2])
const { user, system } = process.cpuUsage(before)
console.log(JSON.stringify({
  cpuMs: (user + system) / 1000, wallMs: performance.now() - start,
  peakMB: process.resourceUsage().maxRSS / 1000, tasks: tasks.count, agents: fleet.numAgents,
}))`

interface Load {
  readonly cpuMs: number
  readonly wallMs: number
  readonly peakMB: number
  readonly tasks: number
  readonly agents: number
}

function load(path: string): Load {
  const args = ['--input-type=module', '-e', CHILD, library, path]
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`loading ${path} failed: ${stderr}`)
  return JSON.parse(stdout) as Load
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

const folder = mkdtempSync(join(tmpdir(), 'qaas-load-'))
try {
  const instance = lcrp({ tasks, agents, chains: 0.1, seed: 1 })
  const files: readonly (readonly [string, string | undefined])[] = [
    ['columns.qaas', undefined],
    ['whole.json', undefined],
    ['lines.json', 'tasks.jsonl'],
    ['table.json', 'tasks.csv'],
    ['whole.yaml', undefined],
  ]
  console.log(
    `${tasks} tasks, ${agents} distinct agents, seed 1; medians of ${RUNS} processes, Node ${process.version}`,
  )
  console.log('| file | MB | CPU ms | wall ms | peak MB |\n|---|---|---|---|---|')
  for (const [name, tasksName] of files) {
    const path = join(folder, name)
    await writeInstance(path, instance, tasksName ? { tasks: join(folder, tasksName) } : {})
    const runs = Array.from({ length: RUNS }, () => load(path))
    if (runs.some((run) => run.tasks !== tasks || run.agents !== agents)) throw new Error('a load lost rows')
    const bytes = statSync(path).size + (tasksName ? statSync(join(folder, tasksName)).size : 0)
    const of = (key: 'cpuMs' | 'wallMs' | 'peakMB') => median(runs.map((run) => run[key])).toFixed(0)
    console.log(
      `| ${tasksName ?? name} | ${(bytes / 1e6).toFixed(1)} | ${of('cpuMs')} | ${of('wallMs')} | ${of('peakMB')} |`,
    )
  }
} finally {
  rmSync(folder, { recursive: true })
}
