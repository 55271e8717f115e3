/** An Ising model whose spins are fixed or joined one after the other; every spin stays a signed copy of another or a value. */
import type { Ising } from '../../formulation/ising.ts'

export interface ShrinkingIsing {
  /** Spins that are still free. */
  readonly size: number
  /** The model over the free spins, and which spin of the whole each of them is. */
  compact(): { ising: Ising; spins: Int32Array }
  /** s_a = value. */
  fix(a: number, value: 1 | -1): void
  /** s_a = sign x s_b; a is no longer free. */
  join(a: number, b: number, sign: 1 | -1): void
  /** Sets the free spins by enumeration or by descent, and returns all spins. */
  finish(how: 'enumerate' | 'descend'): Int8Array
}

export function createShrinkingIsing({ numVariables: n, h, tails, heads, J }: Ising): ShrinkingIsing {
  const field = h.slice()
  const rows: Map<number, number>[] = Array.from({ length: n }, () => new Map())
  const add = (a: number, b: number, strength: number): void => {
    const sum = (rows[a]!.get(b) ?? 0) + strength
    if (sum === 0) {
      rows[a]!.delete(b)
      rows[b]!.delete(a)
      return
    }
    rows[a]!.set(b, sum)
    rows[b]!.set(a, sum)
  }
  J.forEach((strength, e) => {
    add(tails[e]!, heads[e]!, strength)
  })
  const free = new Set<number>(Array.from({ length: n }, (_, v) => v))
  const history: { spin: number; sign: 1 | -1; of: number }[] = []
  const remove = (a: number): [number, number][] => {
    const row = [...rows[a]!]
    for (const [b] of row) rows[b]!.delete(a)
    rows[a]!.clear()
    free.delete(a)
    return row
  }
  const compact = (): { ising: Ising; spins: Int32Array } => {
    const spins = Int32Array.from([...free].sort((a, b) => a - b))
    const place = new Map([...spins].map((spin, k) => [spin, k]))
    const edges: [number, number, number][] = []
    spins.forEach((spin, k) => {
      for (const [other, strength] of rows[spin]!) {
        const at = place.get(other)!
        if (at > k) edges.push([k, at, strength])
      }
    })
    edges.sort((a, b) => a[0] - b[0] || a[1] - b[1])
    return {
      spins,
      ising: {
        numVariables: spins.length,
        h: Float64Array.from(spins, (spin) => field[spin]!),
        tails: Int32Array.from(edges, ([tail]) => tail),
        heads: Int32Array.from(edges, ([, head]) => head),
        J: Float64Array.from(edges, ([, , strength]) => strength),
        offset: 0,
      },
    }
  }
  return {
    get size() {
      return free.size
    },
    compact,
    fix(a, value) {
      for (const [b, strength] of remove(a)) field[b]! += strength * value
      history.push({ spin: a, sign: value, of: -1 })
    },
    join(a, b, sign) {
      for (const [c, strength] of remove(a)) if (c !== b) add(b, c, sign * strength)
      field[b]! += sign * field[a]!
      history.push({ spin: a, sign, of: b })
    },
    finish(how) {
      const spins = new Int8Array(n)
      const { ising, spins: left } = compact()
      const values = how === 'enumerate' ? enumerate(ising) : descend(ising)
      left.forEach((spin, k) => {
        spins[spin] = values[k]!
      })
      for (const { spin, sign, of } of history.reverse()) spins[spin] = of < 0 ? sign : sign * spins[of]!
      return spins
    },
  }
}

/** Neighbours of each spin of a small model. */
function adjacency({ numVariables, tails, heads, J }: Ising): [number, number][][] {
  const rows: [number, number][][] = Array.from({ length: numVariables }, () => [])
  J.forEach((strength, e) => {
    rows[tails[e]!]!.push([heads[e]!, strength])
    rows[heads[e]!]!.push([tails[e]!, strength])
  })
  return rows
}

/** The spins of least energy, by a Gray code through all of them. */
function enumerate(ising: Ising): Int8Array {
  const n = ising.numVariables
  const rows = adjacency(ising)
  const spins = new Int8Array(n).fill(-1)
  let best = spins.slice()
  let energy = 0
  let least = 0
  for (let k = 1; k < 2 ** n; k++) {
    const v = 31 - Math.clz32(k & -k)
    let felt = ising.h[v]!
    for (const [u, strength] of rows[v]!) felt += strength * spins[u]!
    energy -= 2 * spins[v]! * felt
    spins[v] = -spins[v]! as 1 | -1
    if (energy < least - 1e-12) {
      least = energy
      best = spins.slice()
    }
  }
  return best
}

/** A state that no single flip improves. */
function descend(ising: Ising): Int8Array {
  const rows = adjacency(ising)
  const spins = new Int8Array(ising.numVariables).fill(1)
  for (let moved = true; moved; ) {
    moved = false
    for (let v = 0; v < spins.length; v++) {
      let felt = ising.h[v]!
      for (const [u, strength] of rows[v]!) felt += strength * spins[u]!
      if (spins[v]! * felt <= 1e-12) continue
      spins[v] = -spins[v]! as 1 | -1
      moved = true
    }
  }
  return spins
}
