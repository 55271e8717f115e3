/** Runs `qaas explain`; its options are in `commands/explain.ts`. */
import { QaasError } from '../../errors.ts'
import { nearest } from '../../io/nearest.ts'
import { readInstance } from '../../io/read-instance.ts'
import { readPlan } from '../../io/read-plan.ts'
import { describeInfeasibility } from '../../model/describe-infeasibility.ts'
import { brokenLines, describeAlternative, describeTask } from '../../model/describe-task.ts'
import { explainInfeasible } from '../../model/explain-infeasible.ts'
import { explainTask, type TaskExplanation } from '../../model/explain-task.ts'
import { agentId, type Instance } from '../../model/instance.ts'
import { pairCostUsd } from '../../model/pair.ts'
import type { Plan } from '../../model/plan.ts'
import { describeViolation } from '../../model/violations.ts'
import { clashingLimits, describeClashingLimit } from '../../verify/infeasible.ts'
import type { ExitCode } from '../command.ts'
import type { ExplainArguments } from '../commands/explain.ts'
import { usd } from '../format.ts'
import { infeasibilityText, pricesThatProve } from '../infeasibility-text.ts'
import { warnOtherInstance } from '../plan-file-verdict.ts'
import { scarcitySentences } from '../scarcity-text.ts'
import { instanceOptions } from '../solve-options.ts'
import { renderTable } from '../table.ts'

/** Tasks shown when none is named: the dearest ones. */
const DEAREST = 15

export async function run({ positionals, options }: ExplainArguments): Promise<ExitCode> {
  const [instancePath, planPath, taskId] = positionals
  const instance = await readInstance(instancePath!, instanceOptions(options))
  if (planPath === undefined) return explainInstance(instance, options.json)
  const { plan, document, sameInstance } = await readPlan(planPath, instance)
  warnOtherInstance(sameInstance)
  if (taskId === undefined)
    explainDearest(instance, plan, {
      json: options.json,
      scarce: scarcitySentences(instance, document.certificate ?? undefined),
    })
  else explainOne(instance, explainTask(instance, plan, taskRow(instance, taskId)), options.json)
  return 0
}

async function explainInstance(instance: Instance, json: boolean): Promise<ExitCode> {
  const findings = explainInfeasible(instance)
  // Only where no single promise is to blame; then several may be, together.
  const prices = findings.length === 0 ? await pricesThatProve(instance) : undefined
  const clashing = prices && clashingLimits(instance, prices)
  if (json) {
    const texts = findings.map((finding) => ({
      kind: finding.kind,
      text: describeInfeasibility(instance, finding),
    }))
    const together = clashing?.map((limit) => ({
      limit: describeClashingLimit(instance, limit),
      share: limit.share,
    }))
    console.log(JSON.stringify({ findings: texts, ...(together ? { together } : {}) }, null, 2))
  } else console.log(infeasibilityText(instance, prices))
  return findings.length === 0 && clashing === undefined ? 0 : 1
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

function explainOne(instance: Instance, explanation: TaskExplanation, json: boolean): void {
  if (json) console.log(JSON.stringify(explanationJson(instance, explanation), null, 2))
  else console.log(describeTask(instance, explanation).join('\n'))
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

/** The tasks that cost most, with the cheapest eligible pool that they do not have and what is in its way. */
function explainDearest(
  instance: Instance,
  plan: Plan,
  { json, scarce }: { readonly json: boolean; readonly scarce: readonly string[] },
): void {
  const { fleet, tasks } = instance
  const assigned = Array.from({ length: tasks.count }, (_, task) => task).filter(
    (task) => plan.agentOf[task]! >= 0,
  )
  const cost = (task: number): number => pairCostUsd(instance, task, fleet.poolOf[plan.agentOf[task]!]!)
  const dearest = assigned.sort((a, b) => cost(b) - cost(a) || a - b).slice(0, DEAREST)
  const explained = dearest.map((task) => explainTask(instance, plan, task))
  if (json) {
    const tasksJson = explained.map((one) => explanationJson(instance, one))
    console.log(JSON.stringify({ tasks: tasksJson, shadowPrices: scarce }, null, 2))
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
  const broken = explained.flatMap((one) => brokenLines(instance, one))
  if (broken.length > 0) console.log(['', ...new Set(broken)].join('\n'))
}
