import { expect, test } from 'vitest'
import { createInstance } from '../../model/builder.ts'
import type { InstanceDocument } from '../../model/document.ts'
import { createRng } from '../../numeric/rng.ts'
import { solve } from '../../solve/solve.ts'
import { verify } from '../../verify/verify.ts'
import { enumerationSolver } from '../enumeration/enumeration.ts'
import { exactSolver } from './exact.ts'

/** Eight tasks on four agents, half of the pairs of one agent at a price that means "never". */
function withSentinels(
  seed: number,
  never: number,
  kind: 'cost' | 'floor' | 'soft' | 'unassigned',
): InstanceDocument {
  const rng = createRng(seed).fork(6)
  const chance = (p: number): boolean => rng.nextFloat() < p
  return {
    version: 1,
    policy: {
      ...(kind === 'unassigned' ? { unassigned: { penaltyUsd: never } } : {}),
      ...(kind === 'floor' ? { qualityFloor: { penaltyUsd: never } } : {}),
      ...(kind === 'soft' ? { dependency: { mode: 'soft', penaltyUsd: never } } : {}),
    },
    agents: Array.from({ length: 4 }, (_, pool) => ({
      id: `a${pool}`,
      quality: [0.4, 0.5, 0.7, 0.9][pool]!,
      price: {
        perTaskUsd: 0.1 + rng.nextFloat(),
        inputPerMTokUsd: rng.nextInt(100),
        outputPerMTokUsd: rng.nextInt(300),
      },
      capacity: { tasks: 3 },
    })),
    tasks: Array.from({ length: 8 }, (_, row) => ({
      id: `t${row}`,
      minQuality: [0, 0.4, 0.5, 0.6][rng.nextInt(4)]!,
      inputTokens: rng.nextInt(1000),
      outputTokens: rng.nextInt(500),
      ...(row > 0 && chance(0.4) ? { dependsOn: [`t${rng.nextInt(row)}`] } : {}),
      ...(kind === 'cost' && chance(0.5)
        ? { estimates: { [`a${rng.nextInt(4)}`]: { costUsd: never } } }
        : {}),
    })),
  }
}

async function expectTruth(document: InstanceDocument, name: string): Promise<void> {
  const instance = createInstance(document)
  const truth = await solve(instance, enumerationSolver())
  const found = await solve(instance, exactSolver())
  if (truth.objective === undefined || found.objective === undefined) {
    expect(found.termination.reason, name).toBe(truth.termination.reason)
    return
  }
  const room = 1e-9 * truth.objective
  expect(Math.abs(found.objective - truth.objective), name).toBeLessThanOrEqual(room)
  expect(found.bounds.dual!, name).toBeLessThanOrEqual(truth.objective + room)
  expect(found.termination.reason, name).toBe('optimal')
  if (found.certificate)
    expect(verify(instance, found.plan!, found.certificate).boundUsd, name).toBeLessThanOrEqual(
      truth.objective + room,
    )
}

test.each([1e8, 1e9, 1e12])('costs of %d that stand for "never" do not hide the real ones', async (never) => {
  for (const kind of ['cost', 'floor', 'soft', 'unassigned'] as const)
    for (let seed = 0; seed < 12; seed++)
      await expectTruth(withSentinels(seed, never, kind), `${kind} ${never} ${seed}`)
})

test.each([1e-6, 1e-8, 1e-10])(
  'a pool budget of %d dollars rules out what it rules out, nothing else',
  async (budgetUsd) => {
    for (let seed = 0; seed < 30; seed++) {
      const document = withSentinels(seed, 1, 'cost')
      const agents = document.agents.map((agent, pool) => (pool === 0 ? { ...agent, budgetUsd } : agent))
      await expectTruth({ ...document, agents }, `${budgetUsd} ${seed}`)
    }
  },
)

test('fractions of tokens that fill a capacity are planned to the last one', async () => {
  for (let seed = 0; seed < 40; seed++) {
    const rng = createRng(seed)
    const tasks = Array.from({ length: 6 }, (_, row) => ({
      id: `t${row}`,
      inputTokens: (1 + rng.nextInt(4)) / 10,
    }))
    const agents = Array.from({ length: 3 }, (_, pool) => ({
      id: `a${pool}`,
      quality: 1,
      price: { perTaskUsd: (1 + rng.nextInt(9)) / 10 },
      capacity: { tokens: [0.3, 0.6, 0.7][rng.nextInt(3)]! },
    }))
    await expectTruth({ version: 1, agents, tasks }, `${seed}`)
  }
})
