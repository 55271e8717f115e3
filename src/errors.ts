/**
 * The one error type of QAAS and the table of its codes; infeasible, limit reached and cancelled are
 * terminations of a solve, not errors.
 */

/** Every error code with what it means. The key is the stable, machine-readable name. */
export const ERROR_CODES = {
  'invalid-instance': 'the fleet, tasks or policy break a rule of the instance schema',
  'invalid-plan': 'a plan file does not fit the instance it is meant for',
  'invalid-model': 'a CQM, BQM, circuit or Hamiltonian is malformed',
  'invalid-option': 'an option or argument has a value it cannot have',
  'invalid-file': 'a file cannot be read as the format it is said to be',
  unsupported: 'what was asked can never be done by this solver, sampler, format or backend',
  'not-allowed': 'what was asked cannot be done in the present state',
  'too-large': 'the input is beyond a stated limit of size or memory',
  'file-system': 'a file or folder cannot be read or written',
  'provider-call': 'a call to an agent, gateway or backend failed',
  store: 'the run store is corrupt, locked or out of space',
  budget: 'a reservation does not fit the remaining budget',
  internal: 'QAAS broke one of its own promises; please report it',
} as const

export type ErrorCode = keyof typeof ERROR_CODES

export interface QaasErrorOptions {
  /** What to do about it; printed on a line of its own, conventionally starting with "Maybe". */
  readonly advice?: string
  readonly cause?: unknown
  /** The facts of the error for machines: names, positions, values. Must survive JSON. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** An error with a code, facts and advice. Travels between threads as `{ code, message, data }`. */
export class QaasError extends Error {
  readonly code: ErrorCode
  readonly data: Readonly<Record<string, unknown>>
  /** Marks errors of any copy of this package. */
  readonly isQaasError: true = true

  constructor(code: ErrorCode, message: string, options: QaasErrorOptions = {}) {
    const text = options.advice ? `${message}\n${options.advice}` : message
    super(text, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'QaasError'
    this.code = code
    this.data = options.data ?? {}
  }

  /** True for a QaasError of any copy of this package. */
  static isInstance(value: unknown): value is QaasError {
    return typeof value === 'object' && value !== null && 'isQaasError' in value
  }

  toJSON(): { code: ErrorCode; message: string; data: Readonly<Record<string, unknown>> } {
    return { code: this.code, message: this.message, data: this.data }
  }
}
