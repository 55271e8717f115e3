/** Decides whether an answer is good enough: by regular expression or JSON schema at once, by program or judge later. */
import { Ajv, type ValidateFunction } from 'ajv'
import { QaasError } from '../errors.ts'
import type { AcceptSettings } from '../io/running-schema.ts'

/** Why an answer is rejected, or undefined when it passes. */
export type QuickCheck = (output: unknown) => string | undefined

export const asText = (output: unknown): string =>
  typeof output === 'string' ? output : JSON.stringify(output)

/** The checks that need no one else. @throws QaasError `invalid-instance` on a schema or pattern that does not compile */
export function quickCheck({ regex, schema }: AcceptSettings, taskId: string): QuickCheck {
  const pattern = regex === undefined ? undefined : compile(taskId, () => new RegExp(regex, 'su'))
  const validate = schema === undefined ? undefined : compile(taskId, () => validatorOf(schema))
  return (output) => {
    if (pattern && !pattern.test(asText(output))) return `does not match /${regex}/`
    if (validate && !validate(parsed(output))) {
      const [first] = validate.errors ?? []
      return `schema: ${first?.instancePath || 'the answer'} ${first?.message ?? 'does not fit'}`
    }
    return undefined
  }
}

/** Schemas are few and tasks are many: compiling one takes milliseconds. */
const MAX_VALIDATORS = 256
const validators = new Map<string, ValidateFunction>()

function validatorOf(schema: object): ValidateFunction {
  const text = JSON.stringify(schema)
  const known = validators.get(text)
  if (known) return known
  const validate = new Ajv({ strict: false, allErrors: false }).compile(schema)
  if (validators.size >= MAX_VALIDATORS) validators.delete(validators.keys().next().value!)
  validators.set(text, validate)
  return validate
}

/** The JSON in an answer: itself, or what its text holds, a Markdown fence around it ignored. */
export function parsed(output: unknown): unknown {
  if (typeof output !== 'string') return output
  const fenced = /^\s*```(?:json)?\s*\n(.*)\n\s*```\s*$/s.exec(output)
  try {
    return JSON.parse(fenced?.[1] ?? output) as unknown
  } catch {
    return output
  }
}

/** The score in a judge's answer, in [0, 1]; undefined when there is none. */
export function judgeScore(output: unknown): number | undefined {
  const value = parsed(output)
  const named =
    typeof value === 'object' && value !== null && 'score' in value
      ? (value as { score: unknown }).score
      : value
  const found =
    typeof named === 'number' ? named : Number(/\b(0(\.\d+)?|1(\.0+)?)\b/.exec(asText(named))?.[0])
  return found >= 0 && found <= 1 ? found : undefined
}

function compile<T>(taskId: string, make: () => T): T {
  try {
    return make()
  } catch (cause) {
    throw new QaasError(
      'invalid-instance',
      `task "${taskId}": its accept check cannot be used: ${(cause as Error).message}`,
      { advice: 'Maybe a bracket is missing in the regex or the schema has an unknown type.', cause },
    )
  }
}
