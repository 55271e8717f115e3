/** The arrays of the search kernel: what stands where. Not their contents, which `search-arena.ts` writes. */

/** Doubles of a task: input, output tokens, then as pairs of words cell and class, bay and place, entry and linked. */
export const TASK_DOUBLES = 5
/** Words of a task. */
export const TASK = { words: 10, cell: 4, row: 5, bay: 6, place: 7, entry: 8, linked: 9 } as const
/** Doubles of an entry: cost, money as lines in the tokens; quality; most tokens of a task. */
export const ENTRY = {
  doubles: 8,
  constant: 0,
  perInput: 1,
  perOutput: 2,
  money: 3,
  moneyPerInput: 4,
  moneyPerOutput: 5,
  quality: 6,
  mostTokens: 7,
} as const
/** Doubles of a bay: loads, limits, prices per unit above the limit and credits per unit below it. */
export const BAY = {
  doubles: 8,
  load: 0,
  limit: 1,
  tokens: 2,
  tokenLimit: 3,
  over: 4,
  credit: 5,
  tokenOver: 6,
  tokenCredit: 7,
} as const
/** Doubles of a pool budget: spent, limit, price above. */
export const POOL = { doubles: 3, spent: 0, limit: 1, over: 2 } as const
/**
 * Doubles of the whole: money, its limit, price above, credit below; price of a broken edge, of a
 * move; cost so far; how many of 256 proposals look at any entry and not at a candidate; how many are about the bays
 * in `worst`, and how many those are. */
export const STATE = {
  doubles: 10,
  spent: 0,
  limit: 1,
  over: 2,
  credit: 3,
  penalty: 4,
  churn: 5,
  objective: 6,
  wild: 7,
  focus: 8,
  numWorst: 9,
} as const

/** Elements of an exchange: tokens, cost, money, then as words who comes, who goes, the other bay, slots. */
export const ELEMENT = { most: 2048, doubles: 5, words: 10, comes: 6, goes: 7, other: 8, slot: 9 } as const

export interface SearchArrays {
  readonly tasks: Float64Array
  readonly taskWords: Int32Array
  readonly entries: Float64Array
  readonly entryGroup: Int32Array
  /** Entry of a class (row) in a group (column, one more than there are groups), or -1. */
  readonly table: Int32Array
  readonly bays: Float64Array
  readonly bayGroup: Int32Array
  readonly bayStart: Int32Array
  /** Tasks of bay `b` are `list[listStart[b] .. listStart[b] + listCount[b])`. */
  readonly listStart: Int32Array
  readonly listCount: Int32Array
  readonly list: Int32Array
  readonly candidateStart: Int32Array
  /** Entries that tasks of a cell are moved to. */
  readonly candidates: Int32Array
  readonly linkStart: Int32Array
  /** Parents as they are, children as their complement. */
  readonly links: Int32Array
  readonly pools: Float64Array
  readonly origin: Int32Array
  readonly random: Uint32Array
  readonly logs: Float32Array
  readonly state: Float64Array
  /** First entry of each class. */
  readonly rowStart: Int32Array
  /** Tasks that have group `g` among their candidates: `fits[fitStart[g] .. fitStart[g + 1])`. */
  readonly fitStart: Int32Array
  readonly fits: Int32Array
  /** Bays that lose most. */
  readonly worst: Int32Array
  /** Scratch of `exchange`: elements of five doubles and their order. */
  readonly elements: Float64Array
  readonly elementWords: Int32Array
  /** Scratch of `exchange`: four doubles for each task that may come. */
  readonly arrivals: Float64Array
  readonly arrivalWords: Int32Array
  readonly pointers: Uint32Array
}

export interface SearchSizes {
  readonly numTasks: number
  readonly numGroups: number
  /** The bay that stands for none; the last. */
  readonly noBay: number
  /** Members of a bay looked at for a partner. */
  readonly looks: number
  readonly hasMoney: boolean
  readonly hasPools: boolean
  readonly hasOrigin: boolean
}

/** Runs so many proposals; the temperature is multiplied by `cooling` after each. Returns how many were accepted. */
export type Search = (proposals: number, temperature: number, cooling: number) => number

/**
 * Makes the exchange of up to two for two tasks at a bay that saves most, if it saves more than `least` dollars: returns
 * what it saves, or 0. Looks at what raises costs by no more than `limit` at the prices of room, which stand where the
 * credits do.
 */
export type Exchange = (bay: number, limit: number, least: number) => number
