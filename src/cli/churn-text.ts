/** What a re-plan changes for those who do the work, and what that is worth, in words. */
import { count, objectiveText, percent, usd } from './format.ts'
import type { Churn } from './previous-plan.ts'

/** A gap up to this is none in double arithmetic. */
const PROOF = 1e-9

/** How good the plan is with its moves counted; undefined where moves cost nothing or nothing is proven. */
export function churnVerdict({ churnUsd, totalGap }: Churn): string | undefined {
  if (churnUsd === 0 || totalGap === undefined) return undefined
  if (totalGap <= PROOF) return 'the plan is proven optimal with its moves at their price'
  return `the plan with its moves at their price is proven to be within ${percent(totalGap)} of the optimum`
}

export function churnFacts(churn: Churn): readonly (readonly [string, string])[] {
  const { totalUsd, totalGap, churnUsd, moved, savedUsd } = churn
  const isPriced = churnUsd > 0
  return [
    ['churn', movesText(churn)],
    ...(totalUsd === undefined || !isPriced ? [] : [['total', totalText(totalUsd, totalGap)] as const]),
    ...(savedUsd === undefined || moved === 0
      ? []
      : [
          ['moves', `save ${usd(savedUsd)} against staying${isPriced ? ', after their price' : ''}`] as const,
        ]),
  ]
}

function movesText({ kept, moved, agentGone, added, gone, churnUsd, chargesUsd }: Churn): string {
  const price = churnUsd > 0 ? ` (${usd(churnUsd)} each, ${usd(chargesUsd)} in all)` : ''
  const parts = [
    `${count(moved)} moved${price}`,
    `${count(kept)} kept`,
    ...(agentGone > 0 ? [`${count(agentGone)} lost their agent`] : []),
    ...(added > 0 ? [`${count(added)} new`] : []),
    ...(gone > 0 ? [`${count(gone)} gone`] : []),
  ]
  return parts.join(', ')
}

/** Objective and charges together, and what is proven of them. */
function totalText(totalUsd: number, totalGap: number | undefined): string {
  const total = `${objectiveText(totalUsd)} with moves`
  if (totalGap === undefined) return total
  return totalGap <= PROOF
    ? `${total}, the least there is`
    : `${total}, at most ${percent(totalGap)} above any`
}
