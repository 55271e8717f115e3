/** Reads a chat completion as the OpenAI wire format streams it: text, tool calls, usage, why it ended. */
import { createParser } from 'eventsource-parser'
import { attemptError } from './attempt-error.ts'
import type { Usage } from './provider.ts'

export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly arguments: string
}

export interface Completion {
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
  readonly usage: Usage | undefined
  readonly finishReason: string | undefined
}

interface WireUsage {
  readonly prompt_tokens?: unknown
  readonly completion_tokens?: unknown
}

interface WireToolCall {
  readonly index?: number
  readonly id?: string
  readonly function?: { readonly name?: string; readonly arguments?: string }
}

interface WireChunk {
  readonly error?: { readonly message?: string }
  readonly usage?: WireUsage | null
  readonly choices?: readonly {
    readonly delta?: { readonly content?: string | null; readonly tool_calls?: readonly WireToolCall[] }
    readonly message?: { readonly content?: string | null; readonly tool_calls?: readonly WireToolCall[] }
    readonly finish_reason?: string | null
  }[]
}

export interface ChatStream {
  /** Takes a piece of the body. @throws QaasError `provider-call` on what is not the format */
  feed(piece: string): void
  /** What came in all. @throws QaasError when the stream was cut before its end */
  end(): Completion
}

export function createChatStream(onText: (text: string) => void): ChatStream {
  const gathered = createGatherer(onText)
  let finished = false
  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') finished = true
      else gathered.take(parseChunk(data))
    },
  })
  return {
    feed: (piece) => parser.feed(piece),
    end() {
      const completion = gathered.completion()
      if (!finished && completion.finishReason === undefined)
        throw attemptError('cut-stream', 'the stream ended in the middle of the answer', {
          ...(completion.usage ? { usage: completion.usage } : {}),
        })
      return completion
    },
  }
}

/** A whole answer that was not streamed. */
export function readCompletion(body: string): Completion {
  const gathered = createGatherer(() => {})
  const chunk = parseChunk(body)
  if (!chunk.choices?.length) throw attemptError('malformed', `no choices in the answer: ${excerpt(body)}`)
  gathered.take(chunk)
  return gathered.completion()
}

function createGatherer(onText: (text: string) => void): {
  take(chunk: WireChunk): void
  completion(): Completion
} {
  let text = ''
  let usage: Usage | undefined
  let finishReason: string | undefined
  const toolCalls: { id: string; name: string; arguments: string }[] = []
  return {
    take({ choices, error, usage: wire }) {
      if (error) throw attemptError('server-error', `the server says: ${error.message ?? 'error'}`)
      if (wire) usage = readUsage(wire)
      const [choice] = choices ?? []
      const piece = (choice?.delta ?? choice?.message)?.content
      if (piece) {
        text += piece
        onText(piece)
      }
      for (const [position, call] of ((choice?.delta ?? choice?.message)?.tool_calls ?? []).entries()) {
        const at = call.index ?? position
        const known = (toolCalls[at] ??= { id: '', name: '', arguments: '' })
        known.id ||= call.id ?? ''
        known.name ||= call.function?.name ?? ''
        known.arguments += call.function?.arguments ?? ''
      }
      finishReason = choice?.finish_reason ?? finishReason
    },
    completion: () => ({ text, toolCalls, usage, finishReason }),
  }
}

function parseChunk(data: string): WireChunk {
  try {
    const value = JSON.parse(data) as unknown
    if (typeof value === 'object' && value !== null) return value as WireChunk
  } catch (cause) {
    throw attemptError('malformed', `the server sent what is not JSON: ${excerpt(data)}`, { cause })
  }
  throw attemptError('malformed', `the server sent no object: ${excerpt(data)}`)
}

/** Only whole, sensible counts are believed. */
function readUsage({ prompt_tokens: input, completion_tokens: output }: WireUsage): Usage | undefined {
  const counts = [input, output].every((n) => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0)
  return counts ? { inputTokens: input as number, outputTokens: output as number } : undefined
}

const excerpt = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text)
