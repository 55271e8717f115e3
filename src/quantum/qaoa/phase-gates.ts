/** The phase separator exp(-i gamma C) of a Hamiltonian over sites as rotations about products of Z. */
import { gate, type Operation } from '../circuit/circuit.ts'
import type { SiteHamiltonian } from '../statevector/site-hamiltonian.ts'

/** The qubits of each site, lowest bit of a code first; as many as levels where one of them is 1. */
export type SiteQubits = readonly (readonly number[])[]

/** factor x product of Z over the qubits, with Z = +1 on bit 0. */
interface ZString {
  readonly qubits: readonly number[]
  readonly factor: number
}

/** Up to a global phase; one-hot sites are taken to be in one-hot states. Longest products first, single qubits last. */
export function phaseGates(cost: SiteHamiltonian, qubits: SiteQubits, gamma: number): Operation[] {
  const strings = new Map<string, ZString>()
  const add = ({ qubits: on, factor }: ZString): void => {
    if (on.length === 0 || factor === 0) return
    const key = on.toSorted((a, b) => a - b).join()
    strings.set(key, { qubits: on, factor: factor + (strings.get(key)?.factor ?? 0) })
  }
  for (const { low, high, energies } of cost.couplings) {
    const columns = cost.levels[low]!
    // Rows first: each level of the high site is a function of the low one.
    const rows = Array.from({ length: cost.levels[high]! }, (_, level) =>
      stringsOf(qubits[low]!, energies.subarray(level * columns, (level + 1) * columns)),
    )
    rows[0]!.forEach(({ qubits: lowQubits }, k) => {
      const factors = Float64Array.from(rows, (row) => row[k]!.factor)
      for (const { qubits: highQubits, factor } of stringsOf(qubits[high]!, factors))
        add({ qubits: [...lowQubits, ...highQubits], factor })
    })
  }
  cost.fields.forEach((field, site) => {
    for (const string of stringsOf(qubits[site]!, field)) add(string)
  })
  const largest = [...strings.values()].reduce((max, { factor }) => Math.max(max, Math.abs(factor)), 0)
  return [...strings.values()]
    .filter(({ factor }) => Math.abs(factor) > 1e-14 * largest)
    .sort((a, b) => b.qubits.length - a.qubits.length)
    .flatMap(({ qubits: on, factor }) => rotation(on, 2 * gamma * factor))
}

/** A function of a site's level as a sum over products of Z; which products, depends on the site alone. */
function stringsOf(site: readonly number[], values: Float64Array): ZString[] {
  if (site.length === values.length) {
    const sum = values.reduce((total, value) => total + value, 0)
    // Level k is chosen where (1 - Z_k) / 2 is 1.
    return [
      { qubits: [], factor: sum / 2 },
      ...site.map((qubit, k) => ({ qubits: [qubit], factor: -values[k]! / 2 })),
    ]
  }
  return Array.from(values, (_, subset): ZString => {
    let factor = 0
    values.forEach((value, level) => {
      factor += parity(level & subset) ? -value : value
    })
    return { qubits: site.filter((_, k) => (subset >> k) & 1), factor: factor / values.length }
  })
}

function parity(bits: number): boolean {
  let odd = false
  for (; bits > 0; bits &= bits - 1) odd = !odd
  return odd
}

/** exp(-i angle / 2 product of Z): beyond two qubits the parity is gathered on the last one and given back. */
function rotation(qubits: readonly number[], angle: number): Operation[] {
  const [first, second] = qubits
  if (qubits.length === 1) return [gate('rz', [angle], first!)]
  if (qubits.length === 2) return [gate('rzz', [angle], first!, second!)]
  const gather = qubits.slice(0, -2).map((qubit, k) => gate('cx', [], qubit, qubits[k + 1]!))
  return [...gather, gate('rzz', [angle], qubits.at(-2)!, qubits.at(-1)!), ...gather.toReversed()]
}
