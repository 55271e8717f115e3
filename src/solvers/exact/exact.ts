/** The exact solver: its options and what it takes; `exact-run.ts` does the work. */
import { QaasError } from '../../errors.ts'
import type { Instance } from '../../model/instance.ts'
import type { Certificate, Solver, Support } from '../../solve/solver.ts'
import { ExactRun } from './exact-run.ts'
import { type ExactLimits, groupDigits, modelSize } from './size.ts'

/** HiGHS was seen with 1 GB for 128,000 columns and 256,000 nonzeros: about this many bytes for each. */
const BYTES_PER_COLUMN = 5_000
const BYTES_PER_NONZERO = 1_500

export interface ExactOptions {
  /** Models with more columns are refused. Default 150,000. */
  readonly maxColumns?: number
  /** Models with more matrix entries are refused. Default 3,000,000. */
  readonly maxNonzeros?: number
  /** Milliseconds HiGHS may take to stop before its thread is ended. Default 500. */
  readonly graceMs?: number
  /** Nodes of the search tree after which it ends without a proof. Default: no limit. */
  readonly mostNodes?: number
  /** Prices to choose the core by, such as those the pricing solver found; a warm start then is a good plan. */
  readonly prices?: Certificate
}

/** @throws QaasError `invalid-option` on limits below 1 and a negative grace */
export function exactSolver(options: ExactOptions = {}): Solver {
  const { maxColumns = 150_000, maxNonzeros = 3_000_000, graceMs = 500, mostNodes = Infinity } = options
  for (const [name, value] of Object.entries({ maxColumns, maxNonzeros, mostNodes }))
    if (!(value >= 1))
      throw new QaasError('invalid-option', `exact: ${name} is ${value}, it must be at least 1`, {
        advice: 'Maybe leave it out; the default suits a machine with 2 GB free.',
      })
  if (!(graceMs >= 0))
    throw new QaasError('invalid-option', `exact: graceMs is ${graceMs}, it must be at least 0`, {
      advice: 'Maybe leave it out; the default is 500.',
    })
  const limits: ExactLimits = { maxColumns, maxNonzeros, graceMs, mostNodes }
  return {
    name: 'exact',
    options: { maxColumns, maxNonzeros, graceMs, ...(mostNodes === Infinity ? {} : { mostNodes }) },
    supports: (instance) => supports(instance, limits),
    doSolve: (instance, context) =>
      new ExactRun(instance, context, { limits, prices: options.prices }).solve(),
  }
}

function supports(instance: Instance, limits: ExactLimits): Support {
  const { columns, nonzeros } = modelSize(instance, limits.maxColumns)
  if (columns <= limits.maxColumns && nonzeros <= limits.maxNonzeros) return { ok: true }
  const gigabytes = (columns * BYTES_PER_COLUMN + nonzeros * BYTES_PER_NONZERO) / 1e9
  const size = `${groupDigits(columns)} columns and ${groupDigits(nonzeros)} nonzeros (about ${gigabytes.toFixed(1)} GB)`
  const most = `at most ${groupDigits(limits.maxColumns)} and ${groupDigits(limits.maxNonzeros)} are taken`
  return { ok: false, reason: `its model would have at least ${size}; ${most}` }
}
