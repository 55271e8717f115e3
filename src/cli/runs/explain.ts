/** Runs `qaas explain`; its options are in `commands/explain.ts`. */
import { QaasError } from '../../errors.ts'
import { nearest } from '../../io/nearest.ts'
import { readInstance } from '../../io/read-instance.ts'
import { readPlan } from '../../io/read-plan.ts'
import { counted } from '../../model/counted.ts'
import { describeInfeasibility } from '../../model/describe-infeasibility.ts'
import { describeAlternative, describeTask } from '../../model/describe-task.ts'
import { evaluate } from '../../model/evaluate.ts'
import { explainInfeasible } from '../../model/explain-infeasible.ts'
import { explainTask, type TaskExplanation } from '../../model/explain-task.ts'
import { agentId, type Instance } from '../../model/instance.ts'
import { pairCostUsd } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'
import { describeViolation, type Violation } from '../../model/violations.ts'
import { clashingLimits, describeClashingLimit } from '../../verify/infeasible.ts'
import type { ExitCode } from '../command.ts'
import type { ExplainArguments } from '../commands/explain.ts'
import { usd } from '../format.ts'
import { infeasibilityText, pricesThatProve } from '../infeasibility-text.ts'
import { leastBudget } from '../least-budget.ts'
import { warnOtherInstance } from '../plan-file-verdict.ts'
import { scarcitySentences } from '../scarcity-text.ts'
import { instanceOptions } from '../solve-options.ts'
import { renderTable } from '../table.ts'

/** Tasks shown when none is named: the dearest ones. */
const DEAREST = 15
/** Broken promises printed as text. */
const MAX_BROKEN = 50

export async function run({ positionals, options }: ExplainArguments): Promise<ExitCode> {
  const [instancePath, planPath, taskId] = positionals
  const instance = await readInstance(instancePath!, instanceOptions(options))
  if (planPath === undefined) return explainInstance(instance, options.json)
  const { plan, document, sameInstance } = await readPlan(planPath, instance)
  warnOtherInstance(sameInstance)
  const { violations, feasible } = evaluate(instance, plan)
  const task = taskId === undefined ? undefined : taskRow(instance, taskId)
  if (task === undefined)
    explainDearest(instance, plan, {
      json: options.json,
      violations,
      scarce: scarcitySentences(instance, document.certificate ?? undefined),
    })
  else
    explainOne(instance, { explanation: explainTask(instance, plan, task), violations, json: options.json })
  return feasible ? 0 : 1
}

async function explainInstance(instance: Instance, json: boolean): Promise<ExitCode> {
  const findings = explainInfeasible(instance)
  // Only where no single promise is to blame; then several may be, together.
  const prices = findings.length === 0 ? await pricesThatProve(instance) : undefined
  const clashing = prices && clashingLimits(instance, prices)
  const isImpossible = findings.length > 0 || clashing !== undefined
  const least = isImpossible ? await leastBudget(instance) : undefined
  if (json) {
    const texts = findings.map((finding) => ({
      kind: finding.kind,
      text: describeInfeasibility(instance, finding),
    }))
    const together = clashing?.map((limit) => ({
      limit: describeClashingLimit(instance, limit),
      share: limit.share,
    }))
    const facts = {
      findings: texts,
      ...(together ? { together } : {}),
      ...(least ? { leastBudget: least } : {}),
    }
    console.log(JSON.stringify(facts, null, 2))
  } else console.log(infeasibilityText(instance, { findings, certificate: prices, least }))
  return isImpossible ? 1 : 0
}

/** @throws QaasError `invalid-option` naming the nearest task */
function taskRow({ tasks }: Instance, id: string): number {
  const row = tasks.ids.indexOf(id)
  if (row >= 0) return row
  const known = Array.from({ length: Math.min(tasks.count, 100_000) }, (_, task) => tasks.ids.get(task))
  const close = nearest(id, known)
  throw new QaasError('invalid-option', `the instance has no task "${id}"`, {
    advice: close ? `Maybe you meant "${close}".` : 'Maybe look at the ids in the tasks file.',
  })
}

interface Explained {
  readonly explanation: TaskExplanation
  /** Every promise that the plan breaks, at this task or not. */
  readonly violations: readonly Violation[]
  readonly json: boolean
}

function explainOne(instance: Instance, { explanation, violations, json }: Explained): void {
  if (json) {
    console.log(JSON.stringify(explanationJson(instance, explanation), null, 2))
    return
  }
  const elsewhere = violations.length - explanation.broken.length
  console.log(
    [
      ...describeTask(instance, explanation),
      ...(elsewhere > 0
        ? [`the plan breaks ${counted(elsewhere, 'promise')} elsewhere: qaas check names them`]
        : []),
    ].join('\n'),
  )
}

/** An ineligible pool has infinite costs, which JSON does not know: they are null there. */
function explanationJson(
  instance: Instance,
  { task, agent, agents, costUsd, alternatives, broken }: TaskExplanation,
): unknown {
  const { tasks, fleet } = instance
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
  return {
    task: tasks.ids.get(task),
    agent: agent < 0 ? null : agentId(fleet, agent),
    agents: agents.map((one) => agentId(fleet, one)),
    costUsd: finite(costUsd),
    brokenPromises: broken.map((violation) => describeViolation(instance, violation)),
    alternatives: alternatives.map((alternative) => ({
      ...alternative,
      pool: fleet.poolIds[alternative.pool],
      costUsd: finite(alternative.costUsd),
      extraUsd: finite(alternative.extraUsd),
      text: describeAlternative(instance, alternative),
    })),
  }
}

interface Whole {
  readonly json: boolean
  readonly scarce: readonly string[]
  readonly violations: readonly Violation[]
}

/** The tasks that cost most, with the cheapest eligible pool that they do not have and what is in its way. */
function explainDearest(instance: Instance, plan: Plan, { json, scarce, violations }: Whole): void {
  const { fleet, tasks } = instance
  const assigned = Array.from({ length: tasks.count }, (_, task) => task).filter(
    (task) => plan.agentOf[task]! >= 0,
  )
  const cost = (task: number): number => pairCostUsd(instance, task, fleet.poolOf[plan.agentOf[task]!]!)
  const dearest = assigned.sort((a, b) => cost(b) - cost(a) || a - b).slice(0, DEAREST)
  const explained = dearest.map((task) => explainTask(instance, plan, task))
  if (json) {
    const tasksJson = explained.map((one) => explanationJson(instance, one))
    const brokenPromises = violations.map((violation) => describeViolation(instance, violation))
    console.log(JSON.stringify({ tasks: tasksJson, brokenPromises, shadowPrices: scarce }, null, 2))
    return
  }
  const rows = explained.map(({ task, agent, costUsd, alternatives }) => {
    const cheapest = alternatives.find(({ isCurrent, whyNot }) => !isCurrent && whyNot === undefined)
    return [
      tasks.ids.get(task),
      agentId(fleet, agent),
      usd(costUsd),
      cheapest === undefined ? 'no other pool may do it' : describeAlternative(instance, cheapest),
    ]
  })
  console.log(
    renderTable(
      [
        { title: 'dearest tasks' },
        { title: 'agent' },
        { title: 'cost', align: 'right' },
        { title: 'next best' },
      ],
      rows,
      // A pipe gets whole lines.
      process.stdout.isTTY ? { maxWidth: process.stdout.columns } : {},
    ),
  )
  if (scarce.length > 0) console.log(['', 'what is scarce:', ...scarce.map((one) => `  ${one}`)].join('\n'))
  if (violations.length > 0) console.log(['', ...brokenLines(instance, violations)].join('\n'))
}

/** Each promise by itself; of very many only the first. */
function brokenLines(instance: Instance, violations: readonly Violation[]): string[] {
  const more = violations.length - MAX_BROKEN
  return [
    `the plan breaks ${counted(violations.length, 'promise')}:`,
    ...violations.slice(0, MAX_BROKEN).map((violation) => `  ${describeViolation(instance, violation)}`),
    ...(more > 0 ? [`  ... and ${more} more; --json has all`] : []),
  ]
}
