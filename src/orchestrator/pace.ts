/** How long attempts with an answer took, beside what the plan says they take: what the time left goes by. */
import type { Instance } from '../model/instance.ts'
import { pairLatencyMs } from '../model/pair.ts'

export class Pace {
  answers = 0
  /** Milliseconds, all answers together. */
  actualMs = 0
  plannedMs = 0

  note(instance: Instance, task: number, { agent, elapsedMs }: { agent: number; elapsedMs: number }): void {
    this.answers += 1
    // The clock may have been set back meanwhile.
    this.actualMs += Math.max(0, elapsedMs)
    this.plannedMs += pairLatencyMs(instance, task, instance.fleet.poolOf[agent]!)
  }
}
