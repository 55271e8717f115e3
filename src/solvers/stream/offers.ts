/** What every pool offers one arriving task, in flat arrays; computed once, kept for learning prices. */

import { createInstanceBuilder } from '../../model/builder.ts'
import type { PolicyDocument, TaskDocument } from '../../model/document.ts'
import type { Fleet } from '../../model/instance.ts'
import { isEligible, pairCostUsd, pairMoneyUsd, pairQuality, pairTokens } from '../../model/pair.ts'

/** One entry a pool; pools that may not do the task have cost Infinity. */
export interface Offers {
  readonly costUsd: Float64Array
  readonly moneyUsd: Float64Array
  readonly tokens: Float64Array
  readonly quality: Float64Array
}

/** @throws QaasError `invalid-instance` when the task itself is malformed */
export function offersFor(policy: PolicyDocument, fleet: Fleet, task: TaskDocument): Offers {
  const builder = createInstanceBuilder(policy, fleet)
  // Dependencies on earlier tasks are the planner's business: here the task stands alone.
  builder.addTask({ ...task, dependsOn: [] })
  const single = builder.build()
  const column = (value: (pool: number) => number): Float64Array =>
    Float64Array.from({ length: fleet.numPools }, (_, pool) => value(pool))
  return {
    costUsd: column((pool) => (isEligible(single, 0, pool) ? pairCostUsd(single, 0, pool) : Infinity)),
    moneyUsd: column((pool) => pairMoneyUsd(single, 0, pool)),
    tokens: column((pool) => pairTokens(single, 0, pool)),
    quality: column((pool) => pairQuality(single, 0, pool)),
  }
}
