/** Runs `qaas fleet`; its options are in `commands/fleet.ts`. */
import { QaasError } from '../../errors.ts'
import { headDocument } from '../../io/instance-document.ts'
import { nearest } from '../../io/nearest.ts'
import { readAgents } from '../../io/read-instance.ts'
import type { AgentDocument } from '../../model/document.ts'
import { agentId, type Fleet } from '../../model/instance.ts'
import { buildProviders, checkAcceptSettings } from '../../orchestrator/providers.ts'
import { loadRun, type RunSettings } from '../../orchestrator/run-files.ts'
import type { RunState } from '../../orchestrator/run-state.ts'
import { taskLimits } from '../../orchestrator/task-limits.ts'
import type { ExitCode } from '../command.ts'
import type { FleetArguments } from '../commands/fleet.ts'
import { count } from '../format.ts'
import { sendControl } from '../running/control.ts'
import { mergeFleet } from '../running/fleet-change.ts'
import { openHomeStore, pickRun } from '../running/home.ts'
import { withFleet } from '../running/orders.ts'
import { readStatus } from '../running/status.ts'
import { renderTable } from '../table.ts'

export async function run({ positionals: [path], options }: FleetArguments): Promise<ExitCode> {
  const wanted = path === undefined ? undefined : await readAgents(path)
  const store = openHomeStore()
  try {
    const runId = await pickRun(store, options.run)
    const { state, settings } = await loadRun(store, runId, { taskLimits })
    if (wanted === undefined && options.remove === undefined && options.capacity === undefined) {
      show(state, options.json)
      return 0
    }
    if (state.outcome !== 'open')
      throw new QaasError('not-allowed', `run "${runId}" is over: ${state.outcome}`, {
        advice: 'Maybe start a new run with these agents.',
      })
    const change = withEdits(mergeFleet(state, wanted), state.instance.fleet, options)
    // Whatever is wrong is said here, not to the process that runs the run.
    await checkFleet(state, change.agents, settings)
    await sendControl(store, runId, { kind: 'fleet', ...change })
    const { holder } = await readStatus(store, runId)
    const working = change.agents.reduce((sum, { replicas = 1 }) => sum + replicas, 0) - change.retired.length
    if (options.json) console.log(JSON.stringify({ runId, agents: working, running: holder !== undefined }))
    else
      console.log(
        `run ${runId} goes on with ${count(working)} agents${holder === undefined ? '; it changes with "qaas resume"' : ''}`,
      )
    return 0
  } finally {
    await store.close()
  }
}

async function checkFleet(
  { instance }: RunState,
  agents: readonly AgentDocument[],
  { simulate }: RunSettings,
): Promise<void> {
  const changed = withFleet(instance, agents)
  checkAcceptSettings(changed)
  const firstPool = instance.fleet.numPools
  const environment = process.env
  const providers = buildProviders(changed, { environment, firstPool, ...(simulate ? { simulate } : {}) })
  for (const provider of providers) await provider.close?.()
}

interface Change {
  readonly agents: readonly AgentDocument[]
  readonly retired: readonly string[]
}

/** The change with what `--remove` and `--capacity` say. @throws QaasError `invalid-option` */
function withEdits(
  { agents, retired }: Change,
  fleet: Fleet,
  { remove, capacity }: FleetArguments['options'],
): Change {
  const removed = listed(remove).flatMap((id) => agentsNamed(fleet, id))
  const tasksOf = new Map(listed(capacity).map((text) => parseCapacity(fleet, text)))
  return {
    agents: agents.map((agent) => {
      const tasks = tasksOf.get(agent.id)
      return tasks === undefined ? agent : { ...agent, capacity: { ...agent.capacity, tasks } }
    }),
    retired: [...new Set([...retired, ...removed])],
  }
}

const listed = (text: string | undefined): string[] => (text === undefined ? [] : text.split(','))

/** The agents of a pool, or the one agent. */
function agentsNamed(fleet: Fleet, id: string): string[] {
  const pool = fleet.poolIds.indexOf(id)
  const [from, to] = pool < 0 ? [0, fleet.numAgents] : [fleet.firstAgent[pool]!, fleet.firstAgent[pool + 1]!]
  const names = Array.from({ length: to - from }, (_, k) => agentId(fleet, from + k))
  if (pool >= 0) return names
  if (names.includes(id)) return [id]
  throw unknownAgent(id, [...fleet.poolIds, ...names.slice(0, 1000)])
}

function parseCapacity(fleet: Fleet, text: string): readonly [string, number] {
  const [id = '', amount = ''] = text.split('=')
  if (!fleet.poolIds.includes(id)) throw unknownAgent(id, fleet.poolIds)
  if (/^\d+$/.test(amount)) return [id, Number(amount)]
  throw new QaasError('invalid-option', `--capacity "${text}" is not an agent and a number of tasks`, {
    advice: `Maybe write --capacity ${id}=40.`,
  })
}

function unknownAgent(id: string, known: readonly string[]): QaasError {
  const close = nearest(id, known)
  return new QaasError('invalid-option', `the run has no agent "${id}"`, {
    advice: close ? `Maybe you meant "${close}".` : `Maybe one of: ${known.slice(0, 8).join(', ')}.`,
  })
}

function show(state: RunState, json: boolean): void {
  const { fleet } = state.instance
  const rows = headDocument(state.instance).agents.map((agent, pool) => {
    const of = (column: Int32Array | Uint8Array): number =>
      [...column.subarray(fleet.firstAgent[pool], fleet.firstAgent[pool + 1])].reduce((sum, n) => sum + n, 0)
    return {
      id: agent.id,
      agents: fleet.replicas[pool]!,
      removed: of(state.retired),
      up: of(state.up),
      tasks: of(state.load),
      capacity: agent.capacity ?? {},
    }
  })
  if (json) {
    console.log(JSON.stringify(rows, null, 2))
    return
  }
  const columns = [
    { title: 'pool' },
    { title: 'agents', align: 'right' },
    { title: 'up', align: 'right' },
    { title: 'removed', align: 'right' },
    { title: 'tasks', align: 'right' },
    { title: 'tasks each at most', align: 'right' },
  ] as const
  console.log(
    renderTable(
      columns,
      rows.map(({ id, agents, up, removed, tasks, capacity }) => [
        id,
        count(agents),
        count(up),
        count(removed),
        count(tasks),
        count(capacity.tasks ?? Infinity),
      ]),
    ),
  )
}
