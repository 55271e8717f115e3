/** Reads tasks alone, from a JSONL or CSV file: what is submitted to a run. What they refer to is checked there. */
import { extname } from 'node:path'
import type { TaskDocument } from '../model/document.ts'
import type { Explanation } from './explain-issue.ts'
import { fileError } from './source-position.ts'
import { csvTasks } from './tasks-csv.ts'
import { jsonlTasks } from './tasks-jsonl.ts'

/** @throws QaasError `file-system`, `invalid-file` or `invalid-instance`, naming file, line and value */
export async function readTasks(path: string): Promise<readonly TaskDocument[]> {
  const kind = extname(path).toLowerCase()
  if (kind !== '.jsonl' && kind !== '.ndjson' && kind !== '.csv')
    throw fileError({ file: path }, 'tasks to submit are read from JSONL or CSV', {
      advice: 'Maybe write one JSON object per line, and give the file the ending .jsonl.',
    })
  const source = kind === '.csv' ? csvTasks(path) : jsonlTasks(path)
  const tasks: TaskDocument[] = []
  let mistake: Explanation | undefined
  const refuse = (found: Explanation): never => {
    mistake = found
    throw new Error(found.message)
  }
  try {
    await source.deliver((task) => void tasks.push(task), refuse)
  } catch (error) {
    if (mistake === undefined) throw error
    const { path: at, part, message, advice } = mistake
    throw fileError(await source.locate(at, part), message, {
      code: 'invalid-instance',
      advice,
      data: { path: at },
    })
  }
  if (tasks.length === 0)
    throw fileError({ file: path }, 'there are no tasks in it', {
      advice: 'Maybe the file is the wrong one.',
    })
  return tasks
}
