/** How a certificate that cannot be read is refused. */
import { QaasError } from '../errors.ts'

/** Largest whole number a price may have: products with capacities are exact in BigInt, sums in doubles. */
const LARGEST_PRICE = 2 ** 52

/** @throws QaasError `invalid-plan` unless it is a whole number from 0 to 2^52 */
export function whole(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LARGEST_PRICE)
    return value
  throw malformed(`"${name}" is ${JSON.stringify(value)}, it must be a whole number from 0 to 2^52`)
}

export function malformed(what: string): QaasError {
  return new QaasError('invalid-plan', `the certificate cannot be read: ${what}`, {
    advice: 'Maybe the plan was made for another instance, or was edited.',
  })
}
