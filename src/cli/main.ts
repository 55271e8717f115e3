/** The command line: commands as data, loaded when used. The only place that exits and prints errors. */
import { type CommandDef, defineCommand, runMain } from 'citty'

type Commands = Record<string, () => Promise<CommandDef>>

const subCommands: Commands = {}

const root = defineCommand({
  meta: { name: 'qaas', description: 'Plan which agent does which task, prove it, run it.' },
  subCommands,
})

export async function main(argv: string[]): Promise<void> {
  await runMain(root, { rawArgs: argv })
}
