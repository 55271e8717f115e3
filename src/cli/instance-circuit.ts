/** The QAOA circuit of an instance: a qubit per eligible pair of task and agent, further promises as penalties. */
import { QaasError } from '../errors.ts'
import type { Bqm } from '../formulation/bqm.ts'
import { createBqmBuilder } from '../formulation/bqm-builder.ts'
import { formulate } from '../formulation/bridges/formulate.ts'
import { instanceToCqm } from '../formulation/bridges/instance-to-cqm.ts'
import type { Instance } from '../model/instance.ts'
import { pairCostUsd } from '../model/pair.ts'
import { createRng } from '../numeric/rng.ts'
import { type MixerName, qaoaCircuit } from '../quantum/circuit/ansatz.ts'
import { type Circuit, measureAll } from '../quantum/circuit/circuit.ts'
import { isingTermsOf } from '../quantum/circuit/ising-terms.ts'
import { centred, createProblem, penalised, type QaoaProblem } from '../quantum/qaoa/problem.ts'
import { runQaoa } from '../quantum/qaoa/run.ts'

export interface InstanceCircuitOptions {
  /** Default: as many as there are angles, or 1. */
  readonly layers?: number
  /** Default x. The xy mixers need an instance whose only promise is one agent per task. */
  readonly mixer?: MixerName
  /** Given, they are used as they are; left out, trained for the least mean energy. */
  readonly gammas?: readonly number[]
  readonly betas?: readonly number[]
  readonly seed: number
}

/** Circuits beyond the largest device of any kind help nobody. */
const MAX_QUBITS = 1000

/** @throws QaasError `too-large`, `unsupported` for a mixer the instance does not allow, `invalid-option` on angles */
export async function instanceCircuit(instance: Instance, options: InstanceCircuitOptions): Promise<Circuit> {
  const { mixer = 'x', gammas, betas, seed } = options
  if ((gammas === undefined) !== (betas === undefined))
    throw new QaasError('invalid-option', 'gammas and betas are given together or not at all')
  const problem =
    mixer === 'x' && hasOtherPromises(instance) ? penaltyProblem(instance) : groupedProblem(instance, mixer)
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
  const encoding = mixer === 'x' ? { encoding: 'one-hot' as const } : { encoding: 'subspace' as const, mixer }
  const run = await runQaoa(problem, { ...encoding, ...angles, layers, shots: 1 }, { rng: createRng(seed) })
  const { gammas: trainedGammas, betas: trainedBetas } = run.training
  const subject = centred(problem)
  const ising = isingTermsOf(mixer === 'x' ? penalised(subject, run.encoding.penalty) : subject.bqm)
  const groups = problem.groups.map((group) => [...group])
  return measureAll(qaoaCircuit({ ising, gammas: trainedGammas, betas: trainedBetas, mixer, groups }))
}

/** Rows of the CQM other than one agent per task, or a quadratic objective. */
function hasOtherPromises(instance: Instance): boolean {
  return (
    instanceToCqm(instance).kinds.some((kind) => kind !== 'assignment') ||
    instance.policy.unassignedUsd !== Infinity
  )
}

function groupedProblem(instance: Instance, mixer: MixerName): QaoaProblem {
  if (hasOtherPromises(instance))
    throw new QaasError(
      'unsupported',
      `the mixer ${mixer} keeps one agent per task and nothing else; this instance also has capacities, budgets, dependencies or unassigned tasks`,
      { advice: 'Maybe use --mixer x, where every promise is a penalty.' },
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
