/** How much memory a simulation may take, and the refusal that names the figure. */
import { QaasError } from '../../errors.ts'
import { dimensionOf } from './site-hamiltonian.ts'

/** WebAssembly memory ends at 4 GiB; the reference keeps to the same limit. */
export const MEMORY_LIMIT_BYTES: number = 4 * 2 ** 30

/** @throws QaasError `too-large` when a state over `levels` at `bytesPerState` does not fit, before anything is allocated */
export function refuseBeyond(levels: Int32Array, bytesPerState: number): void {
  const dimension = dimensionOf(levels)
  const bytes = dimension * bytesPerState
  if (bytes <= MEMORY_LIMIT_BYTES) return
  const qubits = levels.every((count) => count === 2)
  const size = qubits ? `2^${levels.length}` : dimension.toPrecision(3)
  throw new QaasError(
    'too-large',
    `${levels.length} ${qubits ? 'coupled qubits' : 'coupled sites'} have ${size} amplitudes, which take ${formatBytes(bytes)}; the limit is ${formatBytes(MEMORY_LIMIT_BYTES)}`,
    {
      advice:
        'Maybe use recursive QAOA (rqaoa), the p = 1 closed form, or a mixer that keeps one-hot groups.',
      data: { sites: levels.length, dimension, bytes, limitBytes: MEMORY_LIMIT_BYTES },
    },
  )
}

export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB']
  let unit = 0
  while (bytes >= 1024 && unit < units.length - 1) {
    bytes /= 1024
    unit++
  }
  return `${bytes < 100 ? Number(bytes.toPrecision(3)) : bytes.toPrecision(4)} ${units[unit]}`
}
