/** Runs one annealing read on a worker thread. */
import { AnnealRead, type ReadRequest, type ReadResult } from './read.ts'

export interface ReadJob extends ReadRequest {
  /** Infinity for none. */
  readonly timeLimitMs: number
}

/** A better feasible assignment, while the read goes on. */
export interface ReadMessage {
  readonly place: Int32Array
  readonly costUsd: number
}

export interface ReadPort {
  readonly post: (message: ReadMessage) => void
  readonly aborted: () => boolean
  readonly now: () => number
}

export function run(job: ReadJob, port: ReadPort): ReadResult & { readonly ended: boolean } {
  const start = port.now()
  const deadline = start + job.timeLimitMs
  const read = new AnnealRead(job, {
    onBest: (place, costUsd) => port.post({ place, costUsd }),
    timeUsed: timeUsed(start, job.timeLimitMs, port.now),
  })
  let ended = false
  while (!ended && !port.aborted() && port.now() < deadline) ended = read.advance()
  return { ...read.result(), ended }
}

/** The share of the time limit that has passed; 0 when there is none. */
export function timeUsed(start: number, timeLimitMs: number, now: () => number): () => number {
  return () => (timeLimitMs === Infinity ? 0 : (now() - start) / Math.max(1, timeLimitMs))
}
