/** What classical methods make of the same instance: the rows that belong beside every quantum one. */
import type { Instance } from '../model/instance.ts'
import { pairMoneyUsd, pairQuality } from '../model/pair.ts'
import { solve } from '../solve/solve.ts'
import type { Solver } from '../solve/solver.ts'
import { builtinSolvers } from '../solvers/builtin.ts'
import { createLandscape, type Judged } from './judge.ts'
import { costText, type ResultTable } from './result.ts'

export interface ClassicalRow {
  readonly method: string
  readonly judged: Judged
}

/** Greedy as the paper describes it, its annealing (T0 = 50, Tf = 0.1, 2,000 moves), and brute force. */
export async function classicalRows(instance: Instance, seed: number): Promise<ClassicalRow[]> {
  const landscape = createLandscape(instance)
  const poolsOf = async (solver: Solver): Promise<number[]> => {
    const { plan } = await solve(instance, solver, { seed })
    return Array.from(plan!.agentOf, (agent) => instance.fleet.poolOf[agent]!)
  }
  const row = async (method: string, solver: Solver): Promise<ClassicalRow> => ({
    method,
    judged: landscape.of(await poolsOf(solver)),
  })
  return [
    { method: 'greedy', judged: landscape.of(paperGreedy(instance)) },
    await row('annealing (the paper’s)', await builtinSolvers.anneal({ preset: 'paper' })),
    await row('brute force', await builtinSolvers.enumeration()),
  ]
}

/** The same as a table of an experiment. */
export function classicalTable(rows: readonly ClassicalRow[]): ResultTable {
  return {
    title: 'classical methods on the same instance',
    columns: ['<method', 'cost (floors met)', 'objective'],
    rows: rows.map(({ method, judged }) => [method, costText(judged), judged.objective.toFixed(2)]),
  }
}

/** For each task the cheapest pool that meets its floor; where none does, the cheapest (section 5 of the paper). */
export function paperGreedy(instance: Instance): number[] {
  const { tasks, fleet } = instance
  return Array.from({ length: tasks.count }, (_, task) => {
    const all = Array.from({ length: fleet.numPools }, (_, pool) => pool)
    const good = all.filter((pool) => pairQuality(instance, task, pool) >= tasks.minQuality[task]!)
    const usd = (pool: number): number => pairMoneyUsd(instance, task, pool)
    return (good.length > 0 ? good : all).reduce((best, pool) => (usd(pool) < usd(best) ? pool : best))
  })
}
