/**
 * The Lagrangian dual with its minima smoothed by entropy: value, gradient and products with the Hessian. The least
 * priced cost of a cell becomes a soft minimum at a temperature of its own, chains and trees use soft dynamic
 * programming; the likelihoods are a fractional plan. As the temperatures fall the value tends to the true dual.
 */
import type { Cells } from './cells.ts'
import { edgeCharges } from './edge-prices.ts'
import { buildLevels } from './levels.ts'
import { createPricedLines, priceLines } from './priced-lines.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'
import { createTreeMarginals } from './tree-marginals.ts'

/** The fractional plan: cell `c` has its shares at `start[c] .. start[c + 1])`. */
export interface FractionalPlan {
  readonly start: Int32Array
  /** Entry of `Classes.groups`, or -1 for the share that is left out. */
  readonly entry: Int32Array
  /** Shares of a cell add up to 1. */
  readonly share: Float64Array
}

/** Diagonal of the negated Hessian, with the entries that couple slots and tokens of a group beside it. */
export interface Curvature {
  readonly diagonal: Float64Array
  readonly cross: Float64Array
  /** The same as if no other group took over what one loses. */
  readonly looseDiagonal: Float64Array
  readonly looseCross: Float64Array
}

export interface SmoothDual {
  /** Value at `y`; writes load minus capacity into `gradient`, keeps the fractional plan for `product`. */
  evaluate(y: Float64Array, temperature: Float64Array, gradient: Float64Array): number
  /** out = -(Hessian at the last point given to `diagonal`) x direction. Trees count as independent tasks. */
  product(direction: Float64Array, out: Float64Array): void
  /** The diagonal of the same matrix, and what it would be if no other group took over what one loses. */
  diagonal(out: Curvature): void
  /** Soft least priced cost of each cell at the last evaluated point. */
  readonly leastCost: Float64Array
  plan(): FractionalPlan
}

/** Shares below exp(-SPAN) of the largest are taken as none. */
const SPAN = 9

/** Shares below this part of a cell's largest hardly curve the dual; products with the Hessian leave them out. */
const LIGHT = 0.02

/** Linked tasks beyond this are sampled tree by tree while prices are searched. */
const MOST_LINKED = 24_000

export function createSmoothDual(problem: Problem, cells: Cells, rows: Rows): SmoothDual {
  const { classes, lines, forest, groups, instance } = problem
  const { policy } = instance
  const unassigned = policy.unassignedUsd
  const priced = createPricedLines(problem)
  const levels = buildLevels(classes)
  const width = levels.count + 1
  const charges = edgeCharges(problem, levels)
  const { dependency } = policy
  const stride = Math.max(1, Math.round(forest.task.length / MOST_LINKED))
  const trees = createTreeMarginals(
    {
      forest,
      width,
      penalty: dependency.mode === 'soft' ? dependency.penaltyUsd : Infinity,
      rowOf: forest.task.map((task) => cells.ofTask[task]!),
      ...(charges ? { extra: byNode(forest.task, charges.ofTask) } : {}),
    },
    stride,
  )
  const size = Float64Array.from({ length: cells.count }, (_, c) =>
    cells.linked[c] === 1 ? 0 : cells.start[c + 1]! - cells.start[c]!,
  )
  const longest = Math.max(
    1,
    ...Array.from({ length: classes.count }, (_, c) => classes.start[c + 1]! - classes.start[c]!),
  )
  const scratch = new Float64Array(longest + 1)
  const limited = limitedClasses(problem)
  const leastCost = new Float64Array(cells.count)
  const levelCost = cells.linked.includes(1) ? new Float64Array(cells.count * width) : new Float64Array(0)
  const levelMass = new Float64Array(levelCost.length)
  const temperatures = new Float64Array(cells.count)
  // The support: entries with a share worth keeping.
  const start = new Int32Array(cells.count + 1)
  let entry = new Int32Array(4 * cells.count)
  let share = new Float64Array(4 * cells.count)
  const mass = new Float64Array(cells.count)

  const reserve = (length: number): void => {
    if (length <= entry.length) return
    const [largerEntry, largerShare] = [new Int32Array(length * 2), new Float64Array(length * 2)]
    largerEntry.set(entry)
    largerShare.set(share)
    entry = largerEntry
    share = largerShare
  }

  /** Priced costs of the cell's entries into `scratch`; returns the least. */
  const priceCell = (c: number): number => {
    const [begin, end] = [classes.start[cells.classOf[c]!]!, classes.start[cells.classOf[c]! + 1]!]
    const [input, output] = [cells.inputTokens[c]!, cells.outputTokens[c]!]
    const { constant, perInput, perOutput } = priced
    let least = Infinity
    for (let at = begin; at < end; at++) {
      const cost = constant[at]! + perInput[at]! * input + perOutput[at]! * output
      scratch[at - begin] = cost
      if (cost < least) least = cost
    }
    if (limited[cells.classOf[c]!] === 0) return least
    least = Infinity
    for (let at = begin; at < end; at++) {
      if (groups.tokenLimit[classes.groups[at]!]! < input + output) scratch[at - begin] = Infinity
      if (scratch[at - begin]! < least) least = scratch[at - begin]!
    }
    return least
  }

  const softCell = (c: number, from: number): number => {
    const t = temperatures[c]!
    const [begin, end] = [classes.start[cells.classOf[c]!]!, classes.start[cells.classOf[c]! + 1]!]
    const least = Math.min(priceCell(c), unassigned)
    reserve(from + end - begin + 1)
    const ceiling = least + SPAN * t
    let used = from
    let total = 0
    for (let k = 0; k < end - begin; k++) {
      const cost = scratch[k]!
      if (!(cost < ceiling)) continue
      const weight = Math.exp((least - cost) / t)
      entry[used] = begin + k
      share[used++] = weight
      total += weight
    }
    if (unassigned < ceiling) {
      entry[used] = -1
      share[used++] = Math.exp((least - unassigned) / t)
      total += share[used - 1]!
    }
    for (let k = from; k < used; k++) share[k]! /= total
    leastCost[c] = least - t * Math.log(total)
    mass[c] = size[c]!
    return used
  }

  /** Soft least cost per level of a linked cell; its shares are, for now, within the level. */
  const softLevels = (c: number, from: number): number => {
    const t = temperatures[c]!
    const [begin, end] = [classes.start[cells.classOf[c]!]!, classes.start[cells.classOf[c]! + 1]!]
    priceCell(c)
    reserve(from + end - begin + 1)
    let used = from
    const row = c * width
    levelCost.fill(Infinity, row, row + width)
    for (let at = begin; at < end; ) {
      const level = levels.ofEntry[at]!
      let stop = at
      let least = Infinity
      for (; stop < end && levels.ofEntry[stop] === level; stop++)
        if (scratch[stop - begin]! < least) least = scratch[stop - begin]!
      if (least !== Infinity) {
        const first = used
        let total = 0
        for (let k = at; k < stop; k++) {
          if (!(scratch[k - begin]! < least + SPAN * t)) continue
          const weight = Math.exp((least - scratch[k - begin]!) / t)
          entry[used] = k
          share[used++] = weight
          total += weight
        }
        for (let k = first; k < used; k++) share[k]! /= total
        levelCost[row + level] = least - t * Math.log(total)
      }
      at = stop
    }
    if (unassigned !== Infinity) {
      levelCost[row + width - 1] = unassigned
      entry[used] = -1
      share[used++] = 1
    }
    return used
  }

  /** Once the trees are done: from shares within levels to shares of the cell, dropping what is next to nothing. */
  const settleLinked = (c: number): void => {
    const row = c * width
    let total = 0
    let cost = 0
    for (let l = 0; l < width; l++) {
      total += levelMass[row + l]!
      if (levelMass[row + l]! > 0) cost += levelMass[row + l]! * levelCost[row + l]!
    }
    mass[c] = total
    leastCost[c] = total > 0 ? cost / total : 0
    for (let k = start[c]!; k < start[c + 1]!; k++) {
      const level = entry[k]! < 0 ? width - 1 : levels.ofEntry[entry[k]!]!
      share[k]! *= total > 0 ? levelMass[row + level]! / total : 0
    }
  }

  const addLoads = (gradient: Float64Array): void => {
    const { width: groupsWide, budget } = rows
    let money = 0
    for (let c = 0; c < cells.count; c++) {
      const [input, output] = [cells.inputTokens[c]!, cells.outputTokens[c]!]
      for (let k = start[c]!; k < start[c + 1]!; k++) {
        const at = entry[k]!
        if (at < 0) continue
        const amount = mass[c]! * share[k]!
        const group = classes.groups[at]!
        gradient[group]! += amount
        gradient[groupsWide + group]! += amount * (input + output)
        if (!problem.hasBudget) continue
        const spent =
          amount * (lines.money[at]! + lines.moneyPerInput[at]! * input + lines.moneyPerOutput[at]! * output)
        gradient[2 * groupsWide + group]! += spent
        money += spent
      }
    }
    gradient[budget]! += money
  }

  const moneyOf = (c: number, at: number): number =>
    lines.money[at]! +
    lines.moneyPerInput[at]! * cells.inputTokens[c]! +
    lines.moneyPerOutput[at]! * cells.outputTokens[c]!

  // The part of the support that curves the dual, gathered once per Newton step.
  const heavyStart = new Int32Array(cells.count + 1)
  let heavyGroup = new Int32Array(0)
  let heavyShare = new Float64Array(0)
  let heavyMoney = new Float64Array(0)
  let slopes = new Float64Array(0)

  const gatherHeavy = (): void => {
    const length = start[cells.count]!
    if (heavyGroup.length < length) {
      heavyGroup = new Int32Array(length)
      heavyShare = new Float64Array(length)
      heavyMoney = new Float64Array(problem.hasBudget ? length : 0)
      slopes = new Float64Array(length)
    }
    let used = 0
    for (let c = 0; c < cells.count; c++) {
      heavyStart[c] = used
      let largest = 0
      for (let k = start[c]!; k < start[c + 1]!; k++) if (share[k]! > largest) largest = share[k]!
      for (let k = start[c]!; k < start[c + 1]!; k++) {
        if (share[k]! < LIGHT * largest) continue
        const at = entry[k]!
        heavyGroup[used] = at < 0 ? rows.width - 1 : classes.groups[at]!
        heavyShare[used] = share[k]!
        if (problem.hasBudget) heavyMoney[used] = at < 0 ? 0 : moneyOf(c, at)
        used++
      }
    }
    heavyStart[cells.count] = used
  }

  return {
    leastCost,
    evaluate(y, temperature, gradient) {
      temperatures.set(temperature)
      priceLines(problem, rows, { y, out: priced })
      let used = 0
      let value = 0
      for (let c = 0; c < cells.count; c++) {
        start[c] = used
        used = cells.linked[c] === 1 ? softLevels(c, used) : softCell(c, used)
        if (cells.linked[c] === 0) value += size[c]! * leastCost[c]!
      }
      start[cells.count] = used
      if (levelCost.length > 0) {
        levelMass.fill(0)
        value += trees.evaluate(levelCost, temperatures, levelMass)
        for (let c = 0; c < cells.count; c++) if (cells.linked[c] === 1) settleLinked(c)
      }
      value -= charges?.paidBackUsd ?? 0
      gradient.fill(0)
      addLoads(gradient)
      for (let row = 0; row < rows.count; row++) {
        if (rows.active[row] === 0) {
          gradient[row] = 0
          continue
        }
        gradient[row]! -= rows.capacity[row]!
        value -= y[row]! * rows.capacity[row]!
      }
      return value
    },

    product(direction, out) {
      out.fill(0)
      const { width: groupsWide, budget } = rows
      const { hasBudget } = problem
      const overall = direction[budget]!
      let money = 0
      for (let c = 0; c < cells.count; c++) {
        const [begin, end] = [heavyStart[c]!, heavyStart[c + 1]!]
        if (end - begin < 2) continue
        const tokens = cells.inputTokens[c]! + cells.outputTokens[c]!
        let mean = 0
        for (let k = begin; k < end; k++) {
          const group = heavyGroup[k]!
          let slope = direction[group]! + direction[groupsWide + group]! * tokens
          if (hasBudget) slope += (overall + direction[2 * groupsWide + group]!) * heavyMoney[k]!
          slopes[k] = slope
          mean += heavyShare[k]! * slope
        }
        const scale = mass[c]! / temperatures[c]!
        for (let k = begin; k < end; k++) {
          const amount = scale * heavyShare[k]! * (slopes[k]! - mean)
          const group = heavyGroup[k]!
          out[group]! += amount
          out[groupsWide + group]! += amount * tokens
          if (!hasBudget) continue
          const spent = amount * heavyMoney[k]!
          out[2 * groupsWide + group]! += spent
          money += spent
        }
      }
      out[budget]! += money
      out[groupsWide - 1] = 0
    },

    diagonal({ diagonal: out, cross: crossTrue, looseDiagonal: loose, looseCross: cross }) {
      cross.fill(0)
      crossTrue.fill(0)
      loose.fill(0)
      gatherHeavy()
      out.fill(0)
      const { width: groupsWide, budget } = rows
      for (let c = 0; c < cells.count; c++) {
        const scale = mass[c]! / temperatures[c]!
        const tokens = cells.inputTokens[c]! + cells.outputTokens[c]!
        let [first, second] = [0, 0]
        for (let k = start[c]!; k < start[c + 1]!; k++) {
          const at = entry[k]!
          if (at < 0) continue
          const amount = scale * share[k]! * (1 - share[k]!)
          const group = classes.groups[at]!
          const whole = scale * share[k]!
          loose[group]! += whole
          loose[groupsWide + group]! += whole * tokens * tokens
          cross[group]! += whole * tokens
          crossTrue[group]! += amount * tokens
          out[group]! += amount
          out[groupsWide + group]! += amount * tokens * tokens
          if (!problem.hasBudget) continue
          const spent = moneyOf(c, at)
          out[2 * groupsWide + group]! += amount * spent * spent
          loose[2 * groupsWide + group]! += whole * spent * spent
          first += share[k]! * spent
          second += share[k]! * spent * spent
        }
        out[budget]! += scale * (second - first * first)
        loose[budget]! += scale * second
      }
    },

    plan: () => ({
      start: start.slice(),
      entry: entry.slice(0, start[cells.count]),
      share: share.slice(0, start[cells.count]),
    }),
  }
}

/** The charges of tasks by the node of the forest they stand at. */
function byNode(
  taskOf: Int32Array,
  ofTask: ReadonlyMap<number, Float64Array>,
): ReadonlyMap<number, Float64Array> {
  const found = new Map<number, Float64Array>()
  taskOf.forEach((task, node) => {
    const own = ofTask.get(task)
    if (own) found.set(node, own)
  })
  return found
}

/** 1 for classes with a group on which not every size of task fits. */
function limitedClasses({ classes, groups, tokens }: Problem): Uint8Array {
  const most = new Float64Array(classes.count)
  tokens.forEach((own, task) => {
    const row = classes.ofTask[task]!
    if (own > most[row]!) most[row] = own
  })
  return Uint8Array.from(most, (largest, row) => {
    for (let at = classes.start[row]!; at < classes.start[row + 1]!; at++)
      if (groups.tokenLimit[classes.groups[at]!]! < largest) return 1
    return 0
  })
}
