/** What the paper "Quantum-Enhanced LLM Cascade Routing" prints: Tables 2 to 4 and the numbers of its section 7. */
import type { HeronName } from '../quantum/transpile/device.ts'

export type Tasks = 2 | 4 | 6

/** Table 2: 12 qubits, simulator. Quality is the share of tasks whose floor is met. */
export const PUBLISHED_LAMBDA: readonly { lambdaQ: number; costUsd: number; quality: number }[] = [
  { lambdaQ: 5, costUsd: 0.24, quality: 0.25 },
  { lambdaQ: 10, costUsd: 0.24, quality: 0.25 },
  { lambdaQ: 20, costUsd: 6.23, quality: 0.5 },
  { lambdaQ: 40, costUsd: 14.22, quality: 0.75 },
  { lambdaQ: 80, costUsd: 14.22, quality: 0.75 },
]

/** Table 3: p = 2, 4,000 shots. */
export const PUBLISHED_SCALING: readonly {
  tasks: Tasks
  simulatorValid: number
  bestUsd: number
  hardwareValid: Readonly<Record<HeronName, number>>
}[] = [
  {
    tasks: 2,
    simulatorValid: 0.491,
    bestUsd: 0.24,
    hardwareValid: { ibm_fez: 0.369, ibm_kingston: 0.388, ibm_marrakesh: 0.425 },
  },
  {
    tasks: 4,
    simulatorValid: 0.004,
    bestUsd: 6.65,
    hardwareValid: { ibm_fez: 0.009, ibm_kingston: 0.008, ibm_marrakesh: 0.011 },
  },
  {
    tasks: 6,
    simulatorValid: 0.002,
    bestUsd: 20.28,
    hardwareValid: { ibm_fez: 0.003, ibm_kingston: 0.002, ibm_marrakesh: 0.003 },
  },
]

/** Table 4 and section 7.3: 12 qubits on ibm_fez, 4,000 shots. */
export const PUBLISHED_DEPTH: readonly {
  layers: number
  simulatorValid: number
  hardwareValid: number
  depth: number
  cz: number
  bestUsd?: number
}[] = [
  { layers: 1, simulatorValid: 0.001, hardwareValid: 0.154, depth: 52, cz: 48, bestUsd: 0.5 },
  { layers: 2, simulatorValid: 0.003, hardwareValid: 0.008, depth: 101, cz: 96 },
  { layers: 3, simulatorValid: 0.004, hardwareValid: 0.082, depth: 145, cz: 156, bestUsd: 0.42 },
]

/** Section 7.5: 12 qubits, p = 2, ibm_fez. */
export const PUBLISHED_HIGH_SHOT: readonly { shots: number; hardwareValid: number }[] = [
  { shots: 4000, hardwareValid: 0.008 },
  { shots: 8000, hardwareValid: 0.0056 },
]

/** Section 7.2: the cheapest valid solutions on hardware at 18 qubits, and greedy's cost. */
export const PUBLISHED_PARETO: {
  readonly cheapestUsd: readonly [number, number]
  readonly quality: readonly [number, number]
  readonly greedyUsd: number
} = { cheapestUsd: [1.41, 1.62], quality: [0.17, 0.33], greedyUsd: 14.22 }
