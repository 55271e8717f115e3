/** The temperature of every sweep, from a beta range and a schedule type; as neal interpolates them. */
import type { BetaRange } from './beta-range.ts'
import type { ResolvedAnnealing } from './options.ts'

export function betaSchedule(
  range: BetaRange,
  options: Pick<ResolvedAnnealing, 'numSweeps' | 'numSweepsPerBeta' | 'betaScheduleType' | 'betaSchedule'>,
): Float64Array {
  const { numSweeps, numSweepsPerBeta, betaScheduleType, betaSchedule } = options
  const count = Math.ceil(numSweeps / numSweepsPerBeta)
  const [hot, cold] = range
  const betas = new Float64Array(numSweeps)
  for (let sweep = 0; sweep < numSweeps; sweep++) {
    const step = Math.floor(sweep / numSweepsPerBeta)
    const part = count > 1 ? step / (count - 1) : 1
    betas[sweep] =
      betaScheduleType === 'custom'
        ? betaSchedule![step]!
        : betaScheduleType === 'linear'
          ? hot + (cold - hot) * part
          : hot * (cold / hot) ** part
  }
  return betas
}
