/** The formulations' public face. */

export type { Bqm, Label, Vartype } from './bqm.ts'
export {
  type BqmBuilder,
  type BqmDocument,
  type Coupling,
  createBqm,
  createBqmBuilder,
} from './bqm-builder.ts'
export {
  type CalibrateOptions,
  type Calibration,
  type CalibrationRound,
  calibrate,
} from './bridges/calibrate.ts'
export { type CqmToBqm, type CqmToBqmOptions, cqmToBqm } from './bridges/cqm-to-bqm.ts'
export {
  type CqmToImplicit,
  type CqmToImplicitOptions,
  cqmToImplicitBqm,
  type InequalityMethod,
} from './bridges/cqm-to-implicit.ts'
export type { DependencyForm } from './bridges/dependency-rows.ts'
export {
  type FormulateOptions,
  type Formulation,
  formulate,
  type PenaltyByKind,
} from './bridges/formulate.ts'
export {
  type InstanceCqm,
  type InstanceCqmOptions,
  instanceToCqm,
  type RowKind,
} from './bridges/instance-to-cqm.ts'
export { type EncodedInteger, encodeInteger, type IntegerEncoding } from './bridges/integer-encoding.ts'
export {
  type LcrpHamiltonian,
  type LcrpHamiltonianOptions,
  lcrpHamiltonian,
} from './bridges/lcrp-hamiltonian.ts'
export type { ObjectiveRange } from './bridges/objective-range.ts'
export type { PenaltyQuestion, PenaltyRow, PenaltyRule } from './bridges/penalty.ts'
export type { Unbalanced } from './bridges/unbalanced-row.ts'
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
export { readCoo, writeCoo } from './files/coo.ts'
export { readDimodBqm, writeDimodBqm } from './files/dimod-bqm.ts'
export { readDimodCqm, writeDimodCqm } from './files/dimod-cqm.ts'
export { readDimodJson, writeDimodJson } from './files/dimod-json.ts'
export { type LabelledSampleSet, readDimodSampleSet, writeDimodSampleSet } from './files/dimod-sample-set.ts'
export {
  bqmAsCqm,
  MODEL_FORMATS,
  type Model,
  type ModelFormat,
  type ModelFormatName,
  modelFormatOf,
  type ReadOptions,
  readModel,
  writeModel,
} from './files/formats.ts'
export { readGSet, writeGSet } from './files/g-set.ts'
export { readLp } from './files/lp-read.ts'
export { writeLp } from './files/lp-write.ts'
export { writeMps } from './files/mps-write.ts'
export { readOrLibrary, writeOrLibrary } from './files/or-library.ts'
export { readQbsolv, writeQbsolv } from './files/qbsolv.ts'
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
