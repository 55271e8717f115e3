/** An agent that answers with what it was given: the smallest real provider. */
import { attemptError } from './attempt-error.ts'
import type { AgentProvider } from './provider.ts'

export function createEchoProvider(options: { readonly concurrency?: number } = {}): AgentProvider {
  return {
    kind: 'echo',
    concurrency: options.concurrency ?? 1,
    billing: 'local',
    async doAttempt(request, { cancellation, onText }) {
      if (cancellation.cancelled) throw attemptError('cancelled', 'cancelled before it began')
      const { input, parents, expected } = request
      const output = parents.length === 0 ? input : { input, parents }
      onText?.(typeof output === 'string' ? output : JSON.stringify(output ?? null))
      const { inputTokens, outputTokens } = expected
      return { output: output ?? null, usage: { inputTokens, outputTokens } }
    },
  }
}
