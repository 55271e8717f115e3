/** Runs `qaas schema`; its options are in `commands/schema.ts`. */
import { QaasError } from '../../errors.ts'
import { nearest } from '../../io/nearest.ts'
import { planJsonSchema } from '../../io/plan-schema.ts'
import { instanceJsonSchema } from '../../io/schema.ts'
import { writeTextFile } from '../../io/write-file.ts'
import type { ExitCode } from '../command.ts'
import type { SchemaArguments } from '../commands/schema.ts'

const SCHEMAS: Readonly<Record<string, () => Record<string, unknown>>> = {
  instance: instanceJsonSchema,
  plan: planJsonSchema,
}

export async function run({ positionals: [kind = 'instance'], options }: SchemaArguments): Promise<ExitCode> {
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
}
