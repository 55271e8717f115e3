import { expect, test } from 'vitest'
import { createInstance } from '../../model/builder.ts'
import type { Instance } from '../../model/instance.ts'
import { createRng } from '../../numeric/rng.ts'
import { solve } from '../../solve/solve.ts'
import { verify } from '../../verify/verify.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { cyclicParts } from './edge-prices.ts'
import { pricingSolver } from './pricing.ts'

/** Up to seven tasks whose dependencies are dense enough to close cycles, on up to four pools. */
function randomGraph(seed: number, limited: boolean, loose = false): Instance {
  const rng = createRng(seed)
  const [numTasks, numPools] = [4 + rng.nextInt(4), 2 + rng.nextInt(3)]
  const agents = Array.from({ length: numPools }, (_, pool) => ({
    id: `a${pool}`,
    quality: 0.4 + rng.nextInt(6) / 10,
    price: { perTaskUsd: rng.nextInt(30) / 100, outputPerMTokUsd: rng.nextInt(40) },
    ...(limited ? { capacity: { tasks: Math.ceil(numTasks / numPools) + rng.nextInt(2) } } : {}),
  }))
  const tasks = Array.from({ length: numTasks }, (_, row) => ({
    id: `t${row}`,
    outputTokens: 1000 * rng.nextInt(9),
    minQuality: rng.nextInt(3) === 0 ? 0.4 + rng.nextInt(3) / 10 : 0,
    dependsOn: Array.from({ length: row }, (_, parent) => `t${parent}`).filter(() => rng.nextFloat() < 0.45),
  }))
  const policy = {
    overkillWeight: rng.nextInt(3),
    ...(loose && seed % 2 === 0 ? { unassigned: { penaltyUsd: rng.nextInt(100) / 100 } } : {}),
    ...(loose && seed % 3 !== 0
      ? { dependency: { mode: 'soft' as const, penaltyUsd: rng.nextInt(60) / 100 } }
      : {}),
  }
  return createInstance({ version: 1, agents, tasks, policy })
}

test('without capacities the bound of a graph with cycles is its optimum, and the prices prove it', async () => {
  let compared = 0
  for (let seed = 0; seed < 120; seed++) {
    const instance = randomGraph(seed, false)
    if (cyclicParts(instance).length === 0) continue
    const truth = await solve(instance, enumerationSolver())
    if (truth.objective === undefined) continue
    const { bounds, certificate, plan } = await solve(instance, pricingSolver({ effort: 20 }))
    compared += 1
    expect(bounds.dual, `seed ${seed}`).toBeCloseTo(truth.objective, 8)
    expect(verify(instance, plan!, certificate).boundUsd, `seed ${seed}`).toBeCloseTo(truth.objective, 8)
  }
  expect(compared).toBeGreaterThan(50)
})

test('with capacities no bound is above the enumerated optimum, and the checker proves all that is claimed', async () => {
  let [priced, feasible] = [0, 0]
  for (let seed = 0; seed < 150; seed++) {
    const instance = randomGraph(1000 + seed, true)
    const truth = await solve(instance, enumerationSolver())
    if (truth.objective === undefined) continue
    const { bounds, certificate, plan } = await solve(instance, pricingSolver({ effort: 50 }))
    const { boundUsd } = verify(instance, plan!, certificate)
    feasible += 1
    priced += Number(certificate!.data.edgePrices !== undefined)
    expect(bounds.dual, `seed ${seed}`).toBeLessThanOrEqual(truth.objective + 1e-9)
    expect(boundUsd, `seed ${seed}`).toBeLessThanOrEqual(truth.objective + 1e-9)
    expect(boundUsd, `seed ${seed}`).toBeGreaterThanOrEqual(bounds.dual! - 1e-7)
  }
  expect(feasible).toBeGreaterThan(60)
  expect(priced).toBeGreaterThan(20)
})

test('a tampered price of an edge never lifts the bound above the optimum, and malformed ones are refused', async () => {
  const seeds = Array.from({ length: 40 }, (_, k) => 1000 + k)
  let tampered = 0
  for (const seed of seeds) {
    const instance = randomGraph(seed, true)
    const truth = await solve(instance, enumerationSolver())
    const { certificate, plan } = await solve(instance, pricingSolver({ effort: 50 }))
    const prices = certificate?.data.edgePrices as Record<string, number[]> | undefined
    if (truth.objective === undefined || prices === undefined) continue
    const changed = (edgePrices: unknown) => ({
      ...certificate!,
      data: { ...certificate!.data, edgePrices },
    })
    for (const factor of [0, 0.5, 2, 10])
      for (const quality of [prices.quality!, prices.quality!.map((q) => q + 0.1)]) {
        const price = prices.price!.map((units) => Math.round(units * factor))
        const { boundUsd } = verify(instance, plan!, changed({ ...prices, quality, price }))
        expect(boundUsd, `seed ${seed}`).toBeLessThanOrEqual(truth.objective + 1e-9)
        tampered += 1
      }
    for (const wrong of [
      'free',
      { ...prices, price: prices.price!.map((units) => -units - 1) },
      { ...prices, edge: prices.edge!.map(() => 10_000) },
      { ...prices, quality: prices.quality!.slice(1) },
    ])
      expect(() => verify(instance, plan!, changed(wrong))).toThrow(/certificate cannot be read/)
  }
  expect(tampered).toBeGreaterThan(40)
})

test('where promises have a price or tasks may be left out the bound is no higher than the optimum, and proven', async () => {
  let priced = 0
  for (let seed = 0; seed < 200; seed++) {
    const instance = randomGraph(3000 + seed, true, true)
    const truth = await solve(instance, enumerationSolver())
    if (truth.objective === undefined) continue
    const { bounds, certificate, plan } = await solve(instance, pricingSolver({ effort: 20 }))
    const { boundUsd } = verify(instance, plan!, certificate)
    priced += Number(certificate!.data.edgePrices !== undefined)
    expect(bounds.dual, `seed ${seed}`).toBeLessThanOrEqual(truth.objective + 1e-9)
    expect(boundUsd, `seed ${seed}`).toBeLessThanOrEqual(truth.objective + 1e-9)
    expect(boundUsd, `seed ${seed}`).toBeGreaterThanOrEqual(bounds.dual! - 1e-7)
    const edgePrices = certificate!.data.edgePrices as Record<string, number[]> | undefined
    if (edgePrices === undefined || instance.policy.dependency.mode !== 'soft') continue
    // A charge above the price of the promise proves nothing.
    const price = edgePrices.price!.map((units) => units * 1000 + 1e12)
    const data = { ...certificate!.data, edgePrices: { ...edgePrices, price } }
    expect(verify(instance, plan!, { ...certificate!, data }).status).toBe('rejected')
  }
  expect(priced).toBeGreaterThan(10)
})
