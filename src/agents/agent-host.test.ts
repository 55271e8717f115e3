import { expect, test } from 'vitest'
import { attemptRequest } from '../../test/conformance/agent-provider.ts'
import { createLocalBus } from '../bus/local-bus.ts'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { createRng } from '../numeric/rng.ts'
import { startAgentHost } from './agent-host.ts'
import { type OutcomeMessage, runSubjects } from './agent-message.ts'
import type { AgentProvider } from './provider.ts'

/** A host with one agent of one place, whose outcomes are kept. */
function hosted(doAttempt: AgentProvider['doAttempt']) {
  const clock = createVirtualClock()
  const bus = createLocalBus(clock)
  const subjects = runSubjects('r')
  const outcomes: OutcomeMessage[] = []
  const alive: number[] = []
  bus.subscribe(subjects.outcomes, ({ data }) => void outcomes.push(data as OutcomeMessage))
  bus.subscribe(subjects.heartbeats, ({ data }) => {
    for (const [task] of (data as { running: [number, number][] }).running) alive.push(task)
    return undefined
  })
  const provider: AgentProvider = { kind: 'scripted', concurrency: 1, billing: 'local', doAttempt }
  const host = startAgentHost({
    bus,
    clock,
    rng: createRng(1),
    subjects,
    heartbeatMs: 1_000,
    incarnation: 1,
    agents: [{ agentId: 'a', provider }],
  })
  const send = (kind: 'run' | 'cancel', task: number): void =>
    bus.publish(subjects.agent('a'), {
      kind,
      task,
      fence: 1,
      agent: 0,
      incarnation: 1,
      request: attemptRequest(task),
      outcomes: subjects.outcomes,
    })
  const pass = (ms: number): Promise<boolean> => {
    const until = clock.now() + ms
    clock.after(ms, () => {})
    return clock.run(() => clock.now() >= until)
  }
  const told = (): unknown[] =>
    outcomes.map(({ task, reply, failure }) => [task, reply?.output ?? failure?.reason])
  return { host, send, pass, told, alive, outcomes }
}

const neverEnds = (): Promise<never> => new Promise(() => {})

test('an attempt that does not end when told gives its place to the next after a while', async () => {
  const { send, pass, told } = hosted(({ input }) =>
    input === 1 ? neverEnds() : Promise.resolve({ output: 'done' }),
  )
  send('run', 1)
  send('run', 2)
  send('cancel', 1)
  await pass(9_000)
  expect(told()).toEqual([])
  await pass(2_000)
  expect(told()).toEqual([
    [1, 'cancelled'],
    [2, 'done'],
  ])
})

test('an attempt that waits for a place is cancelled without having begun, at no cost', async () => {
  const begun: unknown[] = []
  const { send, pass, told, outcomes } = hosted(({ input }) => {
    begun.push(input)
    return neverEnds()
  })
  send('run', 1)
  send('run', 2)
  send('cancel', 2)
  await pass(100)
  expect(told()).toEqual([[2, 'cancelled']])
  expect(outcomes[0]!.failure!.usage).toEqual({ inputTokens: 0, outputTokens: 0 })
  expect(begun).toEqual([1])
})

test('nobody is told that a held-up attempt is alive, and one held up for long is ended', async () => {
  let isStopped = false
  const { send, pass, told, alive } = hosted((_, { onBegun }) => {
    onBegun!(() => isStopped)
    return neverEnds()
  })
  send('run', 1)
  await pass(2_500)
  expect(alive).toEqual([1, 1])
  isStopped = true
  await pass(3_000)
  expect(alive).toHaveLength(2)
  await pass(20_000)
  expect(told()).toEqual([[1, 'cancelled']])
})
