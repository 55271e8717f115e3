/** `qaas cancel`: ends a run for good. */
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  name: 'cancel',
  summary: 'End a run for good: what runs is stopped and settled, what waits is given up.',
  examples: ['qaas cancel', 'qaas cancel factory-20261121-204512-3f'],
  positionals: [{ name: 'run', help: 'name of the run; default: the last one', optional: true }],
  options: { json: { kind: 'flag', help: 'machine-readable output' } },
  run: async ({ positionals: [name], options }) => {
    const { openHomeStore, pickRun } = await import('../running/home.ts')
    const { cancelRun } = await import('../running/cancel.ts')
    const store = openHomeStore()
    try {
      const runId = await pickRun(store, name)
      const cancelled = await cancelRun(store, runId)
      if (options.json) console.log(JSON.stringify({ runId, cancelled }))
      else console.log(cancelled ? `run ${runId} is cancelled` : `run ${runId} has been asked to end`)
      return 0
    } finally {
      await store.close()
    }
  },
})
