/** Runs `qaas check`; its options are in `commands/check.ts`. */
import { violationDocument } from '../../io/plan-document.ts'
import { readInstance } from '../../io/read-instance.ts'
import { readPlan } from '../../io/read-plan.ts'
import { describeInfeasibility } from '../../model/describe-infeasibility.ts'
import { evaluate } from '../../model/evaluate.ts'
import { explainInfeasible } from '../../model/explain-infeasible.ts'
import type { Instance } from '../../model/instance.ts'
import type { Plan } from '../../model/plan.ts'
import { describeViolation } from '../../model/violations.ts'
import { capacitySlack } from '../../report/comparison.ts'
import type { ExitCode } from '../command.ts'
import type { CheckArguments } from '../commands/check.ts'
import { count, objectiveText, usd } from '../format.ts'
import { infeasibilityText } from '../infeasibility-text.ts'
import { instanceOptions } from '../solve-options.ts'

/** Broken promises printed as text; `--json` has all. */
const MAX_LISTED = 50

export async function run({
  positionals: [instancePath, planPath],
  options,
}: CheckArguments): Promise<ExitCode> {
  const instance = await readInstance(instancePath!, instanceOptions(options))
  if (planPath === undefined) return checkInstance(instance, options.json)
  const { plan, sameInstance } = await readPlan(planPath, instance)
  if (sameInstance === false)
    console.error('warning: the file says that this plan was made for another instance')
  return checkPlan(instance, plan, options.json)
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
      `${name}: ${count(tasks.count)} tasks, ${count(fleet.numAgents)} agents in ${count(fleet.numPools)} pools, ${count(dependencies.numEdges)} dependencies`,
    )
    console.log(
      Number.isFinite(slack) ? `${slack.toFixed(3)} usable slots per task` : 'capacity without limit',
    )
    console.log(infeasibilityText(instance))
  }
  return findings.length === 0 ? 0 : 1
}

function checkPlan(instance: Instance, plan: Plan, json: boolean): ExitCode {
  const { objective, terms, moneyUsd, feasible, violations, unassigned } = evaluate(instance, plan)
  if (json) {
    const named = violations.map((violation) => violationDocument(instance, violation))
    console.log(
      JSON.stringify({ feasible, objective, terms, moneyUsd, unassigned, violations: named }, null, 2),
    )
  } else {
    console.log(
      feasible ? 'The plan keeps every promise.' : `The plan breaks ${count(violations.length)} promises:`,
    )
    for (const violation of violations.slice(0, MAX_LISTED))
      console.log(`  ${describeViolation(instance, violation)}`)
    if (violations.length > MAX_LISTED) console.log(`  ... and ${count(violations.length - MAX_LISTED)} more`)
    console.log(`objective ${objectiveText(objective)}, money ${usd(moneyUsd)}, ${unassigned} unassigned`)
  }
  return feasible ? 0 : 1
}
