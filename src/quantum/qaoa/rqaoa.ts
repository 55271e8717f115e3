/**
 * Recursive QAOA (Bravyi, Kliesch, Koenig, Tang 2020, arXiv 1910.08980) with one layer: the strongest correlation of the
 * trained state fixes a spin to another or to a value, the model shrinks, and again; the rest is enumerated. Correlations
 * come from the closed form, so hundreds of spins need no state vector.
 */
import { QaasError } from '../../errors.ts'
import type { Ising } from '../../formulation/ising.ts'
import type { Rng } from '../../numeric/rng.ts'
import type { Pacer } from '../../solve/pacer.ts'
import { bestBeta, type ClosedForm, createClosedForm, optimiseOneLayer } from './closed-form.ts'
import { createShrinkingIsing, type ShrinkingIsing } from './shrinking-ising.ts'

export interface RqaoaOptions {
  /** Models of at most this many spins are enumerated. Default 12, at most 24. */
  readonly cutoff?: number
  /** Spins fixed between two trainings; default 1 up to 120 spins, then a fortieth of those left. */
  readonly perRound?: number
}

export interface RqaoaStep {
  readonly spins: number
  readonly gamma: number
  readonly beta: number
  /** <C> of the trained state over the model left. */
  readonly expectation: number
  /** Largest correlation, with its sign. */
  readonly strongest: number
  readonly fixed: number
}

export interface RqaoaRun {
  readonly spins: Int8Array
  readonly steps: readonly RqaoaStep[]
  /** False when the run was interrupted; the spins left were then set by descent alone. */
  readonly complete: boolean
}

/** @throws QaasError `invalid-option` on options out of range, `invalid-model` without spins */
export async function runRqaoa(
  ising: Ising,
  { cutoff = 12, perRound }: RqaoaOptions,
  { rng, pacer }: { readonly rng: Rng; readonly pacer?: Pacer },
): Promise<RqaoaRun> {
  if (!(Number.isInteger(cutoff) && cutoff >= 1 && cutoff <= 24))
    throw new QaasError('invalid-option', `rqaoa: cutoff (${cutoff}) must be a whole number from 1 to 24`)
  if (perRound !== undefined && !(Number.isInteger(perRound) && perRound >= 1))
    throw new QaasError(
      'invalid-option',
      `rqaoa: perRound (${perRound}) must be a whole number of at least 1`,
    )
  if (ising.numVariables === 0)
    throw new QaasError('invalid-model', 'the Hamiltonian is empty: it has no qubit')
  const model = createShrinkingIsing(ising)
  const steps: RqaoaStep[] = []
  let gamma: number | undefined
  let complete = true
  while (model.size > cutoff) {
    if (pacer?.isDue() && (await pacer.pause())) {
      complete = false
      break
    }
    const { ising: left, spins } = model.compact()
    const form = createClosedForm(left)
    const angles = gamma === undefined ? optimiseOneLayer(form, left, { samples: 24 }) : nearby(form, gamma)
    gamma = angles.gamma
    const ranked = rankCorrelations(form, left, angles, rng)
    const wanted = Math.min(
      perRound ?? (left.numVariables <= 120 ? 1 : Math.floor(left.numVariables / 40)),
      model.size - cutoff,
    )
    const fixed = fixStrongest({ model, left, spins, ranked, wanted })
    steps.push({
      spins: left.numVariables,
      ...angles,
      expectation: angles.energy,
      strongest: ranked[0]!.value,
      fixed,
    })
  }
  return { spins: model.finish(complete ? 'enumerate' : 'descend'), steps, complete }
}

interface Correlation {
  readonly value: number
  /** Edge of the compact model, or -1 for the spin alone. */
  readonly edge: number
  readonly spin: number
  /** Breaks ties of equal size. */
  readonly lot: number
}

/** All correlations of the state at `angles`, strongest first. */
function rankCorrelations(
  form: ClosedForm,
  { h }: Ising,
  { gamma, beta }: { gamma: number; beta: number },
  rng: Rng,
): Correlation[] {
  const { single, pair } = form.correlations(gamma, beta)
  const all: Correlation[] = []
  single.forEach((value, spin) => {
    if (h[spin] !== 0 || pair.length === 0) all.push({ value, edge: -1, spin, lot: rng.nextUint32() })
  })
  pair.forEach((value, edge) => {
    all.push({ value, edge, spin: -1, lot: rng.nextUint32() })
  })
  return all.sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || a.lot - b.lot)
}

interface FixJob {
  readonly model: ShrinkingIsing
  readonly left: Ising
  /** Spin of the whole model of each compact spin. */
  readonly spins: Int32Array
  readonly ranked: readonly Correlation[]
  readonly wanted: number
}

/** Fixes up to `wanted` spins by the strongest correlations that touch no spin twice. */
function fixStrongest({ model, left, spins, ranked, wanted }: FixJob): number {
  const touched = new Uint8Array(left.numVariables)
  let fixed = 0
  for (const { value, edge, spin } of ranked) {
    if (fixed === wanted) break
    const sign = value < 0 ? -1 : 1
    if (edge < 0) {
      if (touched[spin]) continue
      touched[spin] = 1
      model.fix(spins[spin]!, sign)
    } else {
      const [a, b] = [left.tails[edge]!, left.heads[edge]!]
      if (touched[a] || touched[b]) continue
      touched[a] = touched[b] = 1
      model.join(spins[a]!, spins[b]!, sign)
    }
    fixed++
  }
  return fixed
}

/** Factors by which gamma may have moved since the last training. */
const NEARBY = [0.7, 0.85, 0.95, 1, 1.05, 1.18, 1.4]

function nearby(form: ClosedForm, gamma: number): { gamma: number; beta: number; energy: number } {
  const tried = NEARBY.map((factor) => ({
    gamma: gamma * factor,
    ...bestBeta(form.profileAt(gamma * factor)),
  }))
  return tried.reduce((best, next) => (next.energy < best.energy ? next : best))
}
