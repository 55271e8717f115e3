/** Runs `qaas stream`; its options are in `commands/stream.ts`. */

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { QaasError } from '../../errors.ts'
import { parseJson } from '../../io/document-text.ts'
import { readFleet } from '../../io/read-instance.ts'
import { readTasks } from '../../io/read-tasks.ts'
import { fileError } from '../../io/source-position.ts'
import { explainTask, isTask } from '../../io/task-shape.ts'
import { checkFile, STANDARD_INPUT } from '../../io/text-file.ts'
import { counted } from '../../model/counted.ts'
import type { TaskDocument } from '../../model/document.ts'
import { type Evaluation, evaluate } from '../../model/evaluate.ts'
import type { Instance } from '../../model/instance.ts'
import { now } from '../../platform/host.ts'
import { autoSolver } from '../../solvers/auto/auto.ts'
import { createStreamPlanner, type StreamPlanner } from '../../solvers/stream/stream-planner.ts'
import type { ExitCode } from '../command.ts'
import type { StreamArguments } from '../commands/stream.ts'
import { count, objectiveText, percent, usd } from '../format.ts'
import { listenForInterrupt } from '../interrupt.ts'
import { solveEach } from '../planning.ts'

const HINDSIGHT_MS = 10_000

export async function run({ positionals: [fleetPath, path], options }: StreamArguments): Promise<ExitCode> {
  const fleet = await readFleet(fleetPath!)
  const sample = options.forecast === undefined ? undefined : await readTasks(options.forecast)
  const expectedTasks = options.expect ?? sample?.length
  if (expectedTasks === undefined)
    throw new QaasError('invalid-option', 'nobody says how many tasks will arrive', {
      advice: 'Maybe add --expect 1000, or --forecast with the tasks of another day.',
    })
  const { seed = 1 } = options
  const planner = createStreamPlanner(fleet, { expectedTasks, seed, now, ...(sample ? { sample } : {}) })
  const lines = await openLines(path ?? STANDARD_INPUT)
  const interrupt = listenForInterrupt(() => lines.close())
  try {
    const { arrived, refused } = await placeAll(planner, lines, path ?? STANDARD_INPUT)
    if (arrived === 0 && refused > 0) return 2
    if (arrived === 0)
      throw new QaasError('invalid-file', 'no task arrived', { advice: 'Maybe pipe some in.' })
    const interrupted = interrupt.aborted
    interrupt.dispose()
    const { instance, plan } = planner.finish()
    const evaluation = evaluate(instance, plan)
    const skip = options['no-hindsight'] || interrupted
    const best = skip ? undefined : await hindsight(instance, seed, options.time ?? HINDSIGHT_MS)
    const summary = summaryOf(instance, { evaluation, best, refused })
    process.stdout.write(`${JSON.stringify({ summary })}\n`)
    console.error(summaryText(instance, summary))
    if (interrupted) return 130
    if (refused > 0) return 2
    return evaluation.feasible ? 0 : 1
  } finally {
    interrupt.dispose()
    lines.close()
  }
}

async function openLines(path: string): Promise<ReturnType<typeof createInterface>> {
  if (path !== STANDARD_INPUT) await checkFile(path)
  const input = path === STANDARD_INPUT ? process.stdin : createReadStream(path)
  return createInterface({ input, crlfDelay: Infinity })
}

interface Placed {
  readonly arrived: number
  readonly refused: number
}

/** One answer for each line. A line that is no task is answered by its error, also on standard error, and the next is read. */
async function placeAll(planner: StreamPlanner, lines: AsyncIterable<string>, path: string): Promise<Placed> {
  const file = path === STANDARD_INPUT ? 'standard input' : path
  let [line, arrived, refused] = [0, 0, 0]
  for await (const text of lines) {
    line += 1
    if (text.trim() === '') continue
    const answer = await placeLine(planner, line === 1 ? text.replace(/^\uFEFF/, '') : text, { file, line })
    if ('error' in answer) refused += 1
    else arrived += 1
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
  return { arrived, refused }
}

type Answer = { readonly line: number; readonly error: string } | Readonly<Record<string, unknown>>

async function placeLine(
  planner: StreamPlanner,
  text: string,
  { file, line }: { readonly file: string; readonly line: number },
): Promise<Answer> {
  try {
    const task = taskOf(text, { file, line })
    const { agentId = null, why, costUsd, moneyUsd } = await planner.place(task)
    const placed = { task: task.id, agent: agentId, ...(why === undefined ? {} : { why }) }
    return { ...placed, costUsd, moneyUsd, spentUsd: planner.spentUsd }
  } catch (error) {
    if (!QaasError.isInstance(error) || error.code === 'internal') throw error
    const located = error.message.startsWith(`${file}:`)
    const [message, advice = ''] = error.message.split('\n')
    const shown = located ? error : fileError({ file, line }, message!, { code: 'invalid-instance', advice })
    console.error(shown.message)
    return { line, error: shown.message }
  }
}

/** @throws QaasError `invalid-file` or `invalid-instance` with the line and what is wrong with it */
function taskOf(text: string, { file, line }: { file: string; line: number }): TaskDocument {
  const parsed = parseJson(file, text, line)
  if (isTask(parsed.value)) return parsed.value
  const { path, part, message, advice } = explainTask(parsed.value, 0)
  throw fileError(parsed.locate(path.slice(2), part), message, { code: 'invalid-instance', advice })
}

interface Hindsight {
  readonly objective?: number
  readonly bound?: number
}

async function hindsight(instance: Instance, seed: number, timeLimitMs: number): Promise<Hindsight> {
  const { results } = await solveEach(instance, [autoSolver()], { seed, timeLimitMs, silent: true })
  const { evaluation, bounds } = results[0]!
  return {
    ...(evaluation?.feasible ? { objective: evaluation.objective } : {}),
    ...(bounds.dual === undefined ? {} : { bound: bounds.dual }),
  }
}

interface Summary {
  readonly tasks: number
  readonly unplaced: number
  /** Lines that were no task, or one that could not be taken. */
  readonly refused: number
  readonly feasible: boolean
  readonly objective: number
  readonly moneyUsd: number
  readonly hindsight: Hindsight | null
  /** How much dearer than the best plan found in hindsight; null where one of the two does not place every task. */
  readonly regret: number | null
  /** The same against the bound that no plan can be below. */
  readonly regretAtMost: number | null
}

interface Streamed {
  readonly evaluation: Evaluation
  readonly best: Hindsight | undefined
  readonly refused: number
}

function summaryOf(instance: Instance, { evaluation, best, refused }: Streamed): Summary {
  const { feasible, objective, moneyUsd, unassigned } = evaluation
  const above = (other: number | undefined): number | null =>
    feasible && other !== undefined && other > 0 ? objective / other - 1 : null
  return {
    tasks: instance.tasks.count,
    unplaced: unassigned,
    refused,
    feasible,
    objective,
    moneyUsd,
    hindsight: best ?? null,
    regret: above(best?.objective),
    regretAtMost: above(best?.bound),
  }
}

function summaryText({ policy }: Instance, summary: Summary): string {
  const { tasks, unplaced, refused, objective, moneyUsd, hindsight: best, regret, regretAtMost } = summary
  const budget = policy.budgetUsd === Infinity ? '' : ` of ${usd(policy.budgetUsd)}`
  const lines = [
    `${count(tasks - unplaced)} of ${counted(tasks, 'task')} placed, objective ${objectiveText(objective)}, ${usd(moneyUsd)}${budget} spent`,
  ]
  if (refused > 0) lines.push(`${counted(refused, 'line')} refused`)
  if (regret !== null)
    lines.push(
      `regret: ${percent(regret)} above the plan in hindsight (${objectiveText(best!.objective!)})${regretAtMost === null ? '' : `, at most ${percent(regretAtMost)} above any plan`}`,
    )
  else if (best !== null)
    lines.push(
      'regret: none can be said; the stream or the plan in hindsight leaves tasks out that it may not',
    )
  return lines.join('\n')
}
