/** Worker threads that run named jobs; started when first needed, kept for the next job, ended with `close`. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type ErrorCode, QaasError } from '../errors.ts'
import type { GiveUp, Signal, Workers } from '../solve/context.ts'
import type { JobReply } from './worker.ts'

/** How often a running job's abort signal is looked at, in milliseconds. */
const SIGNAL_POLL_MS = 20

interface Thread {
  readonly worker: Worker
  readonly stop: Int32Array
}

interface RunOptions<Result> {
  readonly signal?: Signal
  readonly onMessage?: (message: unknown) => void
  readonly giveUp?: GiveUp<Result>
}

export interface WorkerPool extends Workers {
  /** Ends all threads; jobs still running are rejected. */
  close(): Promise<void>
}

/** The compiled worker: beside this file in dist/, or in dist/ when this file runs from its source. */
function workerUrl(): URL {
  return import.meta.url.endsWith('.ts')
    ? new URL('../../dist/worker.mjs', import.meta.url)
    : new URL('./worker.mjs', import.meta.url)
}

export function createWorkerPool(size: number = availableParallelism()): WorkerPool {
  const idle: Thread[] = []
  const all = new Set<Thread>()
  const waiting: (() => void)[] = []

  const acquire = async (): Promise<Thread> => {
    while (idle.length === 0 && all.size >= size) await new Promise<void>((resolve) => waiting.push(resolve))
    const kept = idle.pop()
    if (kept) return kept
    const stop = new SharedArrayBuffer(4)
    const worker = new Worker(workerUrl(), { workerData: { stop } })
    worker.unref()
    const thread = { worker, stop: new Int32Array(stop) }
    all.add(thread)
    return thread
  }
  const release = (thread: Thread, usable: boolean): void => {
    if (usable) idle.push(thread)
    else all.delete(thread)
    waiting.shift()?.()
  }

  return {
    size,
    async run<Result>(
      job: string,
      payload: unknown,
      { signal, onMessage, giveUp }: RunOptions<Result> = {},
    ): Promise<Result> {
      const thread = await acquire()
      const { worker, stop } = thread
      Atomics.store(stop, 0, signal?.aborted ? 1 : 0)
      worker.ref()
      const started = performance.now()
      let usable = true
      let stopAt = Infinity
      let endJob: (result: Result) => void = () => {}
      const poll = setInterval(() => {
        const now = performance.now()
        if (signal?.aborted) Atomics.store(stop, 0, 1)
        if (giveUp === undefined) return
        if (signal?.aborted || now - started >= giveUp.timeLimitMs) stopAt = Math.min(stopAt, now)
        if (now - stopAt < giveUp.graceMs || !usable) return
        usable = false
        endJob(giveUp.result)
        void worker.terminate()
      }, SIGNAL_POLL_MS)
      try {
        return await new Promise<Result>((resolve, reject) => {
          endJob = resolve
          worker.removeAllListeners()
          worker.on('message', (reply: JobReply) => {
            if (reply.kind === 'message') onMessage?.(reply.message)
            else if (reply.kind === 'result') resolve(reply.result as Result)
            else reject(rebuilt(reply.error))
          })
          const died = (error: Error): void => {
            usable = false
            reject(error)
          }
          worker.on('error', died)
          worker.on('exit', (code) =>
            died(new Error(`worker thread ended with code ${code} during job "${job}"`)),
          )
          worker.postMessage({ job, payload })
        })
      } finally {
        clearInterval(poll)
        worker.unref()
        release(thread, usable)
      }
    },
    async close() {
      await Promise.all([...all].map(({ worker }) => worker.terminate()))
      all.clear()
      idle.length = 0
    },
  }
}

/** An error as it was thrown in the worker. */
function rebuilt(error: { code?: string; message: string; data?: unknown }): Error {
  if (error.code === undefined) return new Error(error.message)
  return new QaasError(error.code as ErrorCode, error.message, {
    data: (error.data ?? {}) as Readonly<Record<string, unknown>>,
  })
}
