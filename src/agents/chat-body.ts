/** The request body of a chat completion from what a task gives its agent. */
import { attemptError } from './attempt-error.ts'
import type { AttemptRequest } from './provider.ts'

/** What a task may give instead of plain text: messages, tools and other fields as the wire format has them. */
interface ChatInput {
  readonly prompt?: string
  readonly system?: string
  readonly messages?: readonly Readonly<Record<string, unknown>>[]
  readonly tools?: readonly unknown[]
  readonly [field: string]: unknown
}

/** Fields of an input that are ours, not the wire's. */
const OURS = new Set(['prompt', 'system', 'messages', 'maxOutputTokens'])

interface BodyOptions {
  readonly languageModel: string
  readonly stream?: boolean
  readonly body?: Readonly<Record<string, unknown>>
}

export function chatBody(
  request: AttemptRequest,
  { languageModel, stream = true, body = {} }: BodyOptions,
): Readonly<Record<string, unknown>> & { readonly messages: readonly unknown[] } {
  const { input, maxOutputTokens } = request
  const chat: ChatInput =
    typeof input === 'object' && input !== null ? (input as ChatInput) : { prompt: textOf(input) }
  const passed = Object.fromEntries(Object.entries(chat).filter(([field]) => !OURS.has(field)))
  return {
    ...body,
    ...passed,
    model: languageModel,
    messages: [...context(request), ...messagesOf(chat, request.taskId)],
    max_tokens: Math.ceil(maxOutputTokens),
    stream,
    ...(stream ? { stream_options: { include_usage: true } } : {}),
  }
}

function messagesOf({ prompt, system, messages }: ChatInput, taskId: string): unknown[] {
  if (messages) return [...messages]
  if (!prompt)
    throw attemptError('bad-request', `task "${taskId}" gives its agent nothing to do: it has no input`)
  return [...(system ? [{ role: 'system', content: system }] : []), { role: 'user', content: prompt }]
}

/** What the tasks before this one found, as one message ahead of the task's own. */
function context({ parents }: AttemptRequest): unknown[] {
  if (parents.length === 0) return []
  const parts = parents.map(({ taskId, output }) => `## Result of ${taskId}\n\n${textOf(output)}`)
  return [{ role: 'user', content: `Results of earlier tasks:\n\n${parts.join('\n\n')}` }]
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}
