/** Runs `qaas resume`; its options are in `commands/resume.ts`. */
import type { ExitCode } from '../command.ts'
import type { ResumeArguments } from '../commands/resume.ts'
import { openHomeStore, pickRun } from '../running/home.ts'
import { checkOutputs, metricsFor } from '../running/observers.ts'
import { watchRun } from '../running/watch.ts'
import { checkOneOutput } from '../solve-options.ts'

export async function run({ positionals: [name], options }: ResumeArguments): Promise<ExitCode> {
  checkOneOutput(options)
  await checkOutputs(options)
  const meter = metricsFor(options)
  const store = openHomeStore(meter ? { onCommit: ({ elapsedMs }) => meter.onCommit(elapsedMs) } : {})
  try {
    return await watchRun(store, await pickRun(store, name), { ...options, meter })
  } finally {
    await store.close()
  }
}
