/**
 * Milliseconds of a QAOA layer (phase and mixer) at 16 to 24 qubits and more, one and two threads, against copying the
 * state and, where Python has them, QOKit's C kernel and Qiskit Aer in the same run; then the one-hot subspace, each size in a
 * process of its own, and the paper's largest instance. Run:
 * node benchmarks/quantum/run.mjs [--qubits 16,18,20,22,24,26] [--rivals-up-to 24] [--subspace 12,14,16] [--out FILE]
 * with QAAS_PYTHON naming an interpreter that has qokit and qiskit-aer.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createBqm } from '../../src/formulation/bqm-builder.ts'
import { createRng } from '../../src/numeric/rng.ts'
import { createWorkerPool, type WorkerPool } from '../../src/platform/worker-pool.ts'
import { encode } from '../../src/quantum/qaoa/encoding.ts'
import { isingHamiltonian } from '../../src/quantum/qaoa/hamiltonian.ts'
import { createProblem } from '../../src/quantum/qaoa/problem.ts'
import { train } from '../../src/quantum/qaoa/train.ts'
import { createTrainee } from '../../src/quantum/qaoa/trainee.ts'
import { type Ansatz, transverseAnsatz, uniformStart } from '../../src/quantum/statevector/ansatz.ts'
import { createKernelSimulator } from '../../src/quantum/statevector/kernel-simulator.ts'
import { randomHamiltonian } from '../../src/quantum/statevector/random-hamiltonian.ts'

const { values } = parseArgs({
  options: {
    qubits: { type: 'string', default: '16,18,20,22,24,26' },
    subspace: { type: 'string', default: '12,14,16' },
    rivals: { type: 'string', default: 'qokit,aer' },
    'rivals-up-to': { type: 'string', default: '24' },
    paper: { type: 'boolean', default: true },
    'only-subspace': { type: 'string' },
    out: { type: 'string' },
  },
  allowNegative: true,
})
// The bundle lies in .build/, one folder below the sources.
const RIVALS = new URL('../rivals.py', import.meta.url).pathname
const python = process.env.QAAS_PYTHON ?? 'python3'

interface Time {
  readonly wall: number
  readonly cpu: number
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

async function timed(run: () => void | Promise<void>): Promise<Time> {
  const [wall, cpu] = [performance.now(), cpuMs()]
  await run()
  return { wall: performance.now() - wall, cpu: cpuMs() - cpu }
}

/** The least of `repeats` times: what the work takes when nothing else disturbs it. */
async function least(repeats: number, run: () => void | Promise<void>): Promise<Time> {
  const times: Time[] = []
  for (let k = 0; k < repeats; k++) times.push(await timed(run))
  return { wall: Math.min(...times.map(({ wall }) => wall)), cpu: Math.min(...times.map(({ cpu }) => cpu)) }
}

const anglesOf = (layers: number) => ({
  gammas: new Array<number>(layers).fill(0.1),
  betas: new Array<number>(layers).fill(0.2),
})

/** A layer from the difference of four layers and one. */
async function layerTime(ansatz: Ansatz, repeats: number, pool?: WorkerPool): Promise<Time> {
  const simulator = createKernelSimulator(ansatz, pool?.size ?? 1)!
  const run = (layers: number) => () =>
    pool ? simulator.evolveTogether(anglesOf(layers), pool) : simulator.evolve(anglesOf(layers))
  for (let k = 0; k < (simulator.dimension < 2 ** 20 ? 50 : 3); k++) await run(1)()
  const [short, long] = [await least(repeats, run(1)), await least(repeats, run(4))]
  return { wall: (long.wall - short.wall) / 3, cpu: (long.cpu - short.cpu) / 3 }
}

async function copyTime(bytes: number): Promise<Time> {
  const from = new Float32Array(bytes / 4).fill(1)
  const to = new Float32Array(bytes / 4).fill(2)
  const rounds = Math.max(1, Math.round(2 ** 24 / bytes))
  const time = await least(9, () => {
    for (let k = 0; k < rounds; k++) to.set(from)
  })
  return { wall: time.wall / rounds, cpu: time.cpu / rounds }
}

/** A random 3-regular graph by pairing stubs until it is simple. */
function cubicGraph(n: number): [number, number][] {
  const rng = createRng(n)
  for (;;) {
    const stubs = Array.from({ length: 3 * n }, (_, k) => Math.floor(k / 3))
    const edges: [number, number][] = []
    const seen = new Set<number>()
    while (stubs.length > 0) {
      const [a] = stubs.splice(rng.nextInt(stubs.length), 1)
      const [b] = stubs.splice(rng.nextInt(stubs.length), 1)
      const [low, high] = [Math.min(a!, b!), Math.max(a!, b!)]
      if (low === high || seen.has(low * n + high)) break
      seen.add(low * n + high)
      edges.push([low, high])
    }
    if (edges.length === (3 * n) / 2) return edges.sort((x, y) => x[0] - y[0] || x[1] - y[1])
  }
}

function rival(
  tool: string,
  qubits: number,
  threads: number,
  edges: readonly [number, number][],
): Time | undefined {
  const list = edges.map(([a, b]) => `${a}-${b}`).join(',')
  const { status, stdout } = spawnSync(python, [RIVALS, tool, String(qubits), String(threads), list], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return status === 0 ? (JSON.parse(stdout.trim().split('\n').at(-1)!) as Time) : undefined
}

const ms = (time: Time | undefined, key: keyof Time = 'cpu'): string =>
  time === undefined ? '-' : time[key].toFixed(time[key] < 10 ? 3 : 1)

const raw: Record<string, unknown>[] = []
/** Kept as it comes: a long run that is stopped has its rows. */
function keep(row: Record<string, unknown>): void {
  raw.push(row)
  if (values.out) writeFileSync(values.out, `${JSON.stringify(raw)}\n`.replaceAll('},{', '},\n{'))
}
const listOf = (text: string): number[] => text.split(',').filter(Boolean).map(Number)

async function measureLayers(): Promise<void> {
  const pool = createWorkerPool(2)
  console.log(
    `${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}`,
  )
  console.log(
    'Milliseconds of a layer: one thread by CPU time, two threads by wall clock; least of several runs.',
  )
  console.log('qubits  ours 1t  x memcpy  ours 2t  memcpy  QOKit 1t  QOKit 2t  Aer 1t  Aer 2t')
  for (const qubits of listOf(values.qubits)) {
    const edges = cubicGraph(qubits)
    const ansatz = transverseAnsatz(
      isingHamiltonian({
        numVariables: qubits,
        h: new Float64Array(qubits),
        tails: Int32Array.from(edges, ([a]) => a),
        heads: Int32Array.from(edges, ([, b]) => b),
        J: new Float64Array(edges.length).fill(1),
        offset: 0,
      }),
    )
    const repeats = qubits < 20 ? 30 : qubits < 24 ? 9 : 5
    const copy = await copyTime(8 * 2 ** qubits)
    const one = await layerTime(ansatz, repeats)
    const two = await layerTime(ansatz, repeats, pool)
    const others = Object.fromEntries(
      (qubits > Number(values['rivals-up-to']) ? '' : values.rivals)
        .split(',')
        .filter(Boolean)
        .flatMap((tool) =>
          [1, 2].map((threads) => [`${tool}${threads}`, rival(tool, qubits, threads, edges)]),
        ),
    )
    keep({ qubits, copy, one, two, ...others, load: loadavg()[0] })
    const cells = [
      ms(one),
      (one.cpu / copy.cpu).toFixed(1),
      ms(two, 'wall'),
      ms(copy),
      ms(others.qokit1),
      ms(others.qokit2, 'wall'),
      ms(others.aer1),
      ms(others.aer2, 'wall'),
    ]
    console.log([String(qubits).padStart(6), ...cells.map((cell) => cell.padStart(8))].join(' '))
  }
  await pool.close()
}

/** A layer of groups of three under the complete mixer, and the peak of this process's resident memory. */
async function measureSubspace(groups: number): Promise<{ groups: number; time: Time; peakMiB: number }> {
  const levels = new Array<number>(groups).fill(3)
  const start = levels.map(uniformStart)
  const mixers = start.map((weights) => ({ kind: 'reflect' as const, weights }))
  const time = await layerTime(
    { cost: randomHamiltonian(levels, createRng(groups)), start, mixers },
    groups < 16 ? 15 : 5,
  )
  return { groups, time, peakMiB: process.resourceUsage().maxRSS / 1024 }
}

/** Each size in a process of its own, so that its memory is its own. */
function measureSubspaces(): void {
  console.log('\nOne-hot subspace, groups of three, complete mixer: a layer on one thread, CPU time')
  for (const groups of listOf(values.subspace)) {
    const { stdout } = spawnSync(
      process.execPath,
      [fileURLToPath(import.meta.url), '--only-subspace', String(groups)],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const row = JSON.parse(stdout) as Awaited<ReturnType<typeof measureSubspace>>
    keep({ ...row, load: loadavg()[0] })
    console.log(`3^${groups}: ${ms(row.time)} ms, the whole process at most ${row.peakMiB.toFixed(0)} MiB`)
  }
}

async function measurePaper(): Promise<void> {
  console.log("\nThe paper's 18 qubits (6 x 3): COBYLA, 8 x 80 evaluations, p = 3")
  const rng = createRng(6)
  const six = createProblem(
    createBqm({ vartype: 'BINARY', linear: Float64Array.from({ length: 18 }, () => rng.nextFloat()) }),
    Array.from({ length: 6 }, (_, task) => [3 * task, 3 * task + 1, 3 * task + 2]),
  )
  for (const [name, encoding, split] of [
    ['state vector of 2^18, not split', 'one-hot', false],
    ['state vectors of components', 'one-hot', true],
    ['one-hot subspace, components', 'subspace', true],
  ] as const) {
    for (const attempt of ['first', 'again']) {
      const time = await timed(async () => {
        const trainee = createTrainee(encode(six, { encoding }), { rng: createRng(1), split })
        await train(trainee, { layers: 3, restarts: 8, evaluations: 80 }, { rng: createRng(1) })
      })
      keep({ paper: name, attempt, time, load: loadavg()[0] })
      console.log(`${name}, ${attempt}: ${time.cpu.toFixed(0)} ms CPU, ${time.wall.toFixed(0)} ms wall`)
    }
  }
}

if (values['only-subspace'] !== undefined)
  console.log(JSON.stringify(await measureSubspace(Number(values['only-subspace']))))
else {
  await measureLayers()
  measureSubspaces()
  if (values.paper) await measurePaper()
}
