import { expect, test } from 'vitest'
import { type Contradiction, dualSimplex, type LinearProgram, weakBound } from './dual-simplex.ts'
import { createRng } from './rng.ts'

/** Two columns and a few rows of at most: small enough to try every vertex. */
function randomProgram(seed: number): LinearProgram {
  const rng = createRng(seed)
  const numRows = 1 + rng.nextInt(4)
  const [numCols, starts, indices, values] = [2, [0], [] as number[], [] as number[]]
  for (let row = 0; row < numRows; row++) {
    for (let j = 0; j < numCols; j++) {
      indices.push(j)
      values.push(rng.nextInt(9) - 3)
    }
    starts.push(indices.length)
  }
  const lower = Array.from({ length: numRows }, () => (rng.nextInt(2) === 0 ? rng.nextInt(6) : -Infinity))
  return {
    numCols,
    numRows,
    colCost: Float64Array.of(rng.nextInt(5), rng.nextInt(5)),
    colUpper: Float64Array.of(1 + rng.nextInt(6), 1 + rng.nextInt(6)),
    rowLower: Float64Array.from(lower),
    rowUpper: Float64Array.from(lower, (least) => Math.max(least, 0) + rng.nextInt(8)),
    starts: Int32Array.from(starts),
    indices: Int32Array.from(indices),
    values: Float64Array.from(values),
  }
}

/** Least cost over all crossings of two limits that keep every limit; undefined when there is none. */
function byVertices({ colCost, colUpper, rowLower, rowUpper, values }: LinearProgram): number | undefined {
  const lines: (readonly [number, number, number])[] = [
    [1, 0, 0],
    [0, 1, 0],
    [1, 0, colUpper[0]!],
    [0, 1, colUpper[1]!],
  ]
  rowUpper.forEach((limit, row) => {
    for (const end of [limit, rowLower[row]!])
      if (Number.isFinite(end)) lines.push([values[2 * row]!, values[2 * row + 1]!, end])
  })
  let best: number | undefined
  for (const [a, b, c] of lines)
    for (const [d, e, f] of lines) {
      const determinant = a * e - b * d
      if (determinant === 0) continue
      const [x, y] = [(c * e - b * f) / determinant, (a * f - c * d) / determinant]
      const keeps =
        x >= -1e-9 &&
        y >= -1e-9 &&
        x <= colUpper[0]! + 1e-9 &&
        y <= colUpper[1]! + 1e-9 &&
        rowUpper.every((limit, row) => {
          const sum = values[2 * row]! * x + values[2 * row + 1]! * y
          return sum <= limit + 1e-9 && sum >= rowLower[row]! - 1e-9
        })
      const cost = colCost[0]! * x + colCost[1]! * y
      if (keeps && (best === undefined || cost < best)) best = cost
    }
  return best
}

/** Whether multipliers far along the ray prove a bound above anything. */
function provenBeyond(program: LinearProgram, { rowDual, ray, rise }: Contradiction, usd: number): boolean {
  const far = (usd + 1e6) / rise
  return (
    weakBound(
      program,
      rowDual.map((own, row) => own + far * ray[row]!),
    ) >= usd
  )
}

test('on 2,000 random programs it finds the best vertex and proves it, or that there is none', () => {
  let infeasible = 0
  for (let seed = 0; seed < 2000; seed++) {
    const program = randomProgram(seed)
    const truth = byVertices(program)
    const answer = dualSimplex(program)
    if (truth === undefined) {
      infeasible += 1
      expect(answer.optimum, `seed ${seed}`).toBeUndefined()
      expect(provenBeyond(program, answer.contradiction!, 1e6), `seed ${seed}`).toBe(true)
      continue
    }
    const { values, bound } = answer.optimum!
    expect(values[0]! * program.colCost[0]! + values[1]! * program.colCost[1]!, `seed ${seed}`).toBeCloseTo(
      truth,
      7,
    )
    expect(bound, `seed ${seed}`).toBeCloseTo(truth, 7)
    expect(bound, `seed ${seed}`).toBeLessThanOrEqual(truth + 1e-12)
  }
  expect(infeasible).toBeGreaterThan(100)
  expect(infeasible).toBeLessThan(1500)
})

test('it gives up, without an answer, when the work it may do is used up', () => {
  expect(dualSimplex(randomProgram(3), 1)).toEqual({ work: 0 })
})
