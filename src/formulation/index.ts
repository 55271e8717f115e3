/** The formulations' public face. */

export type { Bqm, Label, Vartype } from './bqm.ts'
export {
  type BqmBuilder,
  type BqmDocument,
  type Coupling,
  createBqm,
  createBqmBuilder,
} from './bqm-builder.ts'
export { type CqmToBqm, type CqmToBqmOptions, cqmToBqm } from './bridges/cqm-to-bqm.ts'
export type { DependencyForm } from './bridges/dependency-rows.ts'
export {
  type InstanceCqm,
  type InstanceCqmOptions,
  instanceToCqm,
  type RowKind,
} from './bridges/instance-to-cqm.ts'
export {
  type Constraint,
  type ConstraintDocument,
  type Cqm,
  type CqmBuilder,
  type CqmVariables,
  createCqmBuilder,
  labelOf,
  nameOf,
  type PenaltyShape,
  type Sense,
  type Softness,
  VARIABLE_TYPES,
  type VariableDocument,
  type VariableType,
  variableType,
} from './cqm.ts'
export { energyOf, forEachCoupling } from './energy.ts'
export { type CqmEvaluation, type CqmViolation, evaluateCqm, violationOf } from './evaluate-cqm.ts'
export { createExpression, type Expression, expressionValue, type Terms, termsOf } from './expression.ts'
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
