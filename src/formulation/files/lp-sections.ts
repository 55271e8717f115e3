/** The grammar of an LP file's sections, over its words: objective, constraints, bounds, lists of typed variables. */
import type { Sense } from '../cqm.ts'
import type { LpVariable, LpWords } from './lp-words.ts'

/** An expression before the types of its variables are known. */
export interface LpExpression {
  readonly linear: (readonly [number, number])[]
  readonly quadratic: (readonly [number, number, number])[]
  offset: number
}

export interface LpConstraint {
  readonly name: string | undefined
  readonly lhs: LpExpression
  readonly sense: Sense
  readonly rhs: number
}

/** `[name:] expression`, times `factor`. */
export function readObjective(words: LpWords, factor: 1 | -1): LpExpression {
  readRowName(words)
  return readExpression(words, factor, true)
}

/** `[name:] expression sense number`, any number of them. */
export function* readConstraints(words: LpWords): Generator<LpConstraint> {
  while (!words.done) {
    const name = readRowName(words)
    const lhs = readExpression(words, 1, false)
    const sense = words.sense()
    const factor = words.sign()
    const rhs = words.number()
    if (rhs === undefined) throw words.fail('a number on the right-hand side')
    yield { name, lhs, sense, rhs: factor * rhs }
  }
}

/** `low <= x <= high`, either half of it, `x = value`, `x free`. */
export function readBounds(words: LpWords): void {
  while (!words.done) {
    const low = readBound(words)
    const lowSense = low === undefined ? undefined : words.sense()
    const of = words.declared()
    // `low <= x` bounds x from below: seen from x the sense is turned round.
    if (lowSense !== undefined) setBound(of, turned(lowSense), low!)
    if (lowSense === undefined && words.acceptWord(/^free$/i)) {
      of.lower = -Infinity
      of.upper = Infinity
    } else if (words.is('sense')) {
      const sense = words.sense()
      const value = readBound(words)
      if (value === undefined) throw words.fail('a number')
      setBound(of, sense, value)
    } else if (lowSense === undefined) throw words.fail('a bound')
  }
}

/** Names of binary or general variables. */
export function readTypes(words: LpWords, type: LpVariable['type']): void {
  while (!words.done) words.declared().type = type
}

function readRowName(words: LpWords): string | undefined {
  if (!(words.is('name') && words.isNext(':'))) return undefined
  const name = words.name()
  words.accept(':')
  return name
}

/** Terms, constants and brackets of products; a bracket is halved in the objective, where "/ 2" must follow it. */
function readExpression(words: LpWords, factor: number, halved: boolean): LpExpression {
  const into: LpExpression = { linear: [], quadratic: [], offset: 0 }
  while (words.is('+') || words.is('-') || words.is('number') || words.is('name') || words.is('[')) {
    const sign = words.sign()
    if (words.is('[')) {
      if (sign < 0) throw words.fail('no minus in front of a bracket')
      readProducts(words, halved ? factor / 2 : factor, into)
      if (halved && !(words.accept('/') && words.number() === 2)) throw words.fail('"/ 2"')
      continue
    }
    const value = words.number()
    if (words.is('name')) into.linear.push([words.variable(), factor * sign * (value ?? 1)])
    else if (value === undefined) throw words.fail('a number or a name')
    else into.offset += factor * sign * value
  }
  return into
}

/** `[ c x ^ 2 + c x * y ... ]` */
function readProducts(words: LpWords, factor: number, into: LpExpression): void {
  words.accept('[')
  while (!words.accept(']')) {
    const coefficient = words.sign() * (words.number() ?? 1)
    const u = words.variable()
    let v = u
    if (words.accept('^')) {
      if (words.number() !== 2) throw words.fail('the power 2')
    } else if (words.accept('*')) v = words.variable()
    else throw words.fail('"*" or "^"')
    into.quadratic.push([u, v, factor * coefficient])
  }
}

/** A number or infinity with any signs; undefined, and no step, where a name follows without signs. */
function readBound(words: LpWords): number | undefined {
  const signed = words.is('+') || words.is('-')
  const factor = words.sign()
  const value = words.number()
  if (value !== undefined) return factor * value
  if (words.acceptWord(/^inf(inity)?$/i)) return factor * Infinity
  if (signed) throw words.fail('a number')
  return undefined
}

function setBound(of: LpVariable, sense: Sense, value: number): void {
  if (sense !== '<=') of.lower = value
  if (sense !== '>=') of.upper = value
}

function turned(sense: Sense): Sense {
  if (sense === '==') return sense
  return sense === '<=' ? '>=' : '<='
}
