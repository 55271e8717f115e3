/** Runs one annealing read on a worker thread. */
import { AnnealRead, type ReadRequest, type ReadResult } from './read.ts'

export interface ReadJob extends ReadRequest {
  /** Infinity for none. */
  readonly timeLimitMs: number
}

/** A better feasible assignment, while the read goes on. */
export interface ReadMessage {
  readonly option: Int32Array
  readonly costUsd: number
}

export interface ReadPort {
  readonly post: (message: ReadMessage) => void
  readonly aborted: () => boolean
  readonly now: () => number
}

export function run(job: ReadJob, port: ReadPort): ReadResult & { readonly ended: boolean } {
  const deadline = port.now() + job.timeLimitMs
  const read = new AnnealRead(job, (option, costUsd) => port.post({ option, costUsd }))
  let ended = false
  while (!ended && !port.aborted() && port.now() < deadline) ended = read.advance()
  return { ...read.result(), ended }
}
