// asc: --enable threads --sharedMemory --maximumMemory 65536
/**
 * One layer of QAOA on a state over sites (qubits or one-hot groups), in float32 with 4 lanes. The state is two arrays,
 * real and imaginary parts, in the order of the basis states. Where the lowest sites are qubits, blocks of up to 4096
 * amplitudes are worked on in place. Elsewhere four neighbouring blocks of up to 1024 are interleaved into a buffer that
 * stays in the L1 cache, so that every site, whatever its number of levels, is worked on by whole vectors. Phases are
 * products of three tables (inside the block, and its two halves against the rest of the state), so the diagonal of the
 * Hamiltonian is never stored.
 *
 * No globals and no allocation: the caller lays out memory (src/quantum/statevector/kernel-layout.ts), and threads share
 * it. Work is cut into quads of blocks and tiles of strips, which may run in any order within a pass.
 */

export { phases } from './site-state/phases'
export { blockPassInPlace, foldStart, measurePassInPlace } from './site-state/blocks'
export { blockPass, measurePass } from './site-state/quads'
export { stripPass } from './site-state/strips'
