/** Plan and run from a program: two steps that depend on each other, done by a program of your own. */
import { builtinSolvers, createInstance, runPlan, solve } from 'qaas'

const shout = `process.stdin.on('data', (text) => {
  const { input, parents } = JSON.parse(text)
  console.log(JSON.stringify({ output: [...parents.map((one) => one.output), input].join(' ').toUpperCase() }))
})`
const instance = createInstance({
  version: 1,
  agents: [
    {
      id: 'writer',
      quality: 0.8,
      price: { perTaskUsd: 0.01 },
      provider: { kind: 'command', command: [process.execPath, '-e', shout], timeoutMs: 10_000 },
    },
  ],
  tasks: [
    { id: 'greet', input: 'hello' },
    { id: 'name', input: 'world', dependsOn: ['greet'] },
  ],
})
const { plan } = await solve(instance, await builtinSolvers.auto())
const { tasks, complete, spentUsd } = await runPlan(instance, plan!)
console.log(complete, spentUsd)
for (const { task, agent, state, output } of tasks) console.log(task, agent, state, output)
