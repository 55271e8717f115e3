/** The accounts of a run's ledger: the run, its pools, its workflows, and the tasks that have a budget of their own. */
import type { Instance } from '../model/instance.ts'
import type { AccountView, Ledger } from './ledger.ts'
import { toNano } from './money.ts'

export interface RunLimits {
  /** Of the run as a whole, in nano-dollars; Infinity for none. */
  readonly runNano: number
  /** Of each workflow; Infinity for none. */
  readonly workflowNano: number
  /** Of single tasks that have one. */
  readonly taskNano: ReadonlyMap<number, number>
}

export class RunAccounts {
  readonly #ledger: Ledger
  readonly #run: number
  readonly #runOnly: readonly number[]
  readonly #workflowNano: number
  #instance: Instance
  #taskNano: ReadonlyMap<number, number>

  constructor(ledger: Ledger, instance: Instance, { runNano, workflowNano, taskNano }: RunLimits) {
    this.#ledger = ledger
    this.#instance = instance
    this.#workflowNano = workflowNano
    this.#taskNano = taskNano
    this.#run = ledger.open('run', runNano)
    this.#runOnly = [this.#run]
  }

  /** The instance has grown, or its pools have other budgets. */
  follow(instance: Instance, taskNano: ReadonlyMap<number, number> = this.#taskNano): void {
    this.#instance = instance
    this.#taskNano = taskNano
    const { budgetUsd, numPools } = instance.fleet
    for (let pool = 0; pool < numPools; pool++)
      if (budgetUsd[pool] !== Infinity)
        this.#ledger.setLimit(this.#poolAccount(pool), toNano(budgetUsd[pool]!))
  }

  /** The accounts an attempt of the task on this pool is charged to. */
  scopes(task: number, pool: number): readonly number[] {
    const { fleet, tasks } = this.#instance
    const taskLimit = this.#taskNano.get(task)
    const workflow = this.#workflowNano === Infinity ? undefined : tasks.workflows.get(task)
    const poolHasLimit = fleet.budgetUsd[pool] !== Infinity
    if (!poolHasLimit && taskLimit === undefined && workflow === undefined) return this.#runOnly
    const scopes = [this.#run]
    if (poolHasLimit) scopes.push(this.#poolAccount(pool))
    if (workflow !== undefined) scopes.push(this.#ledger.open(`workflow ${workflow}`, this.#workflowNano))
    if (taskLimit !== undefined) scopes.push(this.#ledger.open(`task ${tasks.ids.get(task)}`, taskLimit))
    return scopes
  }

  get run(): AccountView {
    return this.#ledger.view(this.#run)
  }

  limitRun(nano: number): void {
    this.#ledger.setLimit(this.#run, nano)
  }

  #poolAccount(pool: number): number {
    const { poolIds, budgetUsd } = this.#instance.fleet
    return this.#ledger.open(`pool ${poolIds[pool]}`, toNano(budgetUsd[pool]!))
  }
}
