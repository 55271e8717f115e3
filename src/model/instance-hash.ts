/** A fingerprint of what an instance asks, so that a plan can say which instance it was made for. Not for secrets. */
import type { Instance } from './instance.ts'

/** Two independent lanes in the manner of MurmurHash3 (Appleby, 2011), together 64 bits. */
class Fingerprint {
  #a = 0x2f0b4a27
  #b = 0x5bd1e995
  #words = 0
  readonly #number = new Float64Array(1)
  readonly #halves = new Int32Array(this.#number.buffer)

  word(value: number): void {
    const k = Math.imul(value, 0xcc9e2d51)
    const l = Math.imul(value ^ 0x3c6ef372, 0x85ebca77)
    const a = this.#a ^ Math.imul((k << 15) | (k >>> 17), 0x1b873593)
    this.#a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0
    const b = this.#b ^ Math.imul((l << 17) | (l >>> 15), 0x9e3779b1)
    this.#b = (Math.imul((b << 11) | (b >>> 21), 9) + 0x27d4eb2f) | 0
    this.#words += 1
  }

  /** -0 counts as 0 and every NaN as one. */
  number(value: number): void {
    this.#number[0] = Number.isNaN(value) ? Number.NaN : value + 0
    this.word(this.#halves[0]!)
    this.word(this.#halves[1]!)
  }

  numbers(values: ArrayLike<number>): void {
    this.word(values.length)
    for (let i = 0; i < values.length; i++) this.number(values[i]!)
  }

  integers(values: ArrayLike<number>): void {
    this.word(values.length)
    for (let i = 0; i < values.length; i++) this.word(values[i]!)
  }

  text(value: string): void {
    this.word(value.length)
    for (let i = 0; i < value.length; i++) this.word(value.charCodeAt(i))
  }

  texts(values: Iterable<string>): void {
    for (const value of values) this.text(value)
    this.word(-1)
  }

  digest(): string {
    const hex = (lane: number): string => {
      let hash = lane ^ this.#words
      hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
      hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
      return ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(8, '0')
    }
    return hex(this.#a) + hex(this.#b)
  }
}

/**
 * Sixteen hexadecimal digits over everything that planning reads: policy, fleet, tasks in their order, dependencies.
 * The name, providers, inputs and acceptance rules do not count, nor does how the instance was written.
 */
export function instanceHash(instance: Instance): string {
  const print = new Fingerprint()
  const { policy, dependencies } = instance
  print.texts([policy.dependency.mode])
  print.numbers([
    policy.overkillWeight,
    policy.latencyUsdPerSecond,
    policy.dependency.mode === 'soft' ? policy.dependency.penaltyUsd : 0,
    policy.budgetUsd,
    policy.unassignedUsd,
    policy.belowFloorUsd,
  ])
  printFleet(print, instance)
  printTasks(print, instance)
  print.integers(dependencies.parentOfEdge)
  print.integers(dependencies.childOfEdge)
  return print.digest()
}

function printFleet(print: Fingerprint, instance: Instance): void {
  const { fleet } = instance
  print.texts(fleet.poolIds)
  print.integers(fleet.replicas)
  for (const has of fleet.capabilities) print.texts(has === undefined ? ['*', '*'] : [...has].sort())
  const columns = [
    fleet.perTaskUsd,
    fleet.inputPerMTokUsd,
    fleet.outputPerMTokUsd,
    fleet.latencyMs,
    fleet.contextTokens,
    fleet.capacityTasks,
    fleet.capacityTokens,
    fleet.budgetUsd,
  ]
  for (const column of columns) print.numbers(column)
  // Domains by name: which comes first in a file says nothing.
  for (const domain of domainsByName(instance)) {
    print.text(fleet.domains[domain]!)
    for (let pool = 0; pool < fleet.numPools; pool++)
      print.number(fleet.quality[pool * fleet.domains.length + domain]!)
  }
}

function domainsByName({ fleet: { domains } }: Instance): number[] {
  return [...domains.keys()].sort((a, b) => (domains[a]! < domains[b]! ? -1 : 1))
}

function printTasks(print: Fingerprint, instance: Instance): void {
  const { tasks } = instance
  const rank = new Int32Array(instance.fleet.domains.length)
  domainsByName(instance).forEach((domain, k) => {
    rank[domain] = k
  })
  const { bytes, offsets } = tasks.ids.toData()
  print.integers(bytes)
  print.integers(offsets)
  for (const needs of tasks.requirements) print.texts(needs)
  print.integers(tasks.requirement)
  for (let row = 0; row < tasks.count; row++) print.word(rank[tasks.domain[row]!]!)
  for (const column of [tasks.minQuality, tasks.inputTokens, tasks.outputTokens, tasks.maxLatencyMs])
    print.numbers(column)
  const { estimates } = tasks
  if (estimates === undefined) return
  print.integers(estimates.start)
  print.integers(estimates.pool)
  for (const column of [estimates.costUsd, estimates.quality, estimates.latencyMs, estimates.tokens])
    print.numbers(column)
}
