/** A quadratic expression over the variables of a model: offset + linear + quadratic terms. Data, built and summed. */
import { QaasError } from '../errors.ts'
import type { Coupling } from './bqm-builder.ts'

/** The terms of an expression as a caller has them: any order, equal terms add up. */
export interface Terms {
  readonly linear?: Iterable<readonly [number, number]>
  readonly quadratic?: Iterable<Coupling>
  readonly offset?: number
}

export interface Expression {
  /** The variables that occur, ascending; one that only occurs in products has the linear bias 0. */
  readonly variables: Int32Array
  /** Bias of each of `variables`. */
  readonly linear: Float64Array
  /** Product k is `quadratic[k]` times variables `tails[k] <= heads[k]`; by rising tail, then head. */
  readonly tails: Int32Array
  readonly heads: Int32Array
  readonly quadratic: Float64Array
  readonly offset: number
}

const [BINARY, SPIN] = [0, 1]

/**
 * Sorts and adds up terms. A square of a BINARY is linear, of a SPIN is constant, of others stays a product.
 * @throws QaasError `invalid-model` on variables that do not exist or biases that are not finite
 */
export function createExpression(
  { linear = [], quadratic = [], offset = 0 }: Terms,
  types: ArrayLike<number>,
): Expression {
  const biases = new Map<number, number>()
  const products = new Map<number, number>()
  let constant = offset
  const addLinear = (v: number, bias: number): void => {
    if (!Number.isInteger(v) || v < 0 || v >= types.length)
      throw new QaasError('invalid-model', `there is no variable ${v}; the model has ${types.length}`)
    if (!Number.isFinite(bias))
      throw new QaasError('invalid-model', `variable ${v} has the bias ${bias}`, {
        advice: 'Maybe the file is damaged; biases must be finite numbers.',
      })
    biases.set(v, (biases.get(v) ?? 0) + bias)
  }
  for (const [v, bias] of linear) addLinear(v, bias)
  for (const [u, v, bias] of quadratic) {
    const folded = u === v ? types[u] : undefined
    addLinear(u, folded === BINARY ? bias : 0)
    addLinear(v, 0)
    if (folded === SPIN) constant += bias
    else if (folded !== BINARY) {
      const key = Math.min(u, v) * types.length + Math.max(u, v)
      products.set(key, (products.get(key) ?? 0) + bias)
    }
  }
  const variables = Int32Array.from(biases.keys()).sort()
  const keys = Float64Array.from(products.keys()).sort()
  const expression = {
    variables,
    linear: Float64Array.from(variables, (v) => biases.get(v)!),
    tails: Int32Array.from(keys, (key) => Math.floor(key / types.length)),
    heads: Int32Array.from(keys, (key) => key % types.length),
    quadratic: Float64Array.from(keys, (key) => products.get(key)!),
    offset: constant,
  }
  if (!Number.isFinite(constant) || !expression.quadratic.every(Number.isFinite))
    throw new QaasError(
      'invalid-model',
      'an expression has a product or constant that is not a finite number',
      {
        advice: 'Maybe the file is damaged; biases must be finite numbers.',
      },
    )
  return expression
}

/** Value of the expression at a sample: one number per variable of the model. */
export function expressionValue(expression: Expression, sample: ArrayLike<number>): number {
  const { variables, linear, tails, heads, quadratic } = expression
  let value = expression.offset
  for (let k = 0; k < variables.length; k++) value += linear[k]! * sample[variables[k]!]!
  for (let k = 0; k < quadratic.length; k++) value += quadratic[k]! * sample[tails[k]!]! * sample[heads[k]!]!
  return value
}

/** The terms of an expression, for building another one from it. */
export function termsOf({ variables, linear, tails, heads, quadratic, offset }: Expression): Required<Terms> {
  return {
    linear: Array.from(variables, (v, k) => [v, linear[k]!] as const),
    quadratic: Array.from(quadratic, (bias, k) => [tails[k]!, heads[k]!, bias] as const),
    offset,
  }
}
