/** Replaces typed variables by affine forms over bits in quadratic expressions; shared by the CQM bridges. */
import type { Cqm } from '../cqm.ts'
import type { Expression } from '../expression.ts'

/** A variable as offset + sum of coefficient * bit. */
export interface AffineForm {
  readonly offset: number
  readonly bits: readonly number[]
  readonly coefficients: readonly number[]
}

/** Receives the terms of an expression over bits. */
export interface TermSink {
  addLinear(bit: number, bias: number): void
  /** `u = v` means the bit itself. */
  addQuadratic(u: number, v: number, bias: number): void
  addOffset(value: number): void
}

/** Sends the terms of `expression`, with every variable replaced by its form, to `sink`. */
export function substitute(expression: Expression, forms: readonly AffineForm[], sink: TermSink): void {
  const { variables, linear, tails, heads, quadratic } = expression
  sink.addOffset(expression.offset)
  const addScaled = (form: AffineForm, factor: number): void => {
    if (form.offset !== 0) sink.addOffset(factor * form.offset)
    for (let k = 0; k < form.bits.length; k++) sink.addLinear(form.bits[k]!, factor * form.coefficients[k]!)
  }
  for (let k = 0; k < variables.length; k++) addScaled(forms[variables[k]!]!, linear[k]!)
  quadratic.forEach((bias, k) => {
    const [tail, head] = [forms[tails[k]!]!, forms[heads[k]!]!]
    // (t0 + T)(h0 + H) = t0 (h0 + H) + h0 T + T H
    if (tail.offset !== 0) addScaled(head, bias * tail.offset)
    if (head.offset !== 0) addScaled({ ...tail, offset: 0 }, bias * head.offset)
    for (let i = 0; i < tail.bits.length; i++)
      for (let j = 0; j < head.bits.length; j++)
        sink.addQuadratic(tail.bits[i]!, head.bits[j]!, bias * tail.coefficients[i]! * head.coefficients[j]!)
  })
}

/** A linear expression over bits: coefficients by bit, ascending, zeros left out, and the constant. */
export interface BitRow {
  readonly bits: readonly number[]
  readonly coefficients: readonly number[]
  readonly offset: number
}

export function linearOverBits(expression: Expression, forms: readonly AffineForm[]): BitRow {
  if (isPlain(expression, forms)) return plainRow(expression, forms)
  const terms = new Map<number, number>()
  let offset = 0
  substitute(expression, forms, {
    addLinear(bit, bias) {
      terms.set(bit, (terms.get(bit) ?? 0) + bias)
    },
    addQuadratic() {},
    addOffset(value) {
      offset += value
    },
  })
  const sorted = [...terms].filter(([, bias]) => bias !== 0).sort((a, b) => a[0] - b[0])
  return { bits: sorted.map(([bit]) => bit), coefficients: sorted.map(([, bias]) => bias), offset }
}

/** True when every variable of the expression is a bit of its own, which most are. */
function isPlain({ variables }: Expression, forms: readonly AffineForm[]): boolean {
  let last = -1
  for (const v of variables) {
    const { offset, bits, coefficients } = forms[v]!
    if (offset !== 0 || bits.length !== 1 || coefficients[0] !== 1 || bits[0]! <= last) return false
    last = bits[0]!
  }
  return true
}

function plainRow({ variables, linear, offset }: Expression, forms: readonly AffineForm[]): BitRow {
  const bits: number[] = []
  const coefficients: number[] = []
  for (let k = 0; k < variables.length; k++) {
    if (linear[k] === 0) continue
    bits.push(forms[variables[k]!]!.bits[0]!)
    coefficients.push(linear[k]!)
  }
  return { bits, coefficients, offset }
}

/** Value of every variable of the CQM at a state of the bits. */
export function valuesAt(cqm: Cqm, forms: readonly AffineForm[], state: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: cqm.variables.count }, (_, v) => {
    const { offset, bits, coefficients } = forms[v]!
    let value = offset
    for (let k = 0; k < bits.length; k++) if (state[bits[k]!]! > 0) value += coefficients[k]!
    return value
  })
}
