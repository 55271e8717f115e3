/** Money at run time is counted in whole nano-dollars, so that nothing is lost or gained by rounding sums. */
import type { Usage } from '../agents/provider.ts'
import { QaasError } from '../errors.ts'
import type { Instance } from '../model/instance.ts'
import { pairMoneyUsd } from '../model/pair.ts'

export const NANO_PER_USD = 1_000_000_000

/** Whole nano-dollars, upwards, but forgiving the last bit of a double: $0.015 is 15,000,000. Infinity stays. */
export function toNano(usd: number): number {
  if (usd === Infinity) return Infinity
  const exact = usd * NANO_PER_USD
  const near = Math.round(exact)
  const nano = Math.abs(exact - near) <= 1e-6 * Math.max(1, near * 1e-6) ? near : Math.ceil(exact)
  if (!Number.isSafeInteger(nano))
    throw new QaasError('budget', `$${usd} is more than can be counted in nano-dollars`, {
      advice: 'Maybe a price has the wrong unit: prices are per million tokens.',
    })
  return nano
}

export const toUsd = (nano: number): number => nano / NANO_PER_USD

/** Price of so many tokens at the pool's own rates, in dollars. */
function priceUsd(instance: Instance, pool: number, tokens: { input: number; output: number }): number {
  const { fleet } = instance
  return (
    fleet.perTaskUsd[pool]! +
    (fleet.inputPerMTokUsd[pool]! * tokens.input + fleet.outputPerMTokUsd[pool]! * tokens.output) / 1e6
  )
}

export interface WorstCase {
  readonly inputTokens: number
  readonly outputTokens: number
}

/** The most an attempt can cost: never less than the plan's figure for the pair. */
export function worstCaseNano(
  instance: Instance,
  pair: { task: number; pool: number },
  worst: WorstCase,
): number {
  const planned = pairMoneyUsd(instance, pair.task, pair.pool)
  const priced = priceUsd(instance, pair.pool, { input: worst.inputTokens, output: worst.outputTokens })
  return toNano(Math.max(planned, priced))
}

/**
 * What an attempt cost. A pool without prices but with an estimate for the task costs its estimate; usage that is
 * exactly as planned costs exactly what was planned.
 */
export function actualNano(instance: Instance, pair: { task: number; pool: number }, usage: Usage): number {
  if (usage.costUsd !== undefined) return toNano(usage.costUsd)
  const { tasks } = instance
  const asPlanned =
    usage.inputTokens === tasks.inputTokens[pair.task] && usage.outputTokens === tasks.outputTokens[pair.task]
  const priced = priceUsd(instance, pair.pool, { input: usage.inputTokens, output: usage.outputTokens })
  if (asPlanned || priced === 0) return toNano(pairMoneyUsd(instance, pair.task, pair.pool))
  return toNano(priced)
}

/** What so many tokens cost at the pool's own rates, whatever the task. */
export function priceNano(
  instance: Instance,
  pool: number,
  { inputTokens, outputTokens }: WorstCase & Pick<Usage, 'costUsd'>,
): number {
  return toNano(priceUsd(instance, pool, { input: inputTokens, output: outputTokens }))
}
