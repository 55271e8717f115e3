/** Says in words what a zod issue means: the owner, the field, the value, what it must be, and what to do. */
import type { z } from 'zod'
import type { DocumentPath } from '../model/invalid.ts'
import { nearest } from './nearest.ts'

export interface Explanation {
  readonly path: DocumentPath
  /** Whether the place of the mistake is the key at `path` rather than its value. */
  readonly part: 'value' | 'key'
  readonly message: string
  readonly advice: string
  readonly value?: unknown
}

type Issue = z.core.$ZodIssue

/** A value with its schema, and where in the whole document it stands: all of it, or one task. */
interface Part {
  readonly schema: z.ZodType
  readonly root: unknown
  readonly prefix: DocumentPath
}

/** Explains the first mistake that `schema` finds in `root`; undefined when there is none. */
export function explainMistake(
  schema: z.ZodType,
  root: unknown,
  prefix: DocumentPath = [],
): Explanation | undefined {
  const result = schema.safeParse(root)
  if (result.success) return undefined
  const issue = narrowed(result.error.issues[0]!, [])
  const explained = explainIssue(issue, { schema, root, prefix })
  return { ...explained, path: [...prefix, ...explained.path] }
}

/** Follows a union to the branch that the value was most likely meant for: the one that got furthest. */
function narrowed(issue: Issue, before: PropertyKey[]): Issue {
  const path = [...before, ...issue.path]
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return { ...issue, path }
  const reach = (branch: Issue[]): number =>
    branch[0]?.code === 'invalid_type' ? branch[0].path.length : 1e3
  const sorted = issue.errors.filter((branch) => branch.length > 0).sort((a, b) => reach(b) - reach(a))
  const best = sorted[0]?.[0]
  if (best === undefined || reach(sorted[0]!) === 0) return { ...issue, path }
  return narrowed(best, path)
}

function explainIssue(issue: Issue, part: Part): Explanation {
  const { schema, root } = part
  const path = issue.path.filter((part) => typeof part !== 'symbol')
  const value = valueAt(root, path)
  const subject = subjectOf(part, path)
  const kinds = kindsOf(issue, { schema, root, path })
  if (kinds.length > 0) return explainKind(kinds, { path, value, subject })
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!
    const close = nearest(key, fieldNames(schema, path, root))
    return {
      path: [...path, key],
      part: 'key',
      message: `${ownerOf(part, [...path, key])}unknown field "${key}"`,
      advice: close
        ? `Maybe you meant "${close}".`
        : `Maybe remove it; known here: ${fieldNames(schema, path, root).join(', ')}.`,
      value: valueAt(root, [...path, key]),
    }
  }
  if (value === undefined)
    return {
      path,
      part: 'value',
      message: `${subject} is missing`,
      advice: `Maybe add it: ${expectation(issue)}.`,
    }
  return {
    path,
    part: 'value',
    message: `${subject} is ${shown(value)}, it must be ${expectation(issue)}`,
    advice: adviceFor(issue, value),
    value,
  }
}

/** The kinds an object may be of, when the issue is that its `kind` is none of them. */
function kindsOf(
  issue: Issue,
  { schema, root, path }: { schema: z.ZodType; root: unknown; path: DocumentPath },
): string[] {
  if (issue.code !== 'invalid_union' || !('discriminator' in issue) || issue.discriminator !== 'kind')
    return []
  const nodes = nodesAt(schema, path.slice(0, -1), root)
  return nodes.flatMap((node) => (node.shape?.kind?.def?.values ?? []).map(String))
}

function explainKind(
  kinds: readonly string[],
  { path, value, subject }: { path: DocumentPath; value: unknown; subject: string },
): Explanation {
  const known = kinds.map((kind) => `"${kind}"`).join(', ')
  if (value === undefined)
    return {
      path,
      part: 'value',
      message: `${subject} is missing`,
      advice: `Maybe add it, one of: ${known}.`,
    }
  const close = typeof value === 'string' ? nearest(value, kinds) : undefined
  return {
    path,
    part: 'value',
    message: `${subject} is ${shown(value)}, which is none of ${known}`,
    advice: close
      ? `Maybe you meant "${close}".`
      : 'Maybe "command" fits: any local program can be an agent.',
    value,
  }
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'too_small':
      if (issue.origin === 'string') return 'a text that is not empty'
      if (issue.origin === 'array') return 'a list that is not empty'
      return `a number of at least ${issue.minimum}`
    case 'too_big':
      return `a number of at most ${issue.maximum}`
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? `a ${issue.expected}`
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ')
    case 'invalid_union': {
      if ('discriminator' in issue && issue.discriminator === 'mode') return '"hard", "soft" or "off"'
      const branches = issue.errors.map((branch) => branch[0]).filter((first) => first !== undefined)
      return [...new Set(branches.map(expectation))].join(' or ')
    }
    default:
      return issue.message
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a finite number',
  int: 'a whole number',
  array: 'a list',
  object: 'an object with fields',
  record: 'an object with fields',
}

function adviceFor(issue: Issue, value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    return 'Maybe leave the field out; that means no limit or the default.'
  if (issue.code === 'too_big' && typeof value === 'number' && Number(issue.maximum) === 1 && value <= 100)
    return `Maybe it was meant as a percentage: write ${value / 100}.`
  if (issue.code === 'invalid_type' && typeof value === 'string') {
    if (issue.expected === 'number' && value.trim() !== '' && Number.isFinite(Number(value)))
      return `Maybe remove the quotes: ${Number(value)}.`
    if (issue.expected === 'array') return `Maybe write it as a list: [${value}].`
  }
  if (issue.code === 'invalid_type' && issue.expected === 'string' && typeof value === 'number')
    return `Maybe put it in quotes: "${value}".`
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    const close = nearest(value, issue.values.map(String))
    if (close) return `Maybe you meant "${close}".`
  }
  if (value === null) return 'Maybe leave the field out.'
  return 'Maybe correct the value.'
}

/** Values as a person wrote them, long ones cut. */
function shown(value: unknown): string {
  if (typeof value === 'number') return String(value)
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

function valueAt(root: unknown, path: DocumentPath): unknown {
  let value = root
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<string | number, unknown>)[part]
  }
  return value
}

/** `agent "claude": price.perTaskUsd`, as the model says it. */
function subjectOf(part: Part, path: DocumentPath): string {
  const owner = ownerOf(part, path)
  const whole = [...part.prefix, ...path]
  const field = fieldText(owner === '' ? whole : whole.slice(2))
  if (field === '') return owner === '' ? 'the document' : owner.slice(0, -2)
  return owner + field
}

/** `agent "claude": `, or nothing for what belongs to no agent or task. */
function ownerOf({ root, prefix }: Part, path: DocumentPath): string {
  const [list, index] = [...prefix, ...path]
  if ((list !== 'agents' && list !== 'tasks') || typeof index !== 'number') return ''
  const kind = list === 'agents' ? 'agent' : 'task'
  const id = valueAt(root, [...[list, index].slice(prefix.length), 'id'])
  return typeof id === 'string' ? `${kind} "${id}": ` : `${kind} ${index}: `
}

/** `price.perTaskUsd`, `requires[2]`. */
function fieldText(path: DocumentPath): string {
  return path
    .map((part, k) => (typeof part === 'number' ? `[${part}]` : k === 0 ? part : `.${part}`))
    .join('')
}

/** The names that a strict object at `path` of the schema knows. */
function fieldNames(schema: z.ZodType, path: DocumentPath, root: unknown): string[] {
  const named = nodesAt(schema, path, root).filter((node) => node.shape)
  const value = valueAt(root, path) as { mode?: unknown; kind?: unknown } | undefined
  const tag = value?.mode ?? value?.kind
  const same = named.filter(({ shape }) => (shape?.mode ?? shape?.kind)?.def?.values?.includes(tag))
  return [...new Set((same.length > 0 ? same : named).flatMap((node) => Object.keys(node.shape ?? {})))]
}

/** The parts of the schema that say what may stand at `path`. */
function nodesAt(schema: z.ZodType, path: DocumentPath, root: unknown): SchemaNode[] {
  let nodes = unfold(schema as unknown as SchemaNode)
  let value = root
  for (const part of path) {
    const kind = (value as { kind?: unknown } | undefined)?.kind
    nodes = nodes.flatMap((node) => {
      const other = kind !== undefined && node.shape?.kind && !node.shape.kind.def?.values?.includes(kind)
      if (other) return []
      if (node.shape) return unfold(node.shape[part as string])
      return unfold(node.def?.element ?? node.def?.valueType)
    })
    value = valueAt(value, [part])
  }
  return nodes
}

/** The parts of a zod schema that lead to field names. */
interface SchemaNode {
  readonly shape?: Readonly<Record<string, SchemaNode>>
  readonly def?: {
    readonly element?: SchemaNode
    readonly valueType?: SchemaNode
    readonly innerType?: SchemaNode
    readonly options?: readonly SchemaNode[]
    readonly values?: readonly unknown[]
  }
}

/** Looks through optionals and unions. */
function unfold(node: SchemaNode | undefined): SchemaNode[] {
  if (node === undefined) return []
  if (node.def?.innerType) return unfold(node.def.innerType)
  if (node.def?.options) return node.def.options.flatMap(unfold)
  return [node]
}
