/** A plan: which agent does each task. It may be wrong in every way; `evaluate` is the judge of that. */

export interface Plan {
  /** Agent of each task, or -1 for none. */
  readonly agentOf: Int32Array
  /**
   * Further agents given to a task that already has one. A proper plan has none; a decoded sample may, and
   * leaving them out would hide the violation.
   */
  readonly surplus?: readonly { readonly task: number; readonly agent: number }[]
}

export function emptyPlan(numTasks: number): Plan {
  return { agentOf: new Int32Array(numTasks).fill(-1) }
}
