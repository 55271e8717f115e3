/** A digest of everything in a run's state that matters; equal for a live state and the replay of its log. */
import { createHash } from 'node:crypto'
import type { RunState } from './run-state.ts'

export function stateHash(state: RunState): string {
  const hash = createHash('sha256')
  for (const column of [state.status, state.fence, state.agentOf, state.tries, state.waiting])
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
  for (const column of [state.load, state.loadTokens, state.busy, state.up, state.retired])
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
  const keys = (map: ReadonlyMap<number, unknown>): number[] => [...map.keys()].sort((a, b) => a - b)
  const entries = <T>(map: ReadonlyMap<number, T>): unknown => [...map].sort((a, b) => a[0] - b[0])
  hash.update(
    JSON.stringify([
      state.ledger.snapshot(),
      keys(state.running),
      keys(state.orphans),
      entries(state.escalatedFrom),
      entries(state.closeCause),
      [...state.unplaced].sort((a, b) => a - b),
      state.orders,
      state.outcome,
      state.events,
    ]),
  )
  return hash.digest('hex')
}
