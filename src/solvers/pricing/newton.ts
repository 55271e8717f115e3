/**
 * Damped, projected Newton steps on a smoothed dual. Slots and tokens of a group are damped together, by what the
 * group's load answers to either, so that one price can take over from the other freely.
 */
import type { Cells } from './cells.ts'
import type { Problem } from './problem.ts'
import type { Rows } from './rows.ts'
import type { Curvature, SmoothDual } from './smooth-dual.ts'

export interface NewtonParts {
  readonly problem: Problem
  readonly cells: Cells
  readonly rows: Rows
  readonly dual: SmoothDual
}

export interface Newton {
  /** What a task and a token typically cost, in dollars. */
  readonly scales: { readonly task: number; readonly token: number }
  /** Evaluates at `y`; returns the smoothed value. */
  restart(y: Float64Array, temperature: Float64Array, relative: number): number
  /** Priced violation of the optimality conditions over the total cost. */
  residual(y: Float64Array): number
  /** One accepted step, or none after several attempts; returns how many evaluations it took. */
  step(y: Float64Array, temperature: Float64Array): number
  /** What the last step gained, as a part of the value; 0 where it could not be made. */
  gain(): number
}

const MOST_INNER = 16
const MOST_ATTEMPTS = 8

/** A step under way when `stops` turns true is cut short. */
export function createNewton({ problem, cells, rows, dual }: NewtonParts, stops: () => boolean): Newton {
  const { count, width, active, capacity } = rows
  const vector = (): Float64Array => new Float64Array(count)
  const [gradient, direction, residual, conjugate, product, preconditioned] = [
    vector(),
    vector(),
    vector(),
    vector(),
    vector(),
    vector(),
  ]
  const [next, nextGradient, scale] = [vector(), vector(), vector()]
  const curvature: Curvature = {
    diagonal: vector(),
    cross: new Float64Array(width),
    looseDiagonal: vector(),
    looseCross: new Float64Array(width),
  }
  // Per group: ridge and preconditioner, both symmetric 2 x 2 over (slots, tokens); other rows are diagonal.
  const ridge = vector()
  const ridgeCross = new Float64Array(width)
  const damping = new Float64Array(width).fill(1e-2)
  let budgetDamping = 1e-2
  const scales = typicalScales(problem, cells)
  for (let row = 0; row < count; row++)
    scale[row] = row < width ? scales.task : row < 2 * width ? scales.token : 1
  const totalCost = scales.task * problem.instance.tasks.count
  const free = new Uint8Array(count)
  let value = 0
  let heat = 1
  let gained = 0
  let inner = 0

  /** Load over capacity of the fuller of a group's rows. */
  const fullness = (group: number): number => {
    let most = 0
    for (let row = group; row < 3 * width; row += width)
      if (active[row] === 1)
        most = Math.max(most, (gradient[row]! + capacity[row]!) / Math.max(capacity[row]!, 1e-300))
    return most
  }

  const setRidge = (): void => {
    const { diagonal, cross, looseDiagonal, looseCross } = curvature
    dual.diagonal(curvature)
    for (let group = 0; group < width; group++) {
      const full = fullness(group)
      // A group far below capacity has little curvature left, yet answers a lower price exponentially.
      const weight =
        damping[group]! * Math.max(1, 1 / Math.max(full, 0.02)) + Math.max(0, 1 - full) / Math.max(full, 0.02)
      const [slots, tokens, money] = [group, width + group, 2 * width + group]
      const trace = 1e-3 * damping[group]!
      const typical = Math.min(capacity[slots]!, capacity[tokens]! * (scales.token / scales.task), 1e12)
      const least = active[slots] === 1 || active[tokens] === 1 ? (1e-3 * typical) / heat : 0
      ridge[slots] = weight * (looseDiagonal[slots]! + least) + trace * looseDiagonal[slots]! + 1e-300
      ridge[tokens] =
        weight * (looseDiagonal[tokens]! + least * (scales.task / scales.token) ** 2) +
        trace * looseDiagonal[tokens]! +
        1e-300
      ridge[money] = weight * looseDiagonal[money]! + 1e-300
      ridgeCross[group] = free[slots] === 1 && free[tokens] === 1 ? weight * looseCross[group]! : 0
      diagonal[slots]! += ridge[slots]!
      diagonal[tokens]! += ridge[tokens]!
      diagonal[money]! += ridge[money]!
      cross[group] = free[slots] === 1 && free[tokens] === 1 ? cross[group]! + ridgeCross[group]! : 0
    }
    ridge[rows.budget] = budgetDamping * looseDiagonal[rows.budget]! + 1e-300
    diagonal[rows.budget]! += ridge[rows.budget]!
  }

  /** preconditioned = block diagonal inverse x residual; returns their product. */
  const precondition = (): number => {
    const { diagonal, cross } = curvature
    let rho = 0
    for (let group = 0; group < width; group++) {
      const [a, b] = [group, width + group]
      const c = cross[group]!
      const determinant = diagonal[a]! * diagonal[b]! - c * c
      if (c === 0 || determinant <= 1e-9 * diagonal[a]! * diagonal[b]!) {
        preconditioned[a] = residual[a]! / diagonal[a]!
        preconditioned[b] = residual[b]! / diagonal[b]!
      } else {
        preconditioned[a] = (diagonal[b]! * residual[a]! - c * residual[b]!) / determinant
        preconditioned[b] = (diagonal[a]! * residual[b]! - c * residual[a]!) / determinant
      }
      rho += preconditioned[a]! * residual[a]! + preconditioned[b]! * residual[b]!
    }
    for (let row = 2 * width; row < count; row++) {
      preconditioned[row] = residual[row]! / diagonal[row]!
      rho += preconditioned[row]! * residual[row]!
    }
    return rho
  }

  /** product = (H + ridge) conjugate on the free rows; returns conjugate x product. */
  const multiply = (): number => {
    dual.product(conjugate, product)
    for (let group = 0; group < width; group++) {
      product[group]! += ridgeCross[group]! * conjugate[width + group]!
      product[width + group]! += ridgeCross[group]! * conjugate[group]!
    }
    let sum = 0
    for (let row = 0; row < count; row++) {
      product[row] = free[row] === 0 ? 0 : product[row]! + ridge[row]! * conjugate[row]!
      sum += product[row]! * conjugate[row]!
    }
    return sum
  }

  const solve = (): void => {
    setRidge()
    direction.fill(0)
    for (let row = 0; row < count; row++) residual[row] = free[row] === 1 ? gradient[row]! : 0
    let rho = precondition()
    conjugate.set(preconditioned)
    const enough = rho * 1e-2
    for (inner = 0; inner < MOST_INNER && rho > enough && !stops(); inner++) {
      const curved = multiply()
      if (!(curved > 0)) return
      const length = rho / curved
      for (let row = 0; row < count; row++) {
        direction[row]! += length * conjugate[row]!
        residual[row]! -= length * product[row]!
      }
      const nextRho = precondition()
      const beta = nextRho / rho
      for (let row = 0; row < count; row++) conjugate[row] = preconditioned[row]! + beta * conjugate[row]!
      rho = nextRho
    }
  }

  /** Groups that overshot are held back, the others let go. */
  const adapt = (y: Float64Array, ratio: number): void => {
    const judge = (own: number, first: number, end: number): number => {
      let [before, after] = [0, 0]
      for (let row = first; row < end; row += width) {
        const move = next[row]! - y[row]!
        before += gradient[row]! * move
        after += nextGradient[row]! * move
      }
      if (after < 0 && -after > 0.3 * Math.abs(before))
        return Math.min(1e4, own * (-after > Math.abs(before) ? 10 : 3))
      return ratio > 0.1 ? Math.max(1e-6, own * 0.4) : own
    }
    for (let group = 0; group < width; group++) damping[group] = judge(damping[group]!, group, 3 * width)
    budgetDamping = judge(budgetDamping, rows.budget, count)
  }

  return {
    scales,
    restart(y, temperature, relative) {
      value = dual.evaluate(y, temperature, gradient)
      heat = scales.task * relative
      return value
    },
    residual(y) {
      let sum = 0
      for (let row = 0; row < count; row++) {
        const g = gradient[row]!
        sum += g > 0 ? Math.max(y[row]!, scale[row]!) * g : y[row]! * -g
      }
      return sum / totalCost
    },
    step(y, temperature) {
      for (let row = 0; row < count; row++)
        free[row] = active[row] === 1 && (y[row]! > 0 || gradient[row]! > 0) ? 1 : 0
      let evaluations = 0
      let floor = 3e-3
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        solve()
        let expected = 0
        for (let row = 0; row < count; row++) {
          next[row] = free[row] === 1 ? Math.max(0, y[row]! + direction[row]!) : y[row]!
          expected += gradient[row]! * (next[row]! - y[row]!)
        }
        const reached = dual.evaluate(next, temperature, nextGradient)
        evaluations++
        const ratio = (reached - value) / (0.5 * Math.abs(expected))
        adapt(y, ratio)
        if (ratio > 0.02) {
          gained = (reached - value) / Math.max(1e-300, Math.abs(value))
          value = reached
          y.set(next)
          gradient.set(nextGradient)
          return evaluations
        }
        floor *= 6
        for (let group = 0; group < width; group++) damping[group] = Math.max(damping[group]!, floor)
        budgetDamping = Math.max(budgetDamping, floor)
        // Restores the support that products and the diagonal refer to.
        dual.evaluate(y, temperature, gradient)
        evaluations++
        if (stops()) break
      }
      gained = 0
      return evaluations
    },
    gain: () => gained,
  }
}

/** Mean over cells of the average cost without prices, scaled to what is usually paid, and that per token. */
function typicalScales({ classes, lines, instance }: Problem, cells: Cells): { task: number; token: number } {
  let [cost, tokens] = [0, 0]
  for (let c = 0; c < cells.count; c++) {
    const size = cells.start[c + 1]! - cells.start[c]!
    let [sum, entries] = [0, 0]
    for (let at = classes.start[cells.classOf[c]!]!; at < classes.start[cells.classOf[c]! + 1]!; at++) {
      sum +=
        lines.constant[at]! +
        lines.perInput[at]! * cells.inputTokens[c]! +
        lines.perOutput[at]! * cells.outputTokens[c]!
      entries++
    }
    if (entries > 0) cost += (size * sum) / entries
    tokens += size * (cells.inputTokens[c]! + cells.outputTokens[c]!)
  }
  const count = instance.tasks.count
  const task = cost > 0 ? (0.3 * cost) / count : 1
  return { task, token: task / Math.max(1, tokens / count) }
}
