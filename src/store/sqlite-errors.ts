/** What SQLite's failures mean to a user, as errors of the store with advice. */
import { QaasError } from '../errors.ts'

const ADVICE: readonly (readonly [RegExp, string, string])[] = [
  [/CORRUPT|NOTADB/, 'is damaged', 'Maybe restore it from a backup; QAAS does not guess at what was lost.'],
  [/FULL/, 'has no room left', 'Maybe free some disk space, then "qaas resume": nothing committed is lost.'],
  [
    /READONLY|CANTOPEN|PERM|ConnectionFailed/,
    'cannot be written',
    'Maybe its folder is missing, read-only or owned by somebody else; QAAS_HOME chooses another.',
  ],
  [
    /BUSY|LOCKED/,
    'is locked by another process',
    'Maybe another QAAS process is in the middle of a large commit.',
  ],
  [
    /IOERR/,
    'cannot be read or written',
    'Maybe the disk is full or failing. Nothing committed is lost: "qaas resume" goes on when it is well.',
  ],
]

export function storeError(path: string, cause: unknown): QaasError {
  if (QaasError.isInstance(cause)) return cause
  const { code, message } = cause as { code?: string; message?: string }
  const text = `${code ?? ''} ${message ?? String(cause)}`
  const known = ADVICE.find(([pattern]) => pattern.test(text))
  const data = { path, sqlite: code ?? null }
  if (known === undefined) return new QaasError('store', `run store "${path}": ${message}`, { cause, data })
  return new QaasError('store', `run store "${path}" ${known[1]} (${(message ?? text).trim()})`, {
    advice: known[2],
    cause,
    data,
  })
}

/** The log or a table contradicts itself: bits were lost below SQLite. */
export function damaged(path: string, detail: string): QaasError {
  return new QaasError('store', `run store "${path}" is damaged: ${detail}`, {
    advice: 'Maybe restore it from a backup; QAAS does not guess at what was lost.',
    data: { path, detail },
  })
}
