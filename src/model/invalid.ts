/** Makes the errors of instance building: what is wrong, at which path of the document, and what to do. */
import { QaasError } from '../errors.ts'

/** A path into the document, such as `['tasks', 42, 'minQuality']`; readers map it to file, line and column. */
export type DocumentPath = readonly (string | number)[]

export function invalid(path: DocumentPath, message: string, advice: string): QaasError {
  return new QaasError('invalid-instance', message, { advice, data: { path } })
}

/**
 * The largest price, penalty, weight, latency or number of tokens: sums and products of these stay numbers, and a
 * millionth of a dollar beside the largest cost is no more than lost.
 */
export const LARGEST_FIGURE = 1e15

/** The largest capacity, budget or other limit; what is meant to be unlimited is left out. */
export const LARGEST_LIMIT = 1e18

/** Returns `value` when it is a number in [min, max]. @throws QaasError `invalid-instance` otherwise */
export function checkNumber(
  value: unknown,
  path: DocumentPath,
  {
    min,
    max = LARGEST_FIGURE,
    owner,
  }: { readonly min: number; readonly max?: number; readonly owner?: string },
): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max) return value
  const isTooLarge = typeof value === 'number' && Number.isFinite(value) && value > max
  const range =
    max >= LARGEST_FIGURE && !isTooLarge
      ? `a finite number of at least ${min}`
      : `a number in [${min}, ${max >= LARGEST_FIGURE ? max.toExponential() : max}]`
  const name = [
    owner,
    path
      .filter((part) => typeof part === 'string')
      .slice(1)
      .join('.'),
  ]
    .filter(Boolean)
    .join(': ')
  throw invalid(
    path,
    `${name} is ${JSON.stringify(value) ?? String(value)}, it must be ${range}`,
    adviceFor(value, max),
  )
}

function adviceFor(value: unknown, max: number): string {
  if (typeof value === 'number' && value > max && value <= 100)
    return `Maybe it was meant as a percentage: write ${value / 100}.`
  if (typeof value === 'number' && Number.isFinite(value) && value > max && max >= LARGEST_FIGURE)
    return 'Maybe it has too many digits, or leave the field out: that means no limit or the default.'
  if (value === null || Number.isNaN(value) || value === Infinity)
    return 'Maybe leave the field out; that means no limit or the default.'
  return 'Maybe correct the number.'
}
