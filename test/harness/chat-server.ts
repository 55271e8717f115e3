/**
 * A real local HTTP server with the OpenAI chat-completions interface that behaves as the last message asks:
 * `echo ...`, `status 500`, `429 <retry-after>` (seconds, or `date`), `hang`, `slow <ms>`, `cut <pieces>`, `whole` (not streamed, whatever was asked), `garbage`, `usage <in> <out>`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ChatServer {
  readonly baseUrl: string
  /** Bodies of all requests so far. */
  readonly requests: readonly Record<string, unknown>[]
  readonly authorizations: readonly (string | undefined)[]
  /** When each message came, and when the `Retry-After` it was given ends; milliseconds since 1970. */
  readonly arrivals: ReadonlyMap<string, readonly number[]>
  readonly retryAfter: ReadonlyMap<string, number>
  /** Requests whose client left before the end. */
  readonly abandoned: number
  readonly open: number
  close(): Promise<void>
}

interface Wanted {
  readonly verb: string
  readonly words: readonly string[]
  readonly text: string
  readonly stream: boolean
}

export async function startChatServer(options: { readonly apiKey?: string } = {}): Promise<ChatServer> {
  const requests: Record<string, unknown>[] = []
  const authorizations: (string | undefined)[] = []
  const arrivals = new Map<string, number[]>()
  const retryAfter = new Map<string, number>()
  let abandoned = 0
  let open = 0
  const server = createServer(async (request, response) => {
    open += 1
    response.on('close', () => {
      open -= 1
      if (!response.writableEnded) abandoned += 1
    })
    const body = JSON.parse(await textOf(request)) as Record<string, unknown>
    requests.push(body)
    authorizations.push(request.headers.authorization)
    if (options.apiKey && request.headers.authorization !== `Bearer ${options.apiKey}`)
      return fail(response, 401, 'invalid key')
    const messages = body.messages as { content: string }[]
    const text = messages.at(-1)!.content
    const [verb = '', ...words] = text.split(' ')
    const came = [...(arrivals.get(text) ?? []), Date.now()]
    arrivals.set(text, came)
    if (verb === '429' && came.length === 1) retryAfter.set(text, setRetryAfter(response, words[0] ?? '1'))
    await behave({ verb, words, text, stream: body.stream === true }, response, came.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    authorizations,
    arrivals,
    retryAfter,
    get abandoned() {
      return abandoned
    },
    get open() {
      return open
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** In seconds, or as a date between one and two seconds away. */
function setRetryAfter(response: ServerResponse, given: string): number {
  const at = given === 'date' ? Math.ceil(Date.now() / 1000 + 1) * 1000 : Date.now() + Number(given) * 1000
  response.setHeader('retry-after', given === 'date' ? new Date(at).toUTCString() : given)
  return at
}

async function behave(wanted: Wanted, response: ServerResponse, count: number): Promise<void> {
  const { verb, words } = wanted
  switch (verb) {
    case 'status':
      return fail(response, Number(words[0]), 'as you asked')
    case 'once':
      // Fails the first time with the given status, then answers.
      return count === 1 ? fail(response, Number(words[0]), 'only once') : answer(wanted, response)
    case '429':
      return count === 1 ? fail(response, 429, 'slow down') : answer(wanted, response)
    case 'hang':
      return
    case 'slow':
      await pause(Number(words[0]))
      return answer(wanted, response)
    case 'stall':
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(chunk({ content: 'one ' }))
      return
    case 'cut':
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (let k = 0; k < Number(words[0]); k++) response.write(chunk({ content: `piece${k} ` }))
      await pause(5)
      return void (words[1] === 'rudely' ? response.destroy() : response.end())
    case 'garbage':
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      return void response.end('data: {"choices": [{"delta"\n\n')
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' })
      return void response.end('<html>Bad gateway</html>')
    case 'nothing':
      return void response.writeHead(200, { 'content-type': 'text/event-stream' }).end()
    case 'whole':
      return answer({ ...wanted, stream: false }, response)
    case 'tools':
      return answerWithTools(response)
    default:
      return answer(wanted, response)
  }
}

function answer({ verb, words, text, stream }: Wanted, response: ServerResponse): void {
  const usage =
    verb === 'usage'
      ? { prompt_tokens: JSON.parse(words[0]!), completion_tokens: JSON.parse(words[1]!) }
      : verb === 'nousage'
        ? undefined
        : { prompt_tokens: 7, completion_tokens: 3 }
  if (!stream) {
    const choices = [{ message: { role: 'assistant', content: `you said: ${text}` }, finish_reason: 'stop' }]
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ choices, usage }))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const piece of ['you ', 'said: ', text, ' é✓']) response.write(chunk({ content: piece }))
  response.write(chunk({}, 'stop'))
  if (usage) response.write(`data: ${JSON.stringify({ choices: [], usage })}\n\n`)
  response.end('data: [DONE]\n\n')
}

function answerWithTools(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(chunk({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'look', arguments: '' } }] }))
  for (const part of ['{"q":', '"x"}'])
    response.write(chunk({ tool_calls: [{ index: 0, function: { arguments: part } }] }))
  response.write(chunk({}, 'tool_calls'))
  response.end('data: [DONE]\n\n')
}

function chunk(delta: unknown, finish: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ delta, finish_reason: finish }] })}\n\n`
}

function fail(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: { message } }))
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of request.setEncoding('utf8')) text += piece
  return text
}
