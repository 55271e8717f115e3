/**
 * An ansatz split into its connected components, each simulated on its own: the state of unconnected parts is their
 * product, so time and memory follow the largest component and not the number of sites.
 */
import type { Rng } from '../../numeric/rng.ts'
import type { Workers } from '../../solve/context.ts'
import { type Angles, type Ansatz, checkAnsatz } from './ansatz.ts'
import { createKernelSimulator, type KernelSimulator } from './kernel-simulator.ts'
import { createReferenceSimulator, type ReferenceSimulator } from './reference-simulator.ts'
import type { Simulator } from './simulator.ts'
import { dimensionOf, restrict } from './site-hamiltonian.ts'

export interface Component {
  /** Sites of the whole ansatz, ascending. */
  readonly sites: readonly number[]
  readonly ansatz: Ansatz
  readonly simulator: Simulator | ReferenceSimulator | KernelSimulator
}

export interface ProductSimulator {
  readonly components: readonly Component[]
  readonly levels: Int32Array
  evolve(angles: Angles): void
  /** As `evolve`, large components in the workers' threads; the same bits whatever their number. */
  evolveTogether(angles: Angles, workers: Workers): Promise<void>
  /** True when some component is large enough to be worth threads. */
  readonly wantsThreads: boolean
  expectation(): number
  /** Digits of `shots` measurements, one row of all sites after the other. */
  sample(shots: number, rng: Rng): Int32Array
}

export interface ProductOptions {
  /** Default `auto`: float64 up to 4,096 states, then float32. */
  readonly arithmetic?: 'auto' | 'float64' | 'float32'
  /** False simulates everything as one component. Default true. */
  readonly split?: boolean
  /** Threads that share a large component. Default 1. */
  readonly threads?: number
  /** Pairs of sites to keep together besides those that are coupled. */
  readonly links?: readonly (readonly [number, number])[]
}

/** Up to here the float64 reference is as fast as the kernel, and exact. */
const REFERENCE_STATES = 4096
/** From here a layer takes milliseconds, and handing it to threads pays. */
const THREADED_STATES = 1 << 19

/** @throws QaasError `invalid-model` on a malformed ansatz, `too-large` when a component does not fit, before allocation */
export function createProductSimulator(ansatz: Ansatz, options: ProductOptions = {}): ProductSimulator {
  checkAnsatz(ansatz)
  const parts =
    options.split === false ? [ansatz.mixers.map((_, site) => site)] : componentsOf(ansatz, options.links)
  const components = parts.map((sites): Component => {
    const part = partOf(ansatz, sites)
    return { sites, ansatz: part, simulator: createSimulator(part, options) }
  })
  const { levels } = ansatz.cost
  return {
    components,
    levels,
    evolve(angles) {
      for (let k = 0; k < components.length; k++) components[k]!.simulator.evolve(angles)
    },
    wantsThreads: components.some(({ simulator }) => isThreaded(simulator)),
    async evolveTogether(angles, workers) {
      for (const { simulator } of components)
        if (isThreaded(simulator)) await simulator.evolveTogether(angles, workers)
        else simulator.evolve(angles)
    },
    expectation() {
      let sum = ansatz.cost.offset
      for (let k = 0; k < components.length; k++) sum += components[k]!.simulator.expectation()
      return sum
    },
    sample(shots, rng) {
      const digits = new Int32Array(shots * levels.length)
      for (const { sites, ansatz: part, simulator } of components)
        simulator.sample(shots, rng).forEach((z, shot) => {
          sites.forEach((site, k) => {
            const count = part.cost.levels[k]!
            digits[shot * levels.length + site] = z % count
            z = Math.floor(z / count)
          })
        })
      return digits
    },
  }
}

/** The simulator that suits the size. @throws QaasError `too-large` before allocation */
export function createSimulator(
  ansatz: Ansatz,
  { arithmetic = 'auto', threads = 1 }: Pick<ProductOptions, 'arithmetic' | 'threads'> = {},
): Simulator {
  const small = dimensionOf(ansatz.cost.levels) <= REFERENCE_STATES
  if (arithmetic === 'float64' || (arithmetic === 'auto' && small)) return createReferenceSimulator(ansatz)
  return createKernelSimulator(ansatz, threads) ?? createReferenceSimulator(ansatz)
}

function isThreaded(simulator: Component['simulator']): simulator is KernelSimulator {
  return 'evolveTogether' in simulator && simulator.dimension >= THREADED_STATES
}

/** The ansatz on some of its sites; the offset stays with the whole. */
export function partOf(ansatz: Ansatz, sites: readonly number[]): Ansatz {
  return {
    cost: restrict(ansatz.cost, sites),
    mixers: sites.map((site) => ansatz.mixers[site]!),
    start: sites.map((site) => ansatz.start[site]!),
  }
}

/** Sets of sites connected by couplings that are not zero, or by `links`; by rising first site. */
export function componentsOf(
  { cost }: Ansatz,
  links: readonly (readonly [number, number])[] = [],
): number[][] {
  const parent = Int32Array.from({ length: cost.levels.length }, (_, site) => site)
  const root = (site: number): number => {
    while (parent[site] !== site) site = parent[site] = parent[parent[site]!]!
    return site
  }
  const join = (a: number, b: number): void => {
    parent[Math.max(root(a), root(b))] = Math.min(root(a), root(b))
  }
  for (const { low, high, energies } of cost.couplings)
    if (energies.some((energy) => energy !== 0)) join(low, high)
  for (const [a, b] of links) join(a, b)
  const members = new Map<number, number[]>()
  for (let site = 0; site < parent.length; site++) {
    const list = members.get(root(site)) ?? []
    if (list.push(site) === 1) members.set(root(site), list)
  }
  return [...members.values()]
}
