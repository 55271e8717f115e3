// The arrays of a plan that is searched, where src/solvers/pricing/search-layout.ts says they stand, and single steps on them.

export let tasks: usize = 0
export let entries: usize = 0
export let entryGroup: usize = 0
export let table: usize = 0
export let bays: usize = 0
export let bayGroup: usize = 0
export let bayStart: usize = 0
export let listStart: usize = 0
export let listCount: usize = 0
export let list: usize = 0
export let candidateStart: usize = 0
export let candidates: usize = 0
export let linkStart: usize = 0
export let links: usize = 0
export let pools: usize = 0
export let origin: usize = 0
export let random: usize = 0
export let logs: usize = 0
export let state: usize = 0
export let rowStart: usize = 0
export let fitStart: usize = 0
export let fits: usize = 0
export let worst: usize = 0
export let elements: usize = 0
export let arrivals: usize = 0
export let numTasks: i32 = 0
export let numGroups: i32 = 0
export let noBay: i32 = 0
export let looks: i32 = 0
export let hasMoney: bool = false
export let hasPools: bool = false
export let hasOrigin: bool = false

@inline export function i32At(base: usize, i: i32): i32 { return load<i32>(base + (<usize>i << 2)) }
@inline export function task(t: i32): usize { return tasks + <usize>t * 40 }
@inline export function entry(at: i32): usize { return entries + (<usize>at << 6) }
@inline export function bay(b: i32): usize { return bays + (<usize>b << 6) }

export function bind(p: usize): void {
  tasks = load<u32>(p); entries = load<u32>(p, 4); entryGroup = load<u32>(p, 8); table = load<u32>(p, 12)
  bays = load<u32>(p, 16); bayGroup = load<u32>(p, 20); bayStart = load<u32>(p, 24)
  listStart = load<u32>(p, 28); listCount = load<u32>(p, 32); list = load<u32>(p, 36)
  candidateStart = load<u32>(p, 40); candidates = load<u32>(p, 44)
  linkStart = load<u32>(p, 48); links = load<u32>(p, 52); pools = load<u32>(p, 56); origin = load<u32>(p, 60)
  random = load<u32>(p, 64); logs = load<u32>(p, 68); state = load<u32>(p, 72); rowStart = load<u32>(p, 76)
  fitStart = load<u32>(p, 80); fits = load<u32>(p, 84); worst = load<u32>(p, 88)
  elements = load<u32>(p, 92); arrivals = load<u32>(p, 96)
  numTasks = load<i32>(p, 100); numGroups = load<i32>(p, 104); noBay = load<i32>(p, 108); looks = load<i32>(p, 112)
  hasMoney = load<i32>(p, 116) != 0; hasPools = load<i32>(p, 120) != 0; hasOrigin = load<i32>(p, 124) != 0
}

@inline export function costOf(at: usize, input: f64, output: f64): f64 {
  return load<f64>(at) + load<f64>(at, 8) * input + load<f64>(at, 16) * output
}
@inline export function moneyOf(at: usize, input: f64, output: f64): f64 {
  return load<f64>(at, 24) + load<f64>(at, 32) * input + load<f64>(at, 40) * output
}

export function leave(t: i32): void {
  const p = task(t)
  const b = load<i32>(p, 24)
  if (b == noBay) return
  const place = load<i32>(p, 28), first = list + (<usize>i32At(listStart, b) << 2)
  const count = i32At(listCount, b) - 1
  store<i32>(listCount + (<usize>b << 2), count)
  const last = load<i32>(first + (<usize>count << 2))
  store<i32>(first + (<usize>place << 2), last)
  store<i32>(task(last), place, 28)
}

export function enter(t: i32, b: i32, at: i32): void {
  const p = task(t)
  store<i32>(p, b, 24)
  store<i32>(p, at, 32)
  if (b == noBay) return
  const count = i32At(listCount, b)
  store<i32>(list + (<usize>(i32At(listStart, b) + count) << 2), t)
  store<i32>(p, count, 28)
  store<i32>(listCount + (<usize>b << 2), count + 1)
}

@inline export function addLoad(b: usize, slots: f64, size: f64): void {
  store<f64>(b, load<f64>(b) + slots)
  store<f64>(b, load<f64>(b, 16) + size, 16)
}

@inline export function addMoney(group: i32, change: f64): void {
  store<f64>(state, load<f64>(state) + change)
  if (hasPools && group < numGroups) {
    const p = pools + <usize>group * 24
    store<f64>(p, load<f64>(p) + change)
  }
}
