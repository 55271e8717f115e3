/** Runs `qaas verify`; its options are in `commands/verify.ts`. */
import { readInstance } from '../../io/read-instance.ts'
import { readPlan } from '../../io/read-plan.ts'
import type { Instance } from '../../model/instance.ts'
import { describeViolation } from '../../model/violations.ts'
import type { ExitCode } from '../command.ts'
import type { VerifyArguments } from '../commands/verify.ts'
import { objectiveText, percent } from '../format.ts'
import { type FileVerdict, judgePlanFile } from '../plan-file-verdict.ts'
import { scarcitySentences } from '../scarcity-text.ts'
import { instanceOptions } from '../solve-options.ts'

const MAX_LISTED = 20
/** Whole prices and the judge's tolerance of budgets leave so much of a proof of optimality. */
const OPTIMAL_GAP = 1e-8

export async function run({
  positionals: [instancePath, planPath],
  options,
}: VerifyArguments): Promise<ExitCode> {
  const instance = await readInstance(instancePath!, instanceOptions(options))
  const verdict = judgePlanFile(instance, await readPlan(planPath!, instance))
  const sentences = scarcitySentences(instance, verdict.certificate)
  if (options.json) console.log(JSON.stringify(json(instance, verdict, sentences), null, 2))
  else console.log(text(instance, verdict, sentences).join('\n'))
  return verdict.status === 'rejected' ? 1 : 0
}

function json(instance: Instance, verdict: FileVerdict, sentences: readonly string[]): unknown {
  const { evaluation, boundUsd, gap, status, reason, contradictions, sameInstance } = verdict
  return {
    status,
    reason,
    feasible: evaluation.feasible,
    objective: evaluation.objective,
    bound: boundUsd !== undefined && Number.isFinite(boundUsd) ? boundUsd : null,
    gap: gap ?? null,
    contradictions,
    unproven: verdict.unproven ?? null,
    sameInstance: sameInstance ?? null,
    violations: evaluation.violations.map((violation) => describeViolation(instance, violation)),
    shadowPrices: sentences,
  }
}

function text(instance: Instance, verdict: FileVerdict, sentences: readonly string[]): string[] {
  const { evaluation, boundUsd, gap, status, reason, unproven } = verdict
  const objective = objectiveText(evaluation.objective)
  const first =
    gap !== undefined && gap <= OPTIMAL_GAP ? 'PROVEN optimal' : `PROVEN gap <= ${percent(gap ?? 1)}`
  const lines = [
    status === 'proven'
      ? `${first}: objective ${objective}, no feasible plan is below ${objectiveText(boundUsd!)}`
      : `${status.toUpperCase()}: ${reason}`,
  ]
  if (unproven !== undefined && status === 'proven') lines.push(`  ${unproven}`)
  for (const violation of evaluation.violations.slice(0, MAX_LISTED))
    lines.push(`  ${describeViolation(instance, violation)}`)
  if (sentences.length > 0) lines.push('what is scarce:', ...sentences.map((sentence) => `  ${sentence}`))
  return lines
}
