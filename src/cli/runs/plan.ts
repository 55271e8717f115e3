/** Runs `qaas plan`; its options are in `commands/plan.ts`. */
import { QaasError } from '../../errors.ts'
import { planDocument, planFileText } from '../../io/plan-document.ts'
import { readInstance } from '../../io/read-instance.ts'
import { readPlan } from '../../io/read-plan.ts'
import { writeTextFile } from '../../io/write-file.ts'
import type { Instance } from '../../model/instance.ts'
import { describeViolation } from '../../model/violations.ts'
import { BASELINES, compareResults } from '../../report/comparison.ts'
import { planPage } from '../../report/plan-page.ts'
import { shiftReport } from '../../report/shift-report.ts'
import type { SolveResult } from '../../solve/solve.ts'
import type { Solver } from '../../solve/solver.ts'
import { builtinSolvers } from '../../solvers/builtin.ts'
import type { ExitCode } from '../command.ts'
import type { PlanArguments } from '../commands/plan.ts'
import { exitCodeOf } from '../exit-code.ts'
import { usd } from '../format.ts'
import { infeasibilityText, pricesThatProve } from '../infeasibility-text.ts'
import { listenForLife } from '../interrupt.ts'
import { leastBudget } from '../least-budget.ts'
import { checkOutputs } from '../output-files.ts'
import { planFacts, planText, verdict } from '../plan-text.ts'
import { type PlanningOptions, solveEach } from '../planning.ts'
import { type Churn, churnOf, type Replan, readPrevious } from '../previous-plan.ts'
import { scarcitySentences } from '../scarcity-text.ts'
import { checkOneOutput, instanceOptions, pickSolver } from '../solve-options.ts'

export async function run({ positionals: [path], options }: PlanArguments): Promise<ExitCode> {
  // Never disposed of: an interrupt while the process ends must not take back what was printed.
  const interrupt = listenForLife('interrupted: no plan was found yet')
  checkOneOutput(options)
  checkCombination(options)
  await checkOutputs({
    inputs: { 'the instance': path, '--tasks': options.tasks, '--fleet': options.fleet },
    outputs: { '--out': options.out, '--html': options.html },
  })
  const instance = await readInstance(path!, instanceOptions(options))
  const replan = options.previous === undefined ? undefined : await readPrevious(options, instance)
  const solver = replan?.solver ?? (await solverOf(options))
  const warmStart = options.warm === undefined ? undefined : (await readPlan(options.warm, instance)).plan
  const planning: PlanningOptions = {
    seed: options.seed ?? 1,
    timeLimitMs: options.time ?? Infinity,
    gap: options.gap,
    silent: options.json,
    interrupt,
    ...(warmStart ? { warmStart } : {}),
  }
  await interrupt.begin()
  const { results, interrupted } = await solveEach(instance, [solver], planning)
  return await say(instance, results[0]!, { options, replan, planning, interrupted })
}

interface Saying {
  readonly options: PlanArguments['options']
  readonly replan: Replan | undefined
  readonly planning: PlanningOptions
  readonly interrupted: boolean
}

/** Writes and prints what was found. */
async function say(
  instance: Instance,
  result: SolveResult,
  { options, replan, planning, interrupted }: Saying,
): Promise<ExitCode> {
  const churn = replan && churnOf(replan, result)
  const more = { ...(churn ? { churn } : {}), shadowPrices: scarcitySentences(instance, result.certificate) }
  if (options.out !== undefined && result.plan === undefined)
    console.error(`${options.out} is not written: there is no plan`)
  else if (options.out !== undefined)
    await writeTextFile(options.out, `${planFileText(instance, result, more)}\n`)
  if (options.html !== undefined)
    await writeTextFile(options.html, await page(instance, result, { planning, churn }))
  if (options.json) console.log(JSON.stringify({ ...planDocument(instance, result), ...more }, null, 2))
  else {
    console.log(
      planText(instance, result, {
        markdown: options.markdown,
        out: options.out,
        ...(churn ? { churn } : {}),
      }),
    )
    if (!result.evaluation?.feasible && !interrupted) {
      const isProven = result.termination.reason === 'infeasible'
      const certificate = isProven ? (result.certificate ?? (await pricesThatProve(instance))) : undefined
      const least = isProven ? await leastBudget(instance) : undefined
      const isCutShort = result.termination.reason === 'time-limit' && result.plan === undefined
      const text = isCutShort ? NO_TIME : infeasibilityText(instance, { certificate, least })
      console.log(`\n${text}`)
    }
    if (interrupted)
      console.error(
        result.plan
          ? 'interrupted: this is the best plan found until then'
          : 'interrupted: no plan was found until then',
      )
  }
  return exitCodeOf(result, interrupted)
}

/** When the time was up before any plan was found; to look for reasons would take more of it. */
const NO_TIME =
  'Maybe give it more time with a larger --time; qaas check says whether a single promise cannot be kept.'

/** @throws QaasError `invalid-option` on options that contradict each other */
function checkCombination(options: PlanArguments['options']): void {
  const refuse = (text: string, advice: string): never => {
    throw new QaasError('invalid-option', text, { advice })
  }
  if (options['churn-usd'] !== undefined && options.previous === undefined)
    refuse('--churn-usd needs the plan to move from', 'Maybe add --previous plan.json.')
  for (const name of ['warm', 'solver', 'prove'] as const)
    if (options.previous !== undefined && options[name] !== undefined && options[name] !== false)
      refuse(`--previous and --${name} contradict each other`, 'Maybe leave one of them out.')
}

/** @throws QaasError `invalid-option` on a solver that does not exist, or that cannot be asked for a proof */
async function solverOf({ solver = 'auto', prove, penalty }: PlanArguments['options']): Promise<Solver> {
  if (penalty !== undefined) {
    if (solver === 'qubo-anneal' && !prove)
      return builtinSolvers['qubo-anneal']({ penalty: parsePenalty(penalty) })
    throw new QaasError('invalid-option', `--penalty needs --solver qubo-anneal, not "${solver}"`, {
      advice: 'Maybe leave it out; other solvers need no penalties.',
    })
  }
  if (!prove || solver === 'exact') return pickSolver(solver)
  if (solver === 'auto') return builtinSolvers.auto({ prove })
  throw new QaasError('invalid-option', `--prove needs --solver auto or exact, not "${solver}"`, {
    advice: 'Maybe leave --solver out.',
  })
}

/** @throws QaasError `invalid-option` */
function parsePenalty(text: string): 'bound' | 'calibrated' | number | { readonly natural: number } {
  if (text === 'bound' || text === 'calibrated') return text
  const natural = text.startsWith('natural:')
  const number = text.slice(natural ? 'natural:'.length : 0)
  const weight = number.trim() === '' ? Number.NaN : Number(number)
  if (Number.isFinite(weight) && weight > 0) return natural ? { natural: weight } : weight
  throw new QaasError('invalid-option', `--penalty is "${text}", it must be a weight above 0 or a rule`, {
    advice: 'Maybe write bound, calibrated, natural:2, or leave it out.',
  })
}

/** The page also shows what people do without a planner: the quick baselines on the same instance. */
async function page(
  instance: Instance,
  result: SolveResult,
  { planning, churn }: { readonly planning: PlanningOptions; readonly churn: Churn | undefined },
): Promise<string> {
  const names = BASELINES.filter((name) => name !== result.provenance.solver)
  const baselines = await solveEach(instance, await Promise.all(names.map(pickSolver)), planning)
  const { plan, evaluation } = result
  return planPage({
    title: `Plan of ${instance.name}`,
    facts: planFacts(instance, result, churn),
    verdict: { feasible: evaluation?.feasible ?? false, text: verdict(result, churn) },
    ...(plan && evaluation ? { shift: shiftReport(instance, plan, evaluation) } : {}),
    comparison: compareResults(instance, [...baselines.results, result]),
    violations: (evaluation?.violations ?? []).map((violation) => describeViolation(instance, violation)),
    money: usd,
  })
}
