/**
 * Bits for a bounded integer: value = lower + sum of coefficient * bit. Binary is short, unary and domain wall change
 * by one per flip; domain wall (Chancellor, 1903.05068) also orders its bits, so each value has one state.
 */
import { QaasError } from '../../errors.ts'
import { binaryBits, binaryCoefficients } from './binary-coefficients.ts'

export type IntegerEncoding = 'binary' | 'unary' | 'domain-wall'

/** Unary encodings take one bit per value; beyond this many they are refused. */
const MAX_UNARY_BITS = 4096

export interface EncodedInteger {
  readonly lower: number
  readonly coefficients: readonly number[]
  /** True when bit k + 1 may only be 1 where bit k is: a price on bit (k + 1) (1 - bit k) is due. */
  readonly ordered: boolean
  /** The bits of a whole number in the range. */
  bitsOf(value: number): readonly number[]
}

/** @throws QaasError `unsupported` on ranges that are not finite or too long for the encoding */
export function encodeInteger(lower: number, upper: number, encoding: IntegerEncoding): EncodedInteger {
  // Rounding up -0.5 gives -0.
  const [low, high] = [Math.ceil(lower) + 0, Math.floor(upper)]
  const range = high - low
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(range) || range < 0)
    throw new QaasError('unsupported', `an integer in [${lower}, ${upper}] cannot be written in bits`, {
      advice: 'Maybe give it finite bounds with a whole number between them.',
    })
  if (encoding === 'binary')
    return {
      lower: low,
      coefficients: binaryCoefficients(range),
      ordered: false,
      bitsOf: (value) => binaryBits(range, value - low),
    }
  if (range > MAX_UNARY_BITS)
    throw new QaasError('unsupported', `${encoding} takes ${range} bits for [${lower}, ${upper}]`, {
      advice: `Maybe use the binary encoding, or bounds at most ${MAX_UNARY_BITS} apart.`,
    })
  const coefficients = new Array<number>(range).fill(1)
  return {
    lower: low,
    coefficients,
    ordered: encoding === 'domain-wall',
    bitsOf: (value) => coefficients.map((_, k) => (k < value - low ? 1 : 0)),
  }
}
