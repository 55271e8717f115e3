/** Runs `qaas compare`; its options are in `commands/compare.ts`. */
import { QaasError } from '../../errors.ts'
import { readInstance } from '../../io/read-instance.ts'
import { checkWritable, writeTextFile } from '../../io/write-file.ts'
import type { Instance } from '../../model/instance.ts'
import { BASELINES, bestOf, type Comparison, compareResults } from '../../report/comparison.ts'
import { planPage } from '../../report/plan-page.ts'
import type { Solver } from '../../solve/solver.ts'
import type { ExitCode } from '../command.ts'
import type { CompareArguments } from '../commands/compare.ts'
import { comparisonNotes, comparisonTable, headToHeadTable } from '../comparison-text.ts'
import { usd } from '../format.ts'
import { solveEach } from '../planning.ts'
import { checkOneOutput, instanceOptions, pickSolver } from '../solve-options.ts'

/** Time each solver gets unless told otherwise. */
const DEFAULT_TIME_MS = 10_000

export async function run(
  { positionals: [path], options }: CompareArguments,
  defaultSolvers: readonly string[],
): Promise<ExitCode> {
  checkOneOutput(options)
  const names = (options.solvers ?? defaultSolvers.join(',')).split(',').map((name) => name.trim())
  const solvers = await Promise.all([...new Set([...BASELINES, ...names])].map(pickSolver))
  if (options.html !== undefined) await checkWritable(options.html)
  const instance = await readInstance(path!, instanceOptions(options))
  const able = solvers.filter((solver) => solver.supports(instance).ok)
  const timeLimitMs = options.time ?? DEFAULT_TIME_MS
  const planning = { seed: options.seed ?? 1, timeLimitMs, silent: options.json }
  const { results, interrupted } = await solveEach(instance, able, planning)
  if (results.length === 0) throw new QaasError('unsupported', 'none of these solvers takes this instance')
  const comparison = compareResults(instance, results)
  if (options.html !== undefined)
    await writeTextFile(options.html, await page(instance, comparison, timeLimitMs))
  if (options.json) console.log(JSON.stringify(comparisonJson(comparison, timeLimitMs), null, 2))
  else console.log(text(comparison, refusals(instance, solvers), { timeLimitMs, markdown: options.markdown }))
  if (interrupted) return 130
  return comparison.rows.some(({ feasible }) => feasible) ? 0 : 1
}

function refusals(instance: Instance, solvers: readonly Solver[]): string[] {
  return solvers.flatMap((solver) => {
    const support = solver.supports(instance)
    return support.ok ? [] : [`${solver.name} was not run: ${support.reason}`]
  })
}

function text(
  comparison: Comparison,
  refused: readonly string[],
  { timeLimitMs, markdown }: { readonly timeLimitMs: number; readonly markdown: boolean },
): string {
  return [
    comparisonTable(comparison, markdown),
    comparisonNotes(comparison, timeLimitMs),
    ...refused,
    '',
    headToHeadTable(comparison, markdown),
  ].join('\n')
}

/** Infinity does not survive JSON; an unlimited slack or time is null there. */
function comparisonJson({ rows, ...comparison }: Comparison, timeLimitMs: number): unknown {
  return {
    ...comparison,
    slack: Number.isFinite(comparison.slack) ? comparison.slack : null,
    timeLimitMs: Number.isFinite(timeLimitMs) ? timeLimitMs : null,
    rows: rows.map(({ shift: _, ...row }) => row),
  }
}

async function page(instance: Instance, comparison: Comparison, timeLimitMs: number): Promise<string> {
  const best = bestOf(comparison.rows)
  return planPage({
    title: `Solvers on ${instance.name}`,
    facts: [['notes', comparisonNotes(comparison, timeLimitMs)]],
    verdict: {
      feasible: best !== undefined,
      text: best ? `The best plan is by ${best.solver}.` : 'No solver found a plan that keeps every promise.',
    },
    ...(best?.shift ? { shift: best.shift } : {}),
    comparison,
    violations: [],
    money: usd,
  })
}
