/** `qaas runs`: all runs there are. */
import { defineCommand } from '../command.ts'

export const command = defineCommand({
  name: 'runs',
  summary: 'List all runs, oldest first.',
  examples: ['qaas runs', 'qaas runs --json'],
  positionals: [],
  options: { json: { kind: 'flag', help: 'machine-readable output' } },
  run: async ({ options }) => {
    const { openHomeStore } = await import('../running/home.ts')
    const { listRuns } = await import('../../orchestrator/run-files.ts')
    const { readStatus } = await import('../running/status.ts')
    const { statusJson } = await import('../running/status-json.ts')
    const { renderTable } = await import('../table.ts')
    const { count, usd } = await import('../format.ts')
    const store = openHomeStore()
    try {
      const all = []
      for (const runId of await listRuns(store)) all.push(await readStatus(store, runId))
      if (options.json) {
        console.log(
          JSON.stringify(
            all.map((run) => ({
              ...run,
              progress: statusJson(run),
              simulated: run.settings.simulate !== undefined,
            })),
            null,
            2,
          ),
        )
        return 0
      }
      const rows = all.map(({ settings, progress, holder }) => [
        settings.runId,
        new Date(settings.createdAt).toISOString().slice(0, 19).replace('T', ' '),
        (progress.outcome === 'open' ? (holder === undefined ? 'stopped' : 'running') : progress.outcome) +
          (settings.simulate ? ', simulated' : ''),
        `${count(progress.tasks.done)}/${count(progress.tasks.total)}`,
        usd(progress.spentNano / 1e9),
      ])
      const columns = [
        { title: 'run' },
        { title: 'began' },
        { title: 'state' },
        { title: 'done', align: 'right' },
        { title: 'spent', align: 'right' },
      ] as const
      console.log(renderTable(columns, rows))
      return 0
    } finally {
      await store.close()
    }
  },
})
