/** Plans one drawn instance with every method and says what each spends and what quality it really reaches. */
import { type Instance, type Plan, type SolveOptions, type Solver, solve } from '../../src/index.ts'
import type { Prompt } from './data.ts'
import { mean } from './instances.ts'

export interface Outcome {
  readonly method: string
  readonly usd: number
  /** Mean held-back score of the language models chosen: what really happened, not what was predicted. */
  readonly actualQuality: number
  readonly dropped: number
  /** Only of methods that prove one. */
  readonly boundUsd?: number
}

export async function planOutcome(
  { instance, prompts }: { readonly instance: Instance; readonly prompts: readonly Prompt[] },
  solver: Solver,
  options: SolveOptions,
): Promise<Outcome> {
  const result = await solve(instance, solver, { timeLimitMs: 30_000, ...options })
  if (result.plan === undefined) throw new Error(`${solver.name} found no plan: ${result.termination.detail}`)
  return {
    method: solver.name,
    ...outcomeOf(instance, result.plan, prompts),
    ...(result.bounds.dual === undefined ? {} : { boundUsd: result.bounds.dual }),
  }
}

function outcomeOf(
  { fleet }: Instance,
  plan: Plan,
  prompts: readonly Prompt[],
): Omit<Outcome, 'method' | 'boundUsd'> {
  const chosen = prompts.map((prompt, task) => {
    const agent = plan.agentOf[task]!
    if (agent < 0) return undefined
    const pool = fleet.poolOf[agent]!
    return { usd: prompt.costsUsd[pool]!, score: prompt.scores[pool]! }
  })
  const done = chosen.filter((choice) => choice !== undefined)
  return {
    usd: done.reduce((sum, { usd }) => sum + usd, 0),
    actualQuality: mean(done.map(({ score }) => score)),
    dropped: chosen.length - done.length,
  }
}

/** Every prompt to one language model, whatever the floors; and the cheapest of those that truly solve it best. */
export function references(
  languageModels: readonly string[],
  prompts: readonly Prompt[],
): readonly Outcome[] {
  const single = languageModels.map((name, model) => ({
    method: `all to ${name}`,
    usd: prompts.reduce((sum, { costsUsd }) => sum + costsUsd[model]!, 0),
    actualQuality: mean(prompts.map(({ scores }) => scores[model]!)),
    dropped: 0,
  }))
  const cheapest = single.reduce((best, outcome) => (outcome.usd < best.usd ? outcome : best))
  const oracle = prompts.map(({ scores, costsUsd }) => {
    const top = Math.max(...scores)
    return { score: top, usd: Math.min(...costsUsd.filter((_, model) => scores[model] === top)) }
  })
  return [
    cheapest,
    {
      method: 'oracle',
      usd: oracle.reduce((sum, { usd }) => sum + usd, 0),
      actualQuality: mean(oracle.map(({ score }) => score)),
      dropped: 0,
    },
  ]
}
