// asc: --sharedMemory --maximumMemory 65536 --enable threads
// The smoothed dual: soft minima of priced lines over blocks of four pools, soft dynamic programming on trees, loads and
// products with the Hessian. Reference: src/solvers/pricing/smooth-kernel.ts, which ends in the same bits.
// `p` points to the addresses of the arrays, in the order of ARRAYS there.

let constant: usize = 0
let perInput: usize = 0
let perOutput: usize = 0
let limit: usize = 0
let levelOfBlock: usize = 0
let money: usize = 0
let moneyPerInput: usize = 0
let moneyPerOutput: usize = 0
let slope: usize = 0
let slopePerInput: usize = 0
let slopePerOutput: usize = 0
let sum0: usize = 0
let sum1: usize = 0
let sum2: usize = 0
let moments: usize = 0
let cellBlocks: usize = 0
let cellFlags: usize = 0
let input: usize = 0
let output: usize = 0
let temperature: usize = 0
let mass: usize = 0
let least: usize = 0
let blockStart: usize = 0
let blocks: usize = 0
let shares: usize = 0
let heavyStart: usize = 0
let heavy: usize = 0
let scratch: usize = 0
let levelCost: usize = 0
let levelMass: usize = 0
let treeStart: usize = 0
let from: usize = 0
let toParent: usize = 0
let rowOf: usize = 0
let below: usize = 0
let message: usize = 0
let beyond: usize = 0
let results: usize = 0
let groupOf: usize = 0
let direction: usize = 0
let sums: usize = 0
let extraOf: usize = 0
let extra: usize = 0
let numCells: i32 = 0
let numTrees: i32 = 0
let width: i32 = 0
let positions: i32 = 0
let groups: i32 = 0
let hasMoney: bool = false

const LINKED = 1
const LIMITED = 2
const SPAN: f64 = 9
/** Beyond this many temperatures a term no longer matters in double arithmetic. */
const REACH: f64 = 34
const LIGHT: f64 = 0.02

@inline function i32At(base: usize, i: i32): i32 { return load<i32>(base + (<usize>i << 2)) }
@inline function f64At(base: usize, i: i32): f64 { return load<f64>(base + (<usize>i << 3)) }
@inline function put(base: usize, i: i32, value: f64): void { store<f64>(base + (<usize>i << 3), value) }
@inline function pair(base: usize, i: i32): v128 { return v128.load(base + (<usize>i << 3)) }
@inline function putPair(base: usize, i: i32, value: v128): void { v128.store(base + (<usize>i << 3), value) }
@inline function addPair(base: usize, i: i32, value: v128): void { putPair(base, i, f64x2.add(pair(base, i), value)) }
@inline function both(value: f64): v128 { return f64x2.splat(value) }
@inline function add(a: v128, b: v128): v128 { return f64x2.add(a, b) }
@inline function mul(a: v128, b: v128): v128 { return f64x2.mul(a, b) }

function bind(p: usize): void {
  constant = load<u32>(p); perInput = load<u32>(p, 4); perOutput = load<u32>(p, 8); limit = load<u32>(p, 12)
  levelOfBlock = load<u32>(p, 16); money = load<u32>(p, 20); moneyPerInput = load<u32>(p, 24); moneyPerOutput = load<u32>(p, 28)
  slope = load<u32>(p, 32); slopePerInput = load<u32>(p, 36); slopePerOutput = load<u32>(p, 40)
  sum0 = load<u32>(p, 44); sum1 = load<u32>(p, 48); sum2 = load<u32>(p, 52); moments = load<u32>(p, 56)
  cellBlocks = load<u32>(p, 60); cellFlags = load<u32>(p, 64); input = load<u32>(p, 68); output = load<u32>(p, 72)
  temperature = load<u32>(p, 76); mass = load<u32>(p, 80); least = load<u32>(p, 84)
  blockStart = load<u32>(p, 88); blocks = load<u32>(p, 92); shares = load<u32>(p, 96)
  heavyStart = load<u32>(p, 100); heavy = load<u32>(p, 104); scratch = load<u32>(p, 108)
  levelCost = load<u32>(p, 112); levelMass = load<u32>(p, 116); treeStart = load<u32>(p, 120); from = load<u32>(p, 124)
  toParent = load<u32>(p, 128); rowOf = load<u32>(p, 132); below = load<u32>(p, 136); message = load<u32>(p, 140)
  beyond = load<u32>(p, 144); results = load<u32>(p, 148)
  groupOf = load<u32>(p, 152); direction = load<u32>(p, 156); sums = load<u32>(p, 160)
  extraOf = load<u32>(p, 164); extra = load<u32>(p, 168)
  numCells = load<i32>(p, 172); numTrees = load<i32>(p, 176); width = load<i32>(p, 180); positions = load<i32>(p, 184)
  groups = load<i32>(p, 188); hasMoney = load<i32>(p, 192) != 0
}

const LOG2E: f64 = 1.4426950408889634
const LN2_HIGH: f64 = 0.693147180369123816490
const LN2_LOW: f64 = 1.90821492927058770002e-10
const ROUND: f64 = 6755399441055744

/** e to the powers x, both in [-40, 0]. */
@inline function expPair(x: v128): v128 {
  const shifted = add(mul(x, both(LOG2E)), both(ROUND))
  const n = f64x2.sub(shifted, both(ROUND))
  const r = f64x2.sub(f64x2.sub(x, mul(n, both(LN2_HIGH))), mul(n, both(LN2_LOW)))
  let e = add(mul(r, both(1.0 / 362880)), both(1.0 / 40320))
  e = add(mul(e, r), both(1.0 / 5040))
  e = add(mul(e, r), both(1.0 / 720))
  e = add(mul(e, r), both(1.0 / 120))
  e = add(mul(e, r), both(1.0 / 24))
  e = add(mul(e, r), both(1.0 / 6))
  e = add(mul(e, r), both(0.5))
  e = add(mul(e, r), both(1))
  e = add(mul(e, r), both(1))
  // The low bits of the shifted number are n itself.
  const power = i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52)
  return mul(e, power)
}

@inline function exp(x: f64): f64 { return f64x2.extract_lane(expPair(both(x)), 0) }

/** ln x for x from 1 to some thousands. */
function log(x: f64): f64 {
  if (!(x < 1e18)) return x
  let n: f64 = 0
  while (x > 1.4142135623730951) { x *= 0.5; n += 1 }
  const z = (x - 1) / (x + 1)
  const q = z * z
  let s = q * (1.0 / 15) + 1.0 / 13
  s = s * q + 1.0 / 11
  s = s * q + 1.0 / 9
  s = s * q + 1.0 / 7
  s = s * q + 1.0 / 5
  s = s * q + 1.0 / 3
  s = s * q + 1
  return 2 * z * s + n * 0.6931471805599453
}

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

function scale(fromBlock: i32, toBlock: i32, factor: f64): void {
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

/** Adds up over the trees `0, stride, ...`; fills the likelihoods of levels and from them the shares of linked cells. */
export function trees(p: usize, stride: i32, penalty: f64): f64 {
  bind(p)
  memory.fill(levelMass, 0, <usize>(numCells * width) << 3)
  let value: f64 = 0
  for (let t: i32 = 0; t < numTrees; t += stride)
    value += <f64>stride * tree(i32At(treeStart, t), i32At(treeStart, t + 1), penalty, <f64>stride)
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
  return value
}

@inline function addLine(k: i32, amount: v128, a: v128, b: v128): void {
  addPair(sum0, k, amount)
  addPair(sum1, k, mul(amount, a))
  addPair(sum2, k, mul(amount, b))
}

function clearSums(): void {
  memory.fill(sum0, 0, <usize>positions << 3)
  memory.fill(sum1, 0, <usize>positions << 3)
  memory.fill(sum2, 0, <usize>positions << 3)
}

/** What was summed by position, by row: slots, tokens and money of each group, money in all. */
function gather(): void {
  memory.fill(sums, 0, <usize>(3 * groups + 1) << 3)
  let all: f64 = 0
  for (let k: i32 = 0; k < positions; k++) {
    const group = i32At(groupOf, k)
    if (group < 0) continue
    const slots = f64At(sum0, k), first = f64At(sum1, k), second = f64At(sum2, k)
    put(sums, group, f64At(sums, group) + slots)
    put(sums, groups + group, f64At(sums, groups + group) + (first + second))
    if (!hasMoney) continue
    const spent = f64At(money, k) * slots + f64At(moneyPerInput, k) * first + f64At(moneyPerOutput, k) * second
    put(sums, 2 * groups + group, f64At(sums, 2 * groups + group) + spent)
    all += spent
  }
  put(sums, 3 * groups, all)
}

/** The direction as lines in the tokens. */
function spread(): void {
  const overall = f64At(direction, 3 * groups)
  for (let k: i32 = 0; k < positions; k++) {
    const group = i32At(groupOf, k)
    if (group < 0) continue
    const slot = f64At(direction, group), token = f64At(direction, groups + group)
    const dollar = hasMoney ? overall + f64At(direction, 2 * groups + group) : 0
    put(slope, k, slot + dollar * f64At(money, k))
    put(slopePerInput, k, token + dollar * f64At(moneyPerInput, k))
    put(slopePerOutput, k, token + dollar * f64At(moneyPerOutput, k))
  }
}

/** Slots, tokens and money that the shares take of each row. */
export function loads(p: usize): void {
  bind(p)
  clearSums()
  for (let c: i32 = 0; c < numCells; c++) {
    const m = both(f64At(mass, c)), a = both(f64At(input, c)), b = both(f64At(output, c))
    for (let k = i32At(blockStart, c), end = i32At(blockStart, c + 1); k < end; k++) {
      const at = i32At(blocks, k) << 2
      addLine(at, mul(m, pair(shares, k << 2)), a, b)
      addLine(at + 2, mul(m, pair(shares, (k << 2) + 2)), a, b)
    }
  }
  gather()
}

/** Eight sums of a share's curvature by position, and which blocks curve the dual; the budget's into `results`. */
export function curve(p: usize): void {
  bind(p)
  memory.fill(moments, 0, <usize>(8 * positions) << 3)
  let used: i32 = 0
  let curved: f64 = 0, loose: f64 = 0
  for (let c: i32 = 0; c < numCells; c++) {
    store<i32>(heavyStart + (<usize>c << 2), used)
    const begin = i32At(blockStart, c), end = i32At(blockStart, c + 1)
    let most = both(0)
    for (let k = begin << 2, to = end << 2; k < to; k += 2) most = f64x2.pmax(most, pair(shares, k))
    const largest = max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1))
    const floor = both(LIGHT * largest)
    const factor = f64At(mass, c) / f64At(temperature, c)
    const f = both(factor), a = both(f64At(input, c)), b = both(f64At(output, c)), one = both(1)
    const tokens = both(f64At(input, c) + f64At(output, c))
    let first = both(0), second = both(0)
    for (let k = begin; k < end; k++) {
      const x = pair(shares, k << 2), y = pair(shares, (k << 2) + 2)
      if (v128.any_true(v128.or(f64x2.gt(x, floor), f64x2.gt(y, floor)))) {
        store<i32>(heavy + (<usize>used << 2), k)
        used++
      }
      for (let half: i32 = 0; half < 2; half++) {
        const s = half == 0 ? x : y
        const at = (i32At(blocks, k) << 2) + (half << 1)
        const whole = mul(f, s)
        const amount = mul(whole, f64x2.sub(one, s))
        const spent = add(add(pair(money, at), mul(pair(moneyPerInput, at), a)), mul(pair(moneyPerOutput, at), b))
        const square = mul(spent, spent)
        const wholeTokens = mul(whole, tokens), amountTokens = mul(amount, tokens)
        const m = moments + (<usize>at << 6)
        // Eight sums of a pair of positions lie together.
        v128.store(m, add(v128.load(m), amount))
        v128.store(m, add(v128.load(m, 16), amountTokens), 16)
        v128.store(m, add(v128.load(m, 32), mul(amountTokens, tokens)), 32)
        v128.store(m, add(v128.load(m, 48), mul(amount, square)), 48)
        v128.store(m, add(v128.load(m, 64), whole), 64)
        v128.store(m, add(v128.load(m, 80), wholeTokens), 80)
        v128.store(m, add(v128.load(m, 96), mul(wholeTokens, tokens)), 96)
        v128.store(m, add(v128.load(m, 112), mul(whole, square)), 112)
        first = add(first, mul(s, spent))
        second = add(second, mul(s, square))
      }
    }
    const mean = f64x2.extract_lane(first, 0) + f64x2.extract_lane(first, 1)
    const square = f64x2.extract_lane(second, 0) + f64x2.extract_lane(second, 1)
    curved += factor * (square - mean * mean)
    loose += factor * square
  }
  store<i32>(heavyStart + (<usize>numCells << 2), used)
  store<f64>(results, curved)
  store<f64>(results, loose, 8)
}

/** Sums of mass / temperature x share x (slope - mean slope) over the heavy blocks, by row. */
export function product(p: usize): void {
  bind(p)
  spread()
  clearSums()
  for (let c: i32 = 0; c < numCells; c++) {
    const begin = i32At(heavyStart, c), end = i32At(heavyStart, c + 1)
    const a = both(f64At(input, c)), b = both(f64At(output, c))
    let sum = both(0)
    for (let h = begin; h < end; h++) {
      const k = i32At(heavy, h)
      const at = i32At(blocks, k) << 2
      const u = add(add(pair(slope, at), mul(pair(slopePerInput, at), a)), mul(pair(slopePerOutput, at), b))
      const v = add(add(pair(slope, at + 2), mul(pair(slopePerInput, at + 2), a)), mul(pair(slopePerOutput, at + 2), b))
      const s = (h - begin) << 2
      putPair(scratch, s, u)
      putPair(scratch, s + 2, v)
      sum = add(sum, add(mul(pair(shares, k << 2), u), mul(pair(shares, (k << 2) + 2), v)))
    }
    const mean = both(f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1))
    const f = both(f64At(mass, c) / f64At(temperature, c))
    for (let h = begin; h < end; h++) {
      const k = i32At(heavy, h)
      const at = i32At(blocks, k) << 2
      const s = (h - begin) << 2
      addLine(at, mul(mul(f, pair(shares, k << 2)), f64x2.sub(pair(scratch, s), mean)), a, b)
      addLine(at + 2, mul(mul(f, pair(shares, (k << 2) + 2)), f64x2.sub(pair(scratch, s + 2), mean)), a, b)
    }
  }
  gather()
}
