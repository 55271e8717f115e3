/**
 * Tasks from a CSV file, streamed. The first row names the fields; lists are separated by `;`, estimates are columns
 * named `estimates.<agent>.<figure>`. An empty cell leaves the field out.
 */
import type { EstimateDocument, TaskDocument } from '../model/document.ts'
import type { DocumentPath } from '../model/invalid.ts'
import { type CsvRow, forEachCsvRow } from './csv-rows.ts'
import type { Explanation } from './explain-issue.ts'
import { nearest } from './nearest.ts'
import { fileError, type SourcePosition } from './source-position.ts'
import type { TaskSource } from './task-source.ts'

export const LIST_SEPARATOR = ';'

type Kind = 'text' | 'number' | 'list'

const FIELD_KINDS: Readonly<Record<string, Kind>> = {
  id: 'text',
  complexity: 'text',
  requires: 'list',
  domain: 'text',
  minQuality: 'number',
  inputTokens: 'number',
  outputTokens: 'number',
  maxLatencyMs: 'number',
  dependsOn: 'list',
  workflow: 'text',
  input: 'text',
}
const ESTIMATE = /^estimates\.(.+)\.(costUsd|quality|latencyMs|tokens)$/s

interface Column {
  readonly name: string
  readonly kind: Kind
  /** Agent and figure of an estimate. */
  readonly estimate?: readonly [string, keyof EstimateDocument]
}

export function csvTasks(path: string): TaskSource {
  return {
    async deliver(add, refuse) {
      let columns: readonly Column[] | undefined
      let row = 0
      await forEachCsvRow(path, (cells) => {
        if (columns === undefined) {
          columns = readHeader(path, cells)
          return undefined
        }
        checkLength(path, cells, columns)
        add(taskOf({ columns, cells: cells.cells, row, refuse }))
        row += 1
        return undefined
      })
    },
    async locate([, row, ...inside]) {
      let position: SourcePosition = { file: path }
      let header: readonly string[] | undefined
      let at = 0
      await forEachCsvRow(path, (cells) => {
        if (header === undefined) {
          header = cells.cells
          return undefined
        }
        if (at++ !== row) return undefined
        const column = cells.columns[header.indexOf(columnName(inside))]
        position = { file: path, line: cells.line, ...(column === undefined ? {} : { column }) }
        return false
      })
      return position
    },
  }
}

const columnName = (inside: DocumentPath): string =>
  inside[0] === 'estimates' ? inside.join('.') : String(inside[0] ?? 'id')

function readHeader(path: string, { cells, columns, line }: CsvRow): Column[] {
  const known = Object.keys(FIELD_KINDS)
  const seen = new Set<string>()
  const result = cells.map((cell, k): Column => {
    const name = cell.trim()
    const at = { file: path, line, column: columns[k]! }
    if (seen.has(name))
      throw fileError(at, `the column "${name}" is given twice`, { advice: 'Maybe remove one of the two.' })
    seen.add(name)
    const estimate = ESTIMATE.exec(name)
    if (estimate) {
      const figure = estimate[2] as keyof EstimateDocument
      return { name, kind: 'number', estimate: [estimate[1]!, figure] }
    }
    if (Object.hasOwn(FIELD_KINDS, name)) return { name, kind: FIELD_KINDS[name]! }
    const close = /[;\t]/.test(name) ? undefined : nearest(name, known)
    throw fileError(at, `unknown field "${name}"`, {
      advice: close ? `Maybe you meant "${close}".` : headerAdvice(name, known),
      data: { value: name },
    })
  })
  if (!seen.has('id'))
    throw fileError({ file: path, line }, 'the first row has no column "id"', {
      advice: `Maybe the first row is missing; it names the fields: ${known.join(', ')}.`,
    })
  return result
}

function headerAdvice(name: string, known: readonly string[]): string {
  if (/[;\t]/.test(name)) return 'Maybe the cells are separated by another sign; use commas.'
  return `Maybe remove it, or the first row is missing; known fields: ${known.join(', ')}.`
}

function checkLength(path: string, { cells, line }: CsvRow, columns: readonly Column[]): void {
  if (cells.length === columns.length) return
  throw fileError(
    { file: path, line },
    `the row has ${cells.length} cells, the first row ${columns.length}`,
    {
      advice:
        cells.length > columns.length
          ? 'Maybe a text with a comma needs double quotes.'
          : 'Maybe a comma is missing; an empty cell still needs one.',
      data: { value: cells.join(',').slice(0, 200) },
    },
  )
}

interface RowInput {
  readonly columns: readonly Column[]
  readonly cells: readonly string[]
  readonly row: number
  readonly refuse: (mistake: Explanation) => never
}

type Draft = Record<string, unknown> & { estimates?: Record<string, Record<string, number>> }

function taskOf({ columns, cells, row, refuse }: RowInput): TaskDocument {
  const task: Draft = { id: '' }
  for (let k = 0; k < columns.length; k++) {
    const cell = cells[k]!
    if (cell === '') continue
    const { name, kind, estimate } = columns[k]!
    if (kind === 'text') task[name] = cell
    else if (kind === 'list') task[name] = cell.split(LIST_SEPARATOR).filter((item) => item !== '')
    else {
      const value = numberOf(cell)
      if (value === undefined) refuse(badNumber(cell, name, row))
      else if (estimate === undefined) task[name] = value
      else {
        task.estimates ??= {}
        const own = Object.hasOwn(task.estimates, estimate[0]) ? task.estimates[estimate[0]]! : {}
        Object.defineProperty(task.estimates, estimate[0], {
          value: own,
          enumerable: true,
          configurable: true,
        })
        own[estimate[1]] = value
      }
    }
  }
  return task as unknown as TaskDocument
}

const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/

/** The number in a cell; undefined when it is none. */
function numberOf(cell: string): number | undefined {
  return DECIMAL.test(cell) ? Number(cell) : undefined
}

function badNumber(cell: string, name: string, row: number): Explanation {
  const endless = /^\s*[+-]?(nan|inf(inity)?)\s*$/i.test(cell)
  const path = ['tasks', row, ...(name.startsWith('estimates.') ? ESTIMATE.exec(name)! : [name])]
  if (path.length > 3) path.splice(2, 1, 'estimates')
  return {
    path,
    part: 'value',
    message: `task ${row}: ${name} is "${cell}", it must be a finite number`,
    advice: endless
      ? 'Maybe leave the cell empty; that means no limit or the default.'
      : 'Maybe write it with a decimal point and without units.',
    value: cell,
  }
}
