import { afterAll, expect, test } from 'vitest'
import { differing, onCopy } from '../../../test/same-bits.ts'
import { lcrp } from '../../generators/lcrp.ts'
import { createRng } from '../../numeric/rng.ts'
import { breathe, now } from '../../platform/host.ts'
import { createWorkerPool } from '../../platform/worker-pool.ts'
import type { Workers } from '../../solve/context.ts'
import type { SolveContext } from '../../solve/solver.ts'
import { buildCells } from './cells.ts'
import { findPrices } from './find-prices.ts'
import { buildLevels } from './levels.ts'
import { pricingSolver } from './pricing.ts'
import { buildProblem, type Problem } from './problem.ts'
import { buildRows } from './rows.ts'
import { createSmoothDual } from './smooth-dual.ts'
import type { SmoothArrays } from './smooth-kernel.ts'
import { layOut } from './smooth-layout.ts'
import { referenceKernel } from './smooth-reference.ts'
import { assist, createTeam, STEP, WORD } from './smooth-team.ts'

const pools = [1, 2].map((size) => createWorkerPool(size))
afterAll(async () => {
  for (const pool of pools) await pool.close()
})

const instance = lcrp({ tasks: 6000, agents: 420, chains: 0.1, budget: { factor: 1.05 }, seed: 4 })

function problemOf(): Problem {
  const built = buildProblem(instance)
  if (!built.ok) throw new Error('no plan exists')
  return built.problem
}

const context = (more: Partial<SolveContext> = {}): SolveContext => ({
  rng: createRng(1),
  now,
  deadline: Infinity,
  signal: { aborted: false },
  breathe,
  onIncumbent: () => {},
  onBound: () => {},
  ...more,
})

/** Counts the jobs of a pool that have begun and those that have ended. */
function counted(pool: Workers): { workers: Workers; begun: () => number; ended: () => number } {
  let [begun, ended] = [0, 0]
  const workers: Workers = {
    size: pool.size,
    async run<Result>(job: string, payload: unknown, options?: object): Promise<Result> {
      begun++
      try {
        return await pool.run<Result>(job, payload, options)
      } finally {
        ended++
      }
    },
  }
  return { workers, begun: () => begun, ended: () => ended }
}

/** Waits for jobs on all threads of the pool: a thread that hung would never take one. */
async function threadsAreFree(pool: Workers): Promise<void> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  new Int32Array(memory.buffer)[WORD.closed] = 1
  const request = { memory, records: [], control: 0, values: 64 }
  await Promise.all(Array.from({ length: pool.size }, () => pool.run('smooth-parts', request)))
}

test('workers take part, and parts done by them are those of the reference', async () => {
  const problem = problemOf()
  const cells = buildCells(problem, 50_000)
  const layout = layOut(problem, cells, {
    levels: buildLevels(problem.classes),
    rows: buildRows(problem),
    parts: 4,
  })
  const { arrays, entryOf, control, parts } = layout
  entryOf.forEach((at, k) => {
    if (at < 0) return
    arrays.constant[k] = problem.lines.constant[at]!
    arrays.perInput[k] = problem.lines.perInput[at]!
    arrays.perOutput[k] = problem.lines.perOutput[at]!
  })
  arrays.temperature.fill(0.002)
  const copies = parts.map((part) => ({ ...part, arrays: onCopy(part.arrays) }))
  const team = createTeam(layout, pools[0])
  while (control[WORD.helped] === 0) {
    for (const step of [STEP.price, STEP.mixAndLoad, STEP.price, STEP.mixAndLoad, STEP.curve, STEP.product])
      team.run(step)
    await breathe()
  }
  team.release()
  expect(parts.reduce((sum, { sizes }) => sum + sizes.numCells, 0)).toBe(cells.count)
  for (const [part, copy] of copies.entries()) {
    const slow = referenceKernel(copy.arrays, copy.sizes)
    slow.price()
    for (const step of ['mix', 'loads', 'curve', 'product'] as const) slow[step]()
    const own = ({ sums, shares, moments, results, least }: SmoothArrays) => ({
      sums,
      shares,
      moments,
      results,
      least,
    })
    expect(differing(own(parts[part]!.arrays), own(copy.arrays))).toEqual([])
  }
})

test('a thread that fails or dies with a part in its hands ends the search instead of holding it up', () => {
  const problem = problemOf()
  const layout = layOut(problem, buildCells(problem, 50_000), {
    levels: buildLevels(problem.classes),
    rows: buildRows(problem),
    parts: 4,
  })
  const { control, values, parts } = layout
  const nobody: Workers = { size: 2, run: () => new Promise(() => {}) }
  const dead = createTeam(layout, nobody, 50)
  // Claimed, and never done.
  control[WORD.claimed] = 1
  expect(() => dead.run(STEP.price)).toThrow('worker thread ended')
  control.fill(0)
  const broken = parts.map(() => ({
    price: () => {
      throw new Error('out of bounds')
    },
  })) as unknown as Parameters<typeof assist>[0]
  control[WORD.issued] = 4
  control[WORD.step] = STEP.price
  expect(() => assist(broken, control, values)).toThrow('out of bounds')
  control[WORD.issued] = 0
  control[WORD.claimed] = 0
  expect(() => createTeam(layout, nobody).run(STEP.price)).toThrow('worker thread ended')
})

test('a dual evaluated by 0, 1 or 2 workers has the same bits', async () => {
  const problem = problemOf()
  const [cells, rows] = [buildCells(problem, 400_000), buildRows(problem)]
  const y = Float64Array.from({ length: rows.count }, (_, row) => 1e-6 * (row % 7))
  const temperature = new Float64Array(cells.count).fill(0.002)
  const results: unknown[] = []
  for (const pool of [undefined, ...pools]) {
    const dual = createSmoothDual(problem, cells, rows, pool)
    const vectors = Array.from({ length: 4 }, () => new Float64Array(rows.count))
    const crosses = [new Float64Array(rows.width), new Float64Array(rows.width)]
    const [gradient, product, diagonal, looseDiagonal] = vectors as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    let value = 0
    // Long enough for the threads to come; each round must end in the same bits.
    for (let round = 0; round < 30; round++) {
      value = dual.evaluate(y, temperature, gradient)
      dual.diagonal({ diagonal, looseDiagonal, cross: crosses[0]!, looseCross: crosses[1]! })
      dual.product(gradient, product)
      await breathe()
    }
    results.push({ value, vectors, crosses, plan: dual.plan() })
    dual.release()
  }
  expect(results[1]).toEqual(results[0])
  expect(results[2]).toEqual(results[0])
})

test('the plan, its bound and its certificate are the same with 0, 1 or 2 workers', async () => {
  const solve = (pool?: Workers) =>
    pricingSolver({ effort: 20 }).doSolve(
      instance,
      context({ now: () => 0, ...(pool ? { workers: pool } : {}) }),
    )
  const alone = await solve()
  for (const pool of pools) {
    const { workers, begun } = counted(pool)
    expect(await solve(workers)).toEqual(alone)
    expect(begun()).toBeGreaterThan(0)
  }
})

test('a solve that is interrupted in the midst of its prices leaves no thread hanging', async () => {
  for (const pool of pools) {
    const { workers, begun, ended } = counted(pool)
    const signal = { aborted: false }
    let breaths = 0
    const stopping = async (): Promise<void> => {
      if (begun() > 0 && ++breaths === 3) signal.aborted = true
      await breathe()
    }
    await findPrices(problemOf(), context({ workers, signal, breathe: stopping }), { tolerance: 1e-5 })
    expect(signal.aborted).toBe(true)
    await threadsAreFree(pool)
    expect(ended()).toBe(begun())
  }
})
