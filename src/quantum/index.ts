/** The public face of QAOA: problems, runs, simulators, optimisers and the quantum samplers. */
export { type QuantumSamplerName, quantumSamplers } from './builtin.ts'
export { cobyla } from './optimisers/cobyla.ts'
export { lbfgs } from './optimisers/lbfgs.ts'
export { nelderMead } from './optimisers/nelder-mead.ts'
export { minimise, type Optimiser, type OptimiserRun } from './optimisers/optimiser.ts'
export { spsa } from './optimisers/spsa.ts'
export { type ClosedForm, createClosedForm, optimiseOneLayer } from './qaoa/closed-form.ts'
export type { Decoding, DecodingName, Rate } from './qaoa/decodings.ts'
export { isingHamiltonian } from './qaoa/hamiltonian.ts'
export { type NoisyReading, readNoisily } from './qaoa/noisy.ts'
export { createProblem as createQaoaProblem, type QaoaProblem } from './qaoa/problem.ts'
export { mitigateReadout, type ReadoutError } from './qaoa/readout-mitigation.ts'
export { type RqaoaOptions, type RqaoaRun, runRqaoa } from './qaoa/rqaoa.ts'
export {
  PAPER_PRESET as QAOA_PAPER_PRESET,
  type QaoaOptions,
  type QaoaRun,
  runQaoa,
} from './qaoa/run.ts'
export { type Angles, type Ansatz, transverseAnsatz } from './statevector/ansatz.ts'
export { createProductSimulator, type ProductSimulator } from './statevector/product-simulator.ts'
export type { SiteHamiltonian } from './statevector/site-hamiltonian.ts'
