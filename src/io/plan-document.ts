/** A plan as it is written to `plan.json` and printed by `--json`: the result of a solve in names, not numbers. */
import { type Evaluation, evaluate } from '../model/evaluate.ts'
import { agentId, type Instance } from '../model/instance.ts'
import { instanceHash } from '../model/instance-hash.ts'
import type { Plan } from '../model/plan.ts'
import { describeViolation, type Violation } from '../model/violations.ts'
import type { SolveResult } from '../solve/solve.ts'
import type { Certificate } from '../solve/solver.ts'
import { VERSION } from '../version.ts'

/** A broken promise: its kind, a sentence, and what it is about by name. */
export interface ViolationDocument {
  readonly kind: Violation['kind']
  readonly text: string
  readonly [detail: string]: unknown
}

/** `null` stands for what is not known, such as the objective where there is no plan. */
export interface PlanDocument {
  readonly version: 1
  readonly instance: {
    readonly name: string
    /** See `instanceHash`. */
    readonly hash: string
    readonly tasks: number
    readonly agents: number
    /** Ids of the pools, in the order in which the certificate lists prices. */
    readonly pools: readonly string[]
  }
  readonly objective: number | null
  readonly moneyUsd: number | null
  readonly bounds: {
    readonly primal: number | null
    readonly dual: number | null
    /** What the certificate alone proves. */
    readonly certified: number | null
  }
  readonly gap: number | null
  readonly termination: { readonly reason: string; readonly detail: string }
  readonly feasible: boolean
  readonly violations: readonly ViolationDocument[]
  /** The agent of each task; a list where a task was given to several. */
  readonly assignments: Readonly<Record<string, string | readonly string[]>>
  /** Tasks without an agent. */
  readonly unassigned: readonly string[]
  readonly provenance: {
    readonly solver: string
    readonly seed: number
    readonly options: Readonly<Record<string, unknown>>
    readonly version: string
  }
  readonly elapsedMs: number
  readonly stats: Readonly<Record<string, unknown>>
  readonly certificate: Certificate | null
}

/** The document of a solve's result. */
export function planDocument(instance: Instance, result: SolveResult): PlanDocument {
  return { ...withoutTasks(instance, result), ...assignmentDocuments(instance, result.plan) }
}

/** The document as if there were no tasks. */
function withoutTasks(instance: Instance, result: SolveResult): PlanDocument {
  const { plan, bounds, provenance, termination } = result
  const evaluation = result.evaluation ?? (plan && evaluate(instance, plan))
  return {
    version: 1,
    instance: {
      name: instance.name,
      hash: instanceHash(instance),
      tasks: instance.tasks.count,
      agents: instance.fleet.numAgents,
      pools: instance.fleet.poolIds,
    },
    objective: result.objective ?? null,
    moneyUsd: evaluation?.moneyUsd ?? null,
    bounds: {
      primal: bounds.primal ?? null,
      dual: bounds.dual ?? null,
      certified: bounds.certified ?? null,
    },
    gap: result.gap ?? null,
    termination: { reason: termination.reason, detail: termination.detail },
    feasible: evaluation?.feasible ?? false,
    violations: violationDocuments(instance, evaluation),
    assignments: {},
    unassigned: [],
    provenance: { ...provenance, version: VERSION },
    elapsedMs: result.elapsedMs,
    stats: result.stats,
    certificate: result.certificate ?? null,
  }
}

/**
 * The text of the document, with what else it is to say. The same as `JSON.stringify` of both, without an object of a
 * million keys on the way.
 */
export function planFileText(
  instance: Instance,
  result: SolveResult,
  more: Readonly<Record<string, unknown>> = {},
): string {
  const { plan } = result
  if (plan === undefined || plan.surplus)
    return JSON.stringify({ ...planDocument(instance, result), ...more })
  const unassigned: string[] = []
  const assignments = assignmentText(instance, plan, (id) => unassigned.push(id))
  const text = JSON.stringify({ ...withoutTasks(instance, result), unassigned, ...more })
  // Quotes within strings are escaped, so that the empty object is the first thing that looks like this.
  const empty = '"assignments":{}'
  const at = text.indexOf(empty)
  return `${text.slice(0, at)}"assignments":{${assignments}}${text.slice(at + empty.length)}`
}

function assignmentText({ fleet, tasks }: Instance, plan: Plan, onUnassigned: (id: string) => void): string {
  const agents = Array.from({ length: fleet.numAgents }, (_, agent) => JSON.stringify(agentId(fleet, agent)))
  const parts: string[] = []
  for (let task = 0; task < tasks.count; task++) {
    const agent = plan.agentOf[task]!
    if (agent < 0) onUnassigned(tasks.ids.get(task))
    else parts.push(`${JSON.stringify(tasks.ids.get(task))}:${agents[agent]}`)
  }
  return parts.join(',')
}

function violationDocuments(instance: Instance, evaluation: Evaluation | undefined): ViolationDocument[] {
  return (evaluation?.violations ?? []).map((violation) => violationDocument(instance, violation))
}

/** The violation with names in place of row numbers. */
export function violationDocument(instance: Instance, violation: Violation): ViolationDocument {
  const { fleet, tasks } = instance
  const named = Object.entries(violation).map(([key, value]): [string, unknown] => {
    if (key === 'agents') return [key, (value as readonly number[]).map((agent) => agentId(fleet, agent))]
    if (key === 'agent') return [key, agentId(fleet, value as number)]
    if (key === 'pool') return [key, fleet.poolIds[value as number]]
    if (key === 'task' || key === 'parent' || key === 'child') return [key, tasks.ids.get(value as number)]
    return [key, value]
  })
  return {
    ...Object.fromEntries(named),
    kind: violation.kind,
    text: describeViolation(instance, violation),
  }
}

/** Which agent does which task, by name; without a plan every task is unassigned. */
export function assignmentDocuments(
  instance: Instance,
  plan: Plan | undefined,
): Pick<PlanDocument, 'assignments' | 'unassigned'> {
  const { fleet, tasks } = instance
  // Without a prototype, so that a task named "__proto__" is a key like any other.
  const assignments: Record<string, string | string[]> = Object.create(null)
  const unassigned: string[] = []
  for (let task = 0; task < tasks.count; task++) {
    const agent = plan?.agentOf[task] ?? -1
    const id = tasks.ids.get(task)
    if (agent < 0) unassigned.push(id)
    else assignments[id] = agentId(fleet, agent)
  }
  for (const { task, agent } of plan?.surplus ?? []) {
    const id = tasks.ids.get(task)
    const first = assignments[id]
    assignments[id] = [...(first === undefined ? [] : [first].flat()), agentId(fleet, agent)]
  }
  return { assignments, unassigned }
}
