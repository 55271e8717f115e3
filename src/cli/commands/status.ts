/** `qaas status`: where a run stands. */
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  name: 'status',
  summary: 'Show where a run stands: tasks by state, pools, money.',
  examples: ['qaas status', 'qaas status factory-20261121-204512-3f --json'],
  positionals: [{ name: 'run', help: 'name of the run; default: the last one', optional: true }],
  options: { json: { kind: 'flag', help: 'machine-readable output' } },
  run: async ({ positionals: [name], options }) => {
    const { openHomeStore, pickRun } = await import('../running/home.ts')
    const { readStatus } = await import('../running/status.ts')
    const { statusJson } = await import('../running/status-json.ts')
    const { statusText } = await import('../running/run-text.ts')
    const store = openHomeStore()
    try {
      const status = await readStatus(store, await pickRun(store, name))
      const { progress, settings, holder } = status
      if (options.json)
        console.log(JSON.stringify({ ...statusJson(status), settings, holder: holder ?? null }, null, 2))
      else console.log(statusText(progress, settings, holder))
      return 0
    } finally {
      await store.close()
    }
  },
})
