import { expect, test } from 'vitest'
import { instanceOf, scripted, tasks } from '../../test/harness/scripted-run.ts'
import { startVirtualRun } from '../../test/harness/virtual-run.ts'
import type { AgentProvider } from '../agents/provider.ts'
import { type Clock, sleep } from '../clock/clock.ts'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { createRng } from '../numeric/rng.ts'
import { createMemoryStore } from '../store/memory-store.ts'
import type { Store } from '../store/store.ts'
import { toNano } from './money.ts'
import { loadRun } from './run-files.ts'
import type { RunState } from './run-state.ts'
import { SHARED_ACCOUNT, setSharedBudget } from './shared-budget.ts'
import { DONE, FAILED } from './task-status.ts'

const FLEET = [
  { id: 'paid', replicas: 100, quality: 0.9, price: { outputPerMTokUsd: 10 }, latencyMs: 100 },
] as const

/** Writes anything from nothing to twice what it was asked for; bills what it wrote. */
const unpredictable: AgentProvider = {
  ...scripted(() => 'x'),
  billing: 'remote',
  async doAttempt({ expected, taskId }, { clock, rng }) {
    await new Promise<void>((resolve) => clock.after(expected.latencyMs * (0.5 + rng.nextFloat()), resolve))
    const outputTokens = rng.nextInt(2 * expected.outputTokens)
    return { output: taskId, usage: { inputTokens: 0, outputTokens } }
  },
}

/** A store whose commits take a while; tells how each ended and what is spent and held after it. */
function watched(clock: Clock, onCommit: (outcome: string, spent: number) => void): Store {
  const store = createMemoryStore()
  const rng = createRng(9)
  return {
    ...store,
    async commit(change) {
      await sleep(clock, 5 * rng.nextFloat())
      const outcome = await store.commit(change)
      const { settled, reserved } = await store.account(SHARED_ACCOUNT)
      onCommit(outcome, settled + reserved)
      return outcome
    },
  }
}

test('10,000 attempts of four runs race for one budget: never overspent, no cent lost, replay equal', async () => {
  const clock = createVirtualClock()
  const limit = toNano(6)
  let most = 0
  let refused = 0
  const store = watched(clock, (outcome, spent) => {
    most = Math.max(most, spent)
    if (outcome === 'over-budget') refused += 1
  })
  void setSharedBudget(store, limit)
  const starting = Promise.all(
    Array.from({ length: 4 }, (_, k) =>
      startVirtualRun({
        // Each attempt holds $0.001.
        instance: instanceOf(tasks(2_500, { outputTokens: 100 }), FLEET),
        agentOf: Int32Array.from({ length: 2_500 }, (_, task) => task % 100),
        seed: k + 1,
        providers: { paid: unpredictable },
        beside: { store, clock, runId: `run-${k}` },
      }),
    ),
  )
  let runs: Awaited<typeof starting> | undefined
  void starting.then((started) => {
    runs = started
  })
  await clock.run(() => runs !== undefined)
  const states: RunState[] = []
  for (const run of runs!) states.push(await run.finish())
  // Usage was half the worst case on average: much more than the holds alone allowed was done, not all of it.
  const done = states.reduce((sum, { counts }) => sum + counts[DONE]!, 0)
  expect(done).toBeGreaterThan(5_000)
  expect(done).toBeLessThan(10_000)
  for (const { counts, status } of states) expect(counts[DONE]! + counts[FAILED]!).toBe(status.length)
  expect(most).toBeLessThanOrEqual(limit)
  expect(most).toBeGreaterThan(limit - toNano(0.001))
  const settled = states.reduce((sum, { runAccount }) => sum + runAccount.settled, 0)
  expect(await store.account(SHARED_ACCOUNT)).toEqual({ settled, reserved: 0, limit })
  for (const [k, live] of states.entries()) {
    const { state } = await loadRun(store, `run-${k}`)
    expect(state.ledger.snapshot()).toEqual(live.ledger.snapshot())
    expect(state.hash()).toBe(live.hash())
  }
  // The race was real: commits were refused because another run had been faster.
  expect(refused).toBeGreaterThan(0)
})

test('a task that only the shared budget cannot pay for goes on as soon as the budget is raised', async () => {
  const clock = createVirtualClock()
  const store = createMemoryStore()
  await setSharedBudget(store, toNano(0.02))
  // What another run holds may yet come back, so the tasks wait.
  await store.commit({ accounts: [{ account: SHARED_ACCOUNT, reserve: toNano(0.01), settle: 0 }] })
  const run = await startVirtualRun({
    instance: instanceOf(tasks(5)),
    agentOf: new Int32Array(5),
    beside: { store, clock, runId: 'late' },
  })
  let doneBefore = -1
  clock.after(20_000, () => {
    doneBefore = run.orchestrator.context.state.counts[DONE]!
    void setSharedBudget(store, toNano(1))
  })
  const state = await run.finish()
  expect(doneBefore).toBe(1)
  expect(state.counts[DONE]).toBe(5)
})

test('where nobody else holds money, what the shared budget cannot pay for is reported at once', async () => {
  const store = createMemoryStore()
  await setSharedBudget(store, toNano(0.02))
  const run = await startVirtualRun({
    instance: instanceOf(tasks(5)),
    agentOf: new Int32Array(5),
    beside: { store, clock: createVirtualClock(), runId: 'poor' },
  })
  const state = await run.finish()
  expect(state.counts[DONE]).toBe(2)
  expect([...state.closeCause.values()]).toEqual(['unaffordable', 'unaffordable', 'unaffordable'])
  expect(run.clock.now()).toBeLessThan(2_000)
})
