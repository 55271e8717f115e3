/** Subjects are tokens joined by dots, as in NATS, so that the same names work on either bus. */
import { QaasError } from '../errors.ts'

const SUBJECT = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){0,15}$/
const PATTERN = /^(?!$)(([A-Za-z0-9_-]+|\*)(\.|$)){0,15}(?<=\.|^)([A-Za-z0-9_-]+|\*|>)$/

/** @throws QaasError `invalid-option` */
export function checkSubject(subject: string): void {
  if (SUBJECT.test(subject)) return
  throw new QaasError('invalid-option', `subject "${subject}" is not 1 to 16 tokens of A-Z a-z 0-9 _ -`, {
    advice: 'Maybe hash free text before it becomes part of a subject.',
    data: { subject },
  })
}

/** @throws QaasError `invalid-option` */
export function checkPattern(pattern: string): void {
  if (PATTERN.test(pattern)) return
  throw new QaasError('invalid-option', `subject pattern "${pattern}" is malformed`, {
    advice: 'Maybe use "*" for one whole token and ">" only at the end.',
    data: { pattern },
  })
}

/** A free text as one token: itself when it is one, else a short name that tells different texts apart. */
export function asToken(text: string): string {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(text)) return text
  let [high, low] = [0xdeadbeef, 0x41c6ce57]
  for (let k = 0; k < text.length; k++) {
    high = Math.imul(high ^ text.charCodeAt(k), 2654435761)
    low = Math.imul(low ^ text.charCodeAt(k), 1597334677)
  }
  const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0')
  return `h${hex(high ^ (low >>> 15))}${hex(low ^ (high >>> 13))}`
}
