/** The GAP reader against hand-made text and, where the library is at hand, its best known solutions. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { evaluate } from '../model/evaluate.ts'
import { pairMoneyUsd, pairTokens } from '../model/pair.ts'
import { parseGap } from './gap.ts'
import { readInstance } from './read-instance.ts'

test('costs are money, resources are tokens of the pair, capacities are token capacities', () => {
  const instance = parseGap('x/tiny.txt', ' 2 3\n 1 2 3\n 4 5 6\n\n7 8 9 10 11 12\n 15 16\n')
  const { fleet, tasks } = instance
  expect(instance.name).toBe('tiny.txt')
  expect([fleet.numPools, tasks.count]).toEqual([2, 3])
  expect([...fleet.capacityTokens]).toEqual([15, 16])
  const table = (read: typeof pairTokens) =>
    [0, 1].map((agent) => [0, 1, 2].map((task) => read(instance, task, agent)))
  expect(table(pairMoneyUsd)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ])
  expect(table(pairTokens)).toEqual([
    [7, 8, 9],
    [10, 11, 12],
  ])
  const plan = { agentOf: Int32Array.of(0, 0, 1) }
  expect(evaluate(instance, plan)).toMatchObject({ objective: 9, feasible: true })
  const full = evaluate(instance, { agentOf: Int32Array.of(0, 1, 1) })
  expect(full.violations).toEqual([{ kind: 'capacity-tokens', agent: 1, load: 23, limit: 16 }])
})

const library = fileURLToPath(new URL('../../../shared/instances/', import.meta.url))
const index = `${library}index.tsv`

interface Known {
  readonly file: string
  readonly solution: string
  readonly value: number
}

function knownSolutions(): Known[] {
  if (!existsSync(index)) return []
  const rows = readFileSync(index, 'utf8').split('\n').slice(1)
  return rows
    .map((row) => row.split('\t'))
    .filter(([, problem, , , , , , solution]) => problem === 'GAP-min' && solution)
    .map((row) => ({ file: row[0]!, solution: row[7]!, value: Number(row[8]) }))
}

test.skipIf(!existsSync(index))(
  'every stored solution of the library is feasible at its stated value',
  async () => {
    const known = knownSolutions()
    expect(known.length).toBeGreaterThan(50)
    for (const { file, solution, value } of known) {
      const path = existsSync(library + file) ? library + file : `${library}${file}.gz`
      const instance = await readInstance(path, { format: 'gap' })
      const agentOf = Int32Array.from(
        readFileSync(library + solution, 'utf8')
          .trim()
          .split(/\s+/),
        Number,
      )
      const judged = evaluate(instance, { agentOf })
      expect([file, judged.objective, judged.feasible]).toEqual([file, value, true])
    }
  },
)
