/** What a terminal shows after some output: lines, carriage returns, moves up and erasing; colours are left out. */

/** The lines on it. @throws Error on an escape code that it does not know */
export function screenAfter(output: string): string[] {
  const rows: string[][] = [[]]
  let row = 0
  let column = 0
  const here = (): string[] => {
    while (rows.length <= row) rows.push([])
    return rows[row]!
  }
  const escapes: Record<string, (number: number, text: string) => void> = {
    A: (by) => {
      row = Math.max(0, row - (by || 1))
    },
    K: () => void here().splice(column),
    J: () => {
      here().splice(column)
      rows.splice(row + 1)
    },
    m: () => {},
    h: () => {},
    l: () => {},
  }
  for (let at = 0; at < output.length; at++) {
    const character = output[at]!
    if (character === '\u001b') {
      const [whole, number, letter] = /^\[([?0-9;]*)([A-Za-z])/.exec(output.slice(at + 1, at + 20)) ?? []
      const act = escapes[letter ?? '']
      if (!act) throw new Error(`unknown escape code ${JSON.stringify(output.slice(at, at + 8))}`)
      act(Number(number!.replace(/\D/g, '')), whole!)
      at += whole!.length
    } else if (character === '\r') column = 0
    else if (character === '\n') row += 1
    else {
      const line = here()
      while (line.length < column) line.push(' ')
      line[column++] = character
    }
  }
  return rows.map((line) => line.join('').trimEnd())
}

export const hasColours = (output: string): boolean =>
  output.split('\u001b[').some((part, k) => k > 0 && /^[0-9;]*m/.test(part))
