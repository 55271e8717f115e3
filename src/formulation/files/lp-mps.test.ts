import type { Highs } from 'highs'
import { beforeAll, expect, test } from 'vitest'
import { randomInstance } from '../../../test/arbitrary-instance.ts'
import { bruteForceOptimum } from '../../../test/brute-force.ts'
import { instanceToCqm } from '../bridges/instance-to-cqm.ts'
import { writeLp } from './lp-write.ts'
import { writeMps } from './mps-write.ts'

let highs: Highs
beforeAll(async () => {
  const { default: load } = await import('highs')
  highs = await (load as unknown as () => Promise<Highs>)()
})

/** HiGHS's optimum of a file, or undefined when it says infeasible. */
function optimumOf(format: 'lp' | 'mps', data: string): number | undefined {
  const model = highs.createModel({ format, data })
  try {
    for (const [option, value] of [
      ['output_flag', false],
      ['mip_rel_gap', 0],
    ] as const)
      model.options.set(option, value)
    model.run()
    const status = model.getModelStatus()
    expect([highs.constants.modelStatus.optimal, highs.constants.modelStatus.infeasible]).toContain(status)
    return status === highs.constants.modelStatus.optimal ? model.getObjectiveValue() : undefined
  } finally {
    model.dispose()
  }
}

test('HiGHS finds the optimum of random instances in the LP and MPS files of their CQMs', () => {
  let [solved, infeasible] = [0, 0]
  for (let seed = 0; seed < 60; seed++) {
    const instance = randomInstance(seed, { maxTasks: 4, maxPools: 3 })
    const { cqm } = instanceToCqm(instance, { labels: 'indices', dependencies: 'staircase' })
    // HiGHS calls a model without columns empty and solves nothing.
    if (cqm.variables.count === 0) continue
    const expected = bruteForceOptimum(instance)
    for (const [format, text] of [
      ['lp', writeLp(cqm)],
      ['mps', writeMps(cqm)],
    ] as const) {
      const found = optimumOf(format, text)
      if (expected === undefined) expect(found).toBeUndefined()
      else expect(found).toBeCloseTo(expected, 6)
    }
    if (expected === undefined) infeasible++
    else solved++
  }
  expect(solved).toBeGreaterThan(20)
  expect(infeasible).toBeGreaterThan(2)
})
