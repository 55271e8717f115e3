import { expect, test } from 'vitest'
import { randomInstance } from '../../test/arbitrary-instance.ts'
import { createRng } from '../numeric/rng.ts'
import { createInstance } from './builder.ts'
import { describeTask } from './describe-task.ts'
import { evaluate } from './evaluate.ts'
import { explainTask } from './explain-task.ts'
import { agentIndex } from './instance.ts'

const instance = createInstance({
  version: 1,
  policy: { budgetUsd: 8.5, overkillWeight: 1 },
  agents: [
    { id: 'cheap', quality: 0.6, price: { perTaskUsd: 1 }, capacity: { tasks: 1 } },
    { id: 'good', quality: 0.8, price: { perTaskUsd: 2 } },
    { id: 'best', quality: 0.95, price: { perTaskUsd: 6 } },
    { id: 'slow', quality: 0.9, latencyMs: 9000 },
  ],
  tasks: [
    { id: 'other' },
    { id: 'parent', minQuality: 0.5, maxLatencyMs: 1000 },
    { id: 'child', minQuality: 0.7, dependsOn: ['parent'], maxLatencyMs: 1000 },
  ],
})
const plan = { agentOf: Int32Array.from(['cheap', 'good', 'good'], (id) => agentIndex(instance.fleet, id)) }

test('each pool is explained by its cost and by what stands in the way', () => {
  const lines = describeTask(instance, explainTask(instance, plan, 1))
  expect(lines).toEqual([
    'task "parent" is done by "good", at a cost of $2.60',
    'pool "cheap" would be $1.50 cheaper, but all its 1 slots are taken',
    '"cheap" costs $1.10 (money $1, overkill $0.10): -$1.50; all its 1 slots are taken',
    '"good" costs $2.60 (money $2, overkill $0.60): chosen',
    '"best" costs $8.70 (money $6, overkill $2.70): +$6.10; it would be stronger than the agent of "child" (0.8), which depends on the task, and the budget would be passed by $0.50',
    '"slow" takes 9000 ms, the task may take 1000 ms: not eligible',
  ])
})

test('an alternative without obstacles is a move the judge accepts, one with obstacles is not', () => {
  let [free, blocked] = [0, 0]
  for (let seed = 0; seed < 400; seed++) {
    const random = randomInstance(seed)
    const rng = createRng(seed)
    const agentOf = new Int32Array(random.tasks.count).map(() => rng.nextInt(random.fleet.numAgents + 1) - 1)
    const before = evaluate(random, { agentOf })
    if (before.violations.some(({ kind }) => kind !== 'unassigned')) continue
    for (let task = 0; task < random.tasks.count; task++)
      for (const { pool, whyNot, obstacles, extraUsd, isCurrent } of explainTask(random, { agentOf }, task)
        .alternatives) {
        if (whyNot || isCurrent) continue
        // The move is possible when it is possible for some agent of the pool.
        const moves = Array.from({ length: random.fleet.replicas[pool]! }, (_, k) => {
          const moved = agentOf.slice()
          moved[task] = random.fleet.firstAgent[pool]! + k
          return evaluate(random, { agentOf: moved })
        })
        const works = moves.find(({ violations }) => violations.every(({ kind }) => kind === 'unassigned'))
        expect(works !== undefined, `seed ${seed}, task ${task}, pool ${pool}`).toBe(obstacles.length === 0)
        if (works) expect(works.objective - before.objective).toBeCloseTo(extraUsd, 9)
        if (works) free += 1
        else blocked += 1
      }
  }
  expect(Math.min(free, blocked)).toBeGreaterThan(100)
})

test('promises the plan breaks at a task are said with it, those of other tasks are not', () => {
  const at = (id: string): number => agentIndex(instance.fleet, id)
  const bad = {
    agentOf: Int32Array.of(at('cheap'), at('best'), at('cheap')),
    surplus: [{ task: 1, agent: at('slow') }],
  }
  const [title, ...lines] = describeTask(instance, explainTask(instance, bad, 1))
  expect(title).toBe('task "parent" is done by "best" and "slow"; at "best" it costs $8.70')
  expect(lines.filter((line) => line.startsWith('broken promise'))).toEqual([
    'broken promise: agent "slow" is slower than its latency limit: task "parent"',
    'broken promise: task "parent" is given to 2 agents: best, slow',
    'broken promise: task "child" is done at a lower quality than task "parent", on which it depends',
  ])
  const child = describeTask(instance, explainTask(instance, bad, 2))
  expect(child).toContain('broken promise: agent "cheap" is below its minimum quality: task "child"')
  expect(child).toContain('broken promise: agent "cheap" has 2 tasks, its capacity is 1')
  expect(child).toContain('"cheap" has quality 0.6, the task needs 0.7: chosen, although not eligible')
  expect(child.join()).not.toContain('slow" is slower')
})
