/** The exit code that a solve deserves. */
import type { SolveResult } from '../solve/solve.ts'
import type { ExitCode } from './command.ts'

/** 0 for a feasible plan, 1 without one, 130 when the user interrupted. */
export function exitCodeOf({ evaluation }: SolveResult, interrupted: boolean): ExitCode {
  if (interrupted) return 130
  return evaluation?.feasible ? 0 : 1
}
