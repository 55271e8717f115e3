/** Reads the published QUBO and Max-Cut problems of the shared data, with their best known values. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { Bqm } from '../src/formulation/bqm.ts'
import { createBqm } from '../src/formulation/bqm-builder.ts'

/** Beside the repository: two folders above this one, more from a bundle of the benchmark. */
const FOLDER: string =
  [2, 3, 4]
    .map((levels) => fileURLToPath(new URL(`${'../'.repeat(levels)}shared/instances/`, import.meta.url)))
    .find((folder) => existsSync(`${folder}index.tsv`)) ?? 'shared/instances/'

/** Why the tests that need the data are skipped; undefined when it is there. */
export const missingInstances: string | undefined = existsSync(`${FOLDER}index.tsv`)
  ? undefined
  : 'the shared instances are not beside the repository'

export interface PublishedProblem {
  readonly name: string
  readonly bqm: Bqm
  /** Best known objective, to maximise. */
  readonly bestKnown: number
  /** The published objective of an energy. */
  objectiveOf(energy: number): number
}

function textOf(file: string): string {
  const path = `${FOLDER}qubo/${file}`
  return existsSync(path) ? readFileSync(path, 'utf8') : gunzipSync(readFileSync(`${path}.gz`)).toString()
}

/** Best known value by the name in the index, such as `qubo/bqp50.txt#1` or `qubo/G1.rud.gz`. */
function bestKnown(name: string): number {
  const row = readFileSync(`${FOLDER}index.tsv`, 'utf8')
    .split('\n')
    .map((line) => line.split('\t'))
    .find(([file]) => file!.replace('.gz', '') === name)
  if (row === undefined) throw new Error(`${name} is not in the index`)
  return Number(row[4])
}

/** The ten problems of an OR-Library file: maximise sum q_ij x_i x_j, off-diagonal entries counting twice. */
export function orLibrary(size: number): PublishedProblem[] {
  const numbers = textOf(`bqp${size}.txt`).trim().split(/\s+/).map(Number)
  let at = 0
  const count = numbers[at++]!
  return Array.from({ length: count }, (_, index) => {
    const n = numbers[at++]!
    const terms = numbers[at++]!
    const linear = new Float64Array(n)
    const quadratic: [number, number, number][] = []
    for (let k = 0; k < terms; k++) {
      const [i, j, q] = [numbers[at]! - 1, numbers[at + 1]! - 1, numbers[at + 2]!]
      at += 3
      if (i === j) linear[i]! -= q
      else quadratic.push([i, j, -2 * q])
    }
    return {
      name: `bqp${size}-${index + 1}`,
      bqm: createBqm({ vartype: 'BINARY', linear, quadratic }),
      bestKnown: bestKnown(`qubo/bqp${size}.txt#${index + 1}`),
      objectiveOf: (energy: number) => -energy,
    }
  })
}

/** A Max-Cut problem of the G-set as spins: the cut is (total weight - energy) / 2. */
export function gSet(name: string): PublishedProblem {
  const [first, ...edges] = textOf(`${name}.rud`)
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const total = edges.reduce((sum, [, , w]) => sum + w!, 0)
  return {
    name,
    bqm: createBqm({
      vartype: 'SPIN',
      linear: new Float64Array(first![0]!),
      quadratic: edges.map(([i, j, w]) => [i! - 1, j! - 1, w!] as const),
    }),
    bestKnown: bestKnown(`qubo/${name}.rud`),
    objectiveOf: (energy) => (total - energy) / 2,
  }
}

/** The problems of the G-set that are there. */
export const G_SET = [
  'G1',
  'G6',
  'G7',
  'G11',
  'G14',
  'G18',
  'G22',
  'G27',
  'G32',
  'G35',
  'G39',
  'G43',
  'G47',
  'G48',
  'G49',
  'G51',
  'G52',
] as const
