/** Keeps what a command writes away from what it reads, and from its other outputs. */
import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { QaasError } from '../errors.ts'
import { STANDARD_INPUT } from '../io/text-file.ts'
import { checkWritable } from '../io/write-file.ts'

export interface Files {
  /** By what the command line calls them; undefined: not given. */
  readonly inputs: Readonly<Record<string, string | undefined>>
  readonly outputs: Readonly<Record<string, string | undefined>>
}

/** @throws QaasError `invalid-option` when a file would be written over an input or another output, `file-system` */
export async function checkOutputs({ inputs, outputs }: Files): Promise<void> {
  const taken = new Map<string, string>()
  for (const [name, path] of given(inputs)) if (path !== STANDARD_INPUT) taken.set(realPath(path), name)
  for (const [name, path] of given(outputs)) {
    const before = taken.get(realPath(path))
    if (before !== undefined)
      throw new QaasError('invalid-option', `${name} would write over ${before}: both are ${path}`, {
        advice: 'Maybe give it a name of its own.',
        data: { file: path },
      })
    taken.set(realPath(path), name)
    await checkWritable(path)
  }
}

const given = (files: Files['inputs']): (readonly [string, string])[] =>
  Object.entries(files).flatMap(([name, path]) => (path === undefined ? [] : [[name, path] as const]))

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}
