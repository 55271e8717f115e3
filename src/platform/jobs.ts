/**
 * The table of jobs that worker threads can run. A job loads its code only when it is asked for. `aborted()` turns
 * true when the caller wants the best result so far; `post` sends a message to the caller's `onMessage`.
 */

export interface JobPort {
  readonly post: (message: unknown) => void
  readonly aborted: () => boolean
  readonly now: () => number
}

export type Job = (payload: never, port: JobPort) => unknown

export const jobs = {
  'tabu-reads': () => import('../samplers/tabu/job.ts').then((m) => m.run),
  'annealing-reads': () => import('../samplers/annealing/job.ts').then((m) => m.run),
  'anneal-read': () => import('../solvers/annealing/job.ts').then((m) => m.run),
  milp: () => import('../solvers/exact/milp-job.ts').then((m) => m.run),
  'smooth-parts': () => import('../solvers/pricing/smooth-job.ts').then((m) => m.run),
  'site-layer': () => import('../quantum/statevector/layer-job.ts').then((m) => m.run),
} satisfies Record<string, () => Promise<Job>>
