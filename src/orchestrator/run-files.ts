/** What a run is made of in the store: its instance, plan, settings and log; makes runs and brings them back. */
import { deserialize, serialize } from 'node:v8'
import { QaasError } from '../errors.ts'
import type { Instance } from '../model/instance.ts'
import { StringTable, type StringTableData } from '../numeric/string-table.ts'
import type { Store } from '../store/store.ts'
import { leadershipName, runStream } from './journal.ts'
import { decodeEvent, encodeEvent, type RunEvent } from './run-event.ts'
import { RunState } from './run-state.ts'

/** What was agreed when the run was made. Survives JSON. */
export interface RunSettings {
  readonly runId: string
  /** The instance's name. */
  readonly name: string
  readonly createdAt: number
  readonly instanceHash: string
  /** Money the plan counts on. */
  readonly plannedUsd: number
  readonly solver: string
  readonly seed: number
  /** null for no limit; nano-dollars. */
  readonly runNano: number | null
  readonly workflowNano: number | null
  /** All agents are simulated, at this speed. */
  readonly simulate?: { readonly speed: number; readonly failureRate?: number }
  readonly instanceFile?: string
}

const settingsKey = (runId: string): string => `settings/${runId}`
const instanceKey = (runId: string, version: number): string => `instance/${runId}/${version}`
const planKey = (runId: string): string => `plan/${runId}`

export function packInstance(instance: Instance): Uint8Array {
  return serialize({ ...instance, tasks: { ...instance.tasks, ids: instance.tasks.ids.toData() } })
}

export function unpackInstance(bytes: Uint8Array): Instance {
  const packed = deserialize(bytes) as Instance & { tasks: { ids: StringTableData } }
  return { ...packed, tasks: { ...packed.tasks, ids: StringTable.from(packed.tasks.ids) } }
}

export interface NewRun {
  readonly settings: RunSettings
  readonly instance: Instance
  readonly agentOf: Int32Array
}

/** Makes the run durable. @throws QaasError `not-allowed` when there is a run of that name */
export async function createRun(store: Store, { settings, instance, agentOf }: NewRun): Promise<void> {
  const { runId, runNano, createdAt } = settings
  const opened: RunEvent = { kind: 'opened', tasks: instance.tasks.count, budget: runNano, at: createdAt }
  const outcome = await store.commit({
    append: { stream: runStream(runId), events: [encodeEvent(opened)], expect: 0 },
    puts: [
      { key: settingsKey(runId), value: JSON.stringify(settings), expect: 0 },
      { key: instanceKey(runId, 0), value: packInstance(instance) },
      {
        key: planKey(runId),
        value: new Uint8Array(
          agentOf.buffer.slice(agentOf.byteOffset, agentOf.byteOffset + agentOf.byteLength),
        ),
      },
    ],
  })
  if (outcome !== 'ok')
    throw new QaasError('not-allowed', `there is a run "${runId}" already`, {
      advice: 'Maybe resume it, or choose another name with --name.',
    })
}

export async function runSettings(store: Store, runId: string): Promise<RunSettings> {
  const pair = await store.get(settingsKey(runId))
  if (pair === undefined) {
    const known = (await listRuns(store)).slice(-5)
    throw new QaasError('invalid-option', `there is no run "${runId}"`, {
      advice: known.length > 0 ? `Maybe one of: ${known.join(', ')}.` : 'Maybe start one with "qaas run".',
    })
  }
  return JSON.parse(String(pair.value)) as RunSettings
}

/** The names of all runs, oldest first. */
export async function listRuns(store: Store): Promise<readonly string[]> {
  const keys = await store.keys('settings/')
  const settings = await Promise.all(keys.map((key) => runSettings(store, key.slice('settings/'.length))))
  return settings
    .sort((a, b) => a.createdAt - b.createdAt || (a.runId < b.runId ? -1 : 1))
    .map(({ runId }) => runId)
}

export interface LoadedRun {
  readonly settings: RunSettings
  readonly state: RunState
  /** The plan the run began with; later tasks are not in it. */
  readonly planned: Int32Array
  readonly leadership: string
}

/** Task budgets in nano-dollars; given by who knows how tasks say so. */
export type TaskLimits = (instance: Instance) => ReadonlyMap<number, number>

/** Replays a run's log. `onEvent` sees every event with the state after it. @throws QaasError `store` when it is damaged */
export async function loadRun(
  store: Store,
  runId: string,
  {
    taskLimits,
    onEvent,
  }: { taskLimits?: TaskLimits; onEvent?: (event: RunEvent, state: RunState) => void } = {},
): Promise<LoadedRun> {
  const settings = await runSettings(store, runId)
  const instance = await readInstance(store, runId, 0)
  const planned = await readPlan(store, runId, instance.tasks.count)
  const state = new RunState(instance, planned, {
    runNano: settings.runNano ?? Infinity,
    workflowNano: settings.workflowNano ?? Infinity,
    taskNano: taskLimits?.(instance) ?? new Map(),
  })
  const length = await store.length(runStream(runId))
  while (state.events < length) {
    const texts = await store.read(runStream(runId), state.events, 50_000)
    for (const text of texts) {
      const event = decodeEvent(text)
      if (event.kind === 'submitted' || event.kind === 'fleet') {
        const grown = await readInstance(store, runId, event.version)
        state.grow(grown, taskLimits?.(grown))
      }
      state.apply(event)
      onEvent?.(event, state)
    }
    if (texts.length === 0) break
  }
  return { settings, state, planned, leadership: leadershipName(runId) }
}

async function readInstance(store: Store, runId: string, version: number): Promise<Instance> {
  const pair = await store.get(instanceKey(runId, version))
  if (pair === undefined) throw missing(runId, `instance ${version}`)
  return unpackInstance(pair.value as Uint8Array)
}

async function readPlan(store: Store, runId: string, count: number): Promise<Int32Array> {
  const pair = await store.get(planKey(runId))
  const bytes = pair?.value as Uint8Array | undefined
  if (bytes?.byteLength !== 4 * count) throw missing(runId, 'plan')
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}

function missing(runId: string, what: string): QaasError {
  return new QaasError('store', `the ${what} of run "${runId}" is missing or cut`, {
    advice: 'Maybe restore the store from a backup; QAAS does not guess at what was lost.',
  })
}

/** The change that makes a grown instance durable. */
export function instancePut(
  runId: string,
  version: number,
  instance: Instance,
): { key: string; value: Uint8Array } {
  return { key: instanceKey(runId, version), value: packInstance(instance) }
}
