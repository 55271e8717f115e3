/** Talks to any server with the OpenAI chat-completions interface, streaming, with its own time limits. */
import { Pool } from 'undici'
import type { Timer } from '../clock/clock.ts'
import { attemptError, type FailureReason } from './attempt-error.ts'
import { chatBody } from './chat-body.ts'
import { type Completion, createChatStream, readCompletion } from './chat-stream.ts'
import type { AgentProvider, AttemptContext, AttemptReply, AttemptRequest } from './provider.ts'

export interface OpenAiOptions {
  /** Up to and with the version: `http://localhost:8080/v1`. */
  readonly baseUrl: string
  readonly languageModel: string
  readonly apiKey?: string
  readonly concurrency?: number
  readonly stream?: boolean
  readonly firstTokenTimeoutMs?: number
  readonly totalTimeoutMs?: number
  /** The fewest bytes of a prompt that make a token; default 2. */
  readonly bytesPerToken?: number
  /** Further fields of the request body. */
  readonly body?: Readonly<Record<string, unknown>>
}

/** English text has about four bytes to a token, few texts less than two; a byte of its own is a token at worst. */
const BYTES_PER_TOKEN = 2
const OVERHEAD_TOKENS = 32

export function createOpenAiProvider(options: OpenAiOptions): AgentProvider {
  const { baseUrl, concurrency = 1, bytesPerToken = BYTES_PER_TOKEN } = options
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/chat/completions`)
  // Our own clocks rule; undici's would end a slow first token with another error.
  const pool = new Pool(url.origin, { connections: null, headersTimeout: 0, bodyTimeout: 0 })
  return {
    kind: 'openai-compatible',
    concurrency,
    billing: 'remote',
    worstInputTokens(request) {
      const text = JSON.stringify(chatBody(request, options).messages)
      return Math.ceil(Buffer.byteLength(text) / bytesPerToken) + OVERHEAD_TOKENS
    },
    doAttempt: (request, context) => attempt(pool, url.pathname, { options, request, context }),
    close: () => pool.destroy(),
  }
}

interface Call {
  readonly options: OpenAiOptions
  readonly request: AttemptRequest
  readonly context: AttemptContext
}

async function attempt(pool: Pool, path: string, call: Call): Promise<AttemptReply> {
  const { options, request, context } = call
  const { clock, cancellation } = context
  const { firstTokenTimeoutMs = 60_000, totalTimeoutMs = 600_000, apiKey, stream = true } = options
  const began = clock.now()
  const controller = new AbortController()
  let cause: FailureReason | undefined
  const abortFor = (reason: FailureReason) => () => {
    cause ??= reason
    controller.abort()
  }
  cancellation.onCancel(abortFor('cancelled'))
  const firstToken = clock.after(firstTokenTimeoutMs, abortFor('first-token-timeout'))
  const total = clock.after(totalTimeoutMs, abortFor('total-timeout'))
  let firstTokenMs: number | undefined
  const heard = (): void => {
    firstTokenMs ??= clock.now() - began
    firstToken.cancel()
  }
  try {
    const response = await pool.request({
      path,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: stream ? 'text/event-stream' : 'application/json',
        'idempotency-key': request.attemptId,
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify(chatBody(request, options)),
      signal: controller.signal,
    })
    const body = decoded(response.body)
    if (response.statusCode !== 200) throw await refusal(response.statusCode, response.headers, body)
    const completion = await readBody(body, {
      // Some servers take no notice of `stream` and answer in one piece.
      stream: stream && !isJson(response.headers),
      heard,
      ...(context.onText ? { onText: context.onText } : {}),
    })
    return { ...replyOf(completion), ...(firstTokenMs === undefined ? {} : { firstTokenMs }) }
  } catch (error) {
    throw explain(error, { cause, hadTokens: firstTokenMs !== undefined, baseUrl: options.baseUrl })
  } finally {
    for (const timer of [firstToken, total] satisfies Timer[]) timer.cancel()
  }
}

/** Text of a body, however its characters are cut into pieces. */
async function* decoded(body: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder()
  for await (const piece of body) yield decoder.decode(piece, { stream: true })
  yield decoder.decode()
}

function isJson(headers: Headers): boolean {
  return /^application\/json\b/i.test(String(headers['content-type'] ?? ''))
}

async function readBody(
  body: AsyncIterable<string>,
  { stream, heard, onText }: { stream: boolean; heard: () => void; onText?: (text: string) => void },
): Promise<Completion> {
  if (!stream) {
    let text = ''
    for await (const piece of body) text += piece
    heard()
    return readCompletion(text)
  }
  const chat = createChatStream((text) => {
    heard()
    onText?.(text)
  })
  for await (const piece of body) chat.feed(piece)
  return chat.end()
}

function replyOf({ text, toolCalls, usage }: Completion): AttemptReply {
  return {
    output: toolCalls.length > 0 ? { text, toolCalls } : text,
    ...(usage ? { usage } : {}),
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

async function refusal(status: number, headers: Headers, body: AsyncIterable<string>): Promise<Error> {
  let text = ''
  for await (const piece of body) {
    text += piece
    if (text.length > 4_000) break
  }
  const message = `HTTP ${status}: ${messageIn(text)}`
  if (status === 429) {
    const retryAfterMs = retryAfter(headers)
    return attemptError('rate-limited', message, {
      status,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    })
  }
  if ([401, 403, 404].includes(status)) return attemptError('unauthorized', message, { status })
  return attemptError(status >= 500 || status === 408 ? 'server-error' : 'bad-request', message, { status })
}

function messageIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: string } }
    if (error?.message) return error.message.slice(0, 300)
  } catch {
    // Not JSON: the text itself is the message.
  }
  return text.slice(0, 300) || 'no message'
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date; nothing beyond an hour is believed. */
function retryAfter(headers: Headers): number | undefined {
  const exact = Number(headers['retry-after-ms'])
  const given = headers['retry-after']
  const seconds = Number(given) * 1000
  const date = Date.parse(String(given)) - Date.now()
  const wait = [exact, seconds, date].find((ms) => Number.isFinite(ms))
  return wait === undefined || wait < 0 || wait > 3_600_000 ? undefined : wait
}

/** Our own reason for aborting comes first; then what the provider code found; the rest is the connection. */
function explain(
  error: unknown,
  { cause, hadTokens, baseUrl }: { cause: FailureReason | undefined; hadTokens: boolean; baseUrl: string },
): Error {
  if (cause !== undefined) return attemptError(cause, `attempt ended: ${cause}`, { cause: error })
  if (error instanceof Error && 'isQaasError' in error) return error
  const { message, code } = error as Error & { code?: string }
  const unsent = NEVER_SENT.get(code ?? '')
  if (!hadTokens && unsent !== undefined)
    return attemptError('connection', `${unsent} at ${baseUrl}`, { cause: error })
  return attemptError('cut-stream', `the connection broke: ${message}`, { cause: error })
}

/** Errors after which the server cannot have seen the request, in words. */
const NEVER_SENT: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ENOTFOUND', 'no such host'],
  ['EAI_AGAIN', 'the host name cannot be looked up'],
  ['EHOSTUNREACH', 'host unreachable'],
  ['ENETUNREACH', 'network unreachable'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no connection in time'],
])
