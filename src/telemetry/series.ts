/** The time series of a run: names, units, labels. Base units, `_total` for counters, as Prometheus wants them. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

const LATENCY_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300]

export type Series = ReturnType<typeof createSeries>

export function createSeries() {
  const registry = new Registry()
  const registers = [registry]
  const counter = (name: string, help: string, ...labelNames: string[]): Counter =>
    new Counter({ name, help, labelNames, registers })
  const gauge = (name: string, help: string, ...labelNames: string[]): Gauge =>
    new Gauge({ name, help, labelNames, registers })
  const seconds = (name: string, help: string, ...labelNames: string[]): Histogram =>
    new Histogram({ name, help, labelNames, buckets: LATENCY_BUCKETS, registers })
  return {
    registry,
    tasks: gauge('qaas_tasks', 'Tasks by state', 'state'),
    attempts: counter('qaas_attempts_total', 'Attempts ended, by pool and how', 'pool', 'result'),
    cost: counter('qaas_cost_usd_total', 'Dollars settled, by pool', 'pool'),
    tokens: counter('qaas_tokens_total', 'Tokens used as the agents say, by pool', 'pool', 'type'),
    duration: seconds('qaas_attempt_duration_seconds', 'From the start of an attempt to its end', 'pool'),
    firstToken: seconds('qaas_first_token_seconds', 'From the request to the first text back', 'pool'),
    dispatch: seconds(
      'qaas_dispatch_latency_seconds',
      'From what makes a task possible to its durable dispatch',
    ),
    commit: seconds('qaas_store_commit_seconds', 'Duration of a group commit'),
    lost: counter('qaas_lease_expired_total', 'Attempts given up'),
    fenced: counter('qaas_fence_rejected_total', 'Answers that came too late to count'),
    moved: counter('qaas_tasks_moved_total', 'Tasks given to another agent, by why', 'cause'),
    replans: counter('qaas_replans_total', 'Plans made anew'),
    reserved: gauge('qaas_reserved_usd', 'Dollars held for live attempts'),
    budget: gauge('qaas_budget_usd', 'Dollars the run may spend; 0 without a limit'),
    running: gauge('qaas_pool_running', 'Attempts under way, by pool', 'pool'),
    slots: gauge('qaas_pool_slots', 'Attempts that may be under way at once, by pool', 'pool'),
  }
}
