/** Parts joined by blanks in as few lines as they fit in; a part itself is never broken. */
export function wrap(
  parts: readonly string[],
  {
    first = '',
    indent,
    width = 96,
  }: { readonly first?: string; readonly indent: string; readonly width?: number },
): string[] {
  const lines = [first]
  for (const part of parts) {
    const last = lines.at(-1)!
    const isEmpty = last === '' || last === first
    const line = last === '' || last.endsWith(' ') ? `${last}${part}` : `${last} ${part}`
    if (line.length <= width || isEmpty) lines[lines.length - 1] = line
    else lines.push(`${indent}${part}`)
  }
  return lines
}
