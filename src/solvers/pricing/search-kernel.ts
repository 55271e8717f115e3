/**
 * Metropolis over whole plans: what `kernels/assembly/search-plan.ts` reads and writes, and its start. Laying out the
 * arrays is the business of `search-arena.ts`, the same in TypeScript that of `search-reference.ts`.
 */

import { wasmBase64 } from '../../numeric/wasm/search-plan.ts'
import type { Arena } from '../../samplers/kernels/arena.ts'
import { instantiate } from '../../samplers/kernels/wasm.ts'
import type { Search, SearchArrays, SearchSizes } from './search-layout.ts'
import { referenceSearch } from './search-reference.ts'

interface Exports {
  search(pointers: number, proposals: number, temperature: number, cooling: number): number
}

const ORDER = [
  'tasks',
  'entries',
  'entryGroup',
  'table',
  'bays',
  'bayGroup',
  'bayStart',
  'listStart',
  'listCount',
  'list',
  'candidateStart',
  'candidates',
  'linkStart',
  'links',
  'pools',
  'origin',
  'random',
  'logs',
  'state',
  'rowStart',
  'fitStart',
  'fits',
  'worst',
] as const

export const NUM_POINTERS: number = ORDER.length + 7

export function createSearch(arena: Arena, arrays: SearchArrays, sizes: SearchSizes): Search {
  const wasm = instantiate<Exports>(wasmBase64, arena)
  if (wasm === undefined) return referenceSearch(arrays, sizes)
  arrays.pointers.set([
    ...ORDER.map((name) => arrays[name].byteOffset),
    sizes.numTasks,
    sizes.numGroups,
    sizes.noBay,
    sizes.looks,
    Number(sizes.hasMoney),
    Number(sizes.hasPools),
    Number(sizes.hasOrigin),
  ])
  return (proposals, temperature, cooling) =>
    wasm.search(arrays.pointers.byteOffset, proposals, temperature, cooling)
}
