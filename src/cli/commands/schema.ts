/** `qaas schema`: the JSON Schema of instance and plan files, for editors and other tools. */
import { defineCommand, type RunArguments } from '../command.ts'

const options = {
  out: { kind: 'string', value: 'FILE', short: 'o', help: 'write to this file, not to standard output' },
  json: { kind: 'flag', help: 'the same; it always is JSON' },
} as const

export type SchemaArguments = RunArguments<typeof options>

export const command = defineCommand({
  name: 'schema',
  summary: 'Print the JSON Schema of instance or plan files.',
  description:
    'Editors complete and check YAML files that begin with the line\n' +
    '# yaml-language-server: $schema=./qaas.schema.json',
  examples: ['qaas schema > qaas.schema.json', 'qaas schema plan --out plan.schema.json'],
  positionals: [{ name: 'kind', help: 'instance (the default) or plan', optional: true }],
  options,
  run: async (args) => (await import('../runs/schema.ts')).run(args),
})
