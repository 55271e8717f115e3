/** The error every reader here ends in when bytes or text are not what they are said to be. */
import { QaasError } from '../../errors.ts'

/** `format` is said as people say it, such as "CQM file"; `position` is a byte offset or a line, when known. */
export function invalidFile(
  format: string,
  problem: string,
  data: Readonly<Record<string, unknown>> = {},
): QaasError {
  return new QaasError('invalid-file', `this is no readable ${format}: ${problem}`, {
    advice: 'Maybe the file was cut off or changed on its way, or --from names another format.',
    data,
  })
}

/** What a format cannot hold is refused, never written differently. */
export function cannotHold(format: string, reason: string, advice: string): QaasError {
  return new QaasError('unsupported', `a ${format} file cannot hold this model: ${reason}`, { advice })
}

/** More variables than this are not believed from a number in a header alone. */
export const MAX_DECLARED_VARIABLES = 5_000_000

/** A whole number in 0 .. limit, or an error naming what was read. */
export function checkedCount(
  value: unknown,
  what: string,
  { format, limit = Number.MAX_SAFE_INTEGER }: { readonly format: string; readonly limit?: number },
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= limit) return value
  throw invalidFile(
    format,
    `${what} is ${JSON.stringify(value) ?? String(value)}, it must be in 0 .. ${limit}`,
  )
}
