/**
 * A quick look at whether a task has the right fields of the right types; ranges are the model's to check. When it
 * says no, the schema is asked for the words. A million tasks cannot each go through a schema library.
 */
import { QaasError } from '../errors.ts'
import type { TaskDocument } from '../model/document.ts'
import { type Explanation, explainMistake } from './explain-issue.ts'
import { acceptSchema } from './running-schema.ts'
import { taskSchema } from './schema.ts'

export function isTask(value: unknown): value is TaskDocument {
  if (!isRecord(value) || typeof value.id !== 'string' || value.id === '') return false
  for (const key in value) if (!isField(key, value[key])) return false
  return true
}

/** JSON never has `undefined`; in objects it stands for a field left out. */
function isField(key: string, value: unknown): boolean {
  if (value === undefined) return Object.hasOwn(FIELDS, key)
  switch (key) {
    case 'id':
    case 'complexity':
    case 'domain':
    case 'workflow':
      return typeof value === 'string'
    case 'minQuality':
    case 'inputTokens':
    case 'outputTokens':
    case 'maxLatencyMs':
      return typeof value === 'number'
    case 'dependsOn':
    case 'requires':
      return Array.isArray(value) && value.every((item) => typeof item === 'string')
    case 'estimates':
      return isRecord(value) && Object.values(value).every(isEstimate)
    case 'accept':
      return acceptSchema.safeParse(value).success
    case 'input':
      return true
    default:
      return false
  }
}

const FIELDS = taskSchema.shape

function isEstimate(value: unknown): boolean {
  if (!isRecord(value)) return false
  for (const key in value) {
    if (key !== 'costUsd' && key !== 'quality' && key !== 'latencyMs' && key !== 'tokens') return false
    if (value[key] !== undefined && typeof value[key] !== 'number') return false
  }
  return true
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What is wrong with a value that `isTask` refuses, as task number `row` of the instance. */
export function explainTask(value: unknown, row: number): Explanation {
  const explanation = explainMistake(taskSchema, value, ['tasks', row])
  if (explanation) return explanation
  throw new QaasError('internal', `the quick look refuses task ${row}, the schema takes it`, {
    data: { row },
  })
}
