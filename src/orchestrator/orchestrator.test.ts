import { expect, test } from 'vitest'
import { startVirtualRun, type VirtualRunOptions } from '../../test/harness/virtual-run.ts'
import { attemptError, type FailureReason } from '../agents/attempt-error.ts'
import type { AgentProvider, AttemptRequest } from '../agents/provider.ts'
import { createReplan } from '../cli/running/replan.ts'
import { createInstance } from '../model/builder.ts'
import type { AgentDocument, TaskDocument } from '../model/document.ts'
import { agentId, type Instance } from '../model/instance.ts'
import type { RunEvent } from './run-event.ts'
import { DONE, type RunState, STATUS_NAMES } from './run-state.ts'
import { submitTasks } from './submission.ts'

const LEVELS: readonly AgentDocument[] = [
  { id: 'small', quality: 0.5, price: { perTaskUsd: 0.01 }, latencyMs: 100 },
  { id: 'medium', quality: 0.7, price: { perTaskUsd: 0.02 }, latencyMs: 100 },
  { id: 'large', quality: 0.9, price: { perTaskUsd: 0.05 }, latencyMs: 100 },
]

function instanceOf(tasks: readonly TaskDocument[], agents: readonly AgentDocument[] = LEVELS): Instance {
  return createInstance({ version: 1, agents, tasks })
}

type Behaviour = (request: AttemptRequest, attempt: number) => unknown

/** An agent that does what `behave` says; throwing fails the attempt. */
function scripted(behave: Behaviour, more: Partial<AgentProvider> = {}): AgentProvider {
  let attempts = 0
  return {
    kind: 'scripted',
    concurrency: 1,
    billing: 'local',
    async doAttempt(request, { clock }) {
      await new Promise<void>((resolve) => clock.after(request.expected.latencyMs, resolve))
      const { inputTokens, outputTokens } = request.expected
      return { output: behave(request, ++attempts), usage: { inputTokens, outputTokens } }
    },
    ...more,
  }
}

const failing = (reason: FailureReason, times = Infinity) =>
  scripted((request, attempt) => {
    if (attempt <= times) throw attemptError(reason, 'as the test says')
    return request.taskId
  })

async function runToEnd(options: Partial<VirtualRunOptions> & { instance: Instance }) {
  const agentOf = options.agentOf ?? new Int32Array(options.instance.tasks.count)
  const run = await startVirtualRun({ ...options, agentOf })
  const state = await run.finish()
  const { fleet } = state.instance
  return {
    run,
    state,
    events: run.events,
    agents: [...state.agentOf].map((agent) => (agent < 0 ? 'none' : agentId(fleet, agent))),
    states: [...state.status].map((status) => STATUS_NAMES[status]),
    kinds: (kind: RunEvent['kind']) => run.events.filter((event) => event.kind === kind),
  }
}

const tasks = (count: number, more: Partial<TaskDocument> = {}): TaskDocument[] =>
  Array.from({ length: count }, (_, k) => ({ id: `t${k}`, ...more }))

test('a retryable failure is tried again on the same agent after a growing, jittered wait', async () => {
  const { states, agents, events } = await runToEnd({
    instance: instanceOf(tasks(1)),
    providers: { small: failing('server-error', 2) },
  })
  expect([states, agents]).toEqual([['done'], ['small']])
  const starts = events.flatMap((event) => (event.kind === 'started' ? [event.at] : []))
  expect(starts).toHaveLength(3)
  expect(starts[1]! - starts[0]!).toBeGreaterThanOrEqual(350)
  expect(starts[2]! - starts[1]!).toBeGreaterThan(starts[1]! - starts[0]! - 250)
})

test('what cannot be retried goes to the next cheapest eligible agent at once', async () => {
  const { agents, kinds, state } = await runToEnd({
    instance: instanceOf(tasks(1)),
    providers: { small: failing('bad-request') },
  })
  expect(agents).toEqual(['medium'])
  expect(kinds('started')).toHaveLength(2)
  expect(state.runAccount.settled).toBe(20_000_000)
})

test('a task that fails on three distinct agents is quarantined, and what depends on it skipped', async () => {
  const bad = () => failing('bad-request')
  const { states, state } = await runToEnd({
    instance: instanceOf([{ id: 'poison' }, { id: 'child', dependsOn: ['poison'] }, { id: 'other' }]),
    providers: {
      small: scripted(({ taskId }) => {
        if (taskId === 'poison') throw attemptError('bad-request', 'poison')
        return taskId
      }),
      medium: bad(),
      large: bad(),
    },
  })
  expect(states).toEqual(['failed', 'skipped', 'done'])
  expect(state.closeCause.get(0)).toBe('quarantined')
})

test('an agent that refuses the key is taken down with its pool, and its tasks go elsewhere', async () => {
  const { agents, kinds } = await runToEnd({
    instance: instanceOf(tasks(5)),
    providers: { small: failing('unauthorized') },
  })
  expect(agents).toEqual(Array(5).fill('medium'))
  expect(kinds('agent')).toMatchObject([{ agent: 0, up: false, reason: 'unauthorized' }])
  expect(kinds('started')).toHaveLength(6)
})

test('Retry-After is kept: nothing is sent to the pool before, and nobody is blamed', async () => {
  const { events, states, agents } = await runToEnd({
    instance: instanceOf(tasks(3)),
    providers: {
      small: scripted((request, attempt) => {
        if (attempt === 1)
          throw attemptError('rate-limited', 'slow down', { status: 429, retryAfterMs: 5_000 })
        return request.taskId
      }),
    },
  })
  expect([states, agents]).toEqual([Array(3).fill('done'), Array(3).fill('small')])
  const starts = events.flatMap((event) => (event.kind === 'started' ? [event.at] : []))
  expect(starts[1]! - starts[0]!).toBeGreaterThanOrEqual(5_000)
})

test('the breaker opens by how attempts end, tries one at a time, and the tasks of a dead provider move on', async () => {
  const { agents, kinds, state } = await runToEnd({
    instance: instanceOf(tasks(30)),
    providers: { small: failing('server-error') },
  })
  expect(new Set(agents)).toEqual(new Set(['medium']))
  expect(state.counts[DONE]).toBe(30)
  const onSmall = kinds('started').filter((event) => event.kind === 'started' && event.agent === 0)
  expect(onSmall.length).toBeLessThan(12)
})

test('a rejected answer climbs to the next quality level, and only as far as it must', async () => {
  const accept = { regex: '^good' }
  const { agents, state, kinds } = await runToEnd({
    instance: instanceOf(tasks(1, { accept })),
    providers: {
      small: scripted(() => 'bad'),
      medium: scripted(() => 'bad'),
      large: scripted(() => 'good'),
    },
  })
  expect(agents).toEqual(['large'])
  expect(state.runAccount.settled).toBe(80_000_000)
  expect(kinds('moved')).toMatchObject([{ cause: 'cascade' }, { cause: 'cascade' }])
})

test('the cascade stops where the budget of the task does', async () => {
  const accept = { schema: { type: 'object', required: ['ok'] }, budgetUsd: 0.04 }
  const { states, state } = await runToEnd({
    instance: instanceOf(tasks(1, { accept })),
    providers: {
      small: scripted(() => '{}'),
      medium: scripted(() => ({})),
      large: scripted(() => ({ ok: 1 })),
    },
  })
  expect(states).toEqual(['failed'])
  expect(state.closeCause.get(0)).toBe('unaffordable')
  expect(state.runAccount.settled).toBe(30_000_000)
})

test('a judge scores answers, is paid from the same budget, and sends weak ones up', async () => {
  const accept = { judge: { agent: 'large', minScore: 0.6 } }
  const scores = new Map([['from small', 0.2]])
  const { agents, state, kinds } = await runToEnd({
    instance: instanceOf(tasks(1, { accept })),
    providers: {
      small: scripted(() => 'from small'),
      medium: scripted(() => 'from medium'),
      large: scripted(({ input }) => {
        const answer = /Answer: (.*)/.exec(String(input))![1]!
        return `\`\`\`json\n{"score": ${scores.get(answer) ?? 0.8}}\n\`\`\``
      }),
    },
  })
  expect(agents).toEqual(['medium'])
  expect(kinds('checked')).toMatchObject([
    { accepted: false, reason: 'judged 0.2, needs 0.6' },
    { accepted: true },
  ])
  expect(state.runAccount.settled).toBe(10_000_000 + 20_000_000 + 2 * 50_000_000)
  expect(state.ledger.openHolds).toBe(0)
})

test('a program decides about an answer, and its words are kept', async () => {
  const accept = { command: ['check'] }
  const { agents, kinds } = await runToEnd({
    instance: instanceOf(tasks(1, { accept })),
    options: { runCheckCommand: async (_, input) => (input === 'small t0' ? 'too short' : undefined) },
    providers: { small: scripted(({ taskId }) => `small ${taskId}`), medium: scripted(() => 'long enough') },
  })
  expect(agents).toEqual(['medium'])
  expect(kinds('checked')).toMatchObject([{ accepted: false, reason: 'too short' }, { accepted: true }])
})

test('children get the outputs of their parents, in order', async () => {
  const seen: unknown[] = []
  await runToEnd({
    instance: instanceOf([{ id: 'a' }, { id: 'b' }, { id: 'c', dependsOn: ['b', 'a'] }]),
    providers: {
      small: scripted(({ taskId, parents }) => {
        if (taskId === 'c') seen.push(...parents)
        return { by: taskId }
      }),
    },
  })
  expect(seen).toEqual([
    { taskId: 'b', output: { by: 'b' } },
    { taskId: 'a', output: { by: 'a' } },
  ])
})

test('the longest chain goes first', async () => {
  const { events } = await runToEnd({
    instance: instanceOf([
      { id: 'short' },
      { id: 'head' },
      { id: 'mid', dependsOn: ['head'] },
      { id: 'tail', dependsOn: ['mid'] },
    ]),
  })
  const order = events.flatMap((event) => (event.kind === 'started' ? [event.task] : []))
  expect(order.indexOf(1)).toBeLessThan(order.indexOf(0))
})

test('a child whose parent moved to a better agent moves too where dependencies are hard', async () => {
  const instance = createInstance({
    version: 1,
    policy: { dependency: { mode: 'hard' } },
    agents: LEVELS,
    tasks: [{ id: 'parent' }, { id: 'child', dependsOn: ['parent'] }],
  })
  const { agents, kinds } = await runToEnd({ instance, providers: { small: failing('bad-request') } })
  expect(agents).toEqual(['medium', 'medium'])
  expect(kinds('moved')).toMatchObject([{ cause: 'fallback' }, { cause: 'dependency' }])
})

test('a budget is never passed: what cannot be paid for is reported, not dropped', async () => {
  const { states, state } = await runToEnd({
    instance: instanceOf([...tasks(5), { id: 'after', dependsOn: ['t4'] }]),
    budgetUsd: 0.03,
  })
  expect(states.filter((status) => status === 'done')).toHaveLength(3)
  expect(state.runAccount).toMatchObject({ settled: 30_000_000, reserved: 0 })
  expect([...state.closeCause.values()]).toContain('unaffordable')
})

test('a run ends at once when what is left cannot be paid for and nothing is in flight', async () => {
  const { state, events } = await runToEnd({
    instance: instanceOf([...tasks(5), { id: 'after', dependsOn: ['t4'] }]),
    budgetUsd: 0.03,
  })
  expect(state.outcome).toBe('finished')
  const lastEnded = events.findLast(({ kind }) => kind === 'ended')!.at
  expect(events.findLast(({ kind }) => kind === 'finished')!.at - lastEnded).toBeLessThan(1)
})

test('a workflow has its own budget', async () => {
  const { states } = await runToEnd({
    instance: instanceOf([...tasks(3, { workflow: 'w' }), { id: 'free' }]),
    workflowUsd: 0.02,
  })
  expect(states).toEqual(['done', 'done', 'failed', 'done'])
})

test('an unknown bill is charged at its worst case, a bill beyond it is disputed', async () => {
  const prices = [{ id: 'small', quality: 0.5, price: { outputPerMTokUsd: 10 }, latencyMs: 10 }]
  const instance = instanceOf(tasks(2, { outputTokens: 100 }), prices)
  const { state } = await runToEnd({
    instance,
    budgetUsd: 0.002,
    providers: {
      small: {
        ...scripted(() => 'x'),
        billing: 'remote',
        doAttempt: async ({ taskId }) =>
          taskId === 't0' ? { output: 'x' } : { output: 'x', usage: { inputTokens: 0, outputTokens: 300 } },
      },
    },
  })
  expect(state.runAccount.settled).toBe(2_000_000)
  expect(state.ledger.disputed).toBe(2_000_000)
})

test('cancelling stops what runs, gives up what waits and keeps what is done', async () => {
  const run = await startVirtualRun({
    instance: instanceOf([...tasks(4), { id: 'late', dependsOn: ['t3'] }]),
    agentOf: new Int32Array(5),
  })
  run.clock.after(250, () => run.orchestrator.cancel())
  const state = await run.finish()
  expect(state.outcome).toBe('cancelled')
  expect([...state.status].map((status) => STATUS_NAMES[status])).toEqual([
    'done',
    'cancelled',
    'cancelled',
    'done',
    'cancelled',
  ])
  expect(state.ledger.openHolds).toBe(0)
})

test('submitted tasks join a live run, may depend on its tasks, and find agents', async () => {
  const instance = instanceOf(tasks(3))
  const run = await startVirtualRun({ instance, agentOf: new Int32Array(3) })
  const grown = instanceOf([...tasks(3), { id: 'new', minQuality: 0.6, dependsOn: ['t2'] }])
  run.clock.after(150, () => run.orchestrator.post((context) => submitTasks(context, grown)))
  const state = await run.finish()
  expect(state.counts[DONE]).toBe(4)
  expect(state.agentOf[3]).toBe(1)
  const { loadRun } = await import('./run-files.ts')
  expect((await loadRun(run.store, 'test')).state.hash()).toBe(state.hash())
})

test('when an agent goes down what is left is planned again within capacities, and stays where it can', async () => {
  const agents = LEVELS.map((agent) => ({ ...agent, capacity: { tasks: 12 } }))
  const instance = instanceOf(tasks(20), agents)
  const agentOf = Int32Array.from({ length: 20 }, (_, task) => (task < 10 ? 0 : 1))
  let reason = ''
  const { state } = await runToEnd({
    instance,
    agentOf,
    providers: { small: failing('unauthorized') },
    options: {
      replan: (now: RunState, why: string) => {
        reason = why
        return createReplan(1, async (residual, warm) => {
          const { solve } = await import('../solve/solve.ts')
          const { tightFirstSolver } = await import('../solvers/greedy/tight-first.ts')
          return solve(residual, tightFirstSolver(), { warmStart: { agentOf: warm } })
        })(now, why)
      },
    },
  })
  expect(state.counts[DONE]).toBe(20)
  expect(reason).toContain('"small" is down')
  expect(state.load[1]).toBeLessThanOrEqual(12)
  expect([...state.agentOf].slice(10)).toEqual(Array(10).fill(1))
})

test('a new plan moves what has not begun, and nothing else', async () => {
  const { state, kinds, events } = await runToEnd({
    instance: instanceOf(tasks(6)),
    providers: { small: failing('unauthorized') },
    options: {
      replan: async () => ({
        moves: Array.from({ length: 6 }, (_, task) => [task, 2] as const),
        solver: 'test',
      }),
    },
  })
  expect(state.counts[DONE]).toBe(6)
  expect(kinds('replanned')).toMatchObject([
    { solver: 'test', reason: expect.stringContaining('unauthorized') },
  ])
  const at = events.findIndex(({ kind }) => kind === 'replanned')
  const begun = new Set(
    events.slice(0, at).flatMap((event) => (event.kind === 'started' ? [event.task] : [])),
  )
  state.agentOf.forEach((agent, task) => {
    if (!begun.has(task)) expect(agent).toBe(2)
  })
  expect([...state.agentOf]).toContain(2)
})

test('spending well above the estimate asks for a new plan, once per step', async () => {
  const reasons: string[] = []
  const prices = [{ id: 'small', quality: 0.5, price: { outputPerMTokUsd: 10 }, latencyMs: 2_000 }]
  await runToEnd({
    instance: instanceOf(tasks(30, { outputTokens: 100, input: { maxOutputTokens: 400 } }), prices),
    providers: {
      small: {
        ...scripted(() => 'x'),
        billing: 'remote',
        doAttempt: async (_, { clock }) => {
          await new Promise<void>((resolve) => clock.after(2_000, resolve))
          return { output: 'x', usage: { inputTokens: 0, outputTokens: 200 } }
        },
      },
    },
    options: {
      replan: async (_, reason) => {
        reasons.push(reason)
        return undefined
      },
    },
  })
  expect(reasons).toEqual(['spending is 100 % above the estimate'])
})

test('the plan in force stays in force when planning again fails', async () => {
  const { state } = await runToEnd({
    instance: instanceOf(tasks(4)),
    providers: { small: failing('unauthorized') },
    options: {
      replan: async () => {
        throw new Error('the solver broke')
      },
    },
  })
  expect(state.counts[DONE]).toBe(4)
})
