/** Writes instances to files; the format is the ending of the name. */
import { basename, dirname, extname, relative } from 'node:path'
import { QaasError } from '../errors.ts'
import type { Instance } from '../model/instance.ts'
import { columnarPieces } from './columnar/write-columnar.ts'
import { csvObstacle, csvPieces, jsonlPieces, jsonPieces, yamlPieces } from './instance-text.ts'
import { type Content, writeTextFile } from './write-file.ts'

type Writer = (instance: Instance, tasks?: string) => Content

/** How each ending is written; `tasks` is the path the file names instead of listing its tasks. */
const WRITERS: Readonly<Record<string, Writer>> = {
  '.yaml': yamlPieces,
  '.yml': yamlPieces,
  '.json': jsonPieces,
  '.qaas': columnarPieces,
}

const TASK_WRITERS: Readonly<Record<string, Writer>> = {
  '.jsonl': jsonlPieces,
  '.csv': csvContent,
}

export const INSTANCE_ENDINGS: readonly string[] = Object.keys(WRITERS)
export const TASK_ENDINGS: readonly string[] = Object.keys(TASK_WRITERS)

export interface WriteInstanceOptions {
  /** Path of a JSONL or CSV file for the tasks, which the instance file then names. */
  readonly tasks?: string
}

/** What an instance file of that ending holds. @throws QaasError `invalid-option` on an unknown ending */
export function instanceContent(instance: Instance, ending: string): Content {
  return writerOf({ ...WRITERS, ...TASK_WRITERS }, ending, 'an instance')(instance)
}

/** @throws QaasError `invalid-option` when nothing can be written to such a name */
export function checkInstancePath(path: string, { tasks }: WriteInstanceOptions = {}): void {
  writerOf(WRITERS, extname(path), 'an instance')
  if (tasks !== undefined) writerOf(TASK_WRITERS, extname(tasks), 'tasks')
}

/** Writes the instance, whole or not at all. @throws QaasError `invalid-option`, `unsupported`, `file-system` */
export async function writeInstance(
  path: string,
  instance: Instance,
  { tasks }: WriteInstanceOptions = {},
): Promise<void> {
  const write = writerOf(WRITERS, extname(path), 'an instance')
  if (tasks === undefined) return writeTextFile(path, write(instance))
  if (extname(path).toLowerCase() === '.qaas')
    throw new QaasError('unsupported', `${path}: a .qaas file holds its tasks itself`, {
      advice: 'Maybe leave the tasks file out, or write YAML or JSON.',
      data: { file: path },
    })
  await writeTasks(tasks, instance)
  const inner = relative(dirname(path), tasks) || basename(tasks)
  await writeTextFile(path, write(instance, inner.replaceAll('\\', '/')))
}

/** Writes the tasks alone, as JSONL or CSV. @throws QaasError `invalid-option`, `unsupported`, `file-system` */
export async function writeTasks(path: string, instance: Instance): Promise<void> {
  await writeTextFile(path, writerOf(TASK_WRITERS, extname(path), 'tasks')(instance))
}

function csvContent(instance: Instance): Content {
  const obstacle = csvObstacle(instance)
  if (obstacle === undefined) return csvPieces(instance)
  throw new QaasError('unsupported', `the tasks cannot be written as CSV: ${obstacle}`, {
    advice: 'Maybe write JSONL instead.',
  })
}

function writerOf(table: Readonly<Record<string, Writer>>, ending: string, what: string): Writer {
  const writer = Object.hasOwn(table, ending.toLowerCase()) ? table[ending.toLowerCase()] : undefined
  if (writer) return writer
  const known = Object.keys(table).join(', ')
  throw new QaasError('invalid-option', `${what} cannot be written to a file ending in "${ending}"`, {
    advice: `Maybe use one of these endings: ${known}.`,
    data: { ending },
  })
}
