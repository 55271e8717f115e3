/** The contract of agent providers; every one runs it. */
import { describe, expect, test } from 'vitest'
import { failureOf } from '../../src/agents/attempt-error.ts'
import { Cancellation } from '../../src/agents/cancellation.ts'
import type { AgentProvider, AttemptContext, AttemptRequest } from '../../src/agents/provider.ts'
import { realClock } from '../../src/clock/real-clock.ts'
import { createRng } from '../../src/numeric/rng.ts'

export function attemptRequest(input: unknown, more: Partial<AttemptRequest> = {}): AttemptRequest {
  return {
    attemptId: 'run.1.1',
    taskId: 'task-1',
    agentId: 'agent',
    input,
    parents: [],
    expected: { inputTokens: 7, outputTokens: 3, latencyMs: 5, quality: 1 },
    maxOutputTokens: 100,
    ...more,
  }
}

export function attemptContext(more: Partial<AttemptContext> = {}): AttemptContext {
  return { cancellation: new Cancellation(), clock: realClock, rng: createRng(1), ...more }
}

export interface ProviderFixture {
  readonly create: () => AgentProvider | Promise<AgentProvider>
  readonly input: unknown
  /** An input that keeps the agent busy for seconds; absent for agents that never are. */
  readonly slowInput?: unknown
  readonly slowRequest?: Partial<AttemptRequest>
}

export function agentProviderConformance(name: string, fixture: ProviderFixture): void {
  describe(`the agent provider contract: ${name}`, () => {
    test('an attempt gives an output that survives JSON, with plausible usage', async () => {
      const provider = await fixture.create()
      const { output, usage } = await provider.doAttempt(attemptRequest(fixture.input), attemptContext())
      expect(JSON.stringify(output)).toMatch(/\w/)
      expect(JSON.parse(JSON.stringify(output))).toEqual(output)
      const { inputTokens, outputTokens } = usage!
      for (const tokens of [inputTokens, outputTokens]) expect(Number.isInteger(tokens)).toBe(true)
      expect(inputTokens).toBeGreaterThanOrEqual(0)
      expect(outputTokens).toBeGreaterThanOrEqual(0)
      expect(outputTokens).toBeLessThanOrEqual(100)
      await provider.close?.()
    })

    test('attempts beside each other do not disturb each other', async () => {
      const provider = await fixture.create()
      const replies = await Promise.all(
        Array.from({ length: 5 }, (_, k) =>
          provider.doAttempt(attemptRequest(fixture.input, { attemptId: `run.${k}.1` }), attemptContext()),
        ),
      )
      expect(new Set(replies.map(({ output }) => JSON.stringify(output))).size).toBe(1)
      await provider.close?.()
    })

    test('an attempt cancelled before it begins fails as cancelled', async () => {
      const provider = await fixture.create()
      const cancellation = new Cancellation()
      cancellation.cancel()
      const attempt = provider.doAttempt(
        attemptRequest(fixture.slowInput ?? fixture.input, fixture.slowRequest),
        attemptContext({ cancellation }),
      )
      await expect(attempt).rejects.toSatisfy((error) => failureOf(error).reason === 'cancelled')
      await provider.close?.()
    })

    test.skipIf(!('slowInput' in fixture))(
      'an attempt cancelled in its middle ends soon, as cancelled',
      async () => {
        const provider = await fixture.create()
        const cancellation = new Cancellation()
        const attempt = provider.doAttempt(
          attemptRequest(fixture.slowInput, fixture.slowRequest),
          attemptContext({ cancellation }),
        )
        realClock.after(50, () => cancellation.cancel())
        await expect(attempt).rejects.toSatisfy((error) => failureOf(error).reason === 'cancelled')
        await provider.close?.()
      },
    )

    test('it states its concurrency and who bills it', async () => {
      const provider = await fixture.create()
      expect(provider.concurrency).toBeGreaterThanOrEqual(1)
      expect(['local', 'remote']).toContain(provider.billing)
      await provider.close?.()
    })
  })
}
