/** Makes a folder and those above it, one by one; says why when it cannot. */
import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/**
 * `mkdir` with `recursive` tries forever where a folder exists in which nothing can be made, such as /proc; this
 * tries each folder once. @throws the system's error
 */
export function makeFolder(path: string): void {
  if (isFolder(path)) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  try {
    mkdirSync(path)
  } catch (cause) {
    // Another process may have made it meanwhile.
    if (!isFolder(path)) throw cause
  }
}
