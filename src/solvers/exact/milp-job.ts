/** Solves a MILP with HiGHS, gap 0; runs on a worker thread because HiGHS blocks until it is done. */
import type { Highs } from 'highs'
import type { Milp } from './milp.ts'

export interface MilpRequest {
  readonly milp: Milp
  /** A feasible point to start from. */
  readonly start?: Float64Array
  /** Infinity for none. */
  readonly timeLimitMs: number
  /** Ends after so many nodes of the search tree, wherever it stands; Infinity for no limit. */
  readonly mostNodes?: number
}

export type MilpMessage =
  | { readonly kind: 'bound'; readonly bound: number }
  | { readonly kind: 'solution'; readonly values: Float64Array; readonly objective: number }

export interface MilpReply {
  readonly status: 'optimal' | 'infeasible' | 'stopped'
  /** The best point found. */
  readonly values?: Float64Array
  readonly objective?: number
  /** Proven lower bound; -Infinity when there is none. */
  readonly bound: number
  readonly nodes: number
}

/** The part of a job's port that this job uses. */
export interface MilpPort {
  readonly post: (message: MilpMessage) => void
  readonly aborted: () => boolean
  readonly now: () => number
}

/** @throws Error when HiGHS itself fails; its message is short and does not hold the module's source */
export async function run(
  { milp, start, timeLimitMs, mostNodes = Infinity }: MilpRequest,
  port: MilpPort,
): Promise<MilpReply> {
  const deadline = port.now() + timeLimitMs
  const highs = await loadedHighs()
  const mustStop = (): boolean => port.aborted() || port.now() >= deadline
  const { modelStatus, callbackType } = highs.constants
  let bound = Number.NEGATIVE_INFINITY
  const noteBound = (value: number | undefined): void => {
    if (value === undefined || !Number.isFinite(value)) return
    // A hair of progress is not worth a message.
    if (value <= bound + 1e-9 * Math.max(1, Math.abs(bound))) return
    bound = value
    port.post({ kind: 'bound', bound })
  }
  const model = highs.createModel({
    numCols: milp.numCols,
    numRows: milp.numRows,
    colCost: milp.colCost,
    colLower: new Float64Array(milp.numCols),
    colUpper: milp.colUpper,
    rowLower: milp.rowLower,
    rowUpper: milp.rowUpper,
    integrality: Array.from(milp.integrality, (isInteger) =>
      isInteger === 1 ? highs.constants.variableType.integer : highs.constants.variableType.continuous,
    ),
    matrix: {
      format: 'csr',
      numRows: milp.numRows,
      numCols: milp.numCols,
      starts: milp.starts,
      indices: milp.indices,
      values: milp.values,
    },
  })
  try {
    model.options.set({
      output_flag: false,
      mip_rel_gap: 0,
      mip_abs_gap: 1e-9,
      mip_feasibility_tolerance: 1e-9,
      primal_feasibility_tolerance: 1e-9,
      dual_feasibility_tolerance: 1e-9,
      ...(Number.isFinite(mostNodes) ? { mip_max_nodes: mostNodes } : {}),
      ...(Number.isFinite(timeLimitMs)
        ? { time_limit: Math.max(0.001, (deadline - port.now()) / 1000) }
        : {}),
    })
    if (start) model.setSolution({ colValue: start })
    const { modelStatus: status } = model.run({
      [callbackType.simplexInterrupt]: (event) => {
        if (mustStop()) event.interrupt()
      },
      [callbackType.ipmInterrupt]: (event) => {
        if (mustStop()) event.interrupt()
      },
      [callbackType.mipInterrupt]: (event) => {
        noteBound(event.data.mip_dual_bound)
        if (mustStop()) event.interrupt()
      },
      [callbackType.mipLogging]: (event) => {
        noteBound(event.data.mip_dual_bound)
      },
      [callbackType.mipImprovingSolution]: (event) => {
        const { mip_solution: values, objective_function_value: objective } = event.data
        if (values && objective !== undefined) port.post({ kind: 'solution', values, objective })
      },
    })
    const nodes = Number(model.info.get('mip_node_count'))
    if (status === modelStatus.infeasible || status === modelStatus.unboundedOrInfeasible)
      return { status: 'infeasible', bound: Infinity, nodes }
    const finalBound = Math.max(bound, Number(model.info.get('mip_dual_bound')))
    const hasPoint = Number(model.info.get('primal_solution_status')) === 2
    return {
      status: status === modelStatus.optimal ? 'optimal' : 'stopped',
      ...(hasPoint ? { values: model.getSolution().colValue, objective: model.getObjectiveValue() } : {}),
      bound: finalBound,
      nodes,
    }
  } finally {
    model.dispose()
  }
}

/** Compiling HiGHS takes longer than most models, so that a thread keeps it. */
let kept: Promise<Highs> | undefined

/** WebAssembly memory never shrinks; a runtime that has grown beyond this is not kept. */
const MAX_KEPT_BYTES = 256e6

/** The package's types describe its CommonJS face, whose default is one level deeper than at run time. */
async function loadedHighs(): Promise<Highs> {
  const { default: load } = await import('highs')
  if (kept && (await kept).memoryBytes > MAX_KEPT_BYTES) kept = undefined
  kept ??= (load as unknown as typeof load.default)()
  return await kept
}
