/** The entry of a worker thread: takes one job after the other from its pool. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Job, jobs } from './jobs.ts'

export interface JobRequest {
  readonly job: string
  readonly payload: unknown
}

export type JobReply =
  | { readonly kind: 'message'; readonly message: unknown }
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly error: { code?: string; message: string; data?: unknown } }

const stop = new Int32Array((workerData as { stop: SharedArrayBuffer }).stop)
const port = parentPort!

port.on('message', async ({ job, payload }: JobRequest) => {
  const reply = (message: JobReply): void => port.postMessage(message)
  try {
    const load = (jobs as Record<string, () => Promise<Job>>)[job]
    if (load === undefined) throw new Error(`no job named "${job}"`)
    const run = await load()
    const result = await run(payload as never, {
      post: (message) => reply({ kind: 'message', message }),
      aborted: () => Atomics.load(stop, 0) === 1,
      now: () => performance.now(),
    })
    reply({ kind: 'result', result })
  } catch (error) {
    const { code, message, data } = error as { code?: string; message: string; data?: unknown }
    reply({ kind: 'error', error: { message, ...(code ? { code } : {}), ...(data ? { data } : {}) } })
  }
})
