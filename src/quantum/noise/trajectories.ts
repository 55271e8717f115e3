/**
 * Noisy simulation of more qubits than a density matrix holds: each trajectory is one state vector with random Pauli
 * errors. Depolarising is exact on average; relaxation is replaced by its Pauli twirl (Geller and Zhou, arXiv 1305.2021).
 */
import type { Rng } from '../../numeric/rng.ts'
import { type Circuit, gate, isUnitary } from '../circuit/circuit.ts'
import { applyOperation, drawIndices, probabilitiesOf, type State, zeroState } from '../circuit/simulate.ts'
import { createSchedule } from './idle.ts'
import { gateNoise, type NoiseModel, relaxation } from './model.ts'

export interface TrajectoryOptions {
  readonly shots: number
  readonly rng: Rng
  /** Shots taken from each trajectory: more are faster, and correlated. Default 8. */
  readonly shotsPerTrajectory?: number
}

/** State indices before reading errors, one a shot. */
export function trajectoryShots(circuit: Circuit, model: NoiseModel, options: TrajectoryOptions): Int32Array {
  const { shots, rng, shotsPerTrajectory = 8 } = options
  const result = new Int32Array(shots)
  for (let done = 0; done < shots; done += shotsPerTrajectory) {
    const state = runTrajectory(circuit, model, rng)
    const count = Math.min(shotsPerTrajectory, shots - done)
    result.set(drawIndices(probabilitiesOf(state), count, rng), done)
  }
  return result
}

function runTrajectory(circuit: Circuit, model: NoiseModel, rng: Rng): State {
  const state = zeroState(circuit.numQubits)
  const schedule = createSchedule(circuit.numQubits, model)
  for (const operation of circuit.operations) {
    if (!isUnitary(operation)) continue
    const noise = gateNoise(model, operation)
    for (const [qubit, idleNs] of schedule.start(operation.qubits))
      twirledRelaxation(state, qubit, { model, idleNs, rng })
    applyOperation(state, operation)
    // Replacing by the mixed state is a uniformly random Pauli on every qubit, the identity among them.
    if (noise.depolarising > 0 && rng.nextFloat() < noise.depolarising)
      for (const qubit of operation.qubits) applyPauli(state, qubit, rng.nextInt(4))
    for (const qubit of operation.qubits)
      twirledRelaxation(state, qubit, { model, idleNs: noise.durationNs, rng })
    schedule.end(operation.qubits, noise.durationNs)
  }
  for (const [qubit, idleNs] of schedule.finish()) twirledRelaxation(state, qubit, { model, idleNs, rng })
  return state
}

const PAULIS = ['id', 'x', 'y', 'z'] as const

function applyPauli(state: State, qubit: number, which: number): void {
  if (which !== 0) applyOperation(state, gate(PAULIS[which]!, [], qubit))
}

function twirledRelaxation(
  state: State,
  qubit: number,
  { model, idleNs, rng }: { readonly model: NoiseModel; readonly idleNs: number; readonly rng: Rng },
): void {
  const { population, coherence } = relaxation(model, idleNs)
  if (population === 1 && coherence === 1) return
  const flip = (1 - population) / 4
  const dephase = (1 - coherence) / 2 - flip
  const draw = rng.nextFloat()
  if (draw < flip) applyPauli(state, qubit, 1)
  else if (draw < 2 * flip) applyPauli(state, qubit, 2)
  else if (draw < 2 * flip + dephase) applyPauli(state, qubit, 3)
}
