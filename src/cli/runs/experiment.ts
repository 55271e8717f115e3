/** Runs `qaas experiment`; its options are in `commands/experiment.ts`. */
import { join } from 'node:path'
import { QaasError } from '../../errors.ts'
import { EXPERIMENT_NAMES, type ExperimentName, experiments } from '../../experiments/experiments.ts'
import type { ExperimentResult } from '../../experiments/result.ts'
import { makeFolder } from '../../io/make-folder.ts'
import { nearest } from '../../io/nearest.ts'
import { writeTextFile } from '../../io/write-file.ts'
import { renderChart } from '../../report/chart.ts'
import type { ExitCode } from '../command.ts'
import type { ExperimentArguments } from '../commands/experiment.ts'
import { checkOneOutput } from '../solve-options.ts'
import { renderMarkdownTable, renderTable } from '../table.ts'

/** Trainings per setting: COBYLA from random angles differs from one to the next. */
const REPEATS = { full: 10, quick: 1 }

export async function run({ positionals: [name], options }: ExperimentArguments): Promise<ExitCode> {
  checkOneOutput(options)
  const names = chosen(name!)
  const { out, seed = 1, shots = 4000 } = options
  if (out !== undefined) makeOutputFolder(out)
  const settings = { seed, shots, repeats: options.quick ? REPEATS.quick : REPEATS.full }
  const results: ExperimentResult[] = []
  for (const one of names) {
    const result = await experiments[one].run(settings)
    results.push(result)
    if (!options.json) console.log(text(result, options.markdown))
    if (out !== undefined) await write(result, { out, command: commandOf(one, options), ...settings })
  }
  if (options.json) console.log(JSON.stringify(results.map(forMachines), null, 2))
  return 0
}

function chosen(name: string): readonly ExperimentName[] {
  if (name === 'all') return EXPERIMENT_NAMES
  if (EXPERIMENT_NAMES.includes(name as ExperimentName)) return [name as ExperimentName]
  const close = nearest(name, [...EXPERIMENT_NAMES, 'all'])
  throw new QaasError('invalid-option', `there is no experiment "${name}"`, {
    advice: close ? `Maybe you meant ${close}.` : `Maybe one of ${EXPERIMENT_NAMES.join(', ')}, all.`,
  })
}

function makeOutputFolder(path: string): void {
  try {
    makeFolder(path)
  } catch (cause) {
    throw new QaasError('file-system', `${path}: cannot be made a folder`, {
      advice: 'Maybe pick another place for --out.',
      cause,
      data: { file: path },
    })
  }
}

/** The line that gives the same numbers again. */
function commandOf(name: ExperimentName, options: ExperimentArguments['options']): string {
  const parts = ['qaas experiment', name]
  if (options.quick) parts.push('--quick')
  if (options.seed !== undefined) parts.push(`--seed ${options.seed}`)
  if (options.shots !== undefined) parts.push(`--shots ${options.shots}`)
  return parts.join(' ')
}

function text({ title, tables, notes }: ExperimentResult, markdown: boolean): string {
  const render = markdown ? renderMarkdownTable : renderTable
  return [
    markdown ? `## ${title}` : title.toUpperCase(),
    '',
    ...tables.flatMap((table) => [
      `${table.title}${markdown ? '' : ':'}`,
      '',
      render(
        table.columns.map((column) => ({
          title: column.replace(/^</, ''),
          align: column.startsWith('<') ? ('left' as const) : ('right' as const),
        })),
        table.rows,
      ),
      '',
    ]),
    ...notes.map((note) => `- ${note}`),
    '',
  ].join('\n')
}

function forMachines({ name, title, tables, notes, data }: ExperimentResult): object {
  return { name, title, tables, notes, data }
}

/** Eight digits are more than any of these numbers is worth, and keep the files small. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(8)) : value
}

interface Writing {
  readonly out: string
  readonly command: string
  readonly seed: number
  readonly shots: number
  readonly repeats: number
}

async function write(result: ExperimentResult, { out, ...provenance }: Writing): Promise<void> {
  const document = { provenance, ...forMachines(result) }
  await writeTextFile(join(out, `${result.name}.json`), `${JSON.stringify(document, rounded, 1)}\n`)
  for (const { name, content } of result.figures) {
    const svg = 'svg' in content ? content.svg : await renderChart(content.spec)
    await writeTextFile(join(out, `${name}.svg`), svg.endsWith('\n') ? svg : `${svg}\n`)
  }
}
