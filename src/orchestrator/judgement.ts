/** How judgements are numbered beside tasks: attempts have 0 and up, the judgement of task t is -1 - t. */

/** The judgement of a task, or the task of a judgement. */
export const judgementOf = (task: number): number => -1 - task
