/** What the planning commands share: a solve with live progress, Ctrl-C, worker threads and the host's clock. */
import type { Instance } from '../model/instance.ts'
import type { Plan } from '../model/plan.ts'
import { breathe, now } from '../platform/host.ts'
import { createWorkerPool } from '../platform/worker-pool.ts'
import { type Progress, type SolveResult, solve } from '../solve/solve.ts'
import type { Solver } from '../solve/solver.ts'
import { duration, objectiveText, percent } from './format.ts'
import { type Interrupt, listenForInterrupt } from './interrupt.ts'
import { createProgressLine } from './progress.ts'

export interface PlanningOptions {
  readonly seed: number
  readonly timeLimitMs: number
  /** See `SolveOptions.gap`. */
  readonly gap?: number | undefined
  /** No progress at all, for machine-readable output. */
  readonly silent: boolean
  readonly warmStart?: Plan
  /** The command's own; default: one for the time of solving. */
  readonly interrupt?: Interrupt
}

/** How often the elapsed time is redrawn while a solver says nothing. */
const TICK_MS = 200

/** Runs the solvers one after the other, each with the whole time limit; an interrupt ends the rest. */
export async function solveEach(
  instance: Instance,
  solvers: readonly Solver[],
  { seed, timeLimitMs, gap, silent, warmStart, interrupt: given }: PlanningOptions,
): Promise<{ readonly results: readonly SolveResult[]; readonly interrupted: boolean }> {
  const line = createProgressLine({ silent })
  const interrupt = given ?? listenForInterrupt()
  const workers = createWorkerPool()
  const results: SolveResult[] = []
  try {
    for (const solver of solvers) {
      if (interrupt.aborted) break
      let latest: Progress = { elapsedMs: 0 }
      const start = now()
      const draw = (): void => line.update(progressText(solver.name, { ...latest, elapsedMs: now() - start }))
      const tick = setInterval(draw, TICK_MS)
      try {
        results.push(
          await solve(instance, solver, {
            seed,
            timeLimitMs,
            ...(gap === undefined ? {} : { gap }),
            signal: interrupt,
            workers,
            now,
            breathe,
            ...(warmStart ? { warmStart } : {}),
            onProgress(progress) {
              latest = progress
              draw()
            },
          }),
        )
      } finally {
        clearInterval(tick)
      }
    }
    return { results, interrupted: interrupt.aborted }
  } finally {
    line.done()
    await workers.close()
    if (given === undefined) interrupt.dispose()
  }
}

function progressText(solver: string, { elapsedMs, primal, dual, gap }: Progress): string {
  const parts = [
    `${solver}  ${duration(elapsedMs)}`,
    primal === undefined ? 'no plan yet' : `plan ${objectiveText(primal)}`,
    ...(dual === undefined ? [] : [`bound ${objectiveText(dual)}`]),
    ...(gap === undefined ? [] : [`gap ${percent(gap)}`]),
  ]
  return parts.join('  ')
}
