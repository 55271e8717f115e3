/**
 * Which style of annealing suits a problem is found out on it: all run briefly, the better half four times as long, and
 * so on until two are left, which then take turns, longer and longer (successive halving).
 *
 * Source: Jamieson and Talwalkar, "Non-stochastic best arm identification", AISTATS 2016.
 */
import type { AnnealStyle } from './anneal.ts'

export interface Round {
  readonly style: AnnealStyle
  /** Positions of chains to look at. */
  readonly looks: number
}

export interface Tournament {
  /** The next round, of at most `left` positions; undefined when too few are left to be worth it. */
  next(left: number): Round | undefined
  report(round: Round, objective: number): void
}

const STYLES: readonly AnnealStyle[] = [
  { hot: 0.1, cold: 0.03, depth: 3 },
  { hot: 0.2, cold: 0.05, depth: 5 },
  { hot: 0.1, cold: 0.02, depth: 4 },
  { hot: 0.3, cold: 0.1, depth: 3 },
  { hot: 0.4, cold: 0.1, depth: 7 },
  { hot: 0.05, cold: 0.02, depth: 4 },
]
const FIRST_LOOKS_PER_TASK = 1000
/** Of a round, however small the problem. */
export const FEWEST_LOOKS = 100_000
const GROWTH = 4
/** Among the last two; longer runs are not always better ones, so that there must be several of each length. */
const LATE_GROWTH = 1.5

export function createTournament(numTasks: number): Tournament {
  let looks = Math.max(FEWEST_LOOKS, FIRST_LOOKS_PER_TASK * numTasks)
  let styles = STYLES
  let results: { readonly style: AnnealStyle; readonly objective: number }[] = []
  return {
    next(left) {
      const fitting = Math.min(looks, Math.floor(left))
      return fitting < FEWEST_LOOKS / 10 ? undefined : { style: styles[results.length]!, looks: fitting }
    },
    report({ style }, objective) {
      results.push({ style, objective })
      if (results.length < styles.length) return
      // A stable sort: of equals the earlier stays ahead.
      results.sort((a, b) => (a.objective === b.objective ? 0 : a.objective - b.objective))
      looks *= results.length > 2 ? GROWTH : LATE_GROWTH
      styles = results.slice(0, Math.max(2, Math.ceil(results.length / 2))).map((result) => result.style)
      results = []
    },
  }
}
