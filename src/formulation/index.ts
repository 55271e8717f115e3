/** The formulations' public face. */
export type { Bqm, Label, Vartype } from './bqm.ts'
export {
  type BqmBuilder,
  type BqmDocument,
  type Coupling,
  createBqm,
  createBqmBuilder,
} from './bqm-builder.ts'
export { energyOf, forEachCoupling } from './energy.ts'
export {
  createImplicitBqm,
  createImplicitBqmBuilder,
  type ImplicitBqm,
  type ImplicitBqmBuilder,
  type SquaredRow,
  type SquaredRows,
} from './implicit-bqm.ts'
export { countCouplings, expand, flipDelta, implicitEnergyOf, residualsOf } from './implicit-energy.ts'
export { fromIsing, type Ising, toIsing } from './ising.ts'
export { fromQubo, type Qubo, toQubo } from './qubo.ts'
export { toBinary, toBits, toSpin, toSpins } from './vartype.ts'
