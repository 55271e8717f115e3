/** How one process tells the one that runs a run what to do: a stream in the store that it reads while it runs. */
import type { AgentDocument, TaskDocument } from '../../model/document.ts'
import type { Store } from '../../store/store.ts'

export type ControlMessage =
  | { readonly kind: 'cancel' }
  /** What the run may spend from now on, in nano-dollars; null for no limit. */
  | { readonly kind: 'budget'; readonly limit: number | null }
  | { readonly kind: 'submit'; readonly tasks: readonly TaskDocument[] }
  /** The pools of the run in their order, as they shall be, and further ones; names of agents that shall not work. */
  | { readonly kind: 'fleet'; readonly agents: readonly AgentDocument[]; readonly retired: readonly string[] }

const controlStream = (runId: string): string => `control/${runId}`

export async function sendControl(store: Store, runId: string, message: ControlMessage): Promise<void> {
  await store.commit({ append: { stream: controlStream(runId), events: [JSON.stringify(message)] } })
}

/** How many messages have been sent to the run so far. */
export function countMessages(store: Store, runId: string): Promise<number> {
  return store.length(controlStream(runId))
}

const POLL_MS = 250

/** Calls `handle` for every message, also those sent before, with its number from 1 up; returns how to stop. */
export function watchControl(
  store: Store,
  runId: string,
  handle: (message: ControlMessage, number: number) => void,
): () => Promise<void> {
  let position = 0
  let stopped = false
  let reading: Promise<void> = Promise.resolve()
  const poll = async (): Promise<void> => {
    try {
      for (const text of await store.read(controlStream(runId), position)) {
        position += 1
        handle(JSON.parse(text) as ControlMessage, position)
      }
    } catch {
      // The run itself will say what is wrong with the store.
    }
  }
  reading = poll()
  const timer = setInterval(() => {
    if (!stopped) reading = reading.then(poll)
  }, POLL_MS)
  return async () => {
    stopped = true
    clearInterval(timer)
    await reading
  }
}
