/** The optimum by trying literally every plan with the judge alone: the oracle of the oracle, for the tiniest instances. */
import { evaluate } from '../src/model/evaluate.ts'
import type { Instance } from '../src/model/instance.ts'

/** Least objective over all (numAgents + 1) ^ numTasks plans, or undefined when none is feasible. */
export function bruteForceOptimum(instance: Instance): number | undefined {
  const { count } = instance.tasks
  const agentOf = new Int32Array(count).fill(-1)
  let best: number | undefined
  for (;;) {
    const { feasible, objective } = evaluate(instance, { agentOf })
    if (feasible && (best === undefined || objective < best)) best = objective
    let task = 0
    while (task < count && ++agentOf[task]! === instance.fleet.numAgents) agentOf[task++] = -1
    if (task === count) return best
  }
}
