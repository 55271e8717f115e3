// Soft dynamic programming on trees of linked cells: how likely each level is, hence the shares.
import {
  below, beyond, bind, blocks, blockStart, cellFlags, extra, extraOf, f64At, from, i32At, least, levelCost,
  levelMass, levelOfBlock, LINKED, mass, message, numCells, numTrees, put, REACH, rowOf, temperature, toParent,
  treeStart, width,
} from './layout'
import { exp, log } from './logarithms'
import { scale } from './price'

// A soft minimum that grows term by term: low - t ln(count).
let low: f64 = Infinity
let weight: f64 = 0
@inline function take(x: f64, inverse: f64): void {
  if (x >= low) {
    const gap = (low - x) * inverse
    if (gap > -REACH) weight += exp(gap)
  } else {
    const gap = (x - low) * inverse
    weight = gap > -REACH ? weight * exp(gap) + 1 : 1
    low = x
  }
}
@inline function soft(t: f64): f64 { return weight == 1 ? low : low - t * log(weight) }

/** out[l] = soft least of `values` over the levels that fit beside level l at the receiver. */
function send(values: usize, out: usize, upward: bool, t: f64, penalty: f64): void {
  const levels = width - 1
  const inverse = 1 / t
  let broken = Infinity
  if (penalty != Infinity) {
    low = Infinity
    weight = 0
    for (let l: i32 = 0; l < width; l++) if (f64At(values, l) < Infinity) take(f64At(values, l), inverse)
    broken = soft(t)
    put(out, levels, broken)
    broken += penalty
  }
  low = f64At(values, levels)
  weight = low < Infinity ? 1 : 0
  for (let k: i32 = 0; k < levels; k++) {
    const l = upward ? levels - 1 - k : k
    const x = f64At(values, l)
    if (x < Infinity) take(x, inverse)
    if (broken == Infinity) { put(out, l, low < Infinity ? soft(t) : Infinity); continue }
    const keptLow = low, keptWeight = weight
    take(broken, inverse)
    put(out, l, soft(t))
    low = keptLow
    weight = keptWeight
  }
  if (penalty == Infinity) put(out, levels, low < Infinity ? soft(t) : Infinity)
}

function tree(begin: i32, end: i32, penalty: f64, stride: f64): f64 {
  const bytes = <usize>width << 3
  let t: f64 = 0
  for (let node = begin; node < end; node++) {
    const row = i32At(rowOf, node)
    t += f64At(temperature, row)
    const own = below + <usize>(node - begin) * bytes
    memory.copy(own, levelCost + <usize>row * bytes, bytes)
    const more = i32At(extraOf, node)
    if (more < 0) continue
    for (let l: i32 = 0; l < width; l++) put(own, l, f64At(own, l) + f64At(extra, more * width + l))
  }
  t /= <f64>(end - begin)
  for (let node = end - 1; node > begin; node--) {
    const own = below + <usize>(node - begin) * bytes, out = message + <usize>(node - begin) * bytes
    const up = below + <usize>(i32At(from, node) - begin) * bytes
    send(own, out, i32At(toParent, node) == 1, t, penalty)
    for (let l: i32 = 0; l < width; l++) put(up, l, f64At(up, l) + f64At(out, l))
  }
  // Back: `below` becomes the cost of the whole tree given the node's level.
  for (let node = begin + 1; node < end; node++) {
    const own = below + <usize>(node - begin) * bytes, out = message + <usize>(node - begin) * bytes
    const up = below + <usize>(i32At(from, node) - begin) * bytes
    for (let l: i32 = 0; l < width; l++) {
      const all = f64At(up, l)
      put(beyond, l, all < Infinity ? all - f64At(out, l) : Infinity)
    }
    send(beyond, out, i32At(toParent, node) == 0, t, penalty)
    for (let l: i32 = 0; l < width; l++) put(own, l, f64At(own, l) + f64At(out, l))
  }
  const inverse = 1 / t
  let value = Infinity
  for (let node = begin; node < end; node++) {
    const own = below + <usize>(node - begin) * bytes
    let lowest = Infinity
    for (let l: i32 = 0; l < width; l++) lowest = min(lowest, f64At(own, l))
    if (lowest == Infinity) return Infinity
    let sum: f64 = 0
    for (let l: i32 = 0; l < width; l++) {
      const gap = (lowest - f64At(own, l)) * inverse
      const w = gap > -REACH ? exp(gap) : 0
      put(beyond, l, w)
      sum += w
    }
    const to = levelMass + <usize>i32At(rowOf, node) * bytes
    const each = stride / sum
    for (let l: i32 = 0; l < width; l++) {
      const w = f64At(beyond, l)
      if (w > 0) put(to, l, f64At(to, l) + each * w)
    }
    if (node == begin) value = lowest - t * log(sum)
  }
  return value
}

/** Adds up over the trees `0, stride, ...`; fills the likelihoods of levels. */
export function trees(p: usize, stride: i32, penalty: f64): f64 {
  bind(p)
  memory.fill(levelMass, 0, <usize>(numCells * width) << 3)
  let value: f64 = 0
  for (let t: i32 = 0; t < numTrees; t += stride)
    value += <f64>stride * tree(i32At(treeStart, t), i32At(treeStart, t + 1), penalty, <f64>stride)
  return value
}

/** From the likelihoods of levels the shares of linked cells. */
export function mix(p: usize): void {
  bind(p)
  for (let c: i32 = 0; c < numCells; c++) {
    if ((i32At(cellFlags, c) & LINKED) == 0) continue
    const row = c * width
    let all: f64 = 0, cost: f64 = 0
    for (let l: i32 = 0; l < width; l++) {
      const m = f64At(levelMass, row + l)
      all += m
      if (m > 0) cost += m * f64At(levelCost, row + l)
    }
    put(mass, c, all)
    put(least, c, all > 0 ? cost / all : 0)
    for (let k = i32At(blockStart, c), end = i32At(blockStart, c + 1); k < end; k++) {
      const m = f64At(levelMass, row + i32At(levelOfBlock, i32At(blocks, k)))
      scale(k, k + 1, all > 0 ? m / all : 0)
    }
  }
}
