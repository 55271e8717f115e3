/** Reads the RouterBench slice: real prompts, scores and costs of eleven language models. Evaluation only. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** Beside the repository where the data is present; it is not part of the product. */
const DATA = fileURLToPath(new URL('../../../shared/data/routerbench_slice_train.csv.gz', import.meta.url))

export interface Prompt {
  readonly id: string
  readonly dataset: string
  /** Share solved, 0 to 1, by language model; NaN where it was not measured. */
  readonly scores: readonly number[]
  /** Dollars for this prompt, by language model. */
  readonly costsUsd: readonly number[]
}

export interface RouterBench {
  readonly languageModels: readonly string[]
  readonly prompts: readonly Prompt[]
}

/** The slice, or undefined where the data is absent. */
export function readRouterBench(): RouterBench | undefined {
  if (!existsSync(DATA)) return undefined
  const [head, ...rows] = parseCsv(gunzipSync(readFileSync(DATA)).toString('utf8'))
  const scoreColumns = head!.flatMap((name, k) => (name.endsWith('|score') ? [k] : []))
  const languageModels = scoreColumns.map((k) => head![k]!.replace(/\|score$/, ''))
  const costColumns = languageModels.map((name) => head!.indexOf(`${name}|cost_usd`))
  const number = (cell: string | undefined): number => (cell ? Number(cell) : Number.NaN)
  return {
    languageModels,
    prompts: rows.map((cells) => ({
      id: cells[0]!,
      dataset: cells[1]!,
      scores: scoreColumns.map((k) => number(cells[k])),
      costsUsd: costColumns.map((k) => number(cells[k])),
    })),
  }
}

/** Rows of a CSV with quoted cells that may hold commas, quotes and line ends (RFC 4180). */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let cells: string[] = []
  const cell = /"((?:[^"]|"")*)"|([^,\r\n"]*)/y
  let at = 0
  while (at < text.length) {
    cell.lastIndex = at
    const [whole, quoted, plain] = cell.exec(text)!
    cells.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'))
    at += whole.length
    if (text[at] === ',') at += 1
    else {
      rows.push(cells)
      cells = []
      at += text.startsWith('\r\n', at) ? 2 : 1
    }
  }
  return rows
}
