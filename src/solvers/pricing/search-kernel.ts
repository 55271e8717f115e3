/**
 * Starts the kernels that search about a plan, `search-plan.ts` and `exchange-plan.ts` in `kernels/assembly/`, or their
 * references where WebAssembly cannot run. Laying out their arrays is the business of `search-arena.ts`.
 */

import { wasmBase64 as exchangeBase64 } from '../../numeric/wasm/exchange-plan.ts'
import { wasmBase64 as searchBase64 } from '../../numeric/wasm/search-plan.ts'
import type { Arena } from '../../samplers/kernels/arena.ts'
import { instantiate } from '../../samplers/kernels/wasm.ts'
import { referenceExchange } from './exchange-reference.ts'
import type { Exchange, Search, SearchArrays, SearchSizes } from './search-layout.ts'
import { referenceSearch } from './search-reference.ts'

interface WalkExports {
  search(pointers: number, proposals: number, temperature: number, cooling: number): number
}

interface ExchangeExports {
  exchange(pointers: number, bay: number, limit: number, least: number): number
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
  'elements',
  'arrivals',
] as const

export const NUM_POINTERS: number = ORDER.length + 7

export interface SearchKernel {
  readonly search: Search
  readonly exchange: Exchange
}

export function createSearch(arena: Arena, arrays: SearchArrays, sizes: SearchSizes): SearchKernel {
  const walk = instantiate<WalkExports>(searchBase64, arena)
  const exchanges = instantiate<ExchangeExports>(exchangeBase64, arena)
  if (walk === undefined || exchanges === undefined)
    return { search: referenceSearch(arrays, sizes), exchange: referenceExchange(arrays, sizes) }
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
  const p = arrays.pointers.byteOffset
  return {
    search: (proposals, temperature, cooling) => walk.search(p, proposals, temperature, cooling),
    exchange: (bay, limit, least) => exchanges.exchange(p, bay, limit, least),
  }
}
