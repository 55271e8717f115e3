/**
 * The alternating ansatz of QAOA as data: where it starts, what its layers do, and which angles are allowed.
 * Farhi, Goldstone, Gutmann (2014); Hadfield et al. (2019) for mixers other than X.
 */
import { QaasError } from '../../errors.ts'
import { checkFinite, type SiteHamiltonian } from './site-hamiltonian.ts'

/**
 * The mixer of one site, as exp(-i beta M) up to a global phase:
 * `x`: M = sum of X over the site's bits (its number of levels is a power of two);
 * `reflect`: M = levels x |w><w|; with all weights equal this is the complete XY mixer inside a one-hot group, and with
 * the weights of a warm start the mixer of Egger, Marecek, Woerner (2021);
 * `edges`: the product, first edge first, of exp(-i beta (XX + YY) / 2) over pairs of a one-hot group's members, which
 * turns the two levels of the pair into each other.
 */
export type SiteMixer =
  | { readonly kind: 'x' }
  | { readonly kind: 'reflect'; readonly weights: Float64Array }
  | { readonly kind: 'edges'; readonly edges: readonly (readonly [number, number])[] }

export interface Ansatz {
  readonly cost: SiteHamiltonian
  /** One per site. */
  readonly mixers: readonly SiteMixer[]
  /** Real amplitudes of each site's start, of norm 1; the start is their tensor product. */
  readonly start: readonly Float64Array[]
}

/** Layer l applies exp(-i gammas[l] C), then the mixers with betas[l]. */
export interface Angles {
  readonly gammas: ArrayLike<number>
  readonly betas: ArrayLike<number>
}

/** Equal amplitudes on all levels: |+> for a qubit, the W state for a one-hot group. */
export function uniformStart(levels: number): Float64Array {
  return new Float64Array(levels).fill(1 / Math.sqrt(levels))
}

/** Pairs of neighbours 0-1, 2-3, ... then 1-2, 3-4, ...: two rounds that each act on disjoint members. */
export function chainEdges(members: number): [number, number][] {
  const from = (first: number): [number, number][] =>
    Array.from({ length: Math.max(0, Math.floor((members - first) / 2)) }, (_, k) => [
      first + 2 * k,
      first + 2 * k + 1,
    ])
  return [...from(0), ...from(1)]
}

/** The chain and, for three members or more, the pair that closes it. */
export function ringEdges(members: number): [number, number][] {
  return members < 3 ? chainEdges(members) : [...chainEdges(members), [0, members - 1]]
}

/** Every site starts uniform under X. */
export function transverseAnsatz(cost: SiteHamiltonian): Ansatz {
  return {
    cost,
    mixers: cost.fields.map(() => ({ kind: 'x' })),
    start: cost.fields.map((field) => uniformStart(field.length)),
  }
}

/** @throws QaasError `invalid-model` for an ansatz without sites, an X mixer on a site that is no register of bits, energies that are not finite */
export function checkAnsatz({ cost, mixers, start }: Ansatz): void {
  if (cost.fields.length === 0)
    throw new QaasError('invalid-model', 'the Hamiltonian is empty: it has no qubit')
  checkFinite(cost)
  mixers.forEach((mixer, site) => {
    const levels = cost.levels[site]!
    if (mixer.kind === 'x' && (levels & (levels - 1)) !== 0)
      throw new QaasError(
        'invalid-model',
        `site ${site} has ${levels} levels; the X mixer needs a power of two`,
        {
          advice: 'Maybe use the ring or complete mixer for one-hot groups.',
        },
      )
    if (start[site]!.length !== levels)
      throw new QaasError(
        'invalid-model',
        `site ${site} has ${levels} levels but ${start[site]!.length} start amplitudes`,
      )
  })
}

/** @throws QaasError `invalid-option` for no layer, unequal numbers of angles, or an angle that is not finite */
export function checkAngles({ gammas, betas }: Angles): void {
  if (gammas.length === 0 || gammas.length !== betas.length)
    throw new QaasError(
      'invalid-option',
      `QAOA needs as many gammas as betas and at least one layer; got ${gammas.length} and ${betas.length}`,
      { advice: 'Maybe set p to 1, 2 or 3.' },
    )
  for (let layer = 0; layer < gammas.length; layer++)
    if (!Number.isFinite(gammas[layer]) || !Number.isFinite(betas[layer]))
      throw new QaasError(
        'invalid-option',
        `layer ${layer + 1} has gamma ${gammas[layer]} and beta ${betas[layer]}; angles are finite numbers in radians`,
      )
}
