/** A budgeted instance as a CQM file for Ocean, as a QUBO sampled here, and back as a plan that the judge accepts. */
import {
  agentId,
  annealing,
  createInstance,
  evaluate,
  formulate,
  readDimodCqm,
  sample,
  writeDimodCqm,
} from 'qaas'

const instance = createInstance({
  version: 1,
  policy: { budgetUsd: 0.9 },
  agents: [
    { id: 'opus', price: { perTaskUsd: 0.4 }, quality: 0.95 },
    { id: 'haiku', replicas: 2, price: { perTaskUsd: 0.05 }, quality: 0.8, capacity: { tasks: 1 } },
  ],
  tasks: [
    { id: 'write', minQuality: 0.7 },
    { id: 'review', minQuality: 0.9, dependsOn: ['write'] },
    { id: 'publish' },
  ],
})
const formulation = formulate(instance, { penalty: { natural: 4 } })
for (const { label, weight, why } of formulation.rows) console.log(label, weight, why)

const file = writeDimodCqm(formulation.cqm)
console.log(
  `${file.length} bytes that dimod reads; read back:`,
  readDimodCqm(file).constraints.length,
  'constraints',
)

const set = await sample(formulation.explicit(), annealing({ numReads: 20, numSweeps: 200 }), { seed: 1 })
const plan = formulation.decode(set.states.subarray(0, set.numVariables))
const { feasible, objective } = evaluate(instance, plan)
console.log({ energy: set.energies[0], objective, feasible })
console.log(
  Array.from(
    plan.agentOf,
    (agent, task) => `${instance.tasks.ids.get(task)}: ${agentId(instance.fleet, agent)}`,
  ),
)
