import { expect, test } from 'vitest'
import { instanceOf, runToEnd, scripted, tasks } from '../../test/harness/scripted-run.ts'

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
