/**
 * What every solver must do, whatever it is; run against each of them with named, reasoned skips.
 * Optima come from enumeration.
 */
import { expect } from 'vitest'
import { createInstance } from '../../src/model/builder.ts'
import type { TaskDocument } from '../../src/model/document.ts'
import { evaluate } from '../../src/model/evaluate.ts'
import type { Instance } from '../../src/model/instance.ts'
import type { Plan } from '../../src/model/plan.ts'
import { createRng } from '../../src/numeric/rng.ts'
import type { Workers } from '../../src/solve/context.ts'
import { type SolveOptions, solve } from '../../src/solve/solve.ts'
import type { Candidate, SolveContext, Solver } from '../../src/solve/solver.ts'
import { enumerationSolver } from '../../src/solvers/enumeration/enumeration.ts'
import { randomInstance } from '../arbitrary-instance.ts'
import { type Checks, type Skips, testClaims } from './claims.ts'

const CLAIMS = {
  deterministic: 'the same seed gives the same plan',
  workers: 'the number of workers does not change the plan',
  claims: 'every incumbent is feasible, better than the one before, and costs what is claimed',
  bounds: 'no bound lies above the enumerated optimum, no plan below it',
  infeasible: 'an instance without a feasible plan never gets one, and is no error',
  edges: 'single tasks, single agents, empty capacities and free agents are planned',
  aborted: 'a run that is interrupted before it starts returns at once',
  interrupted: 'a run that is interrupted on its way returns soon after',
  deadline: 'a run returns soon after its deadline',
  gap: 'a run that is asked for a gap ends with it proven, or says what else ended it',
  warmStart: 'a plan to start from is never made worse',
} as const

export interface SolverConformance {
  readonly name: string
  readonly create: () => Solver
  /** Worker pools of different sizes; solvers that can run without are run without as well. */
  readonly workers?: readonly Workers[]
  /** True when the solver takes `warmStart` into account. */
  readonly takesWarmStart?: boolean
  /** True when it must prove optimality or infeasibility on every small instance it supports. */
  readonly exact?: boolean
  /** How many random instances it is compared on. Default 60. */
  readonly rounds?: number
  readonly skip?: Skips<typeof CLAIMS>
}

export function solverConformance(subject: SolverConformance): void {
  testClaims(`solver conformance: ${subject.name}`, CLAIMS, { checks: checks(subject), skip: subject.skip })
}

function checks(subject: SolverConformance): Checks<typeof CLAIMS> {
  const { create, workers = [], rounds = 60 } = subject
  const options: SolveOptions = workers[0] ? { workers: workers[0] } : {}
  const supported = (instance: Instance): boolean => create().supports(instance).ok
  const small = (count: number): Instance[] =>
    Array.from({ length: count }, (_, seed) => randomInstance(1000 + seed)).filter(supported)

  return {
    async deterministic() {
      // A proof of the medium instance takes seconds; what an exact solver does there shows on small ones as well.
      const instances = subject.exact ? small(12) : [...small(8), mediumInstance()]
      for (const instance of instances.filter(supported)) {
        const [first, again] = [
          await solve(instance, create(), options),
          await solve(instance, create(), options),
        ]
        expect(again.plan?.agentOf).toEqual(first.plan?.agentOf)
      }
    },

    ...(workers.length > 1
      ? {
          async workers() {
            for (const instance of [...small(4), mediumInstance()].filter(supported)) {
              const plans = []
              for (const pool of workers)
                plans.push((await solve(instance, create(), { workers: pool })).plan?.agentOf)
              for (const plan of plans) expect(plan).toEqual(plans[0])
            }
          },
        }
      : {}),

    async claims() {
      for (const instance of small(rounds)) {
        const { incumbents } = await record(instance, create(), options)
        let last = Infinity
        for (const { plan, objective } of incumbents) {
          const judged = evaluate(instance, plan)
          expect(judged.violations, instance.name).toEqual([])
          expect(objective, instance.name).toBeCloseTo(judged.objective, 9)
          expect(objective, instance.name).toBeLessThan(last)
          last = objective
        }
      }
    },

    async bounds() {
      for (const instance of small(rounds)) {
        const truth = await solve(instance, enumerationSolver())
        const { bounds, candidate } = await record(instance, create(), options)
        const optimum = truth.bounds.primal ?? Infinity
        for (const bound of bounds) expect(bound, instance.name).toBeLessThanOrEqual(optimum + 1e-9)
        if (candidate.dualBound !== undefined)
          expect(candidate.dualBound, instance.name).toBeLessThanOrEqual(optimum + 1e-9)
        if (candidate.provenInfeasible) expect(truth.termination.reason, instance.name).toBe('infeasible')
        const judged = candidate.plan && evaluate(instance, candidate.plan)
        if (judged?.feasible) expect(judged.objective, instance.name).toBeGreaterThanOrEqual(optimum - 1e-9)
        if (!subject.exact) continue
        if (truth.termination.reason === 'infeasible') expect(candidate.provenInfeasible).toBe(true)
        else expect(judged?.objective, instance.name).toBeCloseTo(optimum, 9)
      }
    },

    async infeasible() {
      for (const instance of infeasibleInstances().filter(supported)) {
        const { termination, evaluation } = await solve(instance, create(), options)
        expect(['infeasible', 'no-feasible-plan'], instance.name).toContain(termination.reason)
        if (evaluation) expect(evaluation.feasible, instance.name).toBe(false)
        if (subject.exact) expect(termination.reason, instance.name).toBe('infeasible')
      }
    },

    async edges() {
      for (const instance of edgeInstances().filter(supported)) {
        const { plan, evaluation, termination } = await solve(instance, create(), options)
        expect(plan?.agentOf.length, instance.name).toBe(instance.tasks.count)
        expect(evaluation?.feasible, instance.name).toBe(true)
        if (subject.exact) expect(termination.reason, instance.name).toBe('optimal')
      }
    },

    async gap() {
      const asked = 0.1
      for (const instance of small(20)) {
        const { evaluation, gap, termination } = await solve(instance, create(), { ...options, gap: asked })
        const isReached = evaluation?.feasible === true && gap !== undefined && gap <= asked
        if (isReached) expect(['gap-reached', 'optimal'], instance.name).toContain(termination.reason)
        else expect(termination.reason, instance.name).not.toBe('gap-reached')
        if (subject.exact && evaluation?.feasible) expect(isReached, instance.name).toBe(true)
      }
    },

    async aborted() {
      for (const instance of [mediumInstance(), randomInstance(3)].filter(supported)) {
        const signal = { aborted: true }
        const { termination } = await solve(instance, create(), { ...options, signal })
        expect(termination.reason).toBeTypeOf('string')
      }
    },

    async interrupted() {
      const instance = mediumInstance()
      if (!supported(instance)) return
      const signal = { aborted: false }
      let breaths = 0
      const breathe = async (): Promise<void> => {
        if (++breaths >= 2) signal.aborted = true
        expect(breaths).toBeLessThan(50)
      }
      setTimeout(() => {
        signal.aborted = true
      }, 200)
      const started = Date.now()
      const { termination } = await solve(instance, create(), { ...options, signal, breathe })
      expect(['interrupted', 'feasible', 'optimal', 'no-feasible-plan']).toContain(termination.reason)
      // Far above the 50 ms of the contract: this only tells "returns" from "runs on".
      expect(Date.now() - started).toBeLessThan(20_000)
    },

    async deadline() {
      const instance = mediumInstance()
      if (!supported(instance)) return
      const started = Date.now()
      await solve(instance, create(), { ...options, timeLimitMs: 100 })
      expect(Date.now() - started).toBeLessThan(20_000)
    },

    ...(subject.takesWarmStart
      ? {
          async warmStart() {
            for (const instance of small(20)) {
              const { plan, evaluation } = await solve(instance, enumerationSolver())
              if (!plan || !evaluation?.feasible) continue
              const result = await solve(instance, create(), { ...options, warmStart: plan })
              expect(result.evaluation?.feasible, instance.name).toBe(true)
              expect(result.objective, instance.name).toBeCloseTo(evaluation.objective, 9)
            }
          },
        }
      : {}),
  }
}

interface Recording {
  readonly incumbents: readonly { readonly plan: Plan; readonly objective: number }[]
  readonly bounds: readonly number[]
  readonly candidate: Candidate
}

/** Runs the solver without `solve()` in between, so that every claim is seen as it was made. */
export async function record(
  instance: Instance,
  solver: Solver,
  { workers }: SolveOptions = {},
): Promise<Recording> {
  const incumbents: { plan: Plan; objective: number }[] = []
  const bounds: number[] = []
  const context: SolveContext = {
    rng: createRng(1),
    now: Date.now,
    deadline: Infinity,
    signal: { aborted: false },
    breathe: () => Promise.resolve(),
    ...(workers ? { workers } : {}),
    onIncumbent: (plan, objective) => incumbents.push({ plan: { agentOf: plan.agentOf.slice() }, objective }),
    onBound: (bound) => bounds.push(bound),
  }
  return { candidate: await solver.doSolve(instance, context), incumbents, bounds }
}

/** 200 tasks in chains of four on 12 pools with tight capacities; too much to enumerate. */
export function mediumInstance(): Instance {
  const rng = createRng(42)
  const agents = Array.from({ length: 12 }, (_, pool) => ({
    id: `pool${pool}`,
    replicas: 1 + (pool % 3),
    quality: 0.5 + pool / 25,
    price: { perTaskUsd: (1 + pool * pool) / 1000, outputPerMTokUsd: 1 + pool },
    capacity: { tasks: 10, ...(pool % 4 === 0 ? { tokens: 6000 } : {}) },
    latencyMs: 500,
  }))
  const tasks: TaskDocument[] = Array.from({ length: 200 }, (_, row) => ({
    id: `task${row}`,
    minQuality: 0.5 + rng.nextInt(5) / 20,
    inputTokens: 100 + rng.nextInt(400),
    outputTokens: 50 + rng.nextInt(300),
    ...(row % 4 === 0 ? {} : { dependsOn: [`task${row - 1}`] }),
  }))
  return createInstance({ version: 1, name: 'medium', agents, tasks, policy: { overkillWeight: 1 } })
}

function infeasibleInstances(): Instance[] {
  const good = { id: 'good', quality: 0.9, price: { perTaskUsd: 1 } }
  const weak = { id: 'weak', quality: 0.5, price: { perTaskUsd: 0.1 } }
  const two = [{ id: 'a' }, { id: 'b' }]
  const build = (name: string, rest: Omit<Parameters<typeof createInstance>[0], 'version'>): Instance =>
    createInstance({ version: 1, name, ...rest })
  return [
    build('nobody is good enough', { agents: [weak], tasks: [{ id: 'a', minQuality: 0.8 }] }),
    build('one slot for two tasks', { agents: [{ ...good, capacity: { tasks: 1 } }], tasks: two }),
    build('no slots at all', { agents: [{ ...good, capacity: { tasks: 0 } }], tasks: two }),
    build('budget below the least spend', { agents: [good], tasks: two, policy: { budgetUsd: 1.5 } }),
    build('pool budget below the least spend', { agents: [{ ...good, budgetUsd: 1.5 }], tasks: two }),
    build('three tasks that pair up nowhere', {
      agents: [{ ...good, replicas: 2, capacity: { tokens: 100 } }],
      tasks: ['a', 'b', 'c'].map((id) => ({ id, inputTokens: 60 })),
    }),
    build('a parent that must be better than its child can be', {
      agents: [good, { ...weak, capabilities: ['easy'] }, { ...good, id: 'slow', latencyMs: 9000 }],
      tasks: [
        { id: 'parent', minQuality: 0.8 },
        {
          id: 'child',
          complexity: 'easy',
          maxLatencyMs: 1,
          dependsOn: ['parent'],
          estimates: { good: { latencyMs: 10 } },
        },
      ],
    }),
  ]
}

function edgeInstances(): Instance[] {
  const free = { id: 'free', quality: 1 }
  const build = (name: string, rest: Omit<Parameters<typeof createInstance>[0], 'version'>): Instance =>
    createInstance({ version: 1, name, ...rest })
  return [
    build('one task, one agent', { agents: [free], tasks: [{ id: 'a' }] }),
    build('an exactly full fleet', {
      agents: [{ ...free, replicas: 3, capacity: { tasks: 1, tokens: 10 } }],
      tasks: ['a', 'b', 'c'].map((id) => ({ id, inputTokens: 10 })),
    }),
    build('no slots, but leaving out has a price', {
      agents: [{ ...free, capacity: { tasks: 0 } }],
      tasks: [{ id: 'a' }, { id: 'b', dependsOn: ['a'] }],
      policy: { unassigned: { penaltyUsd: 2 } },
    }),
    build('everything costs nothing', {
      agents: [free, { ...free, id: 'too' }],
      tasks: [{ id: 'a' }, { id: 'b' }],
    }),
  ]
}
