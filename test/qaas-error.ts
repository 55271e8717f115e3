/** What a test expects to be thrown: always a QaasError, never anything else. */
import { QaasError } from '../src/errors.ts'

/** The QaasError that `run` throws; every other end of `run` fails the test. */
export function qaasErrorOf(run: () => unknown): QaasError {
  try {
    run()
  } catch (error) {
    if (error instanceof QaasError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
