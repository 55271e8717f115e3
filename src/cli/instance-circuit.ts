/** The QAOA circuit of an instance: a qubit per eligible pair of task and agent, further promises as penalties. */
import { QaasError } from '../errors.ts'
import type { Bqm } from '../formulation/bqm.ts'
import { createBqmBuilder } from '../formulation/bqm-builder.ts'
import { formulate } from '../formulation/bridges/formulate.ts'
import { instanceToCqm } from '../formulation/bridges/instance-to-cqm.ts'
import type { Instance } from '../model/instance.ts'
import { pairCostUsd } from '../model/pair.ts'
import { createRng } from '../numeric/rng.ts'
import { type Circuit, measureAll } from '../quantum/circuit/circuit.ts'
import type { EncodingName, MixerName } from '../quantum/qaoa/encoding.ts'
import { createProblem, type QaoaProblem } from '../quantum/qaoa/problem.ts'
import { runQaoa } from '../quantum/qaoa/run.ts'
import { circuitOf } from '../quantum/qaoa/site-circuit.ts'
import { countPairs } from '../solvers/qaoa/instance-problem.ts'

export interface InstanceCircuitOptions {
  /** Default: as many as there are angles, or 1. */
  readonly layers?: number
  /** Default x. The xy mixers need an instance whose only promise is one agent per task. */
  readonly mixer?: MixerName
  /** Default one-hot for x, subspace for the xy mixers; domain-wall and binary codes need such an instance too. */
  readonly encoding?: EncodingName
  /** Given, they are used as they are; left out, trained for the least mean energy. */
  readonly gammas?: readonly number[]
  readonly betas?: readonly number[]
  readonly seed: number
}

/** Circuits beyond the largest device of any kind help nobody. */
const MAX_QUBITS = 1000

/** @throws QaasError `too-large`, `unsupported` for a mixer the instance does not allow, `invalid-option` on angles */
export async function instanceCircuit(instance: Instance, options: InstanceCircuitOptions): Promise<Circuit> {
  const { gammas, betas, seed } = options
  const mixer = options.mixer ?? (options.encoding === 'subspace' ? 'xy-ring' : 'x')
  const encoding = options.encoding ?? (mixer === 'x' ? 'one-hot' : 'subspace')
  if ((gammas === undefined) !== (betas === undefined))
    throw new QaasError('invalid-option', 'gammas and betas are given together or not at all')
  const pairs = countPairs(instance, MAX_QUBITS)
  if (pairs > MAX_QUBITS)
    throw new QaasError(
      'too-large',
      `the instance has more than ${MAX_QUBITS} eligible pairs of task and agent, each of which is a qubit`,
      { advice: 'Maybe take fewer tasks, or an agent for a whole pool.', data: { limit: MAX_QUBITS } },
    )
  const problem =
    encoding === 'one-hot' && hasOtherPromises(instance)
      ? penaltyProblem(instance)
      : groupedProblem(instance, encoding)
  if (problem.bqm.numVariables > MAX_QUBITS)
    throw new QaasError(
      'too-large',
      `the instance needs ${problem.bqm.numVariables} qubits, the limit is ${MAX_QUBITS}`,
    )
  const layers = options.layers ?? gammas?.length ?? 1
  const angles =
    gammas !== undefined && betas !== undefined
      ? { start: { gammas, betas }, optimiser: 'none' as const }
      : { optimiser: 'cobyla' as const }
  const run = await runQaoa(
    problem,
    { encoding, mixer, ...angles, layers, shots: 1 },
    { rng: createRng(seed) },
  )
  return measureAll(circuitOf(problem, run.encoding, run.training))
}

/** Rows of the CQM other than one agent per task, or a quadratic objective. */
function hasOtherPromises(instance: Instance): boolean {
  return (
    instanceToCqm(instance).kinds.some((kind) => kind !== 'assignment') ||
    instance.policy.unassignedUsd !== Infinity
  )
}

function groupedProblem(instance: Instance, encoding: EncodingName): QaoaProblem {
  if (hasOtherPromises(instance))
    throw new QaasError(
      'unsupported',
      `the encoding ${encoding} keeps one agent per task and nothing else; this instance also has capacities, budgets, dependencies or unassigned tasks`,
      { advice: 'Maybe use --encoding one-hot, where every promise is a penalty.' },
    )
  const { pairTask, pairAgent } = instanceToCqm(instance)
  const builder = createBqmBuilder('BINARY', pairTask.length)
  const groups: number[][] = Array.from({ length: instance.tasks.count }, () => [])
  for (const [v, task] of pairTask.entries()) {
    builder.addLinear(v, pairCostUsd(instance, task, instance.fleet.poolOf[pairAgent[v]!]!))
    groups[task]!.push(v)
  }
  return createProblem(builder.build(), groups)
}

function penaltyProblem(instance: Instance): QaoaProblem {
  const bqm: Bqm = formulate(instance, { penalty: { natural: 1 } }).explicit(1_000_000)
  return createProblem(bqm)
}
