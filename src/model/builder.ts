/**
 * Turns agents and a stream of tasks, as users write them, into the columns of an Instance, and checks every
 * rule that needs more than one field: names, references, cycles. Shapes of single fields are the schema's
 * business when a file is read; numbers are checked here as well, for callers that bring objects.
 */
import { QaasError } from '../errors.ts'
import { growable } from '../numeric/growable.ts'
import { nearest } from '../numeric/nearest.ts'
import { StringTable } from '../numeric/string-table.ts'
import { buildDependencies } from './dependencies.ts'
import type {
  AgentDocument,
  EstimateDocument,
  InstanceDocument,
  PolicyDocument,
  TaskDocument,
} from './document.ts'
import { buildFleet } from './fleet.ts'
import type { Estimates, Fleet, Instance, Policy } from './instance.ts'
import { checkNumber, invalid, LARGEST_FIGURE, LARGEST_LIMIT } from './invalid.ts'

export interface InstanceBuilder {
  /** Appends a task. @throws QaasError `invalid-instance` with `data.path` saying which field */
  addTask(task: TaskDocument): void
  /** Checks what needs all tasks and returns the instance; the builder is spent. */
  build(): Instance
}

/** Builds an instance from a whole document. @throws QaasError `invalid-instance` */
export function createInstance(document: InstanceDocument): Instance {
  const builder = createInstanceBuilder(document.policy ?? {}, document.agents, document.name)
  for (const task of document.tasks) builder.addTask(task)
  return builder.build()
}

export function buildPolicy(document: PolicyDocument): Policy {
  const nonNegative = (value: number | undefined, name: string, otherwise: number, max?: number): number =>
    value === undefined
      ? otherwise
      : checkNumber(value, ['policy', ...name.split('.')], { min: 0, max: max ?? LARGEST_FIGURE })
  const { dependency = { mode: 'hard' }, unassigned = 'forbid', qualityFloor = 'hard' } = document
  if (dependency.mode === 'soft') nonNegative(dependency.penaltyUsd, 'dependency.penaltyUsd', 0)
  return {
    overkillWeight: nonNegative(document.overkillWeight, 'overkillWeight', 0),
    latencyUsdPerSecond: nonNegative(document.latencyUsdPerSecond, 'latencyUsdPerSecond', 0),
    dependency,
    budgetUsd: nonNegative(document.budgetUsd, 'budgetUsd', Infinity, LARGEST_LIMIT),
    unassignedUsd:
      unassigned === 'forbid' ? Infinity : nonNegative(unassigned.penaltyUsd, 'unassigned.penaltyUsd', 0),
    belowFloorUsd:
      qualityFloor === 'hard' ? Infinity : nonNegative(qualityFloor.penaltyUsd, 'qualityFloor.penaltyUsd', 0),
  }
}

/** Starts an instance; a fleet that is already built is taken as it is. */
export function createInstanceBuilder(
  policyDocument: PolicyDocument,
  agents: readonly AgentDocument[] | Fleet,
  name = 'instance',
): InstanceBuilder {
  const policy = buildPolicy(policyDocument)
  const fleet = 'numPools' in agents ? agents : buildFleet(agents)
  const poolIndex = new Map(fleet.poolIds.map((id, pool) => [id, pool]))
  const domainIndex = new Map(fleet.domains.map((domain, d) => [domain, d]))
  const complexityIndex = new Map<string, number>()
  const requirementIndex = new Map<string, number>()
  const requirements: (readonly string[])[] = []
  const ids = new StringTable()
  const complexity = growable(Int32Array)
  const requirement = growable(Int32Array)
  const domain = growable(Int32Array)
  const minQuality = growable(Float64Array)
  const inputTokens = growable(Float64Array)
  const outputTokens = growable(Float64Array)
  const maxLatencyMs = growable(Float64Array)
  const edges = { child: growable(Int32Array, 16), parent: growable(Int32Array, 16) }
  /** References to tasks that come later in the stream, resolved at the end. */
  const forward: { child: number; position: number; id: string }[] = []
  const workflows = new Map<number, string>()
  const inputs = new Map<number, unknown>()
  const accepts = new Map<number, Readonly<Record<string, unknown>>>()
  const estimates = createEstimateColumns(poolIndex)

  const intern = (index: Map<string, number>, key: string): number => {
    const known = index.get(key)
    if (known !== undefined) return known
    index.set(key, index.size)
    return index.size - 1
  }
  const requirementOf = (task: TaskDocument): number => {
    const needs = task.requires === undefined ? [] : [...task.requires]
    if (task.complexity !== undefined) needs.push(task.complexity)
    const sorted = needs.length > 1 ? [...new Set(needs)].sort() : needs
    const row = intern(requirementIndex, sorted.length === 1 ? sorted[0]! : sorted.join('\u0000'))
    if (row === requirements.length) requirements.push(sorted)
    return row
  }

  return {
    addTask(task) {
      const row = ids.add(task.id)
      const at = ids.length - (row < 0 ? 0 : 1)
      if (typeof task.id !== 'string' || task.id === '')
        throw invalid(['tasks', at, 'id'], `task ${at} has no id`, 'Maybe give it a short unique name.')
      if (row < 0)
        throw invalid(
          ['tasks', at, 'id'],
          `task id "${task.id}" is used twice (first by task ${-1 - row})`,
          'Maybe rename one of them.',
        )
      const number = (field: NumericField, otherwise: number, max = LARGEST_FIGURE): number => {
        const value = task[field] ?? policyDocument.complexity?.[task.complexity ?? '']?.[field]
        if (value === undefined) return otherwise
        return checkNumber(value, ['tasks', row, field], { min: 0, max, owner: `task "${task.id}"` })
      }
      complexity.push(task.complexity === undefined ? -1 : intern(complexityIndex, task.complexity))
      requirement.push(requirementOf(task))
      domain.push((task.domain === undefined ? 0 : domainIndex.get(task.domain)) ?? 0)
      minQuality.push(number('minQuality', 0, 1))
      inputTokens.push(number('inputTokens', 0))
      outputTokens.push(number('outputTokens', 0))
      maxLatencyMs.push(number('maxLatencyMs', Infinity, LARGEST_LIMIT))
      task.dependsOn?.forEach((id, position) => {
        const parent = ids.indexOf(id)
        if (parent === row)
          throw invalid(
            ['tasks', row, 'dependsOn', position],
            `task "${id}" depends on itself`,
            'Maybe remove it from its own dependsOn.',
          )
        edges.child.push(row)
        edges.parent.push(parent)
        if (parent < 0) forward.push({ child: row, position, id })
      })
      if (task.workflow !== undefined) workflows.set(row, task.workflow)
      if (task.input !== undefined) inputs.set(row, task.input)
      if (task.accept !== undefined) accepts.set(row, task.accept)
      estimates.addTask(row, task)
    },

    build() {
      const count = ids.length
      if (count === 0)
        throw invalid(['tasks'], 'there are no tasks', 'Maybe the tasks file is empty or the path is wrong.')
      checkMagnitude(fleet, policy, {
        count,
        inputTokens: inputTokens.toArray(),
        outputTokens: outputTokens.toArray(),
      })
      const dependencies = resolveDependencies(ids, edges, forward)
      return {
        name,
        policy,
        fleet,
        dependencies,
        capable: capabilityTable(fleet, requirements),
        tasks: {
          count,
          ids,
          complexity: complexity.toArray(),
          complexities: [...complexityIndex.keys()],
          requirement: requirement.toArray(),
          requirements,
          domain: domain.toArray(),
          minQuality: minQuality.toArray(),
          inputTokens: inputTokens.toArray(),
          outputTokens: outputTokens.toArray(),
          maxLatencyMs: maxLatencyMs.toArray(),
          workflows,
          inputs,
          accepts,
          estimates: estimates.build(count),
        },
      }
    },
  }
}

type NumericField = 'minQuality' | 'inputTokens' | 'outputTokens' | 'maxLatencyMs'
type IntColumn = ReturnType<typeof growable<Int32Array<ArrayBuffer>>>

/** Resolves references to later tasks and builds the graph. @throws QaasError on unknown tasks and cycles */
function resolveDependencies(
  ids: StringTable,
  edges: { child: IntColumn; parent: IntColumn },
  forward: readonly { child: number; position: number; id: string }[],
): Instance['dependencies'] {
  const [parent, child] = [edges.parent.toArray(), edges.child.toArray()]
  let next = 0
  for (let edge = 0; edge < parent.length; edge++) {
    if (parent[edge]! >= 0) continue
    const reference = forward[next++]!
    const row = ids.indexOf(reference.id)
    if (row < 0) {
      const close = nearest(reference.id, everyId(ids))
      throw invalid(
        ['tasks', reference.child, 'dependsOn', reference.position],
        `task "${ids.get(reference.child)}" depends on "${reference.id}", which does not exist`,
        close ? `Maybe "${close}" is meant.` : 'Maybe the id is misspelt, or that task is missing.',
      )
    }
    parent[edge] = row
  }
  const graph = buildDependencies(ids.length, parent, child)
  if (!('cycle' in graph)) return graph
  const names = graph.cycle.map((row) => ids.get(row))
  const shown = names.length > 12 ? [...names.slice(0, 11), `... ${names.length - 11} more`] : names
  throw invalid(
    ['tasks', graph.cycle[0]!, 'dependsOn'],
    `the tasks depend on each other in a cycle: ${[...shown, names[0]].join(' -> ')}`,
    'Maybe remove one of these dependsOn entries.',
  )
}

function* everyId(ids: StringTable): Iterable<string> {
  for (let row = 0; row < ids.length; row++) yield ids.get(row)
}

/** One byte each; about what a typed array can hold. */
const MAX_CAPABLE_PAIRS = 1e9

/** All tasks together may cost this at most: prices times tokens and weights may be far above each of them. */
const LARGEST_USD = 1e24

/** @throws QaasError `invalid-instance` when all tasks together could cost more than arithmetic can hold */
function checkMagnitude(
  fleet: Fleet,
  policy: Policy,
  tasks: { readonly count: number; readonly inputTokens: Float64Array; readonly outputTokens: Float64Array },
): void {
  const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0)
  const [input, output] = [largest(tasks.inputTokens), largest(tasks.outputTokens)]
  for (let pool = 0; pool < fleet.numPools; pool++) {
    const money =
      fleet.perTaskUsd[pool]! +
      (fleet.inputPerMTokUsd[pool]! * input + fleet.outputPerMTokUsd[pool]! * output) / 1e6
    const worst =
      money * (1 + policy.overkillWeight) + (policy.latencyUsdPerSecond * fleet.latencyMs[pool]!) / 1000
    if (worst * tasks.count <= LARGEST_USD) continue
    throw invalid(
      ['agents', pool],
      `agent "${fleet.poolIds[pool]}": one task could cost $${worst.toExponential(2)}, all of them more than $${LARGEST_USD.toExponential(0)}`,
      'Maybe a price, a token count or a weight has too many digits.',
    )
  }
}

/** 1 at requirement x pool where the pool has every capability of the requirement. */
export function capabilityTable(fleet: Fleet, requirements: readonly (readonly string[])[]): Uint8Array {
  if (requirements.length * fleet.numPools > MAX_CAPABLE_PAIRS)
    throw new QaasError(
      'too-large',
      `${requirements.length} different requirements on ${fleet.numPools} pools are too many`,
      { advice: 'Maybe give tasks fewer distinct sets of capabilities.' },
    )
  const table = new Uint8Array(requirements.length * fleet.numPools)
  requirements.forEach((needs, row) => {
    fleet.capabilities.forEach((has, pool) => {
      if (has === undefined || needs.every((need) => has.has(need))) table[row * fleet.numPools + pool] = 1
    })
  })
  return table
}

/** Collects the estimates of tasks in stream order; tasks without any cost nothing. */
function createEstimateColumns(poolIndex: ReadonlyMap<string, number>): {
  addTask(row: number, task: TaskDocument): void
  build(count: number): Estimates | undefined
} {
  const owner = growable(Int32Array, 16)
  const pool = growable(Int32Array, 16)
  const costUsd = growable(Float64Array, 16)
  const quality = growable(Float64Array, 16)
  const latencyMs = growable(Float64Array, 16)
  const tokens = growable(Float64Array, 16)
  return {
    addTask(row, task) {
      if (task.estimates === undefined) return
      const entries = Object.entries(task.estimates).map(([id, estimate]) => {
        const index = poolIndex.get(id)
        if (index === undefined) {
          const close = nearest(id, poolIndex.keys())
          throw invalid(
            ['tasks', row, 'estimates', id],
            `task "${task.id}" has an estimate for "${id}", which is no agent`,
            close
              ? `Maybe "${close}" is meant.`
              : 'Maybe use the id as in the fleet, without a replica number.',
          )
        }
        return [index, estimate, id] as const
      })
      // An estimate without a figure says nothing.
      const telling = entries.filter(([, estimate]) =>
        Object.values(estimate).some((value) => value !== undefined),
      )
      for (const [index, estimate, id] of telling.sort((a, b) => a[0] - b[0])) {
        const checked = (field: keyof EstimateDocument, max = LARGEST_FIGURE): number => {
          const value = estimate[field]
          if (value === undefined) return Number.NaN
          return checkNumber(value, ['tasks', row, 'estimates', id, field], {
            min: 0,
            max,
            owner: `task "${task.id}"`,
          })
        }
        owner.push(row)
        pool.push(index)
        costUsd.push(checked('costUsd'))
        quality.push(checked('quality', 1))
        latencyMs.push(checked('latencyMs'))
        tokens.push(checked('tokens'))
      }
    },
    build(count) {
      if (owner.length === 0) return undefined
      const start = new Int32Array(count + 1)
      for (let k = 0; k < owner.length; k++) start[owner.get(k) + 1]! += 1
      for (let i = 0; i < count; i++) start[i + 1]! += start[i]!
      return {
        start,
        pool: pool.toArray(),
        costUsd: costUsd.toArray(),
        quality: quality.toArray(),
        latencyMs: latencyMs.toArray(),
        tokens: tokens.toArray(),
      }
    },
  }
}
