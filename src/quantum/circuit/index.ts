/** The public face of circuits: build, simulate, read, write, transpile, draw and run them with noise. */
export { drawDeviceMap } from '../draw/device-map.ts'
export { drawSvg } from '../draw/svg.ts'
export { drawText } from '../draw/text.ts'
export { type NoiseModel, type NoiseOptions, noiseModelOf } from '../noise/model.ts'
export { type NoisyShots, noisyDistributions, noisyShots, type ReadoutDistribution } from '../noise/noisy.ts'
export { type EmitOptions, emitQasm } from '../qasm/emit.ts'
export { type ParseOptions, parseQasm } from '../qasm/parse.ts'
export {
  type Device,
  type DeviceCalibration,
  HERON_NAMES,
  type HeronName,
  heronDevice,
} from '../transpile/device.ts'
export { deviceFromIbmProperties } from '../transpile/ibm-properties.ts'
export { checkIsa } from '../transpile/isa.ts'
export { type Transpiled, type TranspileOptions, transpile } from '../transpile/transpile.ts'
export { type AnsatzOptions, type IsingTerms, qaoaCircuit } from './ansatz.ts'
export { type Circuit, checkCircuit, measureAll, type Operation, type Register } from './circuit.ts'
export { isingTermsOf } from './ising-terms.ts'
export { probabilitiesOf, type State, sampleCircuit, simulate } from './simulate.ts'
export { type CircuitStats, circuitStats } from './stats.ts'
