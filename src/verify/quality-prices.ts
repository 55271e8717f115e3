/**
 * What slightly lower quality floors would save, class by class: the bound that the same prices prove for the instance
 * with those floors. No plan for it can be cheaper than that bound, so the difference is what it saves at most.
 */
import type { Instance } from '../model/instance.ts'
import { priceBoundOf } from './bound.ts'
import type { Certificate } from './certificate.ts'

export interface QualityPrice {
  /** What the tasks have in common, such as `"complex" tasks` or `tasks with a floor of 0.8`. */
  readonly label: string
  readonly tasks: number
  /** Dollars by which the bound falls when their floors are `lowerBy` less. */
  readonly savesUsd: number
  readonly lowerBy: number
}

const LOWER_BY = 0.01
/** More classes, or more pairs to look at, would take longer than the answer is worth. */
const MOST_CLASSES = 12
const MOST_PAIRS = 2e7

/**
 * Classes that gain, largest first; undefined when floors are not hard, or when it would take long to find out.
 * @throws QaasError `invalid-plan`
 */
export function qualityPrices(
  instance: Instance,
  certificate: Certificate,
  lowerBy: number = LOWER_BY,
): QualityPrice[] | undefined {
  const { tasks, fleet, policy } = instance
  if (policy.belowFloorUsd !== Infinity) return undefined
  const classes = classesOf(instance)
  if (classes.size > MOST_CLASSES || classes.size * tasks.count * fleet.numPools > MOST_PAIRS)
    return undefined
  const { boundUsd } = priceBoundOf(instance, certificate)
  const found: QualityPrice[] = []
  for (const [label, rows] of classes) {
    const minQuality = tasks.minQuality.slice()
    for (const task of rows) minQuality[task] = Math.max(0, minQuality[task]! - lowerBy)
    const lowered = priceBoundOf({ ...instance, tasks: { ...tasks, minQuality } }, certificate).boundUsd
    const savesUsd = boundUsd - lowered
    if (savesUsd > 1e-9 * Math.abs(boundUsd)) found.push({ label, tasks: rows.length, savesUsd, lowerBy })
  }
  return found.sort((a, b) => b.savesUsd - a.savesUsd)
}

/** Tasks by their complexity, those without one by their floor. */
function classesOf({ tasks }: Instance): Map<string, number[]> {
  const classes = new Map<string, number[]>()
  for (let task = 0; task < tasks.count; task++) {
    const floor = tasks.minQuality[task]!
    if (floor === 0) continue
    const complexity = tasks.complexity[task]!
    const label =
      complexity < 0 ? `tasks with a floor of ${floor}` : `"${tasks.complexities[complexity]}" tasks`
    const rows = classes.get(label)
    if (rows) rows.push(task)
    else classes.set(label, [task])
  }
  return classes
}

export function describeQualityPrice({ label, savesUsd, lowerBy }: QualityPrice): string {
  return `floors of quality ${lowerBy} lower for the ${label} would save up to $${Number(savesUsd.toPrecision(4))}`
}
