/** Builds explicit BQMs from terms in any order; equal pairs add up, a variable times itself is folded away. */
import { QaasError } from '../errors.ts'
import { growable } from '../numeric/growable.ts'
import type { Bqm, Label, Vartype } from './bqm.ts'

/** One coupling: variable, variable, bias. */
export type Coupling = readonly [number, number, number]

export interface BqmDocument {
  readonly vartype: Vartype
  /** Bias of each variable; its length is the number of variables. */
  readonly linear: ArrayLike<number>
  readonly quadratic?: Iterable<Coupling>
  readonly offset?: number
  readonly labels?: readonly Label[]
}

export interface BqmBuilder {
  readonly numVariables: number
  /** Appends a variable and returns its index. */
  addVariable(): number
  addLinear(v: number, bias: number): void
  /** A zero bias still makes a coupling; `u = v` becomes linear (BINARY) or offset (SPIN). */
  addQuadratic(u: number, v: number, bias: number): void
  addOffset(value: number): void
  /** @throws QaasError `invalid-model` on a bias that is not finite or labels that do not fit */
  build(labels?: readonly Label[]): Bqm
}

/** Builds a BQM in one call. @throws QaasError `invalid-model` on indices out of range, bad biases or labels */
export function createBqm({ vartype, linear, quadratic = [], offset = 0, labels }: BqmDocument): Bqm {
  const builder = createBqmBuilder(vartype, linear.length)
  for (let v = 0; v < linear.length; v++) builder.addLinear(v, linear[v]!)
  for (const [u, v, bias] of quadratic) builder.addQuadratic(u, v, bias)
  builder.addOffset(offset)
  return builder.build(labels)
}

export function createBqmBuilder(vartype: Vartype, numVariables = 0): BqmBuilder {
  let linear = new Float64Array(Math.max(16, numVariables))
  let count = numVariables
  const pairs = {
    u: growable(Int32Array, 64),
    v: growable(Int32Array, 64),
    bias: growable(Float64Array, 64),
  }
  let offset = 0
  const check = (v: number): void => {
    if (Number.isInteger(v) && v >= 0 && v < count) return
    throw new QaasError('invalid-model', `there is no variable ${v}; the model has ${count}`)
  }
  const addLinear = (v: number, bias: number): void => {
    check(v)
    linear[v]! += bias
  }
  return {
    get numVariables() {
      return count
    },
    addVariable() {
      if (count === linear.length) {
        const larger = new Float64Array(2 * count)
        larger.set(linear)
        linear = larger
      }
      return count++
    },
    addLinear,
    addQuadratic(u, v, bias) {
      if (u === v) {
        if (vartype === 'BINARY') addLinear(u, bias)
        else offset += bias
        return
      }
      check(u)
      check(v)
      pairs.u.push(u)
      pairs.v.push(v)
      pairs.bias.push(bias)
    },
    addOffset(value) {
      offset += value
    },
    build(labels) {
      const biases = linear.slice(0, count)
      const rows = compressedRows(biases.length, pairs.u.toArray(), pairs.v.toArray(), pairs.bias.toArray())
      return checkBqm({
        vartype,
        numVariables: biases.length,
        linear: biases,
        ...rows,
        offset,
        ...(labels === undefined ? {} : { labels }),
      })
    },
  }
}

type Rows = Pick<Bqm, 'numInteractions' | 'rowStart' | 'neighbours' | 'biases'>

/** Both directions of every pair, rows ascending, equal pairs added in the order they came. */
export function compressedRows(n: number, us: Int32Array, vs: Int32Array, weights: Float64Array): Rows {
  const m = us.length
  const start = new Int32Array(n + 1)
  for (let k = 0; k < m; k++) {
    start[us[k]! + 1]! += 1
    start[vs[k]! + 1]! += 1
  }
  for (let v = 0; v < n; v++) start[v + 1]! += start[v]!
  // Two stable counting sorts, by the far end and then by the near end, leave every row ascending.
  const byFar = new Int32Array(2 * m)
  const next = start.slice()
  for (let k = 0; k < m; k++) {
    byFar[next[vs[k]!]!++] = 2 * k
    byFar[next[us[k]!]!++] = 2 * k + 1
  }
  const order = new Int32Array(2 * m)
  next.set(start)
  for (const arc of byFar) {
    const near = arc & 1 ? vs[arc >>> 1]! : us[arc >>> 1]!
    order[next[near]!++] = arc
  }
  const rowStart = new Int32Array(n + 1)
  const neighbours = new Int32Array(2 * m)
  const biases = new Float64Array(2 * m)
  let length = 0
  for (let v = 0; v < n; v++) {
    const first = length
    for (let at = start[v]!; at < start[v + 1]!; at++) {
      const arc = order[at]!
      const far = arc & 1 ? us[arc >>> 1]! : vs[arc >>> 1]!
      if (length > first && neighbours[length - 1] === far) biases[length - 1]! += weights[arc >>> 1]!
      else {
        neighbours[length] = far
        biases[length++] = weights[arc >>> 1]!
      }
    }
    rowStart[v + 1] = length
  }
  const trimmed = length < 2 * m
  return {
    numInteractions: length / 2,
    rowStart,
    neighbours: trimmed ? neighbours.slice(0, length) : neighbours,
    biases: trimmed ? biases.slice(0, length) : biases,
  }
}

/** Returns the model when its numbers are finite and its labels fit. @throws QaasError `invalid-model` */
export function checkBqm(bqm: Bqm): Bqm {
  const bad = bqm.linear.findIndex((bias) => !Number.isFinite(bias))
  if (bad >= 0)
    throw new QaasError('invalid-model', `variable ${bad} has the bias ${bqm.linear[bad]}`, {
      advice: 'Maybe the file is damaged; biases must be finite numbers.',
      data: { variable: bad },
    })
  if (!Number.isFinite(bqm.offset) || !bqm.biases.every(Number.isFinite))
    throw new QaasError('invalid-model', 'the model has a coupling or offset that is not a finite number', {
      advice: 'Maybe the file is damaged; biases must be finite numbers.',
    })
  if (bqm.labels !== undefined) checkLabels(bqm.labels, bqm.numVariables)
  return bqm
}

/** @throws QaasError `invalid-model` unless there is one distinct label per variable */
export function checkLabels(labels: readonly Label[], count: number): void {
  if (labels.length !== count)
    throw new QaasError('invalid-model', `${labels.length} labels for ${count} variables`)
  const seen = new Set<string | number>()
  /** Pairs of plain labels, the common tuples, by first and second part; other tuples by a text. */
  const pairs = new Map<Label, Set<Label>>()
  const tuples = new Set<string>()
  const isNew = (label: Label): boolean => {
    if (typeof label !== 'object') return added(seen, label)
    const [first, second] = label
    if (label.length !== 2 || typeof first === 'object' || typeof second === 'object')
      return added(tuples, tupleKey(label))
    let seconds = pairs.get(first!)
    if (seconds === undefined) pairs.set(first!, (seconds = new Set()))
    return added(seconds, second!)
  }
  for (const label of labels)
    if (!isNew(label))
      throw new QaasError('invalid-model', `the label ${JSON.stringify(label)} is used twice`)
}

/** Adds `item` and says whether it was new. */
function added<T>(set: Set<T>, item: T): boolean {
  const before = set.size
  return set.add(item).size > before
}

/** A text that differs for different tuples: every part behind its kind and its length. */
function tupleKey(label: readonly Label[]): string {
  let key = ''
  for (const part of label) {
    const text = typeof part === 'object' ? tupleKey(part) : String(part)
    key += `${typeof part === 'string' ? 's' : typeof part === 'number' ? 'n' : 't'}${text.length}:${text}`
  }
  return key
}
