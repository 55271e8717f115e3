/** A planned instance in words: the verdict first, then the shift report, then what is broken. */
import { counted } from '../model/counted.ts'
import type { Evaluation } from '../model/evaluate.ts'
import type { Instance } from '../model/instance.ts'
import type { Plan } from '../model/plan.ts'
import { describeViolation } from '../model/violations.ts'
import { assignments } from '../report/assignments.ts'
import { capacitySlack } from '../report/comparison.ts'
import { shiftReport } from '../report/shift-report.ts'
import { shiftReportText } from '../report/shift-report-text.ts'
import { wrap } from '../report/wrap.ts'
import type { SolveResult } from '../solve/solve.ts'
import { churnFacts, churnVerdict } from './churn-text.ts'
import { duration, objectiveText, percent, usd } from './format.ts'
import { penaltyFacts } from './penalty-facts.ts'
import type { Churn } from './previous-plan.ts'
import { scarcitySentences } from './scarcity-text.ts'
import { renderMarkdownTable, renderTable } from './table.ts'

/** Broken promises listed before the rest is only counted. */
const MAX_LISTED = 10
/** Above this relative gap shadow prices are not shown. */
const WORTHLESS_GAP = 0.05

export interface PlanTextOptions {
  readonly markdown: boolean
  /** Of a re-plan. */
  readonly churn?: Churn
  /** The file the plan has been written to. */
  readonly out?: string | undefined
}

export function planText(
  instance: Instance,
  result: SolveResult,
  { markdown, churn, out }: PlanTextOptions,
): string {
  const { plan, evaluation } = result
  const facts = planFacts(instance, result, churn)
  const width = Math.max(...facts.map(([name]) => name.length))
  const head = [
    verdict(result, churn),
    '',
    ...facts.flatMap(([name, value]) =>
      wrap(value.split(' '), { first: `  ${name.padEnd(width)}  `, indent: ' '.repeat(width + 4) }),
    ),
  ]
  if (plan === undefined || evaluation === undefined) return head.join('\n')
  const table = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
    (markdown ? renderMarkdownTable : renderTable)(
      titles.map((title, k) => ({ title, align: k === 0 ? 'left' : 'right' })),
      rows,
    )
  const report = shiftReportText(shiftReport(instance, plan, evaluation), { usd, table })
  return [
    ...head,
    '',
    report,
    ...whoDoesWhat(instance, plan, { table, out }),
    ...scarce(instance, result),
    ...brokenPromises(instance, result),
  ].join('\n')
}

/** Plans up to so many tasks are shown task by task. */
const READABLE = 30

type Table = (titles: readonly string[], rows: readonly (readonly string[])[]) => string

function whoDoesWhat(
  instance: Instance,
  plan: Plan,
  { table, out }: { readonly table: Table; readonly out: string | undefined },
): string[] {
  if (plan.agentOf.length > READABLE)
    return ['', out === undefined ? 'Who does each task: --out plan.json' : `Who does each task: ${out}`]
  const rows = assignments(instance, plan).map(({ task, agent, quality, floor, usd: cost }) => [
    `${task} -> ${agent ?? 'nobody'}`,
    quality === undefined ? '-' : `${quality} (>= ${floor})`,
    cost === undefined ? '-' : usd(cost),
  ])
  return ['', 'WHO DOES WHAT', table(['task -> agent', 'quality', 'money'], rows).replace(/^/gm, '  ')]
}

/** One sentence: is there a plan, does it keep every promise, how good is it at worst. */
export function verdict(
  { evaluation, gap, termination, bounds, elapsedMs }: SolveResult,
  churn?: Churn,
): string {
  const { reason, detail } = termination
  if (evaluation === undefined && (reason === 'time-limit' || reason === 'interrupted'))
    return `No plan was found in the ${duration(elapsedMs)} there were; that does not mean that there is none.`
  if (evaluation === undefined) return `${reason === 'infeasible' ? 'No plan exists' : 'No plan'}: ${detail}.`
  const broken = counted(evaluation.violations.length, 'promise')
  if (reason === 'infeasible')
    return `No plan keeps every promise (proven). The plan below is a cheap one that breaks ${broken}.`
  if (!evaluation.feasible) return `A plan that breaks ${broken}; ${detail}.`
  const kept = promisesKept(evaluation)
  const weighed = churn && churnVerdict(churn)
  if (weighed !== undefined) return `${kept}, and ${weighed}.`
  if (reason === 'optimal') return `${kept}, and the plan is proven optimal.`
  if (gap !== undefined && bounds.dual !== undefined)
    return `${kept}, and the plan is proven to be within ${percent(gap)} of the optimum.`
  return `${kept}; nothing is proven about the optimum (this solver gives no bound).`
}

/** What has a price may be broken at that price, and whoever reads one line only must know. */
function promisesKept({ unassigned, weakerChildren, terms }: Evaluation): string {
  const paid = [
    ...(unassigned > 0 ? [`${counted(unassigned, 'task')} without an agent`] : []),
    ...(terms.dependencyUsd > 0
      ? [`${counted(weakerChildren, 'child', 'children')} weaker than their parents`]
      : []),
    ...(terms.belowFloorUsd > 0 ? ['qualities below their floors'] : []),
  ]
  if (paid.length === 0) return 'Every promise is kept'
  const usdPaid = terms.unassignedUsd + terms.dependencyUsd + terms.belowFloorUsd
  return `Every promise without a price is kept, with ${paid.join(' and ')} (${usd(usdPaid)} by the policy)`
}

/** Name and value of every headline figure. */
export function planFacts(
  instance: Instance,
  result: SolveResult,
  churn?: Churn,
): readonly (readonly [string, string])[] {
  const { objective, evaluation, bounds, gap, provenance, termination, elapsedMs } = result
  const { tasks, fleet, dependencies } = instance
  const slack = capacitySlack(instance)
  // Where moves have a price, the objective alone is not what was minimised.
  const apart = churn && churn.churnUsd > 0 ? ' apart from moves' : ''
  return [
    [
      'instance',
      `${instance.name}: ${counted(tasks.count, 'task')}, ${counted(fleet.numAgents, 'agent')} in ${counted(fleet.numPools, 'pool')}, ${counted(dependencies.numEdges, 'dependency', 'dependencies')}`,
    ],
    ['capacity', capacityText(slack, fleet)],
    ...(objective === undefined ? [] : [['objective', objectiveText(objective)] as const]),
    ...(evaluation === undefined
      ? []
      : [['money', moneyText(evaluation.moneyUsd, instance.policy.budgetUsd)] as const]),
    ['proven bound', termination.reason === 'infeasible' ? 'there is no plan' : boundText(bounds)],
    ...(gap === undefined ? [] : [['gap', `${percent(gap)}${apart}`] as const]),
    ['solver', `${provenance.solver}, seed ${provenance.seed}, ${duration(elapsedMs)}`],
    ...penaltyFacts(result),
    [
      'ended',
      `${termination.reason}${termination.reason === 'optimal' && churn?.totalGap !== 0 ? apart : ''}: ${termination.detail}`,
    ],
    ...(churn ? churnFacts(churn) : []),
  ]
}

function capacityText(slack: number, { capacityTokens }: Instance['fleet']): string {
  if (Number.isFinite(slack)) return `${slack.toFixed(3)} usable slots per task`
  return capacityTokens.some(Number.isFinite) ? 'limited in tokens only' : 'without limit'
}

/** The bound, and how much of it anyone can re-check where that is visibly less. */
function boundText({ dual, certified }: SolveResult['bounds']): string {
  if (dual === undefined) return 'none'
  const [whole, part] = [objectiveText(dual), certified === undefined ? undefined : objectiveText(certified)]
  if (part === undefined) return `${whole} (by search; no certificate)`
  return part === whole ? whole : `${whole} (by search; the certificate proves ${part})`
}

function moneyText(spent: number, budget: number): string {
  return Number.isFinite(budget) ? `${usd(spent)} of ${usd(budget)}` : usd(spent)
}

/** Prices of a plan that is far from optimal say little about it; those of a good one say what to buy. */
function scarce(instance: Instance, { certificate, evaluation, gap = 1 }: SolveResult): string[] {
  if (!evaluation?.feasible || gap > WORTHLESS_GAP) return []
  const sentences = scarcitySentences(instance, certificate)
  return sentences.length === 0 ? [] : ['', 'WHAT IS SCARCE', ...sentences.map((one) => `  ${one}`)]
}

function brokenPromises(instance: Instance, { evaluation }: SolveResult): string[] {
  const violations = evaluation?.violations ?? []
  if (violations.length === 0) return []
  const more = violations.length - MAX_LISTED
  return [
    '',
    `BROKEN PROMISES (${violations.length})`,
    ...violations.slice(0, MAX_LISTED).map((violation) => `  ${describeViolation(instance, violation)}`),
    ...(more > 0 ? [`  ... and ${more} more`] : []),
  ]
}
