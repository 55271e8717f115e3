/** A local program as an agent: the attempt as JSON on its standard input, JSON or text back. */
import { attemptError } from './attempt-error.ts'
import { isStopped, runChild } from './child-process.ts'
import type { AgentProvider, AttemptReply, Usage } from './provider.ts'

export interface CommandOptions {
  readonly command: readonly string[]
  readonly concurrency?: number
  readonly timeoutMs?: number
  readonly workingDirectory?: string
}

/**
 * The program gets `{ attemptId, taskId, agentId, input, parents, maxOutputTokens }`. It answers with
 * `{ "output": ..., "usage": { "inputTokens", "outputTokens", "costUsd" } }`, or with anything else, which then is
 * the output. It ends with 0 when it has done its task; anything else is a failed attempt.
 */
export function createCommandProvider(options: CommandOptions): AgentProvider {
  const { command, concurrency = 1, timeoutMs = 600_000, workingDirectory } = options
  return {
    kind: 'command',
    concurrency,
    billing: 'local',
    async doAttempt(request, { clock, cancellation, onText, onBegun }) {
      if (cancellation.cancelled) throw attemptError('cancelled', 'cancelled before it began')
      const { expected, ...given } = request
      const { stdout, stderr, code, ended } = await runChild({
        command,
        input: `${JSON.stringify(given)}\n`,
        timeoutMs,
        clock,
        cancellation,
        onStarted: (pid) => onBegun?.(() => isStopped(pid)),
        environment: { QAAS_ATTEMPT_ID: request.attemptId },
        ...(workingDirectory ? { workingDirectory } : {}),
      })
      if (ended === 'cancelled') throw attemptError('cancelled', 'cancelled')
      if (ended === 'timeout')
        throw attemptError('total-timeout', `"${command[0]}" took longer than ${timeoutMs} ms`)
      if (ended === 'not-started')
        throw attemptError('unauthorized', `cannot start "${command[0]}": ${stderr}`)
      if (ended === 'too-much-output')
        throw attemptError('malformed', `"${command[0]}" wrote more than 64 MiB`)
      if (code !== 0)
        throw attemptError('exit-code', `"${command[0]}" ended with ${code}: ${stderr.trim().slice(-300)}`)
      const { inputTokens, outputTokens } = expected
      const reply = replyOf(stdout, { inputTokens, outputTokens })
      onText?.(typeof reply.output === 'string' ? reply.output : JSON.stringify(reply.output))
      return reply
    },
  }
}

/** Without a word on usage a program has used what the plan expects. */
function replyOf(stdout: string, expected: Usage): AttemptReply {
  const text = stdout.trim()
  let value: unknown = text
  try {
    value = JSON.parse(text) as unknown
  } catch {
    return { output: text, usage: expected }
  }
  if (typeof value !== 'object' || value === null || !('output' in value))
    return { output: value, usage: expected }
  const { output, usage } = value as { output: unknown; usage?: Usage }
  return { output: output ?? null, usage: usage ?? expected }
}
