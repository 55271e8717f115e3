/** Parses a command's arguments strictly, and prints its usage; every mistake is one `invalid-option` error. */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { QaasError } from '../errors.ts'
import { nearest } from '../io/nearest.ts'
import { wrap } from '../report/wrap.ts'
import type { Command, OptionSpec, OptionSpecs, OptionValues } from './command.ts'

function bad(message: string, advice: string): QaasError {
  return new QaasError('invalid-option', message, { advice })
}

/** @throws QaasError `invalid-option` on unknown options, missing or impossible values, wrong number of arguments */
export function parseArguments<S extends OptionSpecs>(
  command: Command<S>,
  argv: readonly string[],
): { positionals: readonly string[]; options: OptionValues<S> } {
  const { values, positionals } = parseStrictly(command, argv)
  const options = Object.fromEntries(
    Object.entries<OptionSpec>(command.options).map(([name, spec]) => [
      name,
      parsedValue(name, spec, values[name]),
    ]),
  )
  checkPositionals(command, positionals)
  return { positionals, options: options as OptionValues<S> }
}

function parseStrictly(
  command: Command,
  argv: readonly string[],
): { values: Record<string, unknown>; positionals: string[] } {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, spec]) => [
      name,
      {
        type: spec.kind === 'flag' ? ('boolean' as const) : ('string' as const),
        ...(spec.short ? { short: spec.short } : {}),
      },
    ]),
  )
  const args = withNegativeNumbers(command, argv)
  checkRepeats(command, args, options)
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    throw bad(firstSentence(error as Error), adviceFor(command, error as Error & { code?: string }))
  }
}

/** The last of two values would win without a word. */
function checkRepeats(command: Command, args: string[], options: ParseArgsConfig['options']): void {
  const { tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true })
  const seen = new Map<string, string>()
  for (const token of tokens) {
    if (token.kind !== 'option' || (command.options[token.name]?.kind ?? 'flag') === 'flag') continue
    const first = seen.get(token.name)
    if (first !== undefined)
      throw bad(
        `--${token.name} is given twice: "${first}" and "${token.value ?? ''}"`,
        'Maybe leave one of them out.',
      )
    seen.set(token.name, token.value ?? '')
  }
}

/** Node takes `--lambda -5` for a missing value; joined with `=` it is one. */
function withNegativeNumbers(command: Command, argv: readonly string[]): string[] {
  const joined: string[] = []
  for (let i = 0; i < argv.length; i++) {
    const spec = command.options[argv[i]!.replace(/^--/, '')]
    const next = argv[i + 1]
    if (spec !== undefined && spec.kind !== 'flag' && next !== undefined && /^-[\d.]/.test(next)) {
      joined.push(`${argv[i]}=${next}`)
      i++
    } else joined.push(argv[i]!)
  }
  return joined
}

function firstSentence({ message }: Error): string {
  return message.split('. To specify')[0]!.split('\n')[0]!
}

function adviceFor(command: Command, error: Error & { code?: string }): string {
  const unknown = /Unknown option '(-{1,2})([^']+)'/.exec(error.message)
  const close = unknown ? nearest(unknown[2]!, Object.keys(command.options)) : undefined
  if (close) return `Maybe you meant --${close}.`
  return `Maybe look at "qaas ${command.name} --help".`
}

function parsedValue(name: string, spec: OptionSpec, value: unknown): unknown {
  if (spec.kind === 'flag') return value === true
  if (value === undefined) return undefined
  const text = value as string
  if (spec.kind === 'string') return chosen(name, spec.choices, text)
  if (spec.kind === 'duration') return parseDuration(text, `--${name}`)
  if (spec.kind === 'percent') return parsePercent(text, `--${name}`)
  const number = text.trim() === '' ? Number.NaN : Number(text)
  const { min = -Infinity, max = Infinity, integer = false } = spec
  if (!Number.isFinite(number) || number < min || number > max || (integer && !Number.isSafeInteger(number)))
    throw bad(
      `--${name} is "${text}", it must be ${rangeText(min, max, integer)}`,
      'Maybe correct the number.',
    )
  return number
}

function rangeText(min: number, max: number, integer: boolean): string {
  const kind = integer ? 'a whole number' : 'a number'
  if (min === -Infinity && max === Infinity) return kind
  if (max === Infinity) return `${kind} of at least ${min}`
  return `${kind} from ${min} to ${max}`
}

function chosen(name: string, choices: readonly string[] | undefined, text: string): string {
  if (choices === undefined || choices.includes(text)) return text
  const close = nearest(text, choices)
  throw bad(
    `--${name} is "${text}", it must be one of: ${choices.join(', ')}`,
    close ? `Maybe you meant ${close}.` : 'Maybe pick one of these.',
  )
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, '': 1000 }

/** Milliseconds of `10s`, `500ms`, `2m`, `1h` or a plain number of seconds. @throws QaasError `invalid-option` */
export function parseDuration(text: string, what: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|)$/.exec(text.trim())
  if (match === null)
    throw bad(
      `${what} is "${text}", it must be a length of time such as 10s, 500ms or 2m`,
      'Maybe write it in seconds: 10s.',
    )
  return Number(match[1]) * UNITS_MS[match[2]!]!
}

/** A part of one from `0.5%`; the sign is asked for, as 0.5 could mean either. @throws QaasError `invalid-option` */
export function parsePercent(text: string, what: string): number {
  const match = /^(\d+(?:\.\d+)?|\.\d+)\s*%$/.exec(text.trim())
  const part = match === null ? Number.NaN : Number(match[1]) / 100
  if (!(part >= 0 && part <= 1))
    throw bad(
      `${what} is "${text}", it must be a percentage from 0% to 100%`,
      'Maybe write it with its sign: 0.5%.',
    )
  return part
}

function checkPositionals({ name, positionals: specs }: Command, given: readonly string[]): void {
  const missing = specs.filter((spec) => !spec.optional)[given.length]
  if (missing !== undefined)
    throw bad(`${missing.name} is missing: ${missing.help}`, `Maybe look at "qaas ${name} --help".`)
  if (given.length > specs.length && !specs.at(-1)?.many)
    throw bad(`"${given[specs.length]}" is one argument too many`, `Maybe look at "qaas ${name} --help".`)
}

/** The text of `--help`. */
export function usage(command: Command): string {
  const positionals = command.positionals.map((spec) => {
    const name = spec.many ? `${spec.name}...` : spec.name
    return spec.optional ? `[${name}]` : `<${name}>`
  })
  const rows = Object.entries(command.options).map(
    ([name, spec]) => [optionTitle(name, spec), optionHelp(spec)] as const,
  )
  const argumentRows = command.positionals.map((spec) => [spec.name, spec.help] as const)
  return [
    ...paragraph(command.summary),
    '',
    `Usage: qaas ${[command.name, ...positionals].join(' ')} [options]`,
    ...(command.description ? ['', ...unbroken(command.description).flatMap(paragraph)] : []),
    ...section('Arguments', argumentRows),
    ...section('Options', [...rows, ['--help, -h', 'show this'] as const]),
    '',
    command.examples.length > 1 ? 'Examples:' : 'Example:',
    ...command.examples.map((example) => `  ${example}`),
    '',
  ].join('\n')
}

function optionTitle(name: string, spec: OptionSpec): string {
  const short = spec.short ? `, -${spec.short}` : ''
  return spec.kind === 'flag' ? `--${name}${short}` : `--${name}${short} ${spec.value}`
}

function optionHelp(spec: OptionSpec): string {
  return spec.kind === 'string' && spec.choices ? `${spec.help} (${spec.choices.join(', ')})` : spec.help
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  if (rows.length === 0) return []
  const width = Math.max(...rows.map(([name]) => name.length))
  const lines = rows.flatMap(([name, help]) =>
    wrap(help.split(' '), { first: `  ${name.padEnd(width)}  `, indent: ' '.repeat(width + 4) }),
  )
  return ['', `${title}:`, ...lines]
}

/** Lines of one paragraph joined; indented lines are on their own. */
function unbroken(text: string): string[] {
  return text.replaceAll(/([^\n])\n(?=[^\s])/g, '$1 ').split('\n')
}

/** A line of prose broken at blanks; what it is indented by stays. */
function paragraph(line: string): string[] {
  const indent = /^ */.exec(line)![0]
  return wrap(line.trim().split(' '), { first: indent, indent })
}
