// Prices cells: soft minima over blocks of four pools, and the shares of the blocks that matter.
import {
  add, bind, blocks, blockStart, both, cellBlocks, cellFlags, constant, f64At, i32At, input, least, levelCost,
  levelOfBlock, limit, LIMITED, LINKED, mass, mul, numCells, output, pair, perInput, perOutput, put, putPair,
  scratch, shares, SPAN, temperature, width,
} from './layout'
import { expPair, log } from './logarithms'

/** Priced costs of the cell's blocks into `scratch`, from its first block on. */
function priceCell(c: i32, first: i32, last: i32): void {
  const a = both(f64At(input, c)), b = both(f64At(output, c))
  const isLimited = (i32At(cellFlags, c) & LIMITED) != 0
  const size = both(f64At(input, c) + f64At(output, c))
  for (let k = first << 2, to = last << 2, s = 0; k < to; k += 2, s += 2) {
    let cost = add(add(pair(constant, k), mul(pair(perInput, k), a)), mul(pair(perOutput, k), b))
    if (isLimited) cost = v128.bitselect(both(Infinity), cost, f64x2.lt(pair(limit, k), size))
    putPair(scratch, s, cost)
  }
}

@inline function leastOf(s: i32, to: i32): f64 {
  let low = both(Infinity)
  for (; s < to; s += 2) low = f64x2.pmin(low, pair(scratch, s))
  return min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1))
}

/** Weights of blocks `first .. last` of the class, kept where above nothing; returns where the support ends. */
let total: f64 = 0
function weigh(first: i32, last: i32, base: i32, low: f64, t: f64, used: i32): i32 {
  const ceiling = both(low + SPAN * t), negative = both(-1 / t), lowest = both(low), zero = both(0)
  let sum = zero
  for (let block = first; block < last; block++) {
    const s = (block - base) << 2
    const x = pair(scratch, s), y = pair(scratch, s + 2)
    const inX = f64x2.lt(x, ceiling), inY = f64x2.lt(y, ceiling)
    if (!v128.any_true(v128.or(inX, inY))) continue
    const u = v128.and(expPair(v128.and(mul(f64x2.sub(x, lowest), negative), inX)), inX)
    const v = v128.and(expPair(v128.and(mul(f64x2.sub(y, lowest), negative), inY)), inY)
    store<i32>(blocks + (<usize>used << 2), block)
    putPair(shares, used << 2, u)
    putPair(shares, (used << 2) + 2, v)
    sum = add(sum, add(u, v))
    used++
  }
  total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
  return used
}

export function scale(fromBlock: i32, toBlock: i32, factor: f64): void {
  const f = both(factor)
  for (let k = fromBlock << 2, to = toBlock << 2; k < to; k += 2) putPair(shares, k, mul(pair(shares, k), f))
}

/** Shares of all cells, of linked ones within their levels; returns the soft least cost of those that stand alone. */
export function price(p: usize): f64 {
  bind(p)
  let used: i32 = 0
  let value: f64 = 0
  for (let c: i32 = 0; c < numCells; c++) {
    const t = f64At(temperature, c)
    const first = i32At(cellBlocks, c << 1), last = i32At(cellBlocks, (c << 1) + 1)
    store<i32>(blockStart + (<usize>c << 2), used)
    priceCell(c, first, last)
    if ((i32At(cellFlags, c) & LINKED) == 0) {
      const low = leastOf(0, (last - first) << 2)
      if (low == Infinity) { put(least, c, Infinity); continue }
      const end = weigh(first, last, first, low, t, used)
      scale(used, end, 1 / total)
      const soft = low - t * log(total)
      put(least, c, soft)
      value += f64At(mass, c) * soft
      used = end
      continue
    }
    const row = c * width
    for (let l: i32 = 0; l < width; l++) put(levelCost, row + l, Infinity)
    for (let block = first; block < last; ) {
      const level = i32At(levelOfBlock, block)
      let stop = block + 1
      while (stop < last && i32At(levelOfBlock, stop) == level) stop++
      const low = leastOf((block - first) << 2, (stop - first) << 2)
      if (low != Infinity) {
        const end = weigh(block, stop, first, low, t, used)
        scale(used, end, 1 / total)
        put(levelCost, row + level, low - t * log(total))
        used = end
      }
      block = stop
    }
  }
  store<i32>(blockStart + (<usize>numCells << 2), used)
  return value
}
