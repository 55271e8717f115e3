/** Runs `qaas check`; its options are in `commands/check.ts`. */

import { violationDocument } from '../../io/plan-document.ts'
import { readInstance } from '../../io/read-instance.ts'
import { readPlan } from '../../io/read-plan.ts'
import { counted } from '../../model/counted.ts'
import { describeInfeasibility } from '../../model/describe-infeasibility.ts'
import { explainInfeasible } from '../../model/explain-infeasible.ts'
import type { Instance } from '../../model/instance.ts'
import { describeViolation } from '../../model/violations.ts'
import { capacitySlack } from '../../report/comparison.ts'
import type { ExitCode } from '../command.ts'
import type { CheckArguments } from '../commands/check.ts'
import { count, objectiveText, usd } from '../format.ts'
import { infeasibilityText } from '../infeasibility-text.ts'
import { type FileVerdict, judgePlanFile } from '../plan-file-verdict.ts'
import { instanceOptions } from '../solve-options.ts'

/** Broken promises printed as text; `--json` has all. */
const MAX_LISTED = 50

export async function run({
  positionals: [instancePath, planPath],
  options,
}: CheckArguments): Promise<ExitCode> {
  const instance = await readInstance(instancePath!, instanceOptions(options))
  if (planPath === undefined) return checkInstance(instance, options.json)
  return checkPlan(instance, judgePlanFile(instance, await readPlan(planPath, instance)), options.json)
}

function checkInstance(instance: Instance, json: boolean): ExitCode {
  const { tasks, fleet, dependencies, name } = instance
  const slack = capacitySlack(instance)
  const findings = explainInfeasible(instance)
  if (json) {
    const facts = {
      name,
      tasks: tasks.count,
      agents: fleet.numAgents,
      pools: fleet.numPools,
      dependencies: dependencies.numEdges,
      slack: Number.isFinite(slack) ? slack : null,
      findings: findings.map((finding) => ({
        kind: finding.kind,
        text: describeInfeasibility(instance, finding),
      })),
    }
    console.log(JSON.stringify(facts, null, 2))
  } else {
    console.log(
      `${name}: ${counted(tasks.count, 'task')}, ${counted(fleet.numAgents, 'agent')} in ${counted(fleet.numPools, 'pool')}, ${counted(dependencies.numEdges, 'dependency', 'dependencies')}`,
    )
    console.log(
      Number.isFinite(slack) ? `${slack.toFixed(3)} usable slots per task` : 'capacity without limit',
    )
    console.log(infeasibilityText(instance, { findings }))
  }
  return findings.length === 0 ? 0 : 1
}

function checkPlan(instance: Instance, verdict: FileVerdict, json: boolean): ExitCode {
  if (json) console.log(JSON.stringify(planFacts(instance, verdict), null, 2))
  else console.log(planLines(instance, verdict).join('\n'))
  return verdict.status === 'rejected' ? 1 : 0
}

function planFacts(instance: Instance, verdict: FileVerdict): unknown {
  const { evaluation, status, contradictions, unproven, sameInstance } = verdict
  const { objective, terms, moneyUsd, feasible, violations, unassigned } = evaluation
  return {
    status,
    feasible,
    objective,
    terms,
    moneyUsd,
    unassigned,
    violations: violations.map((violation) => violationDocument(instance, violation)),
    contradictions,
    unproven: unproven ?? null,
    sameInstance: sameInstance ?? null,
  }
}

function planLines(instance: Instance, verdict: FileVerdict): string[] {
  const { evaluation, status, reason, contradictions, unproven } = verdict
  const { objective, moneyUsd, feasible, violations, unassigned } = evaluation
  const lines = contradictions.map((text) => `REJECTED: ${text}`)
  if (feasible && contradictions.length === 0 && status === 'rejected') lines.push(`REJECTED: ${reason}`)
  const broken = `The plan breaks ${count(violations.length)} ${violations.length === 1 ? 'promise' : 'promises'}:`
  lines.push(feasible ? 'The plan keeps every promise.' : broken)
  for (const violation of violations.slice(0, MAX_LISTED))
    lines.push(`  ${describeViolation(instance, violation)}`)
  if (violations.length > MAX_LISTED) lines.push(`  ... and ${count(violations.length - MAX_LISTED)} more`)
  lines.push(`objective ${objectiveText(objective)}, money ${usd(moneyUsd)}, ${unassigned} unassigned`)
  return unproven === undefined ? lines : [...lines, unproven]
}
