import { describe, expect, test } from 'vitest'
import { allStates } from '../../../test/models.ts'
import { createBqm } from '../../formulation/bqm-builder.ts'
import { cqmToBqm } from '../../formulation/bridges/cqm-to-bqm.ts'
import { instanceToCqm } from '../../formulation/bridges/instance-to-cqm.ts'
import { createImplicitBqm, type ImplicitBqm } from '../../formulation/implicit-bqm.ts'
import { implicitEnergyOf } from '../../formulation/implicit-energy.ts'
import { factory } from '../../generators/factory.ts'
import { evaluate } from '../../model/evaluate.ts'
import { createRng } from '../../numeric/rng.ts'
import { createWorkerPool } from '../../platform/worker-pool.ts'
import { sampleImplicit } from '../../solve/sample.ts'
import { annealing } from './index.ts'
import { run } from './job.ts'
import { fillRowTemperatures, prepareRows } from './rows-runner.ts'
import { rowsStructure, setSlack } from './rows-structure.ts'

/** Three tasks on three agents of capacity 2 or 1 with slack bits, couplings, and one free variable with a row. */
function smallModel(seed: number): ImplicitBqm {
  const rng = createRng(seed)
  const n = 9 + 3 + 2
  const cost = () => rng.nextInt(40) / 8 - 2
  const quadratic: [number, number, number][] = []
  for (let i = 0; i < 8; i++) {
    const [u, v] = [rng.nextInt(9), rng.nextInt(12) >= 9 ? 13 : rng.nextInt(9)]
    if (u !== v) quadratic.push([u, v, cost()])
  }
  const linear = Array.from({ length: n }, (_, v) => (v < 9 || v === 13 ? cost() : 0))
  const rows = [0, 1, 2].map((task) => ({
    variables: [3 * task, 3 * task + 1, 3 * task + 2],
    target: 1,
    weight: 20,
  }))
  return createImplicitBqm(createBqm({ vartype: 'BINARY', linear, quadratic, offset: 1.5 }), [
    ...rows,
    { variables: [0, 3, 6, 9, 10], target: 2, weight: 15 },
    { variables: [1, 4, 7, 11], target: 1, weight: 15 },
    { variables: [2, 5, 13, 12], coefficients: [1, 2, 1, 1], target: 1.5, weight: 3 },
  ])
}

const minimumOf = (model: ImplicitBqm): number => {
  let least = Infinity
  for (const state of allStates(model.numVariables)) least = Math.min(least, implicitEnergyOf(model, state))
  return least
}

describe('annealing on implicit models', () => {
  test('finds the enumerated minimum of small constraint models', async () => {
    for (let seed = 0; seed < 10; seed++) {
      const model = smallModel(seed)
      const set = await sampleImplicit(model, annealing({ numReads: 10, numSweeps: 100 }), { seed })
      expect(set.energies[0]).toBeCloseTo(minimumOf(model), 9)
    }
  })

  test('one-hot rows become groups and slack bits vanish, those of other rows stay', () => {
    const structure = rowsStructure(smallModel(1))
    expect(structure.groups.map((members) => [...members])).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8],
    ])
    expect(structure.slacks.slice(3).map((slack) => slack?.max)).toEqual([2, 1, 1])
    expect(structure.groupOf[13]).toBe(-1)
  })

  test('slack bits that leave holes are kept as variables', () => {
    const model = createImplicitBqm(createBqm({ vartype: 'BINARY', linear: [1, 0, 0] }), [
      { variables: [0, 1, 2], coefficients: [1, 1, 4], target: 3, weight: 1 },
    ])
    expect(rowsStructure(model).slacks[0]).toBeUndefined()
  })

  test('slack bits are set to the nearest value they can take', () => {
    const slack = { max: 25, unit: 1, variables: [0, 1, 2, 3, 4], coefficients: [10, 8, 4, 2, 1] }
    for (let wanted = -3; wanted <= 30; wanted++) {
      const bits = new Int8Array(5)
      setSlack(slack, -wanted, bits)
      const value = slack.coefficients.reduce((sum, a, k) => sum + a * bits[k]!, 0)
      expect(value).toBe(Math.min(25, Math.max(0, wanted)))
    }
  })

  test('the kernel ends in the same bits as its reference', async () => {
    const instance = factory({ tasks: 60, agents: 12 })
    const { bqm } = cqmToBqm(instanceToCqm(instance, { dependencies: 'products' }).cqm)
    for (const model of [bqm, smallModel(3)]) {
      const structure = rowsStructure(model)
      const prepared = prepareRows(model, structure, { sweeps: 30, slots: 1 })
      fillRowTemperatures(
        prepared,
        Float64Array.from({ length: 30 }, (_, sweep) => 0.1 * 1.3 ** sweep),
      )
      const plain = { ...prepared, arena: { buffer: new Uint8Array(prepared.arena.buffer).slice().buffer } }
      const seeds = Uint32Array.from({ length: 12 }, (_, i) => createRng(i).nextUint32())
      const port = { post: () => {}, aborted: () => false, now: () => 0 }
      const common = { slot: 0, first: 0, step: 1, numRuns: 3, numReads: 3, seeds, keep: 'best' as const }
      const replies = []
      for (const version of [prepared, plain])
        replies.push(
          await run({ ...common, prepared: version, wantsIncumbents: false, remainingMs: Infinity }, port),
        )
      expect(prepared.arena.memory).toBeInstanceOf(WebAssembly.Memory)
      expect(replies[0]).toEqual(replies[1])
      // Addresses for WebAssembly are the same in both, so that every byte of the memory must agree.
      expect(Buffer.from(new Uint8Array(prepared.arena.buffer)).equals(Buffer.from(plain.arena.buffer))).toBe(
        true,
      )
    }
  })

  test('the factory is planned feasibly at 25.60 or less without building a coupling, on any number of threads', async () => {
    const instance = factory()
    const { cqm, toPlan } = instanceToCqm(instance, { dependencies: 'products' })
    const { bqm, decode } = cqmToBqm(cqm, { lagrangeMultiplier: 10 })
    const sampler = annealing({ numReads: 2, numSweeps: 10 })
    const set = await sampleImplicit(bqm, sampler, { seed: 5 })
    const { feasible, objective } = evaluate(
      instance,
      toPlan(decode(set.states.subarray(0, bqm.numVariables))),
    )
    expect(feasible).toBe(true)
    expect(objective).toBeLessThanOrEqual(25.6)
    // Feasible states cost their objective and nothing else.
    expect(set.energies[0]).toBeCloseTo(objective, 6)
    const pool = createWorkerPool(2)
    const shared = await sampleImplicit(bqm, sampler, { seed: 5, workers: pool })
    await pool.close()
    expect(shared.states).toEqual(set.states)
  })
})
