/** Writes files so that nothing half-written is ever left: into a temporary neighbour, then renamed. */
import { constants, rmSync, type WriteStream } from 'node:fs'
import { access, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { QaasError } from '../errors.ts'

/** Checks, before any long work, that `path` can be written. @throws QaasError `file-system` */
export async function checkWritable(path: string): Promise<void> {
  if (path.trim() === '' || (/[/\\]$/.test(path) && !(await stat(path).catch(() => undefined))))
    throw new QaasError('file-system', `"${path}" does not name a file`, {
      advice: 'Maybe add a name, such as out.txt.',
      data: { file: path },
    })
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory())
    throw new QaasError('file-system', `${path}: is a folder, it cannot be written as a file`, {
      advice: 'Maybe name a file inside it.',
      data: { file: path },
    })
  const folder = dirname(path)
  try {
    if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
    await access(folder, constants.W_OK)
    if (found) await access(path, constants.W_OK)
  } catch (cause) {
    throw unwritable(path, cause as NodeJS.ErrnoException)
  }
}

function unwritable(path: string, cause: NodeJS.ErrnoException): QaasError {
  const missing = cause.code === 'ENOENT' || cause.code === 'ENOTDIR'
  return new QaasError(
    'file-system',
    missing ? `${path}: its folder does not exist` : `${path}: cannot be written (${cause.code})`,
    {
      advice: missing ? 'Maybe create the folder first.' : 'Maybe choose another folder, or free some space.',
      cause,
      data: { file: path },
    },
  )
}

/** What a file is made of; large ones come in pieces. */
export type Content = string | Uint8Array | Iterable<string | Uint8Array>

/** Writes `content` whole or not at all. @throws QaasError `file-system` */
export async function writeTextFile(path: string, content: Content): Promise<void> {
  await checkWritable(path)
  // A device or pipe, such as /dev/stdout, cannot be replaced by a file; a link stays one, and its file is replaced.
  const found = await stat(path).catch(() => undefined)
  const direct = found !== undefined && !found.isFile()
  const real = await realpath(path).catch(() => path)
  const target = direct ? path : `${real}.${process.pid}.tmp`
  const release = direct ? () => {} : removeWhenKilled(target)
  try {
    const file = await open(target, 'w', found?.mode)
    try {
      for (const piece of pieces(content)) await file.writeFile(piece)
    } finally {
      await file.close()
    }
    if (!direct) await rename(target, real)
  } catch (cause) {
    if (!direct) await rm(target, { force: true })
    throw QaasError.isInstance(cause) ? cause : unwritable(path, cause as NodeJS.ErrnoException)
  } finally {
    release()
  }
}

/** Where nobody else waits for signals the temporary file goes with the process; returns how to end that. */
function removeWhenKilled(file: string): () => void {
  const signals = (['SIGINT', 'SIGTERM'] as const).filter((signal) => process.listenerCount(signal) === 0)
  const end = (signal: NodeJS.Signals): void => {
    rmSync(file, { force: true })
    release()
    process.kill(process.pid, signal)
  }
  const release = (): void => {
    for (const signal of signals) process.off(signal, end)
  }
  for (const signal of signals) process.on(signal, end)
  return release
}

/** Writes to a stream such as standard output, waiting whenever its buffer is full. */
export async function writeStream(stream: WriteStream | NodeJS.WriteStream, content: Content): Promise<void> {
  for (const piece of pieces(content))
    if (!stream.write(piece)) await new Promise<void>((resolve) => stream.once('drain', resolve))
}

const pieces = (content: Content): Iterable<string | Uint8Array> =>
  typeof content === 'string' || content instanceof Uint8Array ? [content] : content
