import { describe, expect, test } from 'vitest'
import { lcrpHardware } from '../generators/lcrp-paper.ts'
import { createRng } from '../numeric/rng.ts'
import { probabilitiesOf, simulate } from '../quantum/circuit/simulate.ts'
import { renderChart } from '../report/chart.ts'
import { classicalRows } from './classical.ts'
import { EXPERIMENT_NAMES, experiments } from './experiments.ts'
import { createLandscape } from './judge.ts'
import { PUBLISHED_DEPTH } from './published.ts'
import type { ExperimentResult } from './result.ts'
import { readNoisily, runVariant } from './run-variant.ts'
import { VARIANTS } from './variants.ts'

const QUICK = { seed: 1, repeats: 1, shots: 500 }

describe('the ways to put an instance on qubits', () => {
  test.each(VARIANTS)('%s: the circuit reads valid as often as the QAOA simulator says', async (name) => {
    const run = await runVariant(lcrpHardware(4), name, { layers: 2, shots: 100, seed: 3 })
    const { groups } = run.variant.problem
    if (name === 'binary') {
      // Eight qubits, and no reading of them is invalid.
      expect([run.circuit.numQubits, run.idealValid]).toEqual([8, 1])
      return
    }
    const valid = probabilitiesOf(simulate(run.circuit)).reduce((sum, chance, state) => {
      const oneHot = groups.every((group) => group.reduce((ones, v) => ones + ((state >> v) & 1), 0) === 1)
      return sum + (oneHot ? chance : 0)
    }, 0)
    expect(valid).toBeCloseTo(run.idealValid, 9)
  })

  test('trained for valid readings, 12 qubits reach 43 / 94 / 99 % at p = 1 / 2 / 3, and XY 100 %', async () => {
    for (const [layers, least] of [
      [1, 0.43],
      [2, 0.94],
      [3, 0.99],
    ] as const) {
      const { idealValid } = await runVariant(lcrpHardware(4), 'balanced', { layers, shots: 100, seed: 1 })
      expect(idealValid).toBeGreaterThan(least)
    }
    expect(
      (await runVariant(lcrpHardware(4), 'xy', { layers: 1, shots: 100, seed: 1 })).idealValid,
    ).toBeCloseTo(1, 9)
  })

  test('through the noise of each Heron, XY at p = 1 stays above 80 % with 28 CZ', async () => {
    const run = await runVariant(lcrpHardware(4), 'xy', { layers: 1, shots: 100, seed: 1 })
    for (const device of ['ibm_fez', 'ibm_kingston', 'ibm_marrakesh'] as const) {
      const noisy = readNoisily(run, { device, shots: 100, rng: createRng(1) })
      expect(noisy.valid).toBeGreaterThan(0.8)
      expect(noisy.transpiled.stats.counts.cz).toBe(28)
    }
  })

  test('presolve removes pairs below the floor where a task has another and fixes single choices', async () => {
    const { variant } = await runVariant(lcrpHardware(4), 'presolved', { layers: 1, shots: 100, seed: 1 })
    expect(variant.pairs.map(({ task, pool }) => [task, pool])).toEqual([
      [0, 1],
      [0, 2],
      [3, 0],
      [3, 1],
      [3, 2],
    ])
    expect([...variant.fixed]).toEqual([-1, 2, 2, -1])
  })
})

test('greedy, annealing and brute force give the paper’s $14.22 at 75 and 67 % quality', async () => {
  for (const [tasks, quality] of [
    [4, 0.75],
    [6, 2 / 3],
  ] as const)
    for (const { judged } of await classicalRows(lcrpHardware(tasks), 1)) {
      expect(judged.costUsd).toBeCloseTo(14.22, 2)
      expect(judged.quality).toBeCloseTo(quality, 9)
    }
})

test('the landscape ranks all 81 assignments and gives the ends ratios 1 and 0', () => {
  const { all } = createLandscape(lcrpHardware(4))
  expect(all.length).toBe(81)
  expect([all[0]!.ratio, all.at(-1)!.ratio]).toEqual([1, 0])
})

describe('every experiment', () => {
  const shapes = (result: ExperimentResult): void => {
    for (const { columns, rows } of result.tables)
      for (const row of rows) expect(row.length, result.name).toBe(columns.length)
    expect(JSON.stringify(result)).not.toMatch(/NaN|undefined/)
  }

  test.each(EXPERIMENT_NAMES)('%s runs, fills its tables and draws its figures', async (name) => {
    const result = await experiments[name].run(QUICK)
    shapes(result)
    expect(result.tables[0]!.rows.length).toBeGreaterThan(2)
    // Beside every quantum figure: coin flips, greedy, annealing, brute force.
    const text = JSON.stringify(result.tables)
    for (const baseline of [/random/, /greedy/, /annealing/, /brute force/]) expect(text).toMatch(baseline)
    for (const { content } of result.figures)
      expect('svg' in content ? content.svg : await renderChart(content.spec)).toMatch(
        /^<svg[\s\S]+<\/svg>\s*$/,
      )
  })

  test('the same seed gives the same result to the last digit', async () => {
    expect(await experiments.lambda.run(QUICK)).toEqual(await experiments.lambda.run(QUICK))
  })

  test('the depth table shows the paper’s figures where they belong', async () => {
    const { tables } = await experiments.depth.run(QUICK)
    const raw = tables[0]!.rows.filter(([setting]) => setting!.startsWith('raw'))
    expect(raw.map((row) => row[4])).toEqual(['15.4 %', '0.80 %', '8.2 %'])
    expect(raw.map((row) => row[7])).toEqual(PUBLISHED_DEPTH.map(({ cz, depth }) => `${cz} / ${depth}`))
    expect(raw.map((row) => row[8]!.split(' ')[0])).toEqual(['28', '56', '84'])
  })
})
