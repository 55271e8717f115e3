/**
 * Exact expectations of QAOA with one layer and the X mixer, for any number of spins, without a state vector: the
 * formulas of Ozaeta, van Dam and McMahon (2022, arXiv 2012.03421) for Ising models with fields.
 */
import { QaasError } from '../../errors.ts'
import type { Ising } from '../../formulation/ising.ts'

/** One-layer expectations at one gamma; beta enters afterwards, so that scanning it is free. */
export interface LayerTerms {
  /** <s_i> = sin 2 beta x single[i]. */
  readonly single: Float64Array
  /** <s_i s_j> of edge e = sin 4 beta / 2 x mixed[e] + sin^2 2 beta / 2 x squared[e]. */
  readonly mixed: Float64Array
  readonly squared: Float64Array
}

/** Energy at this gamma as a function of beta: offset + A sin 4 beta + B sin^2 2 beta + D sin 2 beta. */
export interface BetaProfile {
  readonly offset: number
  readonly A: number
  readonly B: number
  readonly D: number
}

export interface ClosedForm {
  termsAt(gamma: number): LayerTerms
  profileAt(gamma: number): BetaProfile
  /** <C>. @throws QaasError `invalid-option` when an angle is not finite */
  energy(gamma: number, beta: number): number
  /** <s_i> of every spin and <s_i s_j> of every edge. */
  correlations(gamma: number, beta: number): { single: Float64Array; pair: Float64Array }
}

/** @throws QaasError `invalid-model` without spins */
export function createClosedForm(ising: Ising): ClosedForm {
  const { numVariables: n, h, J } = ising
  if (n === 0) throw new QaasError('invalid-model', 'the Hamiltonian is empty: it has no qubit')
  const rows = incidence(ising)
  const self: ClosedForm = {
    termsAt(gamma) {
      checkAngle('gamma', gamma)
      return layerTerms(ising, rows, gamma)
    },
    profileAt(gamma) {
      const { single, mixed, squared } = self.termsAt(gamma)
      const profile = { offset: ising.offset, A: 0, B: 0, D: 0 }
      for (let i = 0; i < n; i++) profile.D += h[i]! * single[i]!
      for (let e = 0; e < J.length; e++) {
        profile.A += (J[e]! * mixed[e]!) / 2
        profile.B += (J[e]! * squared[e]!) / 2
      }
      return profile
    },
    energy(gamma, beta) {
      checkAngle('beta', beta)
      return energyAt(self.profileAt(gamma), beta)
    },
    correlations(gamma, beta) {
      checkAngle('beta', beta)
      const { single, mixed, squared } = self.termsAt(gamma)
      const [s2, s4] = [Math.sin(2 * beta), Math.sin(4 * beta)]
      return {
        single: single.map((value) => s2 * value),
        pair: mixed.map((value, e) => (s4 * value + s2 * s2 * squared[e]!) / 2),
      }
    },
  }
  return self
}

/** Sines and cosines of all couplings and fields at one gamma. */
interface Angles {
  readonly cosine: Float64Array
  readonly sine: Float64Array
  readonly fieldCosine: Float64Array
  readonly fieldSine: Float64Array
}

/** What the formulas need at one gamma; O(degree) per spin and O(degree + degree) per edge, no trigonometry inside. */
function layerTerms({ numVariables: n, h, J }: Ising, rows: Incidence, gamma: number): LayerTerms {
  const { start, other, edge } = rows
  const angles: Angles = {
    cosine: J.map((value) => Math.cos(2 * gamma * value)),
    sine: J.map((value) => Math.sin(2 * gamma * value)),
    fieldCosine: h.map((value) => Math.cos(2 * gamma * value)),
    fieldSine: h.map((value) => Math.sin(2 * gamma * value)),
  }
  const terms: LayerTerms = {
    single: new Float64Array(n),
    mixed: new Float64Array(J.length),
    squared: new Float64Array(J.length),
  }
  const edgeTo = new Int32Array(n).fill(-1)
  for (let i = 0; i < n; i++) {
    let product = angles.fieldSine[i]!
    for (let k = start[i]!; k < start[i + 1]!; k++) {
      product *= angles.cosine[edge[k]!]!
      edgeTo[other[k]!] = edge[k]!
    }
    terms.single[i] = product
    for (let k = start[i]!; k < start[i + 1]!; k++)
      if (other[k]! > i) edgeTerms({ terms, rows, angles, edgeTo, i, j: other[k]!, e: edge[k]! })
    for (let k = start[i]!; k < start[i + 1]!; k++) edgeTo[other[k]!] = -1
  }
  return terms
}

interface EdgeJob {
  readonly terms: LayerTerms
  readonly rows: Incidence
  readonly angles: Angles
  /** The edge from i to every spin, -1 for none. */
  readonly edgeTo: Int32Array
  readonly i: number
  readonly j: number
  readonly e: number
}

function edgeTerms({ terms, rows, angles, edgeTo, i, j, e }: EdgeJob): void {
  const { start, other, edge } = rows
  const { cosine, sine, fieldCosine, fieldSine } = angles
  // Products over the other neighbours of i, of j, and of J_ik + J_jk and J_ik - J_jk over those of either.
  let [ofI, ofJ, lonely] = [1, 1, 1]
  let m = start[j]!
  for (let k = start[i]!; k < start[i + 1]!; k++) {
    const third = other[k]!
    if (third === j) continue
    ofI *= cosine[edge[k]!]!
    // Both rows are ascending: a merge finds the neighbours of i that j does not share.
    while (m < start[j + 1]! && other[m]! < third) m++
    if (m === start[j + 1] || other[m] !== third) lonely *= cosine[edge[k]!]!
  }
  let [sum, difference] = [lonely, lonely]
  for (let k = start[j]!; k < start[j + 1]!; k++) {
    const third = other[k]!
    if (third === i) continue
    const cj = cosine[edge[k]!]!
    ofJ *= cj
    const shared = edgeTo[third]!
    const straight = shared < 0 ? cj : cosine[shared]! * cj
    const crossed = shared < 0 ? 0 : sine[shared]! * sine[edge[k]!]!
    sum *= straight - crossed
    difference *= straight + crossed
  }
  const both = fieldSine[i]! * fieldSine[j]!
  const apart = fieldCosine[i]! * fieldCosine[j]!
  terms.mixed[e] = sine[e]! * (fieldCosine[i]! * ofI + fieldCosine[j]! * ofJ)
  terms.squared[e] = (apart + both) * difference - (apart - both) * sum
}

/** <C> from a profile. */
export function energyAt({ offset, A, B, D }: BetaProfile, beta: number): number {
  return offset + A * Math.sin(4 * beta) + B * Math.sin(2 * beta) ** 2 + D * Math.sin(2 * beta)
}

/** Samples of beta over its period; the best is refined by golden section. */
const BETA_SAMPLES = 64

/** The beta in [-pi / 2, pi / 2) of least energy. */
export function bestBeta(profile: BetaProfile): { beta: number; energy: number } {
  const f = (beta: number): number => energyAt(profile, beta)
  let best = 0
  for (let k = 0; k < BETA_SAMPLES; k++) {
    const beta = (k / BETA_SAMPLES - 0.5) * Math.PI
    if (f(beta) < f(best)) best = beta
  }
  const step = Math.PI / BETA_SAMPLES
  const beta = goldenMinimum(f, best - step, best + step)
  return { beta, energy: f(beta) }
}

export interface OneLayerOptimum {
  readonly gamma: number
  readonly beta: number
  readonly energy: number
  readonly evaluations: number
}

/**
 * The best angles of one layer: gamma scanned on a grid up to `gammaLimit` in both directions (default: half a period
 * of the root mean square coupling and field), beta exactly for each, the best grid points refined.
 */
export function optimiseOneLayer(
  form: ClosedForm,
  ising: Ising,
  { samples = 64, gammaLimit = defaultGammaLimit(ising) }: { samples?: number; gammaLimit?: number } = {},
): OneLayerOptimum {
  let evaluations = 0
  const at = (gamma: number): number => {
    evaluations++
    return bestBeta(form.profileAt(gamma)).energy
  }
  // The energy at (-gamma, -beta) equals that at (gamma, beta): half of the plane is enough.
  const grid = Array.from({ length: samples }, (_, k) => {
    const gamma = (gammaLimit * (k + 1)) / samples
    return { gamma, energy: at(gamma) }
  })
  const step = gammaLimit / samples
  const refined = grid
    .toSorted((a, b) => a.energy - b.energy)
    .slice(0, 3)
    .map(({ gamma }) => goldenMinimum(at, Math.max(0, gamma - step), gamma + step))
  const best = refined
    .map((gamma) => ({ gamma, ...bestBeta(form.profileAt(gamma)) }))
    .reduce((a, b) => (b.energy < a.energy ? b : a))
  return { ...best, evaluations: evaluations + refined.length }
}

/** pi over the root mean square of what a spin feels. */
export function defaultGammaLimit({ h, J, numVariables }: Ising): number {
  let sum = 0
  for (const value of h) sum += value * value
  for (const value of J) sum += 2 * value * value
  return sum === 0 ? Math.PI : Math.PI / Math.sqrt(sum / numVariables)
}

const GOLDEN = (Math.sqrt(5) - 1) / 2

/** A local minimum of `f` between two points, to about 1e-9 of their distance. */
function goldenMinimum(f: (x: number) => number, low: number, high: number): number {
  let a = high - GOLDEN * (high - low)
  let b = low + GOLDEN * (high - low)
  let [fa, fb] = [f(a), f(b)]
  for (let k = 0; k < 36; k++) {
    if (fa < fb) {
      high = b
      b = a
      fb = fa
      a = high - GOLDEN * (high - low)
      fa = f(a)
    } else {
      low = a
      a = b
      fa = fb
      b = low + GOLDEN * (high - low)
      fb = f(b)
    }
  }
  return (low + high) / 2
}

interface Incidence {
  readonly start: Int32Array
  readonly other: Int32Array
  readonly edge: Int32Array
}

/** Neighbours of each spin, ascending, with the edge that leads there. */
function incidence({ numVariables: n, tails, heads }: Ising): Incidence {
  const start = new Int32Array(n + 1)
  for (let e = 0; e < tails.length; e++) {
    start[tails[e]! + 1]! += 1
    start[heads[e]! + 1]! += 1
  }
  for (let v = 0; v < n; v++) start[v + 1]! += start[v]!
  const fill = start.slice()
  const other = new Int32Array(2 * tails.length)
  const edge = new Int32Array(2 * tails.length)
  // Edges come by rising tail, then head; lower neighbours first keeps every row ascending.
  const place = (v: number, u: number, e: number): void => {
    other[fill[v]!] = u
    edge[fill[v]!++] = e
  }
  for (let e = 0; e < tails.length; e++) place(heads[e]!, tails[e]!, e)
  for (let e = 0; e < tails.length; e++) place(tails[e]!, heads[e]!, e)
  return { start, other, edge }
}

function checkAngle(name: string, angle: number): void {
  if (!Number.isFinite(angle))
    throw new QaasError('invalid-option', `${name} (${angle}) must be a finite angle in radians`)
}
