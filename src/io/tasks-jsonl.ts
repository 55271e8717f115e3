/** Tasks from a JSONL file, one object per line, streamed. Blank lines are skipped. */

import { parseJson } from './document-text.ts'
import { hasRepeatedKeys } from './json-scan.ts'
import { forEachLine } from './lines.ts'
import type { SourcePosition } from './source-position.ts'
import { explainTask, isTask } from './task-shape.ts'
import type { TaskSource } from './task-source.ts'

export function jsonlTasks(path: string): TaskSource {
  return {
    async deliver(add, refuse) {
      let row = 0
      await forEachLine(path, (line, number) => {
        if (isBlank(line)) return undefined
        const task = parseLine(path, line, number)
        if (isTask(task)) add(task)
        else refuse(explainTask(task, row))
        row += 1
        return undefined
      })
    },
    async locate([, row, ...inside], part) {
      let position: SourcePosition = { file: path }
      let at = 0
      await forEachLine(path, (line, number) => {
        if (isBlank(line) || at++ !== row) return undefined
        position = parseJson(path, line, number).locate(inside, part)
        return false
      })
      return position
    },
  }
}

const isBlank = (line: string): boolean => line.length === 0 || line.trim() === ''

/** The quick way; only a bad line is parsed again for the place and the reason. */
function parseLine(path: string, line: string, number: number): unknown {
  try {
    const value: unknown = JSON.parse(line)
    if (!hasRepeatedKeys(line, value)) return value
  } catch {
    // `parseJson` below throws the error that names the place.
  }
  return parseJson(path, line, number).value
}
