/** Checks of generator options; says which option, its value and what it may be. */
import { QaasError } from '../errors.ts'

/** Returns `value` when it is a whole number in [least, most]. @throws QaasError `invalid-option` otherwise */
export function wholeNumber(value: number, name: string, least: number, most: number = 1e8): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw badOption(
    value,
    name,
    `a whole number of at least ${least}${most < 1e8 ? ` and at most ${most}` : ''}`,
  )
}

/** Returns `value` when it is a finite number in [least, most]. @throws QaasError `invalid-option` otherwise */
export function numberIn(value: number, name: string, least: number, most: number = Infinity): number {
  if (Number.isFinite(value) && value >= least && value <= most) return value
  throw badOption(value, name, most === Infinity ? `a number of at least ${least}` : `in [${least}, ${most}]`)
}

function badOption(value: number, name: string, range: string): QaasError {
  return new QaasError('invalid-option', `${name} is ${value}, it must be ${range}`, {
    advice: `Maybe leave ${name} out to get its default.`,
    data: { option: name, value },
  })
}
