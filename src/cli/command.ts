/** A command of the line as data: its options, examples and what it runs. Parsing is in `arguments.ts`. */

interface OptionBase {
  readonly help: string
  /** One letter, for `-x`. */
  readonly short?: string
}

export type OptionSpec =
  | (OptionBase & { readonly kind: 'flag' })
  | (OptionBase & {
      readonly kind: 'string'
      /** What stands for the value in the usage, such as `FILE`. */
      readonly value: string
      readonly choices?: readonly string[]
    })
  | (OptionBase & {
      readonly kind: 'number'
      readonly value: string
      readonly min?: number
      readonly max?: number
      readonly integer?: boolean
    })
  /** `10s`, `500ms`, `2m`, `1h` or a plain number of seconds; the value is in milliseconds. */
  | (OptionBase & { readonly kind: 'duration'; readonly value: string })
  /** `0.5%`; the value is a part of one. */
  | (OptionBase & { readonly kind: 'percent'; readonly value: string })

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

type OptionValue<S extends OptionSpec> = S extends { kind: 'flag' }
  ? boolean
  : S extends { kind: 'string' }
    ? string | undefined
    : number | undefined

export type OptionValues<S extends OptionSpecs> = { readonly [K in keyof S]: OptionValue<S[K]> }

export interface PositionalSpec {
  readonly name: string
  readonly help: string
  readonly optional?: boolean
  /** Takes all that follow; only the last may. */
  readonly many?: boolean
}

/** What `run` is given. */
export interface RunArguments<S extends OptionSpecs = OptionSpecs> {
  readonly positionals: readonly string[]
  readonly options: OptionValues<S>
}

/** 0 done, 1 no feasible plan, 2 bad input, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130

export interface Command<S extends OptionSpecs = OptionSpecs> {
  readonly name: string
  readonly summary: string
  /** Further paragraphs of `--help`. */
  readonly description?: string
  readonly examples: readonly string[]
  readonly positionals: readonly PositionalSpec[]
  readonly options: S
  run(args: RunArguments<S>): Promise<ExitCode>
}

/** Gives a command's `run` the types of its options. */
export function defineCommand<const S extends OptionSpecs>(command: Command<S>): Command<S> {
  return command
}
