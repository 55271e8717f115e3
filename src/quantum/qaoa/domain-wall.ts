/**
 * Domain-wall encoding of one-hot groups (Chancellor 2019, arXiv 1903.05068): member k of M is chosen by k ones followed
 * by zeros on M - 1 qubits; x_k = b_(k-1) - b_k is linear in the bits, so the model stays quadratic.
 */
import { createBqmBuilder } from '../../formulation/bqm-builder.ts'
import { forEachCoupling } from '../../formulation/energy.ts'
import type { SiteHamiltonian } from '../statevector/site-hamiltonian.ts'
import type { Encoding } from './encoding.ts'
import { placedHamiltonian } from './placement.ts'
import type { QaoaProblem } from './problem.ts'

/** A variable as constant + sum of factor x bit. */
interface Affine {
  readonly constant: number
  readonly terms: readonly (readonly [number, number])[]
}

export interface DomainWall {
  readonly cost: SiteHamiltonian
  readonly violation: SiteHamiltonian
  readonly decode: Encoding['decode']
}

/** `penalty` is the price of every one that stands behind a zero. */
export function domainWall({ bqm, groups }: QaoaProblem, penalty: number): DomainWall {
  const variables: Affine[] = []
  const walls: [number, number][] = []
  let bits = 0
  for (const group of groups) {
    const first = bits
    bits += group.length - 1
    group.forEach((v, k) => {
      variables[v] = {
        constant: k === 0 ? 1 : 0,
        terms: [
          ...(k > 0 ? [[first + k - 1, 1] as const] : []),
          ...(k < group.length - 1 ? [[first + k, -1] as const] : []),
        ],
      }
    })
    for (let k = first; k + 1 < bits; k++) walls.push([k, k + 1])
  }
  for (let v = 0; v < bqm.numVariables; v++) variables[v] ??= { constant: 0, terms: [[bits++, 1]] }
  const groupOf = new Int32Array(bqm.numVariables).fill(-1)
  groups.forEach((group, g) => {
    for (const v of group) groupOf[v] = g
  })

  const model = createBqmBuilder('BINARY', bits)
  model.addOffset(bqm.offset)
  for (let v = 0; v < bqm.numVariables; v++) {
    model.addOffset(bqm.linear[v]! * variables[v]!.constant)
    for (const [bit, factor] of variables[v]!.terms) model.addLinear(bit, bqm.linear[v]! * factor)
  }
  forEachCoupling(bqm, (u, v, bias) => {
    if (groupOf[u]! >= 0 && groupOf[u] === groupOf[v]) return
    const [a, b] = [variables[u]!, variables[v]!]
    model.addOffset(bias * a.constant * b.constant)
    for (const [bit, factor] of a.terms) model.addLinear(bit, bias * factor * b.constant)
    for (const [bit, factor] of b.terms) model.addLinear(bit, bias * factor * a.constant)
    for (const [p, f] of a.terms) for (const [q, g] of b.terms) model.addQuadratic(p, q, bias * f * g)
  })
  const broken = createBqmBuilder('BINARY', bits)
  for (const [front, back] of walls) {
    model.addLinear(back, penalty)
    model.addQuadratic(front, back, -penalty)
    broken.addLinear(back, 1)
    broken.addQuadratic(front, back, -1)
  }
  const sites = Array.from({ length: bits }, (_, bit) => Int32Array.of(-1, bit))
  return {
    cost: placedHamiltonian(model.build(), sites),
    violation: placedHamiltonian(broken.build(), sites),
    decode(digits, out, at) {
      variables.forEach(({ constant, terms }, v) => {
        out[at + v] = terms.reduce((sum, [bit, factor]) => sum + factor * digits[bit]!, constant) > 0 ? 1 : 0
      })
    },
  }
}
