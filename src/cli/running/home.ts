/** Where runs live: the folder, the store in it, and who this process is. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { realClock } from '../../clock/real-clock.ts'
import { QaasError } from '../../errors.ts'
import { makeFolder } from '../../io/make-folder.ts'
import { listRuns } from '../../orchestrator/run-files.ts'
import { openSqliteStore, type SqliteStoreOptions } from '../../store/sqlite-store.ts'
import type { Store } from '../../store/store.ts'

/** `QAAS_HOME`, or `.qaas` in the working folder. */
export function homeFolder(): string {
  return resolve(process.env.QAAS_HOME || '.qaas')
}

export function homeStoreExists(): boolean {
  return existsSync(join(homeFolder(), 'state.db'))
}

/** Opens the store, making the folder when `create`. @throws QaasError `store` or `file-system` */
export function openHomeStore({
  create = false,
  onCommit,
}: { readonly create?: boolean } & Pick<SqliteStoreOptions, 'onCommit'> = {}): Store {
  const folder = homeFolder()
  const path = join(folder, 'state.db')
  if (create) makeHome(folder)
  else if (!homeStoreExists())
    throw new QaasError('invalid-option', `there are no runs in "${folder}"`, {
      advice: 'Maybe start one with "qaas run", or set QAAS_HOME to the folder that has them.',
    })
  return openSqliteStore(path, { clock: realClock, ...(onCommit ? { onCommit } : {}) })
}

function makeHome(folder: string): void {
  try {
    makeFolder(folder)
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw new QaasError('file-system', `cannot write to "${folder}": ${(cause as Error).message}`, {
      advice: 'Maybe set QAAS_HOME to a folder that can be written.',
      cause,
    })
  }
}

/** The named run, or the last one. @throws QaasError `invalid-option` */
export async function pickRun(store: Store, name: string | undefined): Promise<string> {
  const runs = await listRuns(store)
  if (name === undefined) {
    const last = runs.at(-1)
    if (last !== undefined) return last
    throw new QaasError('invalid-option', 'there are no runs yet', {
      advice: 'Maybe start one with "qaas run".',
    })
  }
  if (runs.includes(name)) return name
  throw new QaasError('invalid-option', `there is no run "${name}"`, {
    advice:
      runs.length > 0 ? `Maybe one of: ${runs.slice(-5).join(', ')}.` : 'Maybe start one with "qaas run".',
  })
}

/** This process, told apart from a later one with the same number by when it began. */
export function holderName(): string {
  return `process ${process.pid} on ${hostname()} (began ${beganAt(process.pid) ?? 'unknown'})`
}

/** Whether that process has certainly ended: known only on the same machine. */
export function isHolderGone(holder: string): boolean {
  const found = /^process (\d+) on (.*) \(began (.*)\)$/.exec(holder)
  if (!found || found[2] !== hostname()) return false
  const pid = Number(found[1])
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
  const began = beganAt(pid)
  return began === 'ended' || (began !== undefined && began !== found[3])
}

/** Clock ticks since boot at which a process began, where the system tells; `ended` for one nobody has waited for. */
function beganAt(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : fields[19]
  } catch {
    return undefined
  }
}
