/** Where tasks come from: inside the instance file, or a JSONL, CSV, JSON or YAML file of their own. */
import type { TaskDocument } from '../model/document.ts'
import type { DocumentPath } from '../model/invalid.ts'
import type { Explanation } from './explain-issue.ts'
import type { SourcePosition } from './source-position.ts'

export interface TaskSource {
  /** Hands every task to `add`, or what is wrong with it to `refuse`, which throws. */
  deliver(add: (task: TaskDocument) => void, refuse: (mistake: Explanation) => never): Promise<void>
  /** Where the value at `path`, which starts with 'tasks' and a row, stands; may read the file again. */
  locate(path: DocumentPath, part: 'value' | 'key'): Promise<SourcePosition>
}
