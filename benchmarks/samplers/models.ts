/** The models of the sampler benchmark and their file form for neal. */
import { closeSync, openSync, writeSync } from 'node:fs'
import type { Bqm } from '../../src/formulation/bqm.ts'
import { type GlassShape, randomGlass } from '../../test/spin-glass.ts'

export interface BenchmarkCase {
  readonly title: string
  readonly shape: GlassShape
  /** Of neal's read; ours on the same schedule does as many. */
  readonly sweeps: number
  /** Our reads in the measure of updates a second: multi-spin coding needs many. */
  readonly reads: number
  /** What the ratio of updates a second should be at least. */
  readonly aim: number
  /** What the ratio of times to equal energy should be at least. */
  readonly aimToEnergy?: number
}

export const CASES: Readonly<Record<string, BenchmarkCase>> = {
  pm: {
    title: 'sparse +-1, 100,000 variables, degree 10',
    shape: { numVariables: 100_000, degree: 10, weights: 'plus-minus' },
    sweeps: 200,
    reads: 128,
    aim: 30,
  },
  gauss: {
    title: 'sparse Gaussian, 100,000 variables, degree 10',
    shape: { numVariables: 100_000, degree: 10, weights: 'gauss' },
    sweeps: 200,
    reads: 1,
    aim: 2.5,
    aimToEnergy: 6,
  },
  tenth: {
    title: '10 % dense, 2,500 variables, integers -100..100',
    shape: { numVariables: 2500, degree: 250, weights: 'integer', vartype: 'BINARY', withFields: true },
    sweeps: 1000,
    reads: 1,
    aim: 1.5,
  },
  dense: {
    title: 'fully dense +-1, 2,500 variables',
    shape: { numVariables: 2500, degree: 2499, weights: 'plus-minus' },
    sweeps: 200,
    reads: 1,
    aim: 6,
  },
}

export const modelOf = ({ shape }: BenchmarkCase): Bqm => randomGlass(shape, 20261121)

/** int32 spin?, n, m; float64 offset; float64 linear; int32 tails, heads; float64 biases. */
export function writeForNeal(path: string, bqm: Bqm): void {
  const { numVariables: n, numInteractions: m, rowStart, neighbours } = bqm
  const [tails, heads, biases] = [new Int32Array(m), new Int32Array(m), new Float64Array(m)]
  let at = 0
  for (let v = 0; v < n; v++)
    for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) {
      if (neighbours[k]! < v) continue
      tails[at] = v
      heads[at] = neighbours[k]!
      biases[at++] = bqm.biases[k]!
    }
  const file = openSync(path, 'w')
  const header = Int32Array.of(bqm.vartype === 'SPIN' ? 1 : 0, n, m)
  for (const part of [header, Float64Array.of(bqm.offset), bqm.linear, tails, heads, biases])
    writeSync(file, new Uint8Array(part.buffer, part.byteOffset, part.byteLength))
  closeSync(file)
}
