/** Reads whole files, with errors that a person can act on: missing, a folder, not text, too large. */
import { isUtf8 } from 'node:buffer'
import { constants } from 'node:fs'
import { access, readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { QaasError } from '../errors.ts'
import { nearest } from './nearest.ts'
import { fileError } from './source-position.ts'

/** A JavaScript string cannot be much longer than half a gigabyte. */
const MAX_TEXT_BYTES = 500_000_000

/** Stands for standard input in a command line. */
export const STANDARD_INPUT = '-'

/** Checks that `path` is a file that can be read and returns its size. @throws QaasError `file-system` */
export async function checkFile(path: string): Promise<number> {
  try {
    const found = await stat(path)
    if (found.isDirectory())
      throw new QaasError('file-system', `${path}: is a folder, not a file`, {
        advice: 'Maybe name a file inside it.',
        data: { file: path },
      })
    await access(path, constants.R_OK)
    return found.size
  } catch (error) {
    if (QaasError.isInstance(error)) throw error
    throw await unreadable(path, error as NodeJS.ErrnoException)
  }
}

async function unreadable(path: string, cause: NodeJS.ErrnoException): Promise<QaasError> {
  const missing = cause.code === 'ENOENT' || cause.code === 'ENOTDIR'
  const siblings = missing ? await readdir(dirname(path)).catch(() => []) : []
  const close = nearest(basename(path), siblings)
  const advice = close
    ? `Maybe you meant ${close}.`
    : missing
      ? 'Maybe the path is misspelt, or relative to another folder.'
      : 'Maybe its permissions forbid reading it.'
  return new QaasError(
    'file-system',
    missing ? `${path}: there is no such file` : `${path}: cannot be read (${cause.code ?? cause.message})`,
    { advice, cause, data: { file: path } },
  )
}

/** The bytes of a file or of standard input (`-`), unpacked when they are gzip. @throws QaasError */
export async function readBytes(path: string, content: 'text' | 'bytes' = 'text'): Promise<Buffer> {
  if (path !== STANDARD_INPUT) await checkFile(path)
  const bytes = path === STANDARD_INPUT ? await readStandardInput() : await readWhole(path)
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(path, bytes, content) : bytes
}

/**
 * How much gzip may unpack to. Deflate reaches 1,032 : 1. Text of instances and models was seen up to 13 : 1 (JSON of
 * models whose biases are all alike: 204 : 1), binary models up to 77 : 1; parsing text takes a hundred times as long
 * as unpacking it.
 */
const UNPACKED = {
  text: { ratio: 32, always: 8 << 20 },
  bytes: { ratio: 256, always: 32 << 20 },
} as const

function unpacked(path: string, bytes: Buffer, content: 'text' | 'bytes'): Buffer {
  const { ratio, always } = UNPACKED[content]
  const limit = Math.min(MAX_TEXT_BYTES, Math.max(always, ratio * bytes.length))
  try {
    return gunzipSync(bytes, { maxOutputLength: limit })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw fileError({ file: path }, `unpacks to more than ${limit} bytes from ${bytes.length}`, {
        code: 'too-large',
        advice: 'Maybe it is a decompression bomb; unpack it with gunzip first if you trust it.',
        cause,
      })
    throw fileError({ file: path }, 'is gzip, but cannot be unpacked', {
      advice: 'Maybe the download was cut short.',
      cause,
    })
  }
}

async function readWhole(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'ERR_FS_FILE_TOO_LARGE') throw await unreadable(path, cause as NodeJS.ErrnoException)
    throw fileError({ file: path }, 'has more than 2 GB', {
      code: 'too-large',
      advice: 'Maybe put the tasks into a JSONL file of their own; it is read as a stream.',
      cause,
    })
  }
}

async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** The text in `bytes`, without a byte order mark. @throws QaasError `invalid-file` when they are no text */
export function decodeText(file: string, bytes: Buffer): string {
  if (bytes.length > MAX_TEXT_BYTES)
    throw fileError({ file }, `has ${bytes.length} bytes, too many for one text`, {
      code: 'too-large',
      advice: 'Maybe put the tasks into a JSONL file of their own; it is read as a stream.',
    })
  const zero = bytes.indexOf(0)
  if (zero >= 0 || !isUtf8(bytes)) {
    const what = zero >= 0 ? `is not text: it has a zero byte at position ${zero}` : 'is not UTF-8 text'
    throw fileError({ file }, what, { advice: 'Maybe it is a binary file, or saved in another encoding.' })
  }
  const text = bytes.toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}
