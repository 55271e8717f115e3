/** The generators' public face. */
export { type FactoryOptions, factory } from './factory.ts'
export { type LcrpOptions, lcrp, plantedLcrp } from './lcrp.ts'
export { type LcrpWorkloadOptions, lcrpHardware, lcrpWorkload } from './lcrp-paper.ts'
