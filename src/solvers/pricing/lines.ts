/**
 * What a task of a class costs in a group, as an affine function of its tokens: with two token prices a plane, with
 * equal ones a line. Pair by pair the same as the model's formulas, to rounding.
 */
import type { Instance } from '../../model/instance.ts'
import { pairCostUsd, pairMoneyUsd } from '../../model/pair.ts'
import type { Classes } from './classes.ts'
import type { Groups } from './groups.ts'

/** Columns beside `Classes.groups`; money has its own coefficients because budgets and prices see it alone. */
export interface Lines {
  readonly constant: Float64Array
  readonly perInput: Float64Array
  readonly perOutput: Float64Array
  readonly money: Float64Array
  readonly moneyPerInput: Float64Array
  readonly moneyPerOutput: Float64Array
  /** True when no cost depends on tokens. */
  readonly flat: boolean
}

export function buildLines(instance: Instance, groups: Groups, classes: Classes): Lines {
  const { fleet, policy, tasks } = instance
  const size = classes.groups.length
  const column = (): Float64Array => new Float64Array(size)
  const lines = {
    constant: column(),
    perInput: column(),
    perOutput: column(),
    money: column(),
    moneyPerInput: column(),
    moneyPerOutput: column(),
  }
  let flat = true
  for (let row = 0; row < classes.count; row++) {
    const task = classes.task[row]!
    const minQuality = tasks.minQuality[task]!
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++) {
      const pool = groups.pool[classes.groups[at]!]!
      if (classes.estimated[row] === 1) {
        lines.constant[at] = pairCostUsd(instance, task, pool)
        lines.money[at] = pairMoneyUsd(instance, task, pool)
        continue
      }
      const surplus = classes.quality[at]! - minQuality
      const factor = 1 + (surplus > 0 ? policy.overkillWeight * surplus : 0)
      lines.money[at] = fleet.perTaskUsd[pool]!
      lines.moneyPerInput[at] = fleet.inputPerMTokUsd[pool]! / 1e6
      lines.moneyPerOutput[at] = fleet.outputPerMTokUsd[pool]! / 1e6
      lines.constant[at] =
        factor * lines.money[at]! +
        (policy.latencyUsdPerSecond * fleet.latencyMs[pool]!) / 1000 +
        (surplus < 0 && policy.belowFloorUsd !== Infinity ? policy.belowFloorUsd : 0)
      lines.perInput[at] = factor * lines.moneyPerInput[at]!
      lines.perOutput[at] = factor * lines.moneyPerOutput[at]!
      if (lines.perInput[at]! > 0 || lines.perOutput[at]! > 0) flat = false
    }
  }
  return { ...lines, flat }
}
