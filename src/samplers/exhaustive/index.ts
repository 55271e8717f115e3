/** Enumeration of all states in Gray-code order: the exact sampler of models up to 30 variables, the oracle of the others. */
import { QaasError } from '../../errors.ts'
import type { Bqm } from '../../formulation/bqm.ts'
import { mustStop } from '../../solve/context.ts'
import type { SampleContext, Sampler, SampleSet } from '../../solve/sampler.ts'
import { toIsing } from '../annealing/ising.ts'
import { ARENA_START, type Arena, carve, createArena, sizeOf } from '../kernels/arena.ts'
import { type GrayState, grayWalk } from '../kernels/gray.ts'
import { collectSamples, fromSpins } from '../sample-set.ts'

export interface ExhaustiveOptions {
  /** `minimum` (default): one state of least energy. `all`: every state, up to 20 variables. */
  readonly states?: 'minimum' | 'all'
}

const MAX_VARIABLES = 30
const MAX_VARIABLES_ALL = 20
/** Steps between two looks at the clock. */
const SLICE = 1 << 20

export function exhaustive({ states = 'minimum' }: ExhaustiveOptions = {}): Sampler {
  return {
    name: 'exhaustive',
    capabilities: {
      maxVariables: states === 'all' ? MAX_VARIABLES_ALL : MAX_VARIABLES,
      exact: true,
      stochastic: false,
      needsNetwork: false,
    },
    doSample: (bqm, context) => (states === 'all' ? everyState(bqm) : leastState(bqm, context)),
  }
}

async function leastState(bqm: Bqm, context: SampleContext): Promise<SampleSet> {
  const n = bqm.numVariables
  const { arena, state } = prepareGray(bqm)
  const walk = grayWalk(arena, state)
  const end = 2 ** n
  let step = 1
  while (step < end && !mustStop(context)) {
    const to = Math.min(end, step + SLICE)
    walk(step, to)
    step = to
    await context.breathe()
  }
  const found = state.best[0]!
  // Step k of the walk stands at the Gray code of k; all spins were -1 before the first.
  const code = found ^ (found >>> 1)
  const spins = Int8Array.from({ length: n }, (_, v) => ((code >>> v) & 1 ? 1 : -1))
  return collectSamples(
    bqm,
    fromSpins(bqm, spins),
    { statesSeen: step, proven: step === end, stopped: step < end },
    [1],
  )
}

/** The model in an arena, standing at the state of all spins -1. */
export function prepareGray(bqm: Bqm): { readonly arena: Arena; readonly state: GrayState } {
  const { n, h, rowStart, neighbours, J } = toIsing(bqm)
  const stride = Math.max(4, Math.ceil(n / 4) * 4)
  const columns = {
    rows: ['f64', stride * stride],
    fields: ['f64', stride],
    spins: ['f64', stride],
    energies: ['f64', 2],
    best: ['u32', 1],
  } as const
  const arena = createArena(sizeOf(columns))
  const state = { stride, ...carve(arena, ARENA_START, columns) }
  state.spins.fill(-1)
  state.fields.set(h)
  let energy = 0
  for (let v = 0; v < n; v++) {
    for (let k = rowStart[v]!; k < rowStart[v + 1]!; k++) {
      state.rows[v * stride + neighbours[k]!] = J[k]!
      state.fields[v]! -= J[k]!
    }
    energy -= 0.5 * (h[v]! + state.fields[v]!)
  }
  state.energies.fill(energy)
  return { arena, state }
}

async function everyState(bqm: Bqm): Promise<SampleSet> {
  const n = bqm.numVariables
  if (n > MAX_VARIABLES_ALL)
    throw new QaasError('too-large', `all states of ${n} variables are too many to return`)
  const low = bqm.vartype === 'SPIN' ? -1 : 0
  const states = new Int8Array(n * 2 ** n)
  for (let code = 0; code < 2 ** n; code++)
    for (let v = 0; v < n; v++) states[code * n + v] = (code >>> v) & 1 ? 1 : low
  const counts = new Int32Array(2 ** n).fill(1)
  return collectSamples(bqm, states, { proven: true, stopped: false }, counts)
}
