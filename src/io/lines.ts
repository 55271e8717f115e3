/** Reads a text file line by line through one buffer; for files too large to hold. */
import { isUtf8 } from 'node:buffer'
import { open } from 'node:fs/promises'
import { fileError } from './source-position.ts'
import { checkFile } from './text-file.ts'

const CHUNK_BYTES = 1 << 20
const MAX_LINE_BYTES = 1 << 26
const NEWLINE = 10

/**
 * Hands every line, without its line break, to `take` with its number from 1; ends early when that returns false.
 * @throws QaasError when the file is missing, a folder, not UTF-8 text, or has a line beyond 64 MB
 */
export async function forEachLine(
  path: string,
  take: (line: string, number: number) => boolean | undefined,
): Promise<void> {
  await checkFile(path)
  const file = await open(path)
  try {
    let buffer: Buffer = Buffer.allocUnsafe(CHUNK_BYTES)
    let filled = 0
    let number = 1
    for (;;) {
      if (filled === buffer.length) buffer = grown(path, buffer, number)
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled)
      filled += bytesRead
      const lastBreak = bytesRead === 0 ? filled : buffer.lastIndexOf(NEWLINE, filled - 1) + 1
      if (lastBreak > 0) {
        const next = takeLines({ path, bytes: buffer.subarray(0, lastBreak), number, take })
        if (next < 0) return
        number = next
        buffer.copyWithin(0, lastBreak, filled)
        filled -= lastBreak
      }
      if (bytesRead === 0) return
    }
  } finally {
    await file.close()
  }
}

function grown(path: string, buffer: Buffer, line: number): Buffer {
  if (buffer.length >= MAX_LINE_BYTES)
    throw fileError({ file: path, line }, 'has more than 64 MB', {
      code: 'too-large',
      advice: 'Maybe the line breaks are missing, or it is a binary file.',
    })
  const larger = Buffer.allocUnsafe(buffer.length * 2)
  buffer.copy(larger)
  return larger
}

/** Returns the number of the next line, or -1 when `take` wants no more. */
function takeLines({
  path,
  bytes,
  number,
  take,
}: {
  readonly path: string
  readonly bytes: Buffer
  readonly number: number
  readonly take: (line: string, number: number) => boolean | undefined
}): number {
  if (!isUtf8(bytes)) throw notText(path, bytes, number)
  const text = bytes.toString('utf8')
  let start = number === 1 && text.charCodeAt(0) === 0xfeff ? 1 : 0
  while (start < text.length) {
    const end = text.indexOf('\n', start)
    const line = text.slice(start, end < 0 ? text.length : end)
    if (take(line.endsWith('\r') ? line.slice(0, -1) : line, number) === false) return -1
    number += 1
    start = end < 0 ? text.length : end + 1
  }
  return number
}

/** Names the first line with bytes that are no UTF-8. */
function notText(path: string, bytes: Buffer, number: number): Error {
  let line = number
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(NEWLINE, start)
    const next = end < 0 ? bytes.length : end + 1
    if (!isUtf8(bytes.subarray(start, next))) break
    start = next
  }
  return fileError({ file: path, line }, 'is not UTF-8 text', {
    advice: 'Maybe it is a binary file, or saved in another encoding.',
  })
}
