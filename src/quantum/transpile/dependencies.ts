/** Which operations must wait for which. Diagonal gates commute, so they wait only for what is not diagonal. */
import type { Operation } from '../circuit/circuit.ts'
import { isDiagonal } from '../circuit/gates.ts'

export interface Dependencies {
  /** How many operations each waits for. */
  readonly waits: Int32Array
  /** The operations that wait for each. */
  readonly followers: readonly (readonly number[])[]
}

/** @param commuting false keeps the written order on every qubit */
export function dependenciesOf(
  operations: readonly Operation[],
  numQubits: number,
  commuting: boolean = true,
): Dependencies {
  const waits = new Int32Array(operations.length)
  const followers: number[][] = operations.map(() => [])
  /** Per qubit: the operations that may still change places with each other, and those before them. */
  const blocks = Array.from({ length: numQubits }, () => ({
    current: [] as number[],
    before: [] as number[],
    diagonal: false,
  }))
  for (const [at, operation] of operations.entries()) {
    const diagonal = commuting && isDiagonal(operation.gate)
    const awaited = new Set<number>()
    for (const qubit of operation.qubits) {
      const block = blocks[qubit]!
      if (!(diagonal && block.diagonal)) {
        block.before = block.current
        block.current = []
        block.diagonal = diagonal
      }
      for (const earlier of block.before) awaited.add(earlier)
      block.current.push(at)
    }
    waits[at] = awaited.size
    for (const earlier of awaited) followers[earlier]!.push(at)
  }
  return { waits, followers }
}
