/** How many reads a sampler can be asked for. */
import { QaasError } from '../errors.ts'

/** A byte a variable and read, twice while samples are sorted. */
const MAX_STATE_BYTES = 2 ** 31

/** @throws QaasError `invalid-option` unless it is a whole number of at least 1 */
export function checkNumReads(numReads: number | undefined): void {
  if (numReads !== undefined && !(Number.isInteger(numReads) && numReads >= 1))
    throw new QaasError('invalid-option', `numReads must be an integer of at least 1, it is ${numReads}`)
}

/** @throws QaasError `too-large` when the states of all reads would take more than 2 GiB */
export function checkStates(numReads: number, numVariables: number): void {
  const bytes = numReads * numVariables
  if (bytes > MAX_STATE_BYTES)
    throw new QaasError(
      'too-large',
      `${numReads} reads of ${numVariables} variables are ${(bytes / 2 ** 30).toFixed(1)} GiB of states, the limit is 2`,
      { advice: `Maybe ask for ${Math.max(1, Math.floor(MAX_STATE_BYTES / numVariables))} reads at a time.` },
    )
}
