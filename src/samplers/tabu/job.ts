/** Runs a share of the tabu reads on one thread; the same reads give the same states on any thread. */
import { createRng, type Rng } from '../../numeric/rng.ts'
import { concatenated, type RunPort, type RunReply, type RunShare } from '../runs.ts'
import { breakOut, createElite, type Elite, relink } from './elite.ts'
import { type PreparedTabu, type TabuRead, tabuRead } from './prepare.ts'

export interface TabuRequest extends RunShare {
  readonly prepared: PreparedTabu
  readonly numRuns: number
  readonly seeds: Uint32Array
  /** Initial spins of the first reads. */
  readonly initial?: Int8Array
  readonly numRestarts: number
  readonly tenure: number
  readonly patience: number
  /** Ends every read that reaches this energy, in the kernel's scale; -Infinity for never. */
  readonly target: number
  readonly wantsIncumbents: boolean
}

export interface TabuReply extends RunReply {
  readonly moves: number
  readonly rounds: number
}

export interface TabuIncumbent {
  readonly energy: number
  readonly state: Int8Array
}

const ELITE_SIZE = 10
const SLICE_MS = 20

export async function run(request: TabuRequest, port: RunPort): Promise<TabuReply> {
  const { prepared, numRuns, seeds, initial } = request
  const { n } = prepared
  const read = tabuRead(prepared, request.slot)
  const search = createSearch(request, port, read)
  const runs: number[] = []
  const parts: Int8Array[] = []
  for (let index = request.first; index < numRuns; index += request.step) {
    if (search.isOver() && (runs.length > 0 || request.first > 0)) break
    const rng = createRng(seeds[4 * index]! + 2 ** 32 * (seeds[4 * index + 1]! & 0xfffff))
    const given = initial?.subarray(index * n, (index + 1) * n)
    parts.push(await search.read(rng, given?.length ? given : undefined))
    runs.push(index)
  }
  return { runs, states: concatenated(parts), stopped: search.isOver(), ...search.counts() }
}

function createSearch(request: TabuRequest, port: RunPort, read: TabuRead) {
  const { prepared, numRestarts, target } = request
  const deadline = port.now() + request.remainingMs
  let moves = 0
  let rounds = 0
  let budget = 1024
  let incumbent = Infinity
  let stopped = false
  const isOver = (): boolean => (stopped ||= port.aborted() || port.now() >= deadline)

  const report = (): void => {
    const energy = read.state.energies[1]! / prepared.scale
    if (!request.wantsIncumbents || energy >= incumbent) return
    incumbent = energy
    port.post({ energy, state: bestOf(read) } satisfies TabuIncumbent)
  }
  /** One tabu search from the state as it is, in slices. */
  const improve = async (): Promise<void> => {
    const { energies, clock } = read.state
    const limits = { tenure: request.tenure, spread: 10, patience: request.patience }
    do {
      const began = port.now()
      moves += read.search({ ...limits, budget })
      const took = port.now() - began
      if (took < SLICE_MS / 2) budget = Math.min(budget * 2, 1 << 24)
      else if (took > SLICE_MS) budget = Math.max(64, budget >> 1)
      report()
      await port.breathe?.()
    } while (clock[1]! < request.patience && energies[1]! > target && !isOver())
    rounds++
  }
  return {
    isOver,
    counts: () => ({ moves, rounds }),
    async read(rng: Rng, given?: Int8Array): Promise<Int8Array> {
      const elite = createElite(ELITE_SIZE)
      read.state.random.set(rng.fork(1).state())
      for (let round = 0; round <= numRestarts; round++) {
        if (round === 0 && given) read.place(given)
        else startRound(read, elite, rng)
        await improve()
        elite.add({ energy: read.state.energies[1]!, spins: bestOf(read) })
        if (isOver() || elite.members[0]!.energy <= target) break
      }
      return elite.members[0]!.spins
    },
  }
}

/** Random states until the pool is full; then paths between its members and break-outs from them, in turn. */
function startRound(read: TabuRead, { members }: Elite, rng: Rng): void {
  if (members.length < ELITE_SIZE / 2 || (members.length < ELITE_SIZE && rng.nextFloat() < 0.5)) {
    read.place(Int8Array.from({ length: read.n }, () => (rng.nextUint32() & 1 ? 1 : -1)))
    return
  }
  const a = rng.nextInt(members.length)
  const b = (a + 1 + rng.nextInt(members.length - 1)) % members.length
  if (rng.nextFloat() < 0.6) relink(read, members[a]!, members[b]!)
  else breakOut(read, members[Math.min(a, b)]!, rng)
}

function bestOf({ state, n }: TabuRead): Int8Array {
  return Int8Array.from(state.best.subarray(0, n))
}
