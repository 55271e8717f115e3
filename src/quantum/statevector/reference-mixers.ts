/** The mixers of an ansatz on float64 amplitudes, as a flat list of steps made once per simulator. */
import type { Ansatz, SiteMixer } from './ansatz.ts'

interface Amplitudes {
  readonly re: Float64Array
  readonly im: Float64Array
}

/** exp(-i beta X) on two levels of an axis: `low` and `high` of every `block`, counted in amplitudes. */
export interface PairStep {
  readonly kind: 'pair'
  readonly low: number
  readonly high: number
  readonly stride: number
  readonly block: number
}

/** exp(-i beta levels |w><w|) on one site. */
export interface ReflectStep {
  readonly kind: 'reflect'
  readonly weights: Float64Array
  readonly stride: number
  readonly block: number
}

export type MixerStep = PairStep | ReflectStep

/** Steps of all sites, in the order they act. Steps of one site may not commute; those of different sites do. */
export function mixerSteps({ cost, mixers }: Ansatz): MixerStep[] {
  const steps: MixerStep[] = []
  let stride = 1
  mixers.forEach((mixer, site) => {
    steps.push(...siteSteps(mixer, cost.levels[site]!, stride))
    stride *= cost.levels[site]!
  })
  return steps
}

function siteSteps(mixer: SiteMixer, levels: number, stride: number): MixerStep[] {
  if (mixer.kind === 'reflect')
    return [{ kind: 'reflect', weights: mixer.weights, stride, block: levels * stride }]
  if (mixer.kind === 'x')
    return Array.from({ length: Math.round(Math.log2(levels)) }, (_, bit): PairStep => {
      const inner = stride * 2 ** bit
      return { kind: 'pair', low: 0, high: inner, stride: inner, block: 2 * inner }
    })
  return mixer.edges.map(
    ([a, b]): PairStep => ({
      kind: 'pair',
      low: Math.min(a, b) * stride,
      high: Math.max(a, b) * stride,
      stride,
      block: levels * stride,
    }),
  )
}

/** Applies every step's exponential, up to a global phase. A step is undone by the same with minus beta. */
export function applySteps(state: Amplitudes, steps: readonly MixerStep[], beta: number): void {
  const c = Math.cos(beta)
  const s = Math.sin(beta)
  for (let k = 0; k < steps.length; k++) {
    const step = steps[k]!
    if (step.kind === 'pair') rotatePairs(state, step, c, s)
    else reflect(state, step, beta)
  }
}

export function applyStep(state: Amplitudes, step: MixerStep, beta: number): void {
  if (step.kind === 'pair') rotatePairs(state, step, Math.cos(beta), Math.sin(beta))
  else reflect(state, step, beta)
}

/** A function of many small numbers rather than of an object: it is the inner loop of every small simulation. */
function rotatePairs(
  { re, im }: Amplitudes,
  { low, high, stride, block }: PairStep,
  c: number,
  s: number,
): void {
  const apart = high - low
  for (let base = low; base < re.length; base += block)
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

/** 1 + (exp(-i beta levels) - 1) |w><w|. */
function reflect({ re, im }: Amplitudes, { weights, stride, block }: ReflectStep, beta: number): void {
  const levels = weights.length
  const qr = Math.cos(beta * levels) - 1
  const qi = -Math.sin(beta * levels)
  for (let base = 0; base < re.length; base += block)
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
