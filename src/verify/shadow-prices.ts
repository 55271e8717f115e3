/** What the prices of a certificate say: how much one more slot, a thousand more tokens or a dollar of budget would save. */
import type { Instance } from '../model/instance.ts'
import { BUDGET_PRICE_FRACTION, type Certificate, readPrices, TOKEN_PRICE_FRACTION } from './certificate.ts'

/** One capacity or budget with a price; pools with nothing scarce have none. */
export interface ShadowPrice {
  readonly kind: 'slot' | 'thousand-tokens' | 'pool-budget' | 'budget'
  /** Absent for the overall budget. */
  readonly pool?: number
  /** Dollars of objective saved per unit, for small changes, at most. */
  readonly savesUsd: number
}

const THOUSAND = 1000

/** All prices above nothing, largest first. @throws QaasError `invalid-plan` */
export function shadowPrices(instance: Instance, certificate: Certificate): ShadowPrice[] {
  const prices = readPrices(instance, certificate)
  const found: ShadowPrice[] = []
  const add = (kind: ShadowPrice['kind'], savesUsd: number, pool?: number): void => {
    if (savesUsd > 0) found.push({ kind, savesUsd, ...(pool === undefined ? {} : { pool }) })
  }
  for (let pool = 0; pool < instance.fleet.numPools; pool++) {
    add('slot', prices.tasks[pool]! / prices.unitsPerUsd, pool)
    add(
      'thousand-tokens',
      (THOUSAND * prices.tokens[pool]!) / TOKEN_PRICE_FRACTION / prices.unitsPerUsd,
      pool,
    )
    add('pool-budget', prices.poolBudget[pool]! / BUDGET_PRICE_FRACTION, pool)
  }
  add('budget', prices.budget / BUDGET_PRICE_FRACTION)
  return found.sort((a, b) => b.savesUsd - a.savesUsd)
}

/** One sentence with the instance's own names. */
export function describeShadowPrice({ fleet }: Instance, { kind, pool, savesUsd }: ShadowPrice): string {
  const saves = `would save up to $${Number(savesUsd.toPrecision(4))}`
  const name = pool === undefined ? '' : `"${fleet.poolIds[pool]}"`
  switch (kind) {
    case 'slot':
      return `one more task slot in pool ${name} ${saves}`
    case 'thousand-tokens':
      return `a thousand more tokens of capacity in pool ${name} ${saves}`
    case 'pool-budget':
      return `one more dollar in the budget of pool ${name} ${saves}`
    case 'budget':
      return `one more dollar of budget ${saves}`
  }
}
