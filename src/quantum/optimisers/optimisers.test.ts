import { describe, expect, test } from 'vitest'
import { createRng } from '../../numeric/rng.ts'
import { cobyla } from './cobyla.ts'
import { lbfgs } from './lbfgs.ts'
import { nelderMead } from './nelder-mead.ts'
import { minimise, type Optimiser, type OptimiserRun } from './optimiser.ts'
import { spsa } from './spsa.ts'

type Objective = (x: Float64Array) => number

/** More, Garbow and Hillstrom, "Testing unconstrained optimization software" (1981), and Powell's own cases for COBYLA. */
const published: [string, Objective, number[], number[]][] = [
  ['Powell 1: quadratic', ([x, y]) => 10 * (x! + 1) ** 2 + y! ** 2, [1, 1], [-1, 0]],
  ['Powell 4: weak Rosenbrock', ([x, y]) => (x! ** 2 - y!) ** 2 + (1 + x!) ** 2, [1, 1], [-1, 1]],
  [
    'Powell 5: intermediate Rosenbrock',
    ([x, y]) => 10 * (x! ** 2 - y!) ** 2 + (1 + x!) ** 2,
    [1, 1],
    [-1, 1],
  ],
  [
    'Beale',
    ([x, y]) =>
      (1.5 - x! * (1 - y!)) ** 2 + (2.25 - x! * (1 - y! ** 2)) ** 2 + (2.625 - x! * (1 - y! ** 3)) ** 2,
    [1, 1],
    [3, 0.5],
  ],
  [
    'Box three-dimensional',
    ([x, y, z]) =>
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].reduce((sum, i) => {
        const t = i / 10
        const residual = Math.exp(-t * x!) - Math.exp(-t * y!) - z! * (Math.exp(-t) - Math.exp(-10 * t))
        return sum + residual ** 2
      }, 0),
    [0.5, 9, 0.8],
    [1, 10, 1],
  ],
]

const rosenbrock: Objective = ([x, y]) => 100 * (y! - x! ** 2) ** 2 + (1 - x!) ** 2
const wood: Objective = ([a, b, c, d]) =>
  100 * (b! - a! ** 2) ** 2 +
  (1 - a!) ** 2 +
  90 * (d! - c! ** 2) ** 2 +
  (1 - c!) ** 2 +
  10 * (b! + d! - 2) ** 2 +
  (b! - d!) ** 2 / 10
const powellSingular: Objective = ([a, b, c, d]) =>
  (a! + 10 * b!) ** 2 + 5 * (c! - d!) ** 2 + (b! - 2 * c!) ** 4 + 10 * (a! - d!) ** 4

/** The skewed quartic of Spall, "Introduction to stochastic search and optimization" (2003), example 6.6, in ten dimensions. */
const skewedQuartic: Objective = (x) => {
  let [sum, tail] = [0, 0]
  for (let i = x.length - 1; i >= 0; i--) {
    tail += x[i]!
    const b = tail / x.length
    sum += b ** 2 + 0.1 * b ** 3 + 0.01 * b ** 4
  }
  return sum
}
const ones = new Array<number>(10).fill(1)

/** Central differences: good to about 1e-9 on these functions. */
function withGradient(f: Objective): (x: Float64Array) => { value: number; gradient: Float64Array } {
  return (x) => ({
    value: f(x),
    gradient: x.map((_, i) => {
      const h = 1e-5
      const [up, down] = [x.slice(), x.slice()]
      up[i]! += h
      down[i]! -= h
      return (f(up) - f(down)) / (2 * h)
    }),
  })
}

const run = (
  optimiser: Optimiser,
  f: Objective,
  start: number[],
  maxEvaluations: number,
): Promise<OptimiserRun> => minimise(optimiser, withGradient(f), { start, maxEvaluations, rng: createRng(7) })

describe('published functions', () => {
  // Box's function has a flat valley in which linear models crawl: it is left to the others below.
  test.each(published.slice(0, 4))('COBYLA finds the minimum of %s', async (_, f, start, minimum) => {
    const { point, value } = await run(cobyla({ initialRadius: 0.5, finalRadius: 1e-6 }), f, start, 20_000)
    expect(value).toBeLessThan(1e-6)
    point.forEach((x, i) => {
      expect(Math.abs(x - minimum[i]!)).toBeLessThan(3e-2)
    })
  })

  // On Wood's function its linear models end at the stationary point of value 7.877 that the function is known for.
  test.each([
    ['Rosenbrock', rosenbrock, [-1.2, 1], 1e-5],
    ['Powell singular', powellSingular, [3, -1, 0, 1], 1e-5],
    ['the skewed quartic of Spall', skewedQuartic, ones, 1e-9],
  ] as [string, Objective, number[], number][])(
    'COBYLA comes down to the minimum of %s',
    async (_, f, start, most) => {
      const { value, end } = await run(cobyla({ initialRadius: 0.5, finalRadius: 1e-6 }), f, start, 50_000)
      expect(end).toBe('converged')
      expect(value).toBeLessThan(most)
    },
  )

  test('COBYLA needs few evaluations to a coarse radius on a quadratic', async () => {
    const quadratic = published[0]![1]
    const coarse = await run(cobyla({ initialRadius: 0.5, finalRadius: 1e-3 }), quadratic, [1, 1], 1000)
    expect(coarse.end).toBe('converged')
    expect(coarse.evaluations).toBeLessThan(60)
    expect(coarse.value).toBeLessThan(1e-4)
  })

  const smooth: [string, Objective, number[]][] = [
    ['Rosenbrock', rosenbrock, [-1.2, 1]],
    ['Wood', wood, [-3, -1, -3, -1]],
    ['Powell singular', powellSingular, [3, -1, 0, 1]],
    ...published.map(([name, f, start]): [string, Objective, number[]] => [name, f, start]),
  ]
  test.each(smooth)('Nelder-Mead and L-BFGS reach the minimum of %s', async (_, f, start) => {
    expect((await run(nelderMead(), f, start, 5000)).value).toBeLessThan(1e-9)
    expect((await run(lbfgs(), f, start, 500)).value).toBeLessThan(1e-9)
  })

  test.each([
    ['a sphere', (x: Float64Array) => x.reduce((sum, value) => sum + value * value, 0), 0.1],
    ['the skewed quartic of Spall', skewedQuartic, 0.05],
  ] as [string, Objective, number][])(
    'SPSA comes near the minimum of %s in ten dimensions under noise',
    async (_, f, most) => {
      const noise = createRng(3)
      const noisy: Objective = (x) => f(x) + 0.01 * noise.nextNormal()
      const { trace } = await minimise(spsa({ steps: 400 }), (x) => ({ value: noisy(x) }), {
        start: ones,
        maxEvaluations: 1000,
        rng: createRng(7),
      })
      expect(f(trace.at(-1)!.point)).toBeLessThan(most)
    },
  )
})

describe('minimise', () => {
  test('never asks for more evaluations than allowed and keeps each in the trace', async () => {
    for (const optimiser of [cobyla(), nelderMead(), lbfgs(), spsa()]) {
      const result = await run(optimiser, rosenbrock, [-1.2, 1], 17)
      expect(result.evaluations).toBe(17)
      expect(result.trace).toHaveLength(17)
      expect(result.end).toBe('evaluations')
      expect(result.value).toBe(Math.min(...result.trace.map(({ value }) => value)))
    }
  })

  test('a start that is not finite is a typed error', async () => {
    await expect(run(cobyla(), rosenbrock, [Number.NaN, 0], 10)).rejects.toThrow(/start point/)
    await expect(run(cobyla(), rosenbrock, [], 10)).rejects.toThrow(/start point/)
    await expect(run(cobyla(), rosenbrock, [1, 1], 0)).rejects.toThrow(/evaluations \(0\)/)
  })
})
