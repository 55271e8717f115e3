/** Reads a plan file and turns its names into the rows of an instance; the judge decides what it is worth. */
import { agentIndex, type Instance } from '../model/instance.ts'
import { instanceHash } from '../model/instance-hash.ts'
import { emptyPlan, type Plan } from '../model/plan.ts'
import { type ParsedText, parseJson } from './document-text.ts'
import { explainMistake } from './explain-issue.ts'
import { nearest } from './nearest.ts'
import type { PlanDocument } from './plan-document.ts'
import { planSchema } from './plan-schema.ts'
import { fileError } from './source-position.ts'
import { decodeText, readBytes } from './text-file.ts'

export interface ReadPlanOptions {
  /**
   * What to do about tasks and agents that the instance does not have: refuse the file, or leave them out, as a
   * plan for an earlier state of the same fleet needs. Default 'refuse'.
   */
  readonly unknown?: 'refuse' | 'skip'
}

export interface ReadPlanResult {
  readonly plan: Plan
  /** What the file claims; only `assignments` is certain to be there. Believe the judge instead. */
  readonly document: Partial<PlanDocument> & Pick<PlanDocument, 'assignments'>
  /** False when the file says that it was made for another instance; undefined when it does not say. */
  readonly sameInstance: boolean | undefined
}

/** @throws QaasError `file-system`, `invalid-file` or `invalid-plan`, naming file, line, column and value */
export async function readPlan(
  path: string,
  instance: Instance,
  options: ReadPlanOptions = {},
): Promise<ReadPlanResult> {
  const parsed = parseJson(path, decodeText(path, await readBytes(path)))
  const mistake = explainMistake(planSchema, withoutNames(parsed.value))
  if (mistake)
    throw fileError(parsed.locate(mistake.path, mistake.part), mistake.message, {
      code: 'invalid-plan',
      advice: mistake.advice,
      data: { path: mistake.path },
    })
  const document = parsed.value as ReadPlanResult['document']
  const plan = toPlan(document.assignments, { instance, parsed, skip: options.unknown === 'skip' })
  const hash = document.instance?.hash
  return { plan, document, sameInstance: hash === undefined ? undefined : hash === instanceHash(instance) }
}

/** The same without assignments where those are plainly in order: a schema takes seconds for a million. */
function withoutNames(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('assignments' in value)) return value
  const { assignments } = value
  if (typeof assignments !== 'object' || assignments === null || Array.isArray(assignments)) return value
  for (const id in assignments)
    if (typeof (assignments as Record<string, unknown>)[id] !== 'string') return value
  return { ...value, assignments: {} }
}

interface Target {
  readonly instance: Instance
  readonly parsed: ParsedText
  readonly skip: boolean
}

function toPlan(assignments: PlanDocument['assignments'], target: Target): Plan {
  const { instance, skip } = target
  const { tasks, fleet } = instance
  const plan = emptyPlan(tasks.count)
  const surplus: { task: number; agent: number }[] = []
  for (const taskId in assignments) {
    const given = assignments[taskId]!
    const task = tasks.ids.indexOf(taskId)
    if (task < 0 && !skip) throw unknownTask(taskId, target)
    if (task < 0) continue
    for (const id of typeof given === 'string' ? [given] : given) {
      const agent = agentIndex(fleet, id)
      if (agent < 0 && !skip) throw unknownAgent(taskId, id, target)
      if (agent < 0) continue
      if (plan.agentOf[task]! < 0) plan.agentOf[task] = agent
      else surplus.push({ task, agent })
    }
  }
  return surplus.length === 0 ? plan : { ...plan, surplus }
}

function unknownTask(id: string, { instance: { tasks }, parsed }: Target): Error {
  const ids = Array.from({ length: tasks.count }, (_, row) => tasks.ids.get(row))
  const close = nearest(id, ids)
  return fileError(parsed.locate(['assignments', id], 'key'), `the instance has no task "${id}"`, {
    code: 'invalid-plan',
    advice: close ? `Maybe it is "${close}" now.` : 'Maybe the plan was made for another instance.',
    data: { value: id },
  })
}

function unknownAgent(task: string, id: string, { instance: { fleet }, parsed }: Target): Error {
  const close = nearest(id, fleet.poolIds)
  return fileError(parsed.locate(['assignments', task]), `task "${task}": the fleet has no agent "${id}"`, {
    code: 'invalid-plan',
    advice: close
      ? `Maybe "${close}" is meant; replicas of a pool "a" are named a-0, a-1, ...`
      : 'Maybe the plan was made for another fleet.',
    data: { value: id },
  })
}
