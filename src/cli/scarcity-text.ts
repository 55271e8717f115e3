/** What is scarce, in sentences: what one more slot, token or dollar, or a lower floor of quality, would save. */
import type { Instance } from '../model/instance.ts'
import type { Certificate } from '../solve/solver.ts'
import { CAPACITY_PRICES } from '../verify/certificate.ts'
import { describeQualityPrice, qualityPrices } from '../verify/quality-prices.ts'
import { describeShadowPrice, shadowPrices } from '../verify/shadow-prices.ts'

/** Limits with a price listed in full before the rest is only counted. */
const MAX_LISTED = 8
/** Savings below this part of the bound are nobody's concern. */
const NEGLIGIBLE = 1e-6

/** Sentences, most valuable first; empty without a certificate that holds prices. */
export function scarcitySentences(instance: Instance, certificate: Certificate | undefined): string[] {
  if (certificate?.kind !== CAPACITY_PRICES) return []
  const all = shadowPrices(instance, certificate)
  const worth = (all[0]?.savesUsd ?? 0) * NEGLIGIBLE
  const prices = all.filter(({ savesUsd }) => savesUsd > worth)
  // Dollars of budget are answered first: they are one question, slots are one for each pool.
  const budgets = prices.filter(({ kind }) => kind === 'budget')
  const others = prices.filter(({ kind }) => kind !== 'budget')
  const listed = [...budgets, ...others.slice(0, MAX_LISTED)]
  const more = others.length - MAX_LISTED
  const qualities = qualityPrices(instance, certificate)
  return [
    ...(instance.policy.budgetUsd !== Infinity && budgets.length === 0
      ? ['one more dollar of budget would save nothing']
      : []),
    ...listed.map((price) => describeShadowPrice(instance, price)),
    more > 0
      ? `the same of ${more} more limits would save less`
      : `one more slot in any ${listed.length > 0 ? 'other ' : ''}pool would save nothing`,
    ...(qualities ?? []).slice(0, MAX_LISTED).map(describeQualityPrice),
    ...(qualities?.length === 0
      ? ['floors of quality 0.01 lower would save nothing in any class of tasks']
      : []),
  ]
}
