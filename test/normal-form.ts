/** Models as plain label-keyed data without zeros or order, so that equal models are equal objects; for tests. */
import type { Bqm } from '../src/formulation/bqm.ts'
import { type Cqm, labelOf, nameOf, variableType } from '../src/formulation/cqm.ts'
import { forEachCoupling } from '../src/formulation/energy.ts'
import type { Expression } from '../src/formulation/expression.ts'

export interface NormalExpression {
  readonly linear: Readonly<Record<string, number>>
  /** Keys are the two labels in JSON, the lesser first, joined by a blank. */
  readonly quadratic: Readonly<Record<string, number>>
  readonly offset: number
}

const rounded = (value: number): number => Number(value.toPrecision(12))

/** Nonzero entries, keys sorted. */
function sorted(entries: readonly (readonly [string, number])[]): Record<string, number> {
  const kept = entries
    .filter(([, value]) => value !== 0)
    .map(([key, value]) => [key, rounded(value)] as const)
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const pairKey = (u: string, v: string): string => (u < v ? `${u} ${v}` : `${v} ${u}`)

export function normalBqm(
  bqm: Bqm,
): NormalExpression & { readonly vartype: string; readonly variables: string[] } {
  const name = (v: number): string => nameOf(labelOf(bqm.labels, v))
  const quadratic: [string, number][] = []
  forEachCoupling(bqm, (u, v, bias) => quadratic.push([pairKey(name(u), name(v)), bias]))
  return {
    vartype: bqm.vartype,
    variables: Array.from(bqm.linear, (_, v) => name(v)).sort(),
    linear: sorted(Array.from(bqm.linear, (bias, v) => [name(v), bias] as const)),
    quadratic: sorted(quadratic),
    offset: rounded(bqm.offset),
  }
}

export function normalCqm(cqm: Cqm) {
  const { count, lower, upper, labels } = cqm.variables
  const name = (v: number): string => nameOf(labelOf(labels, v))
  const expression = ({
    variables,
    linear,
    tails,
    heads,
    quadratic,
    offset,
  }: Expression): NormalExpression => ({
    linear: sorted(Array.from(variables, (v, k) => [name(v), linear[k]!] as const)),
    quadratic: sorted(
      Array.from(quadratic, (bias, k) => [pairKey(name(tails[k]!), name(heads[k]!)), bias] as const),
    ),
    offset: rounded(offset),
  })
  const variables = Array.from({ length: count }, (_, v) => [
    name(v),
    [variableType(cqm, v), rounded(lower[v]!), rounded(upper[v]!)],
  ])
  const constraints = cqm.constraints.map(({ label, lhs, sense, rhs, soft, discrete }) => {
    const { offset, ...rest } = expression(lhs)
    // Some formats move the constant to the right; the constraint is the same.
    const body = { ...rest, sense, rhs: rounded(rhs - offset) }
    return [nameOf(label), { ...body, soft: soft ?? null, discrete: discrete ?? false }] as const
  })
  return {
    variables: Object.fromEntries(variables) as Record<string, unknown>,
    objective: expression(cqm.objective),
    constraints: Object.fromEntries(constraints),
  }
}
