/** `qaas schema`: the JSON Schema of instance and plan files, for editors and other tools. */
import { QaasError } from '../../errors.ts'
import { nearest } from '../../io/nearest.ts'
import { planJsonSchema } from '../../io/plan-schema.ts'
import { instanceJsonSchema } from '../../io/schema.ts'
import { writeTextFile } from '../../io/write-file.ts'
import { defineCommand } from '../command.ts'

const SCHEMAS: Readonly<Record<string, () => Record<string, unknown>>> = {
  instance: instanceJsonSchema,
  plan: planJsonSchema,
}

export const command = defineCommand({
  name: 'schema',
  summary: 'Print the JSON Schema of instance or plan files.',
  description:
    'Editors complete and check YAML files that begin with the line\n' +
    '# yaml-language-server: $schema=./qaas.schema.json',
  examples: ['qaas schema > qaas.schema.json', 'qaas schema plan --out plan.schema.json'],
  positionals: [{ name: 'kind', help: 'instance (the default) or plan', optional: true }],
  options: {
    out: { kind: 'string', value: 'FILE', short: 'o', help: 'write to this file, not to standard output' },
    json: { kind: 'flag', help: 'the same; it always is JSON' },
  },
  async run({ positionals: [kind = 'instance'], options }) {
    const schema = Object.hasOwn(SCHEMAS, kind) ? SCHEMAS[kind] : undefined
    if (schema === undefined) {
      const close = nearest(kind, Object.keys(SCHEMAS))
      throw new QaasError('invalid-option', `there is no schema "${kind}"`, {
        advice: close ? `Maybe you meant ${close}.` : 'Maybe pick instance or plan.',
      })
    }
    const text = JSON.stringify(schema(), null, 2)
    if (options.out === undefined) console.log(text)
    else await writeTextFile(options.out, `${text}\n`)
    return 0
  },
})
