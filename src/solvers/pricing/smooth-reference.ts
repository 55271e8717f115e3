/**
 * The smoothed dual over blocks of four pools: the TypeScript reference and fallback of
 * `kernels/assembly/smooth-dual.ts`, equal to it bit for bit.
 */
import type { SmoothArrays, SmoothKernel, SmoothSizes } from './smooth-kernel.ts'
import { createTreeReference, expOf, logOf } from './smooth-trees.ts'

export const LINKED = 1
export const LIMITED = 2
const SPAN = 9
/** Shares below this part of a cell's largest hardly curve the dual; products with the Hessian leave their blocks out. */
const LIGHT = 0.02

/** The same in TypeScript; sums run over even and odd positions apart, as the lanes of a vector do. */
export function referenceKernel(arrays: SmoothArrays, sizes: SmoothSizes): SmoothKernel {
  const { constant, perInput, perOutput, limit, levelOfBlock, scratch, shares, blocks, blockStart } = arrays
  const { cellBlocks, cellFlags, input, output, temperature, mass, least, levelCost, levelMass } = arrays
  const { sum0, sum1, sum2, moments, heavy, heavyStart } = arrays
  const { numCells, numTrees, width } = sizes
  const evaluateTree = createTreeReference(arrays, width)

  const priceCell = (c: number): void => {
    const [a, b] = [input[c]!, output[c]!]
    const isLimited = (cellFlags[c]! & LIMITED) !== 0
    const first = cellBlocks[2 * c]! * 4
    for (let k = first; k < cellBlocks[2 * c + 1]! * 4; k++) {
      const cost = constant[k]! + perInput[k]! * a + perOutput[k]! * b
      scratch[k - first] = isLimited && limit[k]! < a + b ? Infinity : cost
    }
  }

  const leastOf = (from: number, to: number): number => {
    let low = Infinity
    for (let s = from; s < to; s++) if (scratch[s]! < low) low = scratch[s]!
    return low
  }

  let total = 0
  const weigh = (
    span: { readonly first: number; readonly last: number; readonly base: number },
    low: number,
    { t, from }: { readonly t: number; readonly from: number },
  ): number => {
    const ceiling = low + SPAN * t
    const negative = -1 / t
    let [even, odd] = [0, 0]
    let used = from
    for (let block = span.first; block < span.last; block++) {
      const s = (block - span.base) * 4
      const weight = (k: number): number =>
        scratch[s + k]! < ceiling ? expOf((scratch[s + k]! - low) * negative) : 0
      let isKept = false
      for (let k = 0; k < 4; k++) if (scratch[s + k]! < ceiling) isKept = true
      if (!isKept) continue
      blocks[used] = block
      for (let k = 0; k < 4; k++) shares[4 * used + k] = weight(k)
      even += shares[4 * used]! + shares[4 * used + 2]!
      odd += shares[4 * used + 1]! + shares[4 * used + 3]!
      used++
    }
    total = even + odd
    return used
  }

  const scale = (from: number, to: number, factor: number): void => {
    for (let k = 4 * from; k < 4 * to; k++) shares[k]! *= factor
  }

  const clearSums = (): void => {
    for (const sum of [sum0, sum1, sum2]) sum.fill(0, firstPosition, positions)
  }
  const addLine = (at: number, amount: number, c: number): void => {
    sum0[at]! += amount
    sum1[at]! += amount * input[c]!
    sum2[at]! += amount * output[c]!
  }

  const { groupOf, direction, sums, money, moneyPerInput, moneyPerOutput } = arrays
  const { firstPosition, positions, groups, hasMoney } = sizes
  const gather = (): void => {
    sums.fill(0)
    let all = 0
    for (let k = firstPosition; k < positions; k++) {
      const group = groupOf[k]!
      if (group < 0) continue
      sums[group]! += sum0[k]!
      sums[groups + group]! += sum1[k]! + sum2[k]!
      if (!hasMoney) continue
      const spent = money[k]! * sum0[k]! + moneyPerInput[k]! * sum1[k]! + moneyPerOutput[k]! * sum2[k]!
      sums[2 * groups + group]! += spent
      all += spent
    }
    sums[3 * groups] = all
  }
  const spread = (): void => {
    const { slope, slopePerInput, slopePerOutput } = arrays
    for (let k = firstPosition; k < positions; k++) {
      const group = groupOf[k]!
      if (group < 0) continue
      const dollar = hasMoney ? direction[3 * groups]! + direction[2 * groups + group]! : 0
      slope[k] = direction[group]! + dollar * money[k]!
      slopePerInput[k] = direction[groups + group]! + dollar * moneyPerInput[k]!
      slopePerOutput[k] = direction[groups + group]! + dollar * moneyPerOutput[k]!
    }
  }

  return {
    price() {
      let used = 0
      let value = 0
      for (let c = 0; c < numCells; c++) {
        const t = temperature[c]!
        const [first, last] = [cellBlocks[2 * c]!, cellBlocks[2 * c + 1]!]
        blockStart[c] = used
        priceCell(c)
        if ((cellFlags[c]! & LINKED) === 0) {
          const low = leastOf(0, (last - first) * 4)
          if (low === Infinity) {
            least[c] = Infinity
            continue
          }
          const end = weigh({ first, last, base: first }, low, { t, from: used })
          scale(used, end, 1 / total)
          least[c] = low - t * logOf(total)
          value += mass[c]! * least[c]!
          used = end
          continue
        }
        levelCost.fill(Infinity, c * width, (c + 1) * width)
        for (let block = first; block < last; ) {
          const level = levelOfBlock[block]!
          let stop = block + 1
          while (stop < last && levelOfBlock[stop] === level) stop++
          const low = leastOf((block - first) * 4, (stop - first) * 4)
          if (low !== Infinity) {
            const end = weigh({ first: block, last: stop, base: first }, low, { t, from: used })
            scale(used, end, 1 / total)
            levelCost[c * width + level] = low - t * logOf(total)
            used = end
          }
          block = stop
        }
      }
      blockStart[numCells] = used
      return value
    },

    trees(stride, penalty) {
      levelMass.fill(0)
      let value = 0
      for (let t = 0; t < numTrees; t += stride) value += stride * evaluateTree(t, penalty, stride)
      return value
    },

    mix() {
      for (let c = 0; c < numCells; c++) {
        if ((cellFlags[c]! & LINKED) === 0) continue
        const row = c * width
        let [all, cost] = [0, 0]
        for (let l = 0; l < width; l++) {
          const m = levelMass[row + l]!
          all += m
          if (m > 0) cost += m * levelCost[row + l]!
        }
        mass[c] = all
        least[c] = all > 0 ? cost / all : 0
        for (let k = blockStart[c]!; k < blockStart[c + 1]!; k++)
          scale(k, k + 1, all > 0 ? levelMass[row + levelOfBlock[blocks[k]!]!]! / all : 0)
      }
    },

    loads() {
      clearSums()
      for (let c = 0; c < numCells; c++)
        for (let k = blockStart[c]!; k < blockStart[c + 1]!; k++)
          for (let j = 0; j < 4; j++) addLine(blocks[k]! * 4 + j, mass[c]! * shares[4 * k + j]!, c)
      gather()
    },

    curve() {
      moments.fill(0, 8 * firstPosition, 8 * positions)
      const { results } = arrays
      let used = 0
      let [curved, loose] = [0, 0]
      for (let c = 0; c < numCells; c++) {
        heavyStart[c] = used
        const [begin, end] = [blockStart[c]!, blockStart[c + 1]!]
        let largest = 0
        for (let k = 4 * begin; k < 4 * end; k++) if (shares[k]! > largest) largest = shares[k]!
        const floor = LIGHT * largest
        const factor = mass[c]! / temperature[c]!
        const tokens = input[c]! + output[c]!
        const first = [0, 0]
        const second = [0, 0]
        for (let k = begin; k < end; k++) {
          let isHeavy = false
          for (let j = 0; j < 4; j++) {
            const s = shares[4 * k + j]!
            if (s > floor) isHeavy = true
            const at = blocks[k]! * 4 + j
            const whole = factor * s
            const amount = whole * (1 - s)
            const spent = money[at]! + moneyPerInput[at]! * input[c]! + moneyPerOutput[at]! * output[c]!
            const square = spent * spent
            const m = (at >> 1) * 16 + (at & 1)
            moments[m]! += amount
            moments[m + 2]! += amount * tokens
            moments[m + 4]! += amount * tokens * tokens
            moments[m + 6]! += amount * square
            moments[m + 8]! += whole
            moments[m + 10]! += whole * tokens
            moments[m + 12]! += whole * tokens * tokens
            moments[m + 14]! += whole * square
            first[at & 1]! += s * spent
            second[at & 1]! += s * square
          }
          if (isHeavy) heavy[used++] = k
        }
        const mean = first[0]! + first[1]!
        const square = second[0]! + second[1]!
        curved += factor * (square - mean * mean)
        loose += factor * square
      }
      heavyStart[numCells] = used
      results[0] = curved
      results[1] = loose
    },

    product() {
      spread()
      clearSums()
      const { slope, slopePerInput, slopePerOutput } = arrays
      for (let c = 0; c < numCells; c++) {
        const [begin, end] = [heavyStart[c]!, heavyStart[c + 1]!]
        let [even, odd] = [0, 0]
        for (let h = begin; h < end; h++) {
          const k = heavy[h]!
          const at = blocks[k]! * 4
          const s = (h - begin) * 4
          for (let j = 0; j < 4; j++)
            scratch[s + j] =
              slope[at + j]! + slopePerInput[at + j]! * input[c]! + slopePerOutput[at + j]! * output[c]!
          even += shares[4 * k]! * scratch[s]! + shares[4 * k + 2]! * scratch[s + 2]!
          odd += shares[4 * k + 1]! * scratch[s + 1]! + shares[4 * k + 3]! * scratch[s + 3]!
        }
        const mean = even + odd
        const factor = mass[c]! / temperature[c]!
        for (let h = begin; h < end; h++) {
          const k = heavy[h]!
          for (let j = 0; j < 4; j++)
            addLine(
              blocks[k]! * 4 + j,
              factor * shares[4 * k + j]! * (scratch[(h - begin) * 4 + j]! - mean),
              c,
            )
        }
      }
      gather()
    },
  }
}
