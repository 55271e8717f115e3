/** The kernels of the pricing solver against their references, bit for bit, on every kind of constraint. */
import { expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { differing, onCopy } from '../../../test/same-bits.ts'
import { lcrp } from '../../generators/lcrp.ts'
import type { Instance } from '../../model/instance.ts'
import { createRng } from '../../numeric/rng.ts'
import { createAssignment } from './assignment.ts'
import { buildBays } from './bays.ts'
import { buildCandidates } from './candidates.ts'
import { buildCells } from './cells.ts'
import { entryTable } from './entry-table.ts'
import { referenceExchange } from './exchange-reference.ts'
import { buildLevels } from './levels.ts'
import { buildProblem, type Problem } from './problem.ts'
import { buildRows } from './rows.ts'
import { createSearchArena } from './search-arena.ts'
import { BAY, POOL, STATE } from './search-layout.ts'
import { referenceSearch } from './search-reference.ts'
import { createSmoothKernel } from './smooth-kernel.ts'
import { layOut } from './smooth-layout.ts'
import { referenceKernel } from './smooth-reference.ts'

function problems(): Problem[] {
  const scaled = lcrp({ tasks: 400, agents: 30, chains: 0.3, budget: { factor: 1.02 }, seed: 3 })
  const soft: Instance = {
    ...scaled,
    policy: { ...scaled.policy, dependency: { mode: 'soft', penaltyUsd: 0.01 }, unassignedUsd: 0.2 },
  }
  const tiers = lcrp({ tasks: 500, agents: 60, tiers: 6, chains: 0.1 })
  const small = Array.from({ length: 60 }, (_, seed) => randomInstance(seed))
  return [scaled, soft, tiers, ...small].flatMap((instance) => {
    const built = buildProblem(instance)
    return built.ok ? [built.problem] : []
  })
}

test('the kernels of search and exchange end in the same bits as their references', () => {
  let [accepted, exchanged] = [0, 0]
  for (const problem of problems()) {
    const [cells, bays, rows] = [buildCells(problem, 1000), buildBays(problem), buildRows(problem)]
    const rng = createRng(5)
    const prices = {
      slots: new Float64Array(bays.count),
      tokens: new Float64Array(bays.count),
      poolBudget: new Float64Array(problem.groups.count),
      budget: 0,
    }
    const entryOf = entryTable(problem.classes, problem.groups)
    const assignment = createAssignment({ problem, bays, entryOf, prices })
    const y = Float64Array.from({ length: rows.count }, () => 0.01 * rng.nextFloat())
    const candidates = buildCandidates(problem, cells, { rows, y, width: 6, within: 1 })
    const origin = Int32Array.from({ length: problem.instance.tasks.count }, () => rng.nextInt(bays.count))
    const space = createSearchArena({
      problem,
      bays,
      cells,
      candidates,
      assignment,
      rng,
      looks: 3,
      isFocused: true,
      churn: { origin, usd: 0.001 },
    })
    const { arrays, sizes } = space
    expect(space.arena.memory).toBeInstanceOf(WebAssembly.Memory)
    for (let bay = 0; bay < bays.count; bay++)
      for (const name of ['over', 'credit', 'tokenOver', 'tokenCredit'] as const)
        arrays.bays[bay * BAY.doubles + BAY[name]] =
          bays.capacityTokens[bay] === Infinity ? 0 : 1e-4 * rng.nextFloat()
    for (let group = 0; group < problem.groups.count; group++)
      arrays.pools[group * POOL.doubles + POOL.over] = 2
    arrays.state[STATE.over] = 3
    arrays.state[STATE.credit] = arrays.state[STATE.limit]! < 1e299 ? 0.1 : 0
    arrays.state[STATE.wild] = 30
    arrays.state[STATE.focus] = 100
    arrays.state[STATE.numWorst] = Math.min(3, bays.count)
    arrays.worst.set(Array.from({ length: Math.min(3, bays.count) }, () => rng.nextInt(bays.count)))
    const copy = onCopy(arrays)
    const [fast, slow] = [space.search, referenceSearch(copy, sizes)]
    const exchangeSlowly = referenceExchange(copy, sizes)
    for (const temperature of [1, 0.01, 1e-4, 0]) {
      const count = fast(3000, temperature, 0.9995)
      expect(slow(3000, temperature, 0.9995)).toBe(count)
      accepted += count
      for (let bay = 0; bay < bays.count; bay++) {
        const saved = space.exchange(bay, 0.01, 1e-9)
        expect(exchangeSlowly(bay, 0.01, 1e-9)).toBe(saved)
        if (saved > 0) exchanged++
      }
    }
    const { pointers: _, ...own } = arrays
    expect(differing(own, copy)).toEqual([])
  }
  expect(accepted).toBeGreaterThan(20_000)
  expect(exchanged).toBeGreaterThan(100)
})

test('the kernel of the smoothed dual ends in the same bits as its reference', () => {
  for (const problem of problems()) {
    const [cells, rows] = [buildCells(problem, 3000), buildRows(problem)]
    const { arena, arrays, sizes, entryOf } = layOut(problem, cells, {
      levels: buildLevels(problem.classes),
      rows,
    })
    const rng = createRng(6)
    entryOf.forEach((at, k) => {
      if (at < 0) return
      arrays.constant[k] = problem.lines.constant[at]! + 0.02 * rng.nextFloat()
      arrays.perInput[k] = problem.lines.perInput[at]!
      arrays.perOutput[k] = problem.lines.perOutput[at]!
    })
    for (let row = 0; row < rows.count; row++) arrays.direction[row] = rng.nextFloat() - 0.5
    const fast = createSmoothKernel(arena, arrays, sizes)
    const { policy } = problem.instance
    const penalty = policy.dependency.mode === 'soft' ? policy.dependency.penaltyUsd : Infinity
    for (const temperature of [0.1, 0.002, 1e-5]) {
      arrays.temperature.fill(temperature)
      const copy = onCopy(arrays)
      const slow = referenceKernel(copy, sizes)
      expect(slow.price()).toBe(fast.price())
      if (arrays.levelMass.length > 0) expect(slow.trees(1, penalty)).toBe(fast.trees(1, penalty))
      for (const step of ['mix', 'loads', 'curve', 'product'] as const) {
        slow[step]()
        fast[step]()
      }
      const { pointers: _, ...own } = arrays
      expect(differing(own, copy)).toEqual([])
    }
  }
})
