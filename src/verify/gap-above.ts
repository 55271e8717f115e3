/** How far a plan may be above the optimum, as a part of what it costs. */

/** The part of the objective that may be above the optimum; 0 for a plan that costs nothing. */
export function gapAbove(boundUsd: number, objective: number): number {
  return objective > boundUsd ? (objective - boundUsd) / Math.max(Math.abs(objective), Number.MIN_VALUE) : 0
}
