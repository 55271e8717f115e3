// Where the arrays of the smoothed dual are, bound once for each call; and how vectors of two are read and written.

export let constant: usize = 0
export let perInput: usize = 0
export let perOutput: usize = 0
export let limit: usize = 0
export let levelOfBlock: usize = 0
export let money: usize = 0
export let moneyPerInput: usize = 0
export let moneyPerOutput: usize = 0
export let slope: usize = 0
export let slopePerInput: usize = 0
export let slopePerOutput: usize = 0
export let sum0: usize = 0
export let sum1: usize = 0
export let sum2: usize = 0
export let moments: usize = 0
export let cellBlocks: usize = 0
export let cellFlags: usize = 0
export let input: usize = 0
export let output: usize = 0
export let temperature: usize = 0
export let mass: usize = 0
export let least: usize = 0
export let blockStart: usize = 0
export let blocks: usize = 0
export let shares: usize = 0
export let heavyStart: usize = 0
export let heavy: usize = 0
export let scratch: usize = 0
export let levelCost: usize = 0
export let levelMass: usize = 0
export let treeStart: usize = 0
export let from: usize = 0
export let toParent: usize = 0
export let rowOf: usize = 0
export let below: usize = 0
export let message: usize = 0
export let beyond: usize = 0
export let results: usize = 0
export let groupOf: usize = 0
export let direction: usize = 0
export let sums: usize = 0
export let extraOf: usize = 0
export let extra: usize = 0
export let numCells: i32 = 0
export let numTrees: i32 = 0
export let width: i32 = 0
/** Positions of the cells at hand are `firstPosition .. positions`. */
export let firstPosition: i32 = 0
export let positions: i32 = 0
export let groups: i32 = 0
export let hasMoney: bool = false

export const LINKED = 1
export const LIMITED = 2
export const SPAN: f64 = 9
/** Beyond this many temperatures a term no longer matters in double arithmetic. */
export const REACH: f64 = 34
export const LIGHT: f64 = 0.02

@inline export function i32At(base: usize, i: i32): i32 { return load<i32>(base + (<usize>i << 2)) }
@inline export function f64At(base: usize, i: i32): f64 { return load<f64>(base + (<usize>i << 3)) }
@inline export function put(base: usize, i: i32, value: f64): void { store<f64>(base + (<usize>i << 3), value) }
@inline export function pair(base: usize, i: i32): v128 { return v128.load(base + (<usize>i << 3)) }
@inline export function putPair(base: usize, i: i32, value: v128): void { v128.store(base + (<usize>i << 3), value) }
@inline export function addPair(base: usize, i: i32, value: v128): void { putPair(base, i, f64x2.add(pair(base, i), value)) }
@inline export function both(value: f64): v128 { return f64x2.splat(value) }
@inline export function add(a: v128, b: v128): v128 { return f64x2.add(a, b) }
@inline export function mul(a: v128, b: v128): v128 { return f64x2.mul(a, b) }

export function bind(p: usize): void {
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
  groups = load<i32>(p, 188); hasMoney = load<i32>(p, 192) != 0; firstPosition = load<i32>(p, 196)
}
