/** Writes the events of a run to a file, one JSON object per line, as they happen. The store has the log of record. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { QaasError } from '../errors.ts'
import type { Instance } from '../model/instance.ts'
import type { RunEvent } from '../orchestrator/run-event.ts'
import { namedEvent } from './named-event.ts'

/** Lines are written when so many characters have gathered, and at least this often. */
const FLUSH_CHARACTERS = 64 * 1024
const FLUSH_MS = 200

export interface EventLog {
  add(event: RunEvent, instance: Instance): void
  close(): void
}

/** Appends to the file. @throws QaasError `file-system` when it cannot be written */
export function openEventLog(path: string): EventLog {
  const file = openForAppending(path)
  let pending = ''
  const flush = (): void => {
    if (pending !== '') writeSync(file, pending)
    pending = ''
  }
  const timer = setInterval(flush, FLUSH_MS)
  timer.unref()
  return {
    add(event, instance) {
      pending += `${JSON.stringify(namedEvent(event, instance))}\n`
      if (pending.length > FLUSH_CHARACTERS) flush()
    },
    close() {
      clearInterval(timer)
      flush()
      closeSync(file)
    },
  }
}

function openForAppending(path: string): number {
  try {
    return openSync(path, 'a')
  } catch (cause) {
    throw new QaasError('file-system', `cannot write the event log "${path}": ${(cause as Error).message}`, {
      advice: 'Maybe its folder does not exist.',
      cause,
    })
  }
}
