/** The mixers of an ansatz on float64 amplitudes, site by site. */
import type { Ansatz, SiteMixer } from './ansatz.ts'

interface Amplitudes {
  readonly re: Float64Array
  readonly im: Float64Array
}

/** Applies every site's exp(-i beta M), up to a global phase. */
export function applyMixers(state: Amplitudes, { cost, mixers }: Ansatz, beta: number): void {
  let stride = 1
  mixers.forEach((mixer, site) => {
    applySiteMixer(state, { mixer, levels: cost.levels[site]!, stride }, beta)
    stride *= cost.levels[site]!
  })
}

/** Undoes one site's mixer: the angle turns round, and so does the order of edges, which do not commute. */
export function undoSiteMixer(state: Amplitudes, { mixer, levels, stride }: SiteAction, beta: number): void {
  const reversed: SiteMixer =
    mixer.kind === 'edges' ? { kind: mixer.kind, edges: mixer.edges.toReversed() } : mixer
  applySiteMixer(state, { mixer: reversed, levels, stride }, -beta)
}

export interface SiteAction {
  readonly mixer: SiteMixer
  readonly levels: number
  readonly stride: number
}

function applySiteMixer(state: Amplitudes, { mixer, levels, stride }: SiteAction, beta: number): void {
  if (mixer.kind === 'x')
    for (let bit = 1; bit < levels; bit *= 2)
      rotatePairs(state, { block: 2, at: [0, 1], stride: stride * bit }, beta)
  else if (mixer.kind === 'reflect') reflect(state, { weights: mixer.weights, levels, stride }, beta)
  else for (const at of mixer.edges) rotatePairs(state, { block: levels, at, stride }, beta)
}

interface Pairs {
  /** Levels of the axis the pair of levels belongs to. */
  readonly block: number
  readonly at: readonly [number, number]
  readonly stride: number
}

/** exp(-i beta X) on the two levels `at` of an axis. */
function rotatePairs({ re, im }: Amplitudes, { block, at, stride }: Pairs, beta: number): void {
  const c = Math.cos(beta)
  const s = Math.sin(beta)
  const apart = (at[1] - at[0]) * stride
  for (let base = at[0] * stride; base < re.length; base += block * stride)
    for (let z = base; z < base + stride; z++) {
      const w = z + apart
      const ar = re[z]!
      const ai = im[z]!
      const br = re[w]!
      const bi = im[w]!
      re[z] = c * ar + s * bi
      im[z] = c * ai - s * br
      re[w] = c * br + s * ai
      im[w] = c * bi - s * ar
    }
}

interface Reflection {
  readonly weights: Float64Array
  readonly levels: number
  readonly stride: number
}

/** exp(-i beta levels |w><w|) = 1 + (exp(-i beta levels) - 1) |w><w|. */
function reflect({ re, im }: Amplitudes, { weights, levels, stride }: Reflection, beta: number): void {
  const qr = Math.cos(beta * levels) - 1
  const qi = -Math.sin(beta * levels)
  for (let base = 0; base < re.length; base += levels * stride)
    for (let z = base; z < base + stride; z++) {
      let sr = 0
      let si = 0
      for (let k = 0, at = z; k < levels; k++, at += stride) {
        sr += weights[k]! * re[at]!
        si += weights[k]! * im[at]!
      }
      const dr = qr * sr - qi * si
      const di = qr * si + qi * sr
      for (let k = 0, at = z; k < levels; k++, at += stride) {
        re[at] = re[at]! + weights[k]! * dr
        im[at] = im[at]! + weights[k]! * di
      }
    }
}
